"""A fair as its pages show it: counts, what is missing, who could be asked, whom a participant could wish for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.contrib.auth.models import AnonymousUser
from django.db.models import Avg, Count, FloatField, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Substr
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
from matching.models import Match, PairScore
from portal.accounts.models import User
from portal.demands.models import OPEN_STATUSES
from portal.organizations.models import MemberRole, Membership, Organization, OrganizationKind, OrganizationStatus


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
    return gaps


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


def suggest_partners(fair: Fair, *, side: OrganizationKind, limit: int = 30) -> list[Suggestion]:
    """Approved organizations of one side, not yet in the fair, whose ranking fits the fair's other side best.

    Ordered by the sum of the mutual scores with the other side's invited and coming ones; while nobody of the
    other side is asked yet, with all of them. Three queries.
    """
    other = OrganizationKind.ENTERPRISE if side == OrganizationKind.SCHOOL else OrganizationKind.SCHOOL
    here, there = ("school", "enterprise") if side == OrganizationKind.SCHOOL else ("enterprise", "school")
    known = Participation.objects.filter(fair=fair)
    asked = known.exclude(status__in=(ParticipationStatus.DECLINED, ParticipationStatus.CANCELLED))
    others = asked.filter(organization__kind=other)
    pairs = PairScore.objects.filter(**{f"{here}__status": OrganizationStatus.APPROVED}, mutual__gt=0)
    taken = known.exclude(status=ParticipationStatus.CANCELLED)
    pairs = pairs.exclude(**{f"{here}__in": taken.values("organization")})
    if others.exists():
        pairs = pairs.filter(**{f"{there}__in": others.values("organization")})
    ranked = pairs.values(here).annotate(
        total=Sum("mutual"), partners=Count("pk"), mean=Avg("mutual"), best=Max("mutual")
    )
    rows = list(ranked.order_by("-total", here)[:limit])
    organizations = Organization.objects.select_related("region", "school").in_bulk([row[here] for row in rows])
    return [Suggestion(organizations[row[here]], row["partners"], row["mean"], row["best"]) for row in rows]


def partners_to_wish_for(participation: Participation) -> QuerySet[Participation]:
    """The other side's organizations that are coming, each with `fit` (the wisher's own score) and `wish` (its own)."""
    is_school = participation.is_school
    own, their = ("school", "enterprise") if is_school else ("enterprise", "school")
    scores = PairScore.objects.filter(**{own: participation.organization_id, their: OuterRef("organization")})
    wish = Wish.objects.filter(wisher=participation, partner=OuterRef("pk")).values("kind")
    rows = Participation.objects.taking_part().filter(fair=participation.fair_id).select_related("organization__region")
    return _side(rows, school=not is_school).annotate(
        fit=Coalesce(Subquery(scores.values(f"{own}_score")[:1]), Value(0.0), output_field=FloatField()),
        wish=Subquery(wish[:1]),
    )


def _side(rows: ParticipationQuerySet, *, school: bool) -> ParticipationQuerySet:
    return rows.schools() if school else rows.enterprises()


def best_matches(participation: Participation, partners: list[Participation]) -> dict[int, Match]:
    """For each of these partners' organizations the best match between the two, if the ranking lists one."""
    others = [partner.organization_id for partner in partners]
    rows = Match.objects.filter(ranking__demand__status__in=OPEN_STATUSES).select_related("ranking__demand")
    if participation.is_school:
        rows = rows.filter(school=participation.organization_id, ranking__demand__enterprise__in=others)
        found = rows.order_by("ranking__demand__enterprise", "-score", "pk").distinct("ranking__demand__enterprise")
        return {row.ranking.demand.enterprise_id: row for row in found}
    rows = rows.filter(ranking__demand__enterprise=participation.organization_id, school__in=others)
    found = rows.order_by("school", "-score", "pk").distinct("school")
    return {row.school_id: row for row in found}


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
