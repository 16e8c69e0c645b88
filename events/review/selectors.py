"""What follows a fair, as the pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.fairs.models import TAKING_PART, Fair, Participation, ParticipationStatus
from events.meetings.models import Meeting, MeetingState, Outcome, OutcomeLevel, TimetableStatus
from events.review.models import CallBack, CallBackQuerySet, Strike, StrikeQuerySet
from portal.accounts.models import User
from portal.organizations.models import EDITING_ROLES, Membership, Organization, OrganizationKind


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One figure on the way from the invitation to the signature; `url` leads to its rows."""

    label: Promise | str
    schools: int | None
    enterprises: int | None
    total: int
    url: str


def funnel(fair: Fair) -> list[FunnelStep]:
    """Invited → coming → there → talks held → intents → consensus → signed; three queries."""
    counts = _participations(fair)
    held = Meeting.objects.filter(
        timetable__fair=fair, timetable__status=TimetableStatus.PUBLISHED, state=MeetingState.HELD
    ).count()
    levels = Outcome.objects.filter(fair=fair).aggregate(
        **{f"pairs_{level}": Count("pk", filter=Q(level__gte=level)) for level in _LEVELS},
        **{f"schools_{level}": Count("school", filter=Q(level__gte=level), distinct=True) for level in _LEVELS},
        **{f"firms_{level}": Count("enterprise", filter=Q(level__gte=level), distinct=True) for level in _LEVELS},
    )
    people = reverse("fairs:participants", args=[fair.slug])
    outcomes = reverse("meetings:outcomes", args=[fair.slug])
    steps = [
        FunnelStep(label, counts[f"schools_{key}"], counts[f"firms_{key}"], counts[key], people + query)
        for key, label, query in (
            ("invited", _("Invited"), ""),
            ("coming", _("Accepted"), ""),
            ("here", _("Checked in"), "?status=attended"),
        )
    ]
    steps.append(FunnelStep(_("Talks held"), None, None, held, reverse("meetings:timetable", args=[fair.slug])))
    steps += [
        FunnelStep(
            level.label,
            levels[f"schools_{level}"],
            levels[f"firms_{level}"],
            levels[f"pairs_{level}"],
            f"{outcomes}?level={level.value}",
        )
        for level in _LEVELS
    ]
    return steps


_LEVELS = (OutcomeLevel.INTENT, OutcomeLevel.CONSENSUS, OutcomeLevel.SIGNED)


def _participations(fair: Fair) -> dict[str, int]:
    came = Q(status__in=(*TAKING_PART, ParticipationStatus.ABSENT))
    conditions = {"invited": Q(), "coming": came, "here": Q(status=ParticipationStatus.ATTENDED)}
    sides = {"schools_": OrganizationKind.SCHOOL, "firms_": OrganizationKind.ENTERPRISE}
    counts = {key: Count("pk", filter=condition) for key, condition in conditions.items()} | {
        f"{side}{key}": Count("pk", filter=condition & Q(organization__kind=kind))
        for key, condition in conditions.items()
        for side, kind in sides.items()
    }
    found: dict[str, int] = Participation.objects.filter(fair=fair).aggregate(**counts)
    return found


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is left to do after a fair."""

    strikes: int
    appeals: int
    call_backs: int
    overdue: int


def open_work(fair: Fair, today: date) -> OpenWork:
    """Standing breaches, appeals without an answer, open call-backs and those past their day; two queries."""
    strikes = Strike.objects.filter(participation__fair=fair).aggregate(
        standing=Count("pk", filter=Q(waived_at=None)),
        appeals=Count("pk", filter=Q(appeal__isnull=False, appeal__answered_at=None)),
    )
    calls = CallBack.objects.filter(outcome__fair=fair, done_at=None).aggregate(
        all=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today))
    )
    return OpenWork(strikes["standing"], strikes["appeals"], calls["all"], calls["overdue"])


def strikes_seen_by(user: User) -> StrikeQuerySet:
    """The breaches that the person may see, each with `is_mine`: it may answer for the organizer."""
    rows = Strike.objects.visible_to(user).select_related(
        "participation__organization", "participation__fair__organizer", "appeal"
    )
    run = Fair.objects.editable_by(user).filter(pk=OuterRef("participation__fair"))
    return rows.annotate(is_mine=Exists(run))


def call_backs_seen_by(user: User) -> CallBackQuerySet:
    """The call-backs of fairs that the person runs, with both sides loaded."""
    return CallBack.objects.visible_to(user).select_related(
        "outcome__fair", "outcome__school__organization", "outcome__enterprise__organization", "done_by"
    )


def acting_organizers(user: User) -> Iterable[Organization]:
    """Organizations that run fairs for which the person may write; the staff sees to no rules of others."""
    roles = Membership.objects.current().filter(user=user, role__in=EDITING_ROLES)
    run_fairs = Fair.objects.filter(organizer=OuterRef("pk"))
    rows: Any = Organization.objects.filter(pk__in=roles.values("organization")).filter(Exists(run_fairs))
    return list(rows.order_by("pk"))
