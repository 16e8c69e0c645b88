"""Celery's door to the reminders."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from events.fairs.services.reminding import remind_due


@shared_task(name="events.fairs.remind_guests")
def remind_guests(**_newer_arguments: object) -> None:
    """Remind those who owe an answer or names that are due in three days."""
    remind_due(at=timezone.now())
