"""What sets the project up and checks it; run as `python -m tools.NAME` from the project's folder."""
