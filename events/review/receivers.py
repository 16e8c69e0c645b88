"""Breaches follow from what the fair below tells; a lost fact is found by the beat's `note_missed_strikes`."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from events.fairs.signals import fair_closed, participation_changed
from events.review.services import note_strikes, note_strikes_of_fair


@receiver(participation_changed, dispatch_uid="note breaches of a participation")
def on_participation_changed(sender: object, participation_id: int, **_kwargs: Any) -> None:
    note_strikes(participation_id=participation_id, at=timezone.now())


@receiver(fair_closed, dispatch_uid="note breaches of a fair")
def on_fair_closed(sender: object, fair_id: int, **_kwargs: Any) -> None:
    note_strikes_of_fair(fair_id=fair_id, at=timezone.now())
