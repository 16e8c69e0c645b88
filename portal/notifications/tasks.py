"""Celery's door to the outbox."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.notifications import services


@shared_task(name="portal.notifications.deliver")
def deliver_notifications(**_newer_arguments: object) -> None:
    """Send what waits in the outbox."""
    services.deliver(at=timezone.now())
