#!/usr/bin/env python3
"""Django's command line: `python manage.py COMMAND`, with the project's own environment and servers."""

import importlib.util
import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent


def use_project_environment() -> None:
    """Start over with the Python of .venv when this one has no Django."""
    if importlib.util.find_spec("django"):
        return
    python = BASE_DIR / ".venv" / "bin" / "python"
    if not python.exists() or Path(sys.prefix) == python.parent.parent:
        sys.exit("manage.py: Django is not installed; `make .venv` (or `make run`) installs all that is needed")
    os.execv(python, [str(python), *sys.argv])  # noqa: S606 — the same program once more


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from portal.embedded.command_line import embedded_servers, servers_for
    from portal.embedded.errors import EmbeddedError

    try:
        database = settings.DATABASES["default"]
        redis_urls = [settings.BROKER_URL, settings.CACHE_URL]
        names = embedded_servers(settings.PATHS, database_host=str(database["HOST"]), redis_urls=redis_urls)
        with servers_for(sys.argv, settings.PATHS, names=names, database=str(database["NAME"])):
            execute_from_command_line(sys.argv)
    except EmbeddedError as error:
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    use_project_environment()
    main()
