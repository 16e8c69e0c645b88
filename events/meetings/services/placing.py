"""What stands against a place, and with which delegates two could meet there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.meetings.models import Meeting
from portal.common.database import last_rows
from portal.common.errors import DomainError

SLOT_LOCKS = 7_316  # the first half of the advisory locks' numbers; any constant of our own


class MoveRefused(DomainError):
    """A place in which these two cannot meet."""


@contextmanager
def one_change() -> Iterator[None]:
    """A transaction in which the database's refusal of a place becomes MoveRefused in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise refusal_of(error) from error


@dataclass(frozen=True, slots=True)
class Seats:
    """Which of its delegates a side sends: 1, or up to `Participation.at_once`."""

    school: int
    enterprise: int


@dataclass(frozen=True, slots=True)
class Side:
    """A participation, as far as its seats matter."""

    pk: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where two want to meet; `moving` are meetings that give up their places for it."""

    fair_id: int
    timetable_id: int
    school: Side
    enterprise: Side
    slot_id: int
    table_id: int
    moving: tuple[int, ...] = ()


_LOCK_SLOTS = "SELECT pg_advisory_xact_lock(%(lock)s, slot) FROM unnest(%(slots)s::int[]) AS slot;"


def lock_slots(*slot_ids: int) -> None:
    """Wait until nobody else changes who meets in these slots."""
    last_rows(_LOCK_SLOTS, _slots(slot_ids))


def _slots(slot_ids: Iterable[int]) -> dict[str, object]:
    return {"lock": SLOT_LOCKS, "slots": sorted({slot_id % 2**31 for slot_id in slot_ids})}


_SEATS = """
    SELECT
        hall.owner_id,
        EXISTS (SELECT FROM events_slot slot WHERE slot.id = %(slot)s AND slot.fair_id = hall.fair_id) AS of_fair,
        EXISTS (
            SELECT FROM events_absence away WHERE away.slot_id = %(slot)s AND away.participation_id = ANY(%(sides)s)
        ) AS away,
        EXISTS (
            SELECT FROM events_tableclosing shut WHERE shut.slot_id = %(slot)s AND shut.table_id = hall.id
        ) AS shut,
        EXISTS (
            SELECT FROM events_fairtable own WHERE own.owner_id = ANY(%(sides)s) AND own.id <> hall.id
        ) AS elsewhere,
        others.*
    FROM events_fairtable hall, LATERAL (
        SELECT
            COALESCE(bool_or(other.table_id = hall.id), false) AS taken,
            array_agg(other.school_seat) FILTER (WHERE other.school_id = %(school)s) AS school_seats,
            array_agg(other.enterprise_seat) FILTER (WHERE other.enterprise_id = %(enterprise)s) AS enterprise_seats
        FROM events_meeting other
        WHERE other.timetable_id = %(timetable)s AND other.slot_id = %(slot)s AND other.state <> 'cancelled'
            AND other.id <> ALL(%(moving)s)
    ) AS others
    WHERE hall.id = %(table)s AND hall.fair_id = %(fair)s
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """What is at a place."""

    owner: int | None
    of_fair: bool
    away: bool
    shut: bool
    elsewhere: bool
    taken: bool
    school_seats: list[int] | None
    enterprise_seats: list[int] | None


def seats_at(place: Place) -> Seats:
    """The seats with which the two could meet there; MoveRefused names what stands against it. One query.

    Unless the slot is locked, somebody may sit there the next moment.
    """
    return _seats(place, last_rows(_SEATS, _asked(place)))


def locked_seats(place: Place, *, leaving: Iterable[int] = ()) -> Seats:
    """The same once its slot, and those that are left, are locked: to be called last before the change is stored."""
    slots = _slots([place.slot_id, *leaving])
    return _seats(place, last_rows(_LOCK_SLOTS + _SEATS, {**_asked(place), **slots}))


def _asked(place: Place) -> dict[str, object]:
    return {
        "fair": place.fair_id,
        "timetable": place.timetable_id,
        "school": place.school.pk,
        "enterprise": place.enterprise.pk,
        "sides": [place.school.pk, place.enterprise.pk],
        "slot": place.slot_id,
        "table": place.table_id,
        "moving": list(place.moving),
    }


def _seats(place: Place, rows: list[tuple[Any, ...]]) -> Seats:
    if not rows:
        raise MoveRefused(_("This table does not belong to the fair."), field="table")
    found = _Found(*rows[0])
    if not found.of_fair:
        raise MoveRefused(_("This slot does not belong to the fair."), field="slot")
    if found.away:
        raise MoveRefused(AWAY, field="slot")
    seats = Seats(
        _free_seat(found.school_seats, place.school, "meeting_school_once_per_slot"),
        _free_seat(found.enterprise_seats, place.enterprise, "meeting_enterprise_once_per_slot"),
    )
    refusal = _against_table(found, (place.school.pk, place.enterprise.pk))
    if refusal is not None:
        raise MoveRefused(refusal, field="table")
    return seats


AWAY = _("One of the two is away in this slot.")
CLOSED = _("The table is closed in this slot.")
OTHERS = _("The table is kept for somebody else.")
ELSEWHERE = _("One of the two has a table of its own, at which it meets.")


def _against_table(found: _Found, sides: tuple[int, int]) -> Promise | str | None:
    if found.taken:
        return said_by("meeting_table_once_per_slot")
    if found.shut:
        return CLOSED
    if found.owner not in (None, *sides):
        return OTHERS
    return ELSEWHERE if found.elsewhere else None


def _free_seat(taken: list[int] | None, party: Side, constraint: str) -> int:
    """The first delegate who is free; `taken` is None where nobody of the party meets."""
    free = set(range(1, party.at_once + 1)) - set(taken or ())
    if not free:
        raise MoveRefused(said_by(constraint), field="slot")
    return min(free)


# The constraint that refused says what stands in the way, and which field of the form it belongs to.
_FIELDS = {
    "meeting_school_once_per_slot": "slot",
    "meeting_enterprise_once_per_slot": "slot",
    "meeting_table_once_per_slot": "table",
    "meeting_pair_once": None,
}
_REASONS = {
    constraint.name: constraint.violation_error_message
    for constraint in Meeting._meta.constraints
    if constraint.name in _FIELDS
}


def said_by(constraint: str) -> Promise | str:
    """What the model says of one of its constraints."""
    return _REASONS.get(constraint) or _("This place is taken.")


def refusal_of(error: IntegrityError) -> MoveRefused:
    """The database's refusal in words: what we have not seen, it has."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = str(getattr(diagnosis, "constraint_name", ""))
    return MoveRefused(said_by(name), field=_FIELDS.get(name, "slot"))
