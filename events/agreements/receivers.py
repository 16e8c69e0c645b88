"""What is told and asked below: the ranking of what came about (a lost fact is found by the beat's
`note_missed_feedback`), and whether a kind of cooperation is in use."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from events.agreements.feedback import note_agreement, note_outcome
from events.agreements.models import AgreementText
from events.agreements.signals import agreement_signed
from events.meetings.signals import outcome_recorded
from portal.taxonomy.cooperation_kinds import kind_sought


@receiver(outcome_recorded, dispatch_uid="tell the ranking who met")
def on_outcome_recorded(sender: object, outcome_id: int, **_kwargs: Any) -> None:
    note_outcome(outcome_id)


@receiver(agreement_signed, dispatch_uid="tell the ranking who signed")
def on_agreement_signed(sender: object, agreement_id: int, **_kwargs: Any) -> None:
    note_agreement(agreement_id)


@receiver(kind_sought, dispatch_uid="say whether a text of an agreement names the kind of cooperation")
def on_kind_sought(sender: object, code: str, **_kwargs: Any) -> bool:
    return AgreementText.objects.filter(content__terms__contains=[{"cooperation_kind": code}]).exists()
