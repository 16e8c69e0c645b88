"""Change single meetings of a timetable by hand; the database refuses a double booking."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Absence, FairStatus, FairTable, Slot
from events.fairs.services import locked_fair
from events.meetings.models import Meeting, MeetingState, TimetableStatus
from events.meetings.notices import tell_both_sides
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict

CHANGEABLE_IN = (FairStatus.MATCHING, FairStatus.SCHEDULED, FairStatus.LIVE)


class MoveRefused(DomainError):
    """A place in which these two cannot meet."""


class MeetingMovedOn(StateConflict):
    """The meeting was held, cancelled or superseded meanwhile."""


@transaction.atomic
def move_meeting(*, meeting_id: int, slot_id: int, table_id: int, actor: User, at: datetime) -> Meeting:
    """Put a planned meeting into another slot or at another table, and tell both if the timetable is published.

    MoveRefused names what stands against it: a side that already meets somebody or is away, a table taken.
    """
    meeting = _changeable(meeting_id)
    fair_id = meeting.timetable.fair_id
    if not Slot.objects.filter(pk=slot_id, fair=fair_id).exists():
        raise MoveRefused(_("This slot does not belong to the fair."), field="slot")
    if not FairTable.objects.filter(pk=table_id, fair=fair_id).exists():
        raise MoveRefused(_("This table does not belong to the fair."), field="table")
    if Absence.objects.filter(slot=slot_id, participation__in=(meeting.school_id, meeting.enterprise_id)).exists():
        raise MoveRefused(_("One of the two is away in this slot."), field="slot")
    before = {"slot": str(meeting.slot), "table": str(meeting.table)}
    waiting = Meeting.objects.filter(pk=meeting_id, state=MeetingState.PLANNED)
    try:
        with transaction.atomic():
            moved = waiting.update(slot=slot_id, table=table_id, updated_at=at)
    except IntegrityError as error:
        raise MoveRefused(_why_not(error), field=_field_of(error)) from error
    if not moved:
        raise MeetingMovedOn(_("Only a planned meeting can be moved."))
    meeting = Meeting.objects.with_parties().get(pk=meeting_id)
    after = {"slot": str(meeting.slot), "table": str(meeting.table)}
    record(verb="meeting.moved", subject=meeting, actor=actor, at=at, before=before, after=after)
    if meeting.timetable.status == TimetableStatus.PUBLISHED:
        tell_both_sides(meeting, event="meeting_moved", at=at)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting_id: int, actor: User, at: datetime) -> Meeting:
    """Take a planned meeting off the timetable, and tell both if it is published; its place is free again."""
    _changeable(meeting_id)
    waiting = Meeting.objects.filter(pk=meeting_id, state=MeetingState.PLANNED)
    if not waiting.update(state=MeetingState.CANCELLED, updated_at=at):
        raise MeetingMovedOn(_("Only a planned meeting can be cancelled."))
    meeting = Meeting.objects.with_parties().get(pk=meeting_id)
    record(verb="meeting.cancelled", subject=meeting, actor=actor, at=at)
    if meeting.timetable.status == TimetableStatus.PUBLISHED:
        tell_both_sides(meeting, event="meeting_cancelled", at=at)
    return meeting


def _changeable(meeting_id: int) -> Meeting:
    """The meeting, its fair locked first: publishing and closing come before or after, not between."""
    locked_fair(Meeting.objects.values_list("timetable__fair", flat=True).get(pk=meeting_id))
    meeting = Meeting.objects.with_parties().get(pk=meeting_id)
    old = meeting.timetable.status == TimetableStatus.SUPERSEDED
    if old or meeting.timetable.fair.status not in CHANGEABLE_IN:
        raise MeetingMovedOn(_("This timetable can no longer be changed."))
    return meeting


# The constraint that refused says what stands in the way, and which field of the form it belongs to.
_FIELDS = {
    "meeting_school_once_per_slot": "slot",
    "meeting_enterprise_once_per_slot": "slot",
    "meeting_table_once_per_slot": "table",
}
_REASONS = {
    constraint.name: constraint.violation_error_message
    for constraint in Meeting._meta.constraints
    if constraint.name in _FIELDS
}


def _name_of(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", ""))


def _why_not(error: IntegrityError) -> str | Promise:
    return _REASONS.get(_name_of(error)) or _("This place is taken.")


def _field_of(error: IntegrityError) -> str:
    return _FIELDS.get(_name_of(error), "slot")
