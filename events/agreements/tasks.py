"""Celery's door to what the ranking is told."""

from __future__ import annotations

from celery import shared_task

from events.agreements import feedback


@shared_task(name="events.agreements.note_missed_feedback")
def note_missed_feedback(**_newer_arguments: object) -> None:
    """Tell the ranking of meetings and signatures whose signal nobody heard."""
    feedback.note_missed()
