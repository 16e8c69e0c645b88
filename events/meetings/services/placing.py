"""What has to be locked before a meeting changes its place, and what stands against a place.

Locks are always taken in this order, so that no two changes wait for each other in a ring: the fair (shared), the rows
of the meetings by id, the slots by id, and last, within `audit.record`, the chain of the audit. Changes in different
slots do not wait for each other; publishing and closing, which lock the fair for themselves, come before or after, not
between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.fairs.models import FairStatus
from events.meetings.models import Meeting, Timetable, TimetableStatus
from portal.common.errors import DomainError, StateConflict

CHANGEABLE_IN = (FairStatus.MATCHING, FairStatus.SCHEDULED, FairStatus.LIVE)
SLOT_LOCKS = 7_316  # the first half of the advisory locks' numbers; any constant of our own


class MoveRefused(DomainError):
    """A place in which these two cannot meet."""


class MeetingMovedOn(StateConflict):
    """The meeting was held, moved, cancelled or superseded meanwhile."""


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
class Held:
    """A meeting whose row is locked, as far as its place matters: what it says holds until the transaction ends."""

    pk: int
    timetable_id: int
    fair_id: int
    school: Side
    enterprise: Side
    slot_id: int
    table_id: int
    state: str
    is_locked: bool
    sequence: int


_SHARE_BY_TIMETABLE = """
    SELECT id FROM events_fair
    WHERE id = (SELECT fair_id FROM events_timetable WHERE id = %s)
    FOR SHARE
"""
# The fair is locked before the rows: they are joined to what the locking of the fair returned.
_SHARE_AND_LOCK = """
    WITH fair AS MATERIALIZED (
        SELECT id FROM events_fair
        WHERE id = (
            SELECT fair_id FROM events_timetable WHERE id = (SELECT timetable_id FROM events_meeting WHERE id = %s)
        )
        FOR SHARE
    )
    SELECT meeting.id FROM events_meeting meeting, fair
    WHERE meeting.id = ANY(%s) ORDER BY meeting.id
    FOR NO KEY UPDATE OF meeting
"""


def share_fair(*, timetable_id: int) -> None:
    """Keep the fair of a version as it is until the transaction ends, beside others who do the same."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARE_BY_TIMETABLE, [timetable_id])


# Read after the locks are held: what had to be waited for may stand elsewhere now.
_HELD = """
    SELECT meeting.id, meeting.timetable_id, timetable.fair_id, school.id, school.at_once, enterprise.id,
        enterprise.at_once, meeting.slot_id, meeting.table_id, meeting.state, meeting.is_locked, meeting.sequence,
        timetable.status, fair.status
    FROM events_meeting meeting
    JOIN events_timetable timetable ON timetable.id = meeting.timetable_id
    JOIN events_fair fair ON fair.id = timetable.fair_id
    JOIN events_participation school ON school.id = meeting.school_id
    JOIN events_participation enterprise ON enterprise.id = meeting.enterprise_id
    WHERE meeting.id = ANY(%s) ORDER BY meeting.id
"""


def changeable_meetings(meeting_ids: Iterable[int]) -> list[Held]:
    """The meetings of one fair, locked, by id; two statements, whoever is refused costs no more.

    MeetingMovedOn if their version, or the fair, is past changing; Meeting.DoesNotExist.
    """
    ids = sorted(set(meeting_ids))
    with connection.cursor() as cursor:
        cursor.execute(_SHARE_AND_LOCK, [ids[0], ids])
        cursor.execute(_HELD, [ids])
        rows = cursor.fetchall()
    if len(rows) < len(ids):
        raise Meeting.DoesNotExist
    held = []
    for pk, timetable, fair, school, school_at_once, enterprise, enterprise_at_once, *place, status, phase in rows:
        _check_open(status, phase)
        sides = Side(school, school_at_once), Side(enterprise, enterprise_at_once)
        held.append(Held(pk, timetable, fair, *sides, *place))
    return held


def check_changeable(timetable: Timetable) -> None:
    """MeetingMovedOn unless single meetings of the version may still change; `fair` must be loaded."""
    _check_open(timetable.status, timetable.fair.status)


def _check_open(status: str, phase: str) -> None:
    if status == TimetableStatus.SUPERSEDED or phase not in CHANGEABLE_IN:
        raise MeetingMovedOn(_("This timetable can no longer be changed."))


def lock_slots(*slot_ids: int) -> None:
    """Wait until nobody else changes who meets in these slots."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, slot) FROM unnest(%s::int[]) AS slot",
            [SLOT_LOCKS, sorted({slot_id % 2**31 for slot_id in slot_ids})],
        )


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


def seats_at(
    *,
    fair_id: int,
    timetable_id: int,
    school: Side,
    enterprise: Side,
    slot_id: int,
    table_id: int,
    moving: Iterable[int] = (),
) -> Seats:
    """The seats with which the two could meet there; MoveRefused names what stands against it. One query.

    The slot must be locked; `moving` are meetings that give up their places.
    """
    sides = (school.pk, enterprise.pk)
    place = {"fair": fair_id, "timetable": timetable_id, "slot": slot_id, "table": table_id}
    several = {"sides": list(sides), "moving": list(moving)}
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, {**place, **several, "school": school.pk, "enterprise": enterprise.pk})
        row = cursor.fetchone()
    if row is None:
        raise MoveRefused(_("This table does not belong to the fair."), field="table")
    found = _Found(*row)
    if not found.of_fair:
        raise MoveRefused(_("This slot does not belong to the fair."), field="slot")
    if found.away:
        raise MoveRefused(AWAY, field="slot")
    seats = Seats(
        _free_seat(found.school_seats, school, "meeting_school_once_per_slot"),
        _free_seat(found.enterprise_seats, enterprise, "meeting_enterprise_once_per_slot"),
    )
    refusal = _against_table(found, sides)
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
