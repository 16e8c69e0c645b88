"""A fair as its pages show it: counts, what is missing, who could be asked, whom a participant could wish for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import fsum
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.fairs.fitting import looked_up, own_scores
from events.fairs.models import (
    TAKING_PART,
    Fair,
    FairSession,
    FairTable,
    Participation,
    ParticipationQuerySet,
    ParticipationStatus,
    Slot,
    Wish,
)
from matching.models import Match, Side
from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.jobs.models import Job
from portal.organizations.models import MemberRole, Membership, Organization, OrganizationKind


@dataclass(frozen=True, slots=True)
class ParticipationCounts:
    """Organizations of a fair by side; `coming` counts those that accepted, checked in or not."""

    schools_coming: int
    enterprises_coming: int
    schools_here: int
    enterprises_here: int
    unanswered: int
    declined: int
    absent: int
    provinces: int
    without_wish: int

    @property
    def coming(self) -> int:
        return self.schools_coming + self.enterprises_coming

    @property
    def here(self) -> int:
        return self.schools_here + self.enterprises_here


def participation_counts(fair: Fair) -> ParticipationCounts:
    """One query."""
    coming, here = Q(status__in=TAKING_PART), Q(status=ParticipationStatus.ATTENDED)
    school, firm = Q(organization__kind=OrganizationKind.SCHOOL), Q(organization__kind=OrganizationKind.ENTERPRISE)
    wished = Wish.objects.filter(wisher=OuterRef("pk")).values("wisher")
    rows = Participation.objects.filter(fair=fair).annotate(
        province=Substr("organization__region_id", 1, 2), wished=Subquery(wished[:1])
    )
    counts = rows.aggregate(
        schools_coming=Count("pk", filter=coming & school),
        enterprises_coming=Count("pk", filter=coming & firm),
        schools_here=Count("pk", filter=here & school),
        enterprises_here=Count("pk", filter=here & firm),
        unanswered=Count("pk", filter=Q(status=ParticipationStatus.INVITED)),
        declined=Count("pk", filter=Q(status__in=(ParticipationStatus.DECLINED, ParticipationStatus.CANCELLED))),
        absent=Count("pk", filter=Q(status=ParticipationStatus.ABSENT)),
        provinces=Count("province", filter=coming & school, distinct=True),
        without_wish=Count("pk", filter=coming & Q(wished=None)),
    )
    return ParticipationCounts(**counts)


@dataclass(frozen=True, slots=True)
class Grounds:
    """How much room a fair has."""

    slots: int
    tables: int
    sessions: int

    @property
    def places(self) -> int:
        """Meetings that fit at most."""
        return self.slots * self.tables


def grounds_of(fair: Fair) -> Grounds:
    """One query."""
    counts = Fair.objects.filter(pk=fair.pk).aggregate(
        slots=Count("slots", distinct=True),
        tables=Count("tables", distinct=True),
        sessions=Count("sessions", distinct=True),
    )
    return Grounds(**counts)


def opening_gaps(fair: Fair) -> list[Promise | str]:
    """What is missing before registration can be opened, in words."""
    grounds = grounds_of(fair)
    gaps: list[Promise | str] = []
    if not grounds.slots:
        gaps.append(_("Lay out the slots first: organizations answer for them."))
    if not grounds.tables:
        gaps.append(_("Lay out the tables first."))
    if not says_where_to_arrive(fair):
        gaps.append(_("Say first when and where to register, and whom to call: it stands in every invitation."))
    return gaps


def says_where_to_arrive(fair: Fair) -> bool:
    """Whether a delegate who comes the day before knows where to go and whom to call."""
    return bool(fair.registration_at and fair.registration_place and fair.duty_contact)


def slots_by_day(fair: Fair) -> list[tuple[date, list[Slot]]]:
    """The slots of a fair by local day, in order."""
    slots = Slot.objects.filter(fair=fair).order_by("starts_at")
    return [(day, list(group)) for day, group in groupby(slots, lambda slot: timezone.localdate(slot.starts_at))]


def programme_by_day(fair: Fair) -> list[tuple[date, list[FairSession]]]:
    """The parts of the programme by local day, in order."""
    parts = FairSession.objects.filter(fair=fair).order_by("starts_at", "pk")
    return [(day, list(group)) for day, group in groupby(parts, lambda part: timezone.localdate(part.starts_at))]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An organization that could be invited: partners at the fair that fit it, and how well in the mean and at best."""

    organization: Organization
    partners: int
    mean: float
    best: float


SPARE = 3  # times as many are looked at as are shown: some are suspended, or seek nobody any more


class _Fits(NamedTuple):
    """The mutual scores of an organization with some others, all told."""

    total: float
    partners: int
    best: float


def suggest_partners(fair: Fair, *, side: OrganizationKind, limit: int = 30) -> list[Suggestion]:
    """Approved organizations of one side, not yet in the fair, whose ranking fits the fair's other side best.

    Ordered by the sum of the mutual scores with the other side's invited and coming ones, as far as one of the two is
    in the other's stored list; while nobody of the other side is asked yet, with all enterprises or schools. Three
    queries.
    """
    here, there = ("school", "enterprise") if side == OrganizationKind.SCHOOL else ("enterprise", "school")
    known = Participation.objects.filter(fair=fair).exclude(status=ParticipationStatus.CANCELLED)
    asked = known.exclude(status=ParticipationStatus.DECLINED).exclude(organization__kind=side)
    others = list(asked.values_list("organization", flat=True))
    taken = known.values("organization")
    matches = Match.objects.filter(mutual__gt=0).exclude(**{f"{here}__in": taken})
    most = SPARE * limit
    found = _fits_with(matches, here, there, others) if others else _fits_with_all(matches, here, most)
    ranked = sorted(found, key=lambda key: (-found[key].total, key))[:most]
    organizations = _could_come(side).in_bulk(ranked)
    suggested = [(organizations[key], found[key]) for key in ranked if key in organizations][:limit]
    return [Suggestion(row, fits.partners, fits.total / fits.partners, fits.best) for row, fits in suggested]


def _fits_with(matches: QuerySet[Match], here: str, there: str, others: list[int]) -> dict[int, _Fits]:
    """By organization, with these others; a pair that both list counts once."""
    rows = [
        matches.filter(**{"side": side, f"{there}__in": others}).values_list(here, there, "mutual") for side in Side
    ]
    scores: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, mutual in rows[0].union(*rows[1:]):
        scores[one][other] = mutual
    return {one: _Fits(fsum(own.values()), len(own), max(own.values())) for one, own in scores.items()}


def _fits_with_all(matches: QuerySet[Match], here: str, most: int) -> dict[int, _Fits]:
    """The same for the first of all; of the lists of the enterprises alone, as these are millions of rows."""
    sums = matches.filter(side=Side.ENTERPRISE).values(here)
    rows = sums.annotate(total=Sum("mutual"), partners=Count("mutual"), best=Max("mutual"))
    return {row.pop(here): _Fits(**row) for row in rows.order_by("-total", here)[:most]}


def _could_come(side: OrganizationKind) -> QuerySet[Organization]:
    """Approved ones of a side; enterprises that seek somebody."""
    rows = Organization.objects.approved().filter(kind=side).select_related("region", "school")
    if side == OrganizationKind.ENTERPRISE:
        rows = rows.filter(Exists(TalentDemand.objects.open().filter(enterprise=OuterRef("pk"))))
    return rows


def other_side_of(participation: Participation) -> ParticipationQuerySet:
    """Those of the other side that are coming to the participant's fair."""
    coming = Participation.objects.taking_part().filter(fair=participation.fair_id)
    return coming.enterprises() if participation.is_school else coming.schools()


def partners_to_wish_for(participation: Participation, *, only: int | None = None) -> QuerySet[Participation]:
    """The other side's organizations that are coming, each with `fit` (the wisher's own score) and `wish` (its own).

    `only`: one of them. The scores are those of the present ranking, asked for at once; the rows come lazily.
    """
    rows = other_side_of(participation)
    if only is not None:
        rows = rows.filter(pk=only)
    scores = own_scores(participation, list(rows.values_list("organization", flat=True)))
    wish = Wish.objects.filter(wisher=participation, partner=OuterRef("pk")).values("kind")
    return rows.select_related("organization__region").annotate(
        fit=looked_up(scores, "organization_id"), wish=Subquery(wish[:1])
    )


def may_read_papers(job: Job, user: User) -> bool:
    """Whether the person still runs the fair of a job, whose papers tell of everybody who is asked to it."""
    return Fair.objects.editable_by(user).filter(pk=job.arguments.get("fair_id")).exists()


def organizers_of(user: User | AnonymousUser) -> list[Organization]:
    """The approved organizations for which the user may run a fair; for the staff every one but the two sides."""
    if not user.is_authenticated:
        return []
    approved = Organization.objects.approved().order_by("pinyin", "pk")
    if user.is_staff:
        return list(approved.exclude(kind__in=(OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)))
    roles = Membership.objects.current().filter(user=user, role=MemberRole.ORGANIZER)
    return list(approved.filter(pk__in=roles.values("organization")))


def may_run_fairs(user: User | AnonymousUser) -> bool:
    """Whether a button for a new fair makes sense."""
    if not user.is_authenticated:
        return False
    return user.is_staff or Membership.objects.current().filter(user=user, role=MemberRole.ORGANIZER).exists()


@dataclass(frozen=True, slots=True)
class Zone:
    """The tables of a zone: how many, the first and the last number."""

    zone: str
    count: int
    first: int
    last: int


def tables_by_zone(fair: Fair) -> list[Zone]:
    """One query."""
    rows = FairTable.objects.filter(fair=fair).values("zone").order_by("zone")
    found = rows.annotate(count=Count("pk"), first=Min("number"), last=Max("number"))
    return [Zone(row["zone"], row["count"], row["first"], row["last"]) for row in found]


def tables_with_owners(fair: Fair) -> list[FairTable]:
    """All tables by number with room and owner, and `closed`: in how many slots each is closed; one query."""
    tables = FairTable.objects.filter(fair=fair).select_related("room", "owner__organization")
    return list(tables.annotate(closed=Count("closings")).order_by("number"))


def wish_counts(participation: Participation) -> dict[str, int]:
    """How many partners this participant must, would like to and does not want to meet."""
    counts = dict.fromkeys(("must", "ok", "no"), 0)
    rows = Wish.objects.filter(wisher=participation, partner__status__in=TAKING_PART)
    return counts | dict(rows.values_list("kind").annotate(n=Count("pk")).order_by())


def named_like(words: str) -> Q:
    """Participations whose organization is found by a part of a name, by pinyin or initials."""
    return Q(organization__in=Organization.objects.named_like(words))


def found_to_invite(fair: Fair, *, side: OrganizationKind, words: str, limit: int = 30) -> list[Organization]:
    """Approved organizations of one side, not yet in the fair, whose name or its sound fits the words."""
    known = Participation.objects.filter(fair=fair).exclude(status=ParticipationStatus.CANCELLED)
    rows = Organization.objects.approved().named_like(words).filter(kind=side)
    rows = rows.exclude(pk__in=known.values("organization")).select_related("region", "school")
    return list(rows.order_by("pinyin", "pk")[:limit])


def wished_as(partners: QuerySet[Participation], participation: Participation, kind: str) -> QuerySet[Participation]:
    """Those of the partners for whom the participant has this wish."""
    return partners.filter(pk__in=Wish.objects.filter(wisher=participation, kind=kind).values("partner"))
