"""The door as its pages show it: the list that a desk keeps, who is missing now, the tables of a slot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum
from django.utils.http import quote_etag

from events.door.models import DoorEvent
from events.fairs.models import Delegate, Fair, Participation, ParticipationStatus, Slot
from events.meetings.models import Meeting, MeetingState, Outcome, TimetableStatus
from portal.organizations.models import Organization, OrganizationKind
from portal.taxonomy.names import spelling

SIDES = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)
# A row that was committed after a list was made may bear an earlier time than that list: looked at twice.
OVERLAP = timedelta(seconds=15)
AWAITED = (ParticipationStatus.CONFIRMED,)


def stamp_of(fair: Fair, at: datetime) -> str:
    """Changes whenever anything on a desk's list does: the guests, after a slash where they go next; four queries."""
    rows = Participation.objects.filter(fair=fair).aggregate(n=Count("pk"), changed=Max("updated_at"))
    people = Delegate.objects.filter(participation__fair=fair).aggregate(n=Count("pk"), changed=Max("updated_at"))
    guests = f"{fair.version}-{rows['n']}-{people['n']}-{_tick(rows['changed'])}-{_tick(people['changed'])}"
    # What came of a talk moves nobody: the time at which a meeting was changed would say too much.
    meetings = _planned(fair).aggregate(n=Count("pk"), last=Max("pk"), moves=Sum("sequence"))
    slot = slot_now(fair, at)
    places = f"{meetings['n']}-{meetings['last']}-{meetings['moves']}-{slot.pk if slot else 0}"
    stamp: str = quote_etag(f"{guests}/{places}")
    return stamp


def places_in(stamp: str) -> str:
    """The part of a stamp that changes for everybody at once: with a new timetable, and from slot to slot."""
    return stamp.strip('"').rpartition("/")[2]


def _tick(moment: datetime | None) -> str:
    return f"{moment.timestamp():.6f}" if moment is not None else ""


def guest_list(fair: Fair, *, at: datetime, since: datetime | None = None) -> list[dict[str, Any]]:
    """All that a desk knows of each organization, or of those changed since a moment; three queries.

    Names, posts, whether they are here, and where they go first: no telephone, no wish, no partner, nothing typed.
    """
    rows = Participation.objects.filter(fair=fair).select_related("organization")
    if since is not None:
        after = since - OVERLAP
        people = Delegate.objects.filter(participation=OuterRef("pk"), updated_at__gt=after)
        rows = rows.filter(Q(updated_at__gt=after) | Exists(people))
    guests = list(rows.prefetch_related("people").order_by("organization__pinyin", "pk"))
    places = _next_places(fair, at)
    return [_guest(guest, places.get(guest.pk)) for guest in guests]


def _guest(row: Participation, place: dict[str, Any] | None) -> dict[str, Any]:
    organization = row.organization
    return {
        "id": str(row.public_id),
        "name": organization.legal_name,
        "short": organization.short_name,
        "words": f"{organization.search_text} {organization.pinyin} {organization.initials}",
        "side": organization.kind,
        "status": row.status,
        "at": _milliseconds(row.checked_in_at),
        "count": row.delegates,
        "next": place,
        "people": [_person(person) for person in row.people.all()],
    }


def _person(person: Delegate) -> dict[str, Any]:
    pinyin, initials = _spelt(person.name)
    return {
        "id": str(person.public_id),
        "name": person.name,
        "post": person.post,
        "leads": person.is_leader,
        "words": f"{pinyin} {initials}",
        "at": _milliseconds(person.checked_in_at),
        "in_for": person.stands_in_for_id is not None,
    }


@lru_cache(maxsize=4096)
def _spelt(name: str) -> tuple[str, str]:
    return spelling(name)


def _milliseconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment is not None else None


def _planned(fair: Fair) -> Any:
    published = Meeting.objects.filter(timetable__fair=fair, timetable__status=TimetableStatus.PUBLISHED)
    return published.taking_place()


def _next_places(fair: Fair, at: datetime) -> dict[int, dict[str, Any]]:
    """The first meeting that is not over of every participation: when and at which table; one query."""
    rows = _planned(fair).filter(slot__ends_at__gt=at).select_related("slot", "table")
    places: dict[int, dict[str, Any]] = {}
    for meeting in rows.order_by("slot__starts_at", "pk"):
        place = {"at": _milliseconds(meeting.slot.starts_at), "table": str(meeting.table)}
        places.setdefault(meeting.school_id, place)
        places.setdefault(meeting.enterprise_id, place)
    return places


def slot_now(fair: Fair, at: datetime) -> Slot | None:
    """The slot that runs, else the next one; None after the last."""
    return Slot.objects.filter(fair=fair, ends_at__gt=at).order_by("starts_at").first()


@dataclass(frozen=True, slots=True)
class Missing:
    """A delegation that is awaited and not here: its next meeting, and whom to call (for the organizer alone)."""

    participation: Participation
    meeting: Meeting | None
    callees: list[Delegate]
    is_due: bool

    @property
    def partner(self) -> Participation | None:
        """Who waits at the table."""
        if self.meeting is None:
            return None
        is_school = self.meeting.school_id == self.participation.pk
        return self.meeting.enterprise if is_school else self.meeting.school


def missing_at(fair: Fair, at: datetime) -> list[Missing]:
    """Who has accepted or is marked absent and not here, those with the earliest meeting first; three queries.

    `is_due`: the meeting is in the slot that runs or begins next.
    """
    awaited = (ParticipationStatus.CONFIRMED, ParticipationStatus.ABSENT)
    rows = Participation.objects.filter(fair=fair, status__in=awaited).select_related("organization")
    ahead = _planned(fair).filter(slot__ends_at__gt=at, state=MeetingState.PLANNED).with_parties()
    first: dict[int, Meeting] = {}
    for meeting in ahead.order_by("slot__starts_at", "pk"):
        first.setdefault(meeting.school_id, meeting)
        first.setdefault(meeting.enterprise_id, meeting)
    now = min((meeting.slot.starts_at for meeting in first.values()), default=None)
    found = [
        Missing(row, first.get(row.pk), _callees(row), row.pk in first and first[row.pk].slot.starts_at == now)
        for row in rows.prefetch_related("people")
    ]
    return sorted(found, key=_urgency)


def _urgency(missing: Missing) -> tuple[bool, bool, float, str]:
    starts = missing.meeting.slot.starts_at.timestamp() if missing.meeting else float("inf")
    absent = missing.participation.status == ParticipationStatus.ABSENT
    return not missing.is_due, absent, starts, missing.participation.organization.pinyin


def _callees(row: Participation) -> list[Delegate]:
    """The leader first, then by rank; only those with a number."""
    people = [person for person in row.people.all() if person.phone]
    return sorted(people, key=lambda person: (not person.is_leader, person.rank))[:3]


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table of a slot: who meets there and what is recorded of it."""

    meeting: Meeting
    outcome: Outcome | None


def tables_of(fair: Fair, slot: Slot, zone: str = "") -> list[TableLine]:
    """The meetings of a slot by table; two queries."""
    meetings = _planned(fair).filter(slot=slot).with_parties().order_by("table__number")
    if zone:
        meetings = meetings.filter(table__zone=zone)
    pairs = {(row.school_id, row.enterprise_id): row for row in Outcome.objects.filter(fair=fair)}
    return [TableLine(meeting, pairs.get((meeting.school_id, meeting.enterprise_id))) for meeting in meetings]


def latest_events(fair: Fair, limit: int = 10) -> list[DoorEvent]:
    """What happened last at the door, as it was received; one query."""
    rows = DoorEvent.objects.filter(fair=fair)
    return list(rows.select_related("participation__organization", "delegate", "desk_pass", "by")[:limit])


def unknown_walk_ins(fair: Fair) -> list[DoorEvent]:
    """Those who came from organizations that the portal does not know."""
    return list(DoorEvent.objects.filter(fair=fair, participation=None).select_related("desk_pass", "by"))


def organizations_named(words: str, *, limit: int = 8) -> Iterable[Organization]:
    """Approved schools and enterprises for a walk-in; nothing for fewer than two characters."""
    if len(words.strip()) < 2:
        return []
    rows = Organization.objects.approved().named_like(words).filter(kind__in=SIDES)
    return rows.order_by("pinyin", "pk")[:limit]


def timer_slots(fair: Fair) -> list[dict[str, int]]:
    """Begin and end of every slot in milliseconds, in order; one query."""
    rows = Slot.objects.filter(fair=fair).order_by("starts_at").values_list("starts_at", "ends_at")
    return [{"starts": int(starts.timestamp() * 1000), "ends": int(ends.timestamp() * 1000)} for starts, ends in rows]


def awaited_rows(fair: Fair) -> list[Participation]:
    """Who is awaited, by name, for the list on paper; one query."""
    rows = Participation.objects.filter(fair=fair, status__in=AWAITED).select_related("organization")
    return list(rows.order_by("organization__pinyin", "pk"))
