"""Pages of the fairs."""
