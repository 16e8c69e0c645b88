"""Celery's door to the expiry of demands."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.demands import expiry


@shared_task(name="portal.demands.expire")
def expire_demands(**_newer_arguments: object) -> None:
    """Expire the demands whose last day is over, and remind of those that end soon."""
    now = timezone.now()
    expiry.expire_demands(at=now)
    expiry.remind_of_expiry(at=now)
