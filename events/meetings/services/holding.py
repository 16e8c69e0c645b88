"""What has to be locked before a meeting changes its place.

Who is refused is refused by a look that locks nothing and waits for nobody; who is not looks again under the locks.
Locks are always taken in this order, so that no two changes wait for each other in a ring: the fair (shared), the rows
of the meetings by id, the slots by id, and last, within `audit.record`, the chain of the audit. Changes in different
slots do not wait for each other; publishing and closing, which lock the fair for themselves, come before or after, not
between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from events.fairs.models import FairStatus
from events.meetings.models import Meeting, Timetable, TimetableStatus
from events.meetings.services.placing import Place, Side
from portal.common.database import last_rows
from portal.common.errors import StateConflict

CHANGEABLE_IN = (FairStatus.MATCHING, FairStatus.SCHEDULED, FairStatus.LIVE)


class MeetingMovedOn(StateConflict):
    """The meeting was held, moved, cancelled or superseded meanwhile."""


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting as far as its place matters; if its row is locked, it holds until the transaction ends."""

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

    def place(self, slot_id: int, table_id: int, *moving: int) -> Place:
        """Another place for it, or its own."""
        return Place(self.fair_id, self.timetable_id, self.school, self.enterprise, slot_id, table_id, moving)


# Read after the locks are held: what had to be waited for may stand elsewhere now. The fair is locked before the rows:
# they are joined to what the locking of the fair returned.
_SHARE = """
    SELECT id FROM events_fair WHERE id = (SELECT fair_id FROM events_timetable WHERE id = %s) FOR SHARE;
    SELECT timetable.status, fair.status
    FROM events_timetable timetable JOIN events_fair fair ON fair.id = timetable.fair_id WHERE timetable.id = %s
"""
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
    FOR NO KEY UPDATE OF meeting;
"""
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


def share_fair(*, timetable_id: int) -> str:
    """Keep the fair of a version as it is until the transaction ends, beside others who do the same.

    Returns the version's status; MeetingMovedOn if it, or the fair, is past changing; Timetable.DoesNotExist.
    """
    rows = last_rows(_SHARE, [timetable_id, timetable_id])
    if not rows:
        raise Timetable.DoesNotExist
    ((status, phase),) = rows
    _check_open(status, phase)
    return str(status)


def changeable_meetings(meeting_ids: Iterable[int]) -> list[Held]:
    """The meetings of one fair, locked, by id.

    MeetingMovedOn if their version, or the fair, is past changing; Meeting.DoesNotExist.
    """
    ids = sorted(set(meeting_ids))
    return _held(ids, last_rows(_SHARE_AND_LOCK + _HELD, [ids[0], ids, ids]))


def meetings_now(meeting_ids: Iterable[int]) -> list[Held]:
    """The same without a lock, for who is refused at once: what it says may be over the next moment."""
    ids = sorted(set(meeting_ids))
    return _held(ids, last_rows(_HELD, [ids]))


def _held(ids: list[int], rows: list[tuple[Any, ...]]) -> list[Held]:
    if len(rows) < len(ids):
        raise Meeting.DoesNotExist
    held = []
    for pk, timetable, fair, school, school_at_once, enterprise, enterprise_at_once, *place, status, phase in rows:
        _check_open(status, phase)
        sides = Side(school, school_at_once), Side(enterprise, enterprise_at_once)
        held.append(Held(pk, timetable, fair, *sides, *place))
    return held


def check_changeable(timetable: Timetable) -> None:
    """MeetingMovedOn unless single meetings of the version may change; `fair` must be loaded."""
    _check_open(timetable.status, timetable.fair.status)


def _check_open(status: str, phase: str) -> None:
    if status == TimetableStatus.SUPERSEDED or phase not in CHANGEABLE_IN:
        raise MeetingMovedOn(_("This timetable can no longer be changed."))
