"""Celery's door to breaches and call-backs."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from events.fairs.models import Fair, FairStatus
from events.review import services

WATCHED = timedelta(days=14)  # after a fair its door is still put right


@shared_task(name="events.review.note_missed_strikes")
def note_missed_strikes(**_newer_arguments: object) -> None:
    """Note breaches at fairs of late whose signal nobody heard."""
    now = timezone.now()
    recent = Fair.objects.filter(ends_on__gte=timezone.localdate(now) - WATCHED).exclude(status=FairStatus.PLANNING)
    for fair_id in recent.values_list("pk", flat=True):
        services.note_strikes_of_fair(fair_id=fair_id, at=now)


@shared_task(name="events.review.remind_of_call_backs")
def remind_of_call_backs(**_newer_arguments: object) -> None:
    """Tell organizers of call-backs that have fallen due."""
    services.remind_of_call_backs(at=timezone.now())
