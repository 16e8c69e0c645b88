"""One module per `manage.py` command: it parses, the slices do."""
