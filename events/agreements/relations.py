"""What was between two organizations: fairs at which they met, what came of it, agreements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from events.agreements.models import Agreement, AgreementParty
from events.agreements.models.agreement import GIVEN_UP
from events.fairs.models import Fair
from events.meetings.models import Meeting, Outcome, TimetableStatus
from portal.accounts.models import User

Person = User | AnonymousUser


def partners_of(organization_id: int) -> set[int]:
    """The organizations with which this one has signed an agreement, whenever that was; one query."""
    signed = Agreement.objects.signed().filter(parties__organization=organization_id)
    parties = AgreementParty.objects.filter(agreement__in=signed).exclude(organization=organization_id)
    return set(parties.values_list("organization", flat=True))


def history_url(organization_id: int, partner_id: int) -> str:
    """Where the history of the two is shown."""
    return reverse("agreements:history", args=[organization_id, partner_id])


@dataclass(slots=True)
class Encounter:
    """A fair at which the two met, or were to meet, with what is recorded of it as far as the person may see it."""

    on: date
    fair: Fair
    meeting: Meeting | None = None
    outcome: Outcome | None = None
    outcome_url: str = ""  # where the person may correct it


@dataclass(frozen=True, slots=True)
class History:
    """Encounters and agreements, latest first."""

    encounters: list[Encounter]
    agreements: list[Agreement]


def history_between(*, one: int, other: int, user: Person) -> History:
    """What the person may see of what was between two organizations; three queries.

    Withdrawn drafts and meetings that were called off are not told.
    """
    agreements = Agreement.objects.visible_to(user).exclude(status__in=GIVEN_UP)
    for organization in (one, other):
        agreements = agreements.filter(Exists(_party(organization)))
    found = _encounters(one, other, user)
    return History(
        encounters=sorted(found.values(), key=lambda row: (row.on, row.fair.pk), reverse=True),
        agreements=list(agreements.order_by("-starts_on", "-pk")),
    )


def _party(organization: int) -> QuerySet[AgreementParty]:
    return AgreementParty.objects.filter(agreement=OuterRef("pk"), organization=organization)


def _encounters(one: int, other: int, user: Person) -> dict[int, Encounter]:
    """By fair; a talk that was on no timetable has an outcome alone."""
    pair = Q(school__organization=one, enterprise__organization=other) | Q(
        school__organization=other, enterprise__organization=one
    )
    meetings = Meeting.objects.visible_to(user).taking_place().with_parties().filter(pair)
    found = {
        meeting.timetable.fair_id: Encounter(
            timezone.localdate(meeting.slot.starts_at), meeting.timetable.fair, meeting=meeting
        )
        for meeting in meetings.filter(timetable__status=TimetableStatus.PUBLISHED)
    }
    mine = Outcome.objects.editable_by(user).filter(pk=OuterRef("pk"))
    seen = Outcome.objects.visible_to(user).filter(pair).select_related("fair")
    outcomes: Iterable[Any] = seen.annotate(is_mine=Exists(mine))
    for outcome in outcomes:
        met = found.setdefault(outcome.fair_id, Encounter(timezone.localdate(outcome.recorded_at), outcome.fair))
        met.outcome = outcome
        met.outcome_url = reverse("meetings:outcome_edit", args=[outcome.pk]) if outcome.is_mine else ""
    return found
