"""Pages of timetables, meetings and outcomes."""
