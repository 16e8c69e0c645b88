"""Celery's door to the expiry of demands."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="portal.demands.expire")
def expire_demands(**_newer_arguments: object) -> None:
    """Expire the demands whose last day is over."""
