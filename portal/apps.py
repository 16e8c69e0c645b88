from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Registry")

    def ready(self) -> None:
        from portal import celery  # noqa: F401 — shared tasks bind to our Celery application
        from portal.demands import receivers  # noqa: F401 — connects the signals of the slices below
        from portal.pages import providers

        providers.register()
