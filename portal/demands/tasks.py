"""Celery's doors to the expiry of demands, and to what was decided for names in demands and programmes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.demands import expiry
from portal.demands.wordings import settle_demands
from portal.majors.services import settle_programmes


@shared_task(name="portal.demands.expire")
def expire_demands(**_newer_arguments: object) -> None:
    """Expire the demands whose last day is over, and remind of those that end soon."""
    now = timezone.now()
    expiry.expire_demands(at=now)
    expiry.remind_of_expiry(at=now)


@shared_task(name="portal.demands.settle_names")
def settle_names(*, name_id: int | None = None, **_newer_arguments: object) -> None:
    """Give demands and programmes what was decided, for one name or for all that are behind."""
    for settle in (settle_demands, settle_programmes):
        while settle(at=timezone.now(), name_id=name_id):
            pass
