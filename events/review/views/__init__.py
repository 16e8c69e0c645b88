"""Pages of what follows a fair."""
