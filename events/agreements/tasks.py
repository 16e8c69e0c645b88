"""Celery's doors to what happens to agreements by themselves: each may run twice, late or beside itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from celery import shared_task
from django.utils import timezone

from events.agreements import feedback, reminding, sweeping
from events.agreements.services.life import carry_out_notices, enter_into_force, expire


@shared_task(name="events.agreements.note_missed_feedback")
def note_missed_feedback(**_newer_arguments: object) -> None:
    """Tell the ranking of meetings and signatures whose signal nobody heard."""
    feedback.note_missed()


@shared_task(name="events.agreements.follow")
def follow_agreements(**_newer_arguments: object) -> None:
    """What a new day brings: periods that begin, notices that take effect, periods that are over; then reminders.

    A step that fails does not keep the others from being done; the round then fails with all that went wrong.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    failures: list[Exception] = []
    steps: tuple[Callable[[], object], ...] = (
        partial(enter_into_force, today, now),
        partial(carry_out_notices, today, now),
        partial(expire, today, now),
        partial(reminding.remind, at=now),
    )
    for step in steps:
        try:
            step()
        except Exception as error:
            failures.append(error)
    if failures:
        raise ExceptionGroup("following agreements", failures)


@shared_task(name="events.agreements.sweep_files")
def sweep_files(**_newer_arguments: object) -> None:
    """Delete files of agreements that no row names."""
    sweeping.sweep(at=timezone.now())
