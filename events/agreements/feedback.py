"""What happened between a school and an enterprise, told to the ranking, which keeps it for later learning.

Each fact is told as soon as it is stored (receivers.py); what was not heard then, because a process ended, is found by
`note_missed`. Telling a fact again changes nothing.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from events.agreements.models import AgreementParty
from events.agreements.models.agreement import EVER_SIGNED
from events.meetings.models import Outcome
from matching.feedback import note
from matching.models import Feedback, FeedbackKind
from portal.organizations.models import OrganizationKind


def note_outcome(outcome_id: int) -> None:
    """That the two met, whatever came of it."""
    for outcome in _met().filter(pk=outcome_id):
        _note_met(outcome)


def note_agreement(agreement_id: int) -> None:
    """That every school and every enterprise of a signed agreement are partners now."""
    for party in _signed().filter(agreement=agreement_id):
        _note_signed(party)


def note_missed() -> int:
    """Tell what is stored and was not heard; returns how many facts that were."""
    missed = 0
    for outcome in _untold(_met(), FeedbackKind.MET).iterator():
        _note_met(outcome)
        missed += 1
    for party in _untold(_signed(), FeedbackKind.SIGNED).iterator():
        _note_signed(party)
        missed += 1
    return missed


def _note_met(outcome: Any) -> None:
    note(organization_id=outcome.one, partner_id=outcome.other, kind=FeedbackKind.MET, at=outcome.recorded_at)


def _note_signed(party: Any) -> None:
    at = party.agreement.updated_at
    note(organization_id=party.one, partner_id=party.other, kind=FeedbackKind.SIGNED, at=at)


def _met() -> QuerySet[Outcome]:
    """Outcomes with the organizations of both sides as `one` and `other`."""
    return Outcome.objects.annotate(one=F("school__organization"), other=F("enterprise__organization"))


def _signed() -> QuerySet[AgreementParty]:
    """The schools of signed agreements as `one`, a row for each enterprise of the same agreement as `other`."""
    schools = AgreementParty.objects.filter(
        agreement__status__in=EVER_SIGNED,
        organization__kind=OrganizationKind.SCHOOL,
        agreement__parties__organization__kind=OrganizationKind.ENTERPRISE,
    )
    return schools.select_related("agreement").annotate(
        one=F("organization"), other=F("agreement__parties__organization")
    )


def _untold(facts: QuerySet[Any], kind: FeedbackKind) -> QuerySet[Any]:
    """Those of which one of the two does not know; both are told together."""
    told = Feedback.objects.filter(kind=kind, organization=OuterRef("one"), partner=OuterRef("other"))
    return facts.exclude(Exists(told)).order_by("pk")
