"""Pages of the day: the desk, who is missing, the tables, the timer, the passes."""
