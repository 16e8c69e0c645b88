"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from matching.warming import warm_up_beside  # noqa: E402 — the settings say where compiled code is kept

warm_up_beside()
