"""What the ranking below is told of this application; a lost fact is found by the beat's `note_missed_feedback`."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from events.agreements.feedback import note_agreement, note_outcome
from events.agreements.signals import agreement_signed
from events.meetings.signals import outcome_recorded


@receiver(outcome_recorded, dispatch_uid="tell the ranking who met")
def on_outcome_recorded(sender: object, outcome_id: int, **_kwargs: Any) -> None:
    note_outcome(outcome_id)


@receiver(agreement_signed, dispatch_uid="tell the ranking who signed")
def on_agreement_signed(sender: object, agreement_id: int, **_kwargs: Any) -> None:
    note_agreement(agreement_id)
