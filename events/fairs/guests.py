"""The guests of a fair as the organizer's pages show them: who they are, what they owe, who is there when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from events.fairs.fitting import BestDemand, best_demands
from events.fairs.models import TAKING_PART, Absence, Delegate, Fair, Participation, ParticipationStatus, Slot, Wish
from events.fairs.selectors import named_like
from matching.models import Match
from portal.accounts.models import User
from portal.organizations.models import EDITING_ROLES, Organization, OrganizationKind, OrganizationStatus
from portal.organizations.standing import Seat, standing_of
from portal.taxonomy.models import Region

SIDES = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)
OWING = ("names", "wishes")


@dataclass(frozen=True, slots=True)
class GuestFilter:
    """What the list of participants is narrowed to; an unknown value narrows nothing."""

    side: str = ""
    status: str = ""
    without: str = ""
    province: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> GuestFilter:
        """As an address gives it."""
        words = query.get("q", "").replace("\x00", "").strip()[:60]
        return cls(
            _known(query.get("side", ""), SIDES),
            _known(query.get("status", ""), ParticipationStatus.values),
            _known(query.get("without", ""), OWING),
            query.get("province", "")[:2] if query.get("province", "").isascii() else "",
            words,
        )

    @property
    def narrows(self) -> bool:
        return any((self.side, self.status, self.without, self.province, self.words))

    def applied(self, rows: QuerySet[Participation]) -> QuerySet[Participation]:
        """The rows that fit."""
        if self.side:
            rows = rows.filter(organization__kind=self.side)
        if self.status:
            rows = rows.filter(status=self.status)
        if self.without:
            owed = Q(names_confirmed_at=None) if self.without == "names" else ~Q(Exists(_WISHES))
            rows = rows.filter(owed, status__in=TAKING_PART)
        if self.province:
            rows = rows.filter(organization__region__code__startswith=self.province)
        return rows.filter(named_like(self.words)) if self.words else rows


_WISHES = Wish.objects.filter(wisher=OuterRef("pk"))


def _known(value: str, values: Collection[str]) -> str:
    return value if value in values else ""


def guest_rows(fair: Fair) -> QuerySet[Participation]:
    """Participations with their organization, region and numbers of wishes, absences and names."""
    return (
        Participation.objects.filter(fair=fair)
        .select_related("organization__region")
        .annotate(
            wish_count=Count("wishes", distinct=True),
            absence_count=Count("absences", distinct=True),
            name_count=Count("people", distinct=True),
        )
    )


def provinces_of(fair: Fair) -> list[Region]:
    """Where the guests come from; one query."""
    codes = Participation.objects.filter(fair=fair).annotate(province=Substr("organization__region_id", 1, 2))
    return list(
        Region.objects.filter(level=1)
        .annotate(province=Substr("code", 1, 2))
        .filter(province__in=codes.values("province"))
        .order_by("code")
    )


@dataclass(frozen=True, slots=True)
class Owed:
    """How many guests the organizer waits for, or has to decide about."""

    names: int
    applied: int
    waiting: int


def owed_of(fair: Fair) -> Owed:
    """One query."""
    counts = Participation.objects.filter(fair=fair).aggregate(
        names=Count("pk", filter=Q(status__in=TAKING_PART, names_confirmed_at=None)),
        applied=Count("pk", filter=Q(status=ParticipationStatus.APPLIED)),
        waiting=Count("pk", filter=Q(status=ParticipationStatus.WAITLISTED)),
    )
    return Owed(**counts)


def waiting_places(fair: Fair) -> dict[int, int]:
    """Participation → its place on the waiting list of its side, from 1; one query."""
    queue = Participation.objects.filter(fair=fair, status=ParticipationStatus.WAITLISTED)
    rows = queue.order_by("organization__kind", "waitlisted_at", "pk").values_list("organization__kind", "pk")
    return {
        pk: place
        for _kind, group in groupby(rows, lambda row: row[0])
        for place, (_same, pk) in enumerate(group, start=1)
    }


def waiting_place(row: Participation) -> int | None:
    """Its own place, or None for whoever does not wait."""
    if row.status != ParticipationStatus.WAITLISTED:
        return None
    return waiting_places(row.fair).get(row.pk)


@dataclass(frozen=True, slots=True)
class GridLine:
    """A guest and, slot by slot, whether it is away."""

    row: Participation
    cells: list[tuple[Slot, bool]]

    @property
    def present(self) -> int:
        return sum(not away for _slot, away in self.cells)


def grid_of(rows: Collection[Participation], slots: Collection[Slot]) -> list[GridLine]:
    """When each of the guests is there; one query."""
    away = set(Absence.objects.filter(participation__in=rows).values_list("participation_id", "slot_id"))
    return [GridLine(row, [(slot, (row.pk, slot.pk) in away) for slot in slots]) for row in rows]


def days_of(slots: Collection[Slot]) -> list[tuple[date, int]]:
    """The days of the slots, in order, each with how many slots it has."""
    return [(day, len(list(group))) for day, group in groupby(slots, lambda slot: timezone.localdate(slot.starts_at))]


def own_seats(user: Any) -> list[Seat]:
    """The approved schools and enterprises for which the person answers; no query on a page that has asked before."""
    return [
        seat
        for seat in standing_of(user).seats
        if seat.kind in SIDES and seat.role in EDITING_ROLES and seat.status == OrganizationStatus.APPROVED
    ]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is suggested: the best partner at the fair and the demand that fits."""

    organization_id: int
    partner: str
    demand: BestDemand | None


def reasons_for(fair: Fair, *, side: str, organization_ids: Collection[int]) -> list[Reason]:
    """The best partner of each, among those asked to the fair; a dozen queries, whatever the numbers."""
    here, there = ("school", "enterprise") if side == OrganizationKind.SCHOOL else ("enterprise", "school")
    asked = Participation.objects.filter(fair=fair).exclude(
        status__in=(ParticipationStatus.CANCELLED, ParticipationStatus.DECLINED)
    )
    matches = Match.objects.filter(mutual__gt=0, **{f"{here}__in": organization_ids})
    if asked.exclude(organization__kind=side).exists():
        matches = matches.filter(**{f"{there}__in": asked.values("organization")})
    best = dict(matches.order_by(here, "-mutual", there).distinct(here).values_list(here, there))
    names = dict(Organization.objects.filter(pk__in=best.values()).values_list("pk", "legal_name"))
    schools, firms = (best.keys(), best.values()) if here == "school" else (best.values(), best.keys())
    demands = best_demands(schools=set(schools), enterprises=set(firms))
    return [
        Reason(one, names[other], demands.get((one, other) if here == "school" else (other, one)))
        for one, other in best.items()
    ]


def delegates_of(user: User, row: Participation) -> list[Delegate]:
    """The names of a participation in the order of rank, as far as the user may know them."""
    return list(Delegate.objects.visible_to(user).filter(participation=row).order_by("rank"))
