"""Single meetings: moved, cancelled, never double-booked."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from events.fairs.models import FairStatus, Slot
from events.meetings.models import Meeting, MeetingState
from events.meetings.services import MeetingMovedOn, MoveRefused, cancel_meeting, move_meeting
from portal.audit.models import AuditEvent
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.factories import UserFactory
from tests.factories_events import (
    AbsenceFactory,
    MeetingFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SlotFactory,
    TableFactory,
    TimetableFactory,
    people_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting() -> Meeting:
    return MeetingFactory()


def move(meeting: Meeting, **place: Any) -> Meeting:
    given: dict[str, Any] = {"slot_id": meeting.slot_id, "table_id": meeting.table_id} | place
    return move_meeting(meeting_id=meeting.pk, **given, actor=UserFactory(), at=NOON)


def test_move_meeting_changes_slot_and_table(meeting: Meeting) -> None:
    slot, table = SlotFactory(fair=meeting.timetable.fair), TableFactory(fair=meeting.timetable.fair)
    moved = move(meeting, slot_id=slot.pk, table_id=table.pk)
    assert (moved.slot, moved.table) == (slot, table)
    event = AuditEvent.objects.get(verb="meeting.moved")
    assert event.data["after"] == {"slot": str(slot), "table": str(table)}


def sentence(constraint: str) -> str:
    """What the model says of one of its constraints, in the language of the test."""
    known = {each.name: each for each in Meeting._meta.constraints}
    return str(known[constraint].violation_error_message)


def _other(meeting: Meeting, slot: Slot, **sides: object) -> Meeting:
    return MeetingFactory(timetable=meeting.timetable, slot=slot, **sides)


def test_move_meeting_says_what_stands_against_it(meeting: Meeting) -> None:
    fair, slot = meeting.timetable.fair, SlotFactory(fair=meeting.timetable.fair)
    busy_school = _other(meeting, slot, school=meeting.school)
    with pytest.raises(MoveRefused) as refused:
        move(meeting, slot_id=slot.pk)
    assert (str(refused.value), refused.value.field) == (sentence("meeting_school_once_per_slot"), "slot")
    busy_school.delete()
    busy_firm = _other(meeting, slot, enterprise=meeting.enterprise)
    with pytest.raises(MoveRefused) as refused:
        move(meeting, slot_id=slot.pk)
    assert str(refused.value) == sentence("meeting_enterprise_once_per_slot")
    busy_firm.delete()
    taken = _other(meeting, slot, table=meeting.table)
    with pytest.raises(MoveRefused) as refused:
        move(meeting, slot_id=slot.pk)
    assert (str(refused.value), refused.value.field) == (sentence("meeting_table_once_per_slot"), "table")
    assert Meeting.objects.get(pk=meeting.pk).slot_id == meeting.slot_id
    assert move(meeting, slot_id=slot.pk, table_id=TableFactory(fair=fair).pk).slot == slot  # the control
    assert taken.slot == slot


def test_move_meeting_respects_absences(meeting: Meeting) -> None:
    slot = SlotFactory(fair=meeting.timetable.fair)
    absence = AbsenceFactory(participation=meeting.enterprise, slot=slot)
    with pytest.raises(MoveRefused):
        move(meeting, slot_id=slot.pk)
    absence.delete()
    assert move(meeting, slot_id=slot.pk).slot == slot


def test_move_meeting_stays_in_the_fair(meeting: Meeting) -> None:
    for place in ({"slot_id": SlotFactory().pk}, {"table_id": TableFactory().pk}):
        with pytest.raises(MoveRefused):
            move(meeting, **place)


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.NO_SHOW, MeetingState.CANCELLED])
def test_move_and_cancel_need_a_planned_meeting(state: str) -> None:
    meeting = MeetingFactory(state=state)
    with pytest.raises(MeetingMovedOn):
        move(meeting)
    with pytest.raises(MeetingMovedOn):
        cancel_meeting(meeting_id=meeting.pk, actor=UserFactory(), at=NOON)
    assert Meeting.objects.get().state == state


@pytest.mark.parametrize(
    "timetable", [{"status": "superseded", "published_at": NOON}, {"fair__status": FairStatus.CLOSED}]
)
def test_move_and_cancel_need_a_timetable_that_still_counts(timetable: dict[str, Any]) -> None:
    meeting = MeetingFactory(timetable=TimetableFactory(**timetable))
    with pytest.raises(MeetingMovedOn):
        move(meeting)
    with pytest.raises(MeetingMovedOn):
        cancel_meeting(meeting_id=meeting.pk, actor=UserFactory(), at=NOON)


def test_cancel_meeting_frees_its_place(meeting: Meeting) -> None:
    cancelled = cancel_meeting(meeting_id=meeting.pk, actor=UserFactory(), at=NOON)
    assert cancelled.state == MeetingState.CANCELLED
    again = MeetingFactory(
        timetable=meeting.timetable,
        school=meeting.school,
        enterprise=meeting.enterprise,
        slot=meeting.slot,
        table=meeting.table,
    )
    assert Meeting.objects.taking_place().get() == again


@pytest.mark.parametrize(("status", "told"), [("proposed", 0), ("published", 2)])
def test_changes_are_told_to_both_once_published(status: str, told: int) -> None:
    meeting = MeetingFactory(timetable=TimetableFactory(status=status))
    people_of(meeting.school)
    people_of(meeting.enterprise)
    move(meeting, table_id=TableFactory(fair=meeting.timetable.fair).pk)
    assert Notification.objects.filter(event="meeting_moved").count() == told
    cancel_meeting(meeting_id=meeting.pk, actor=UserFactory(), at=NOON)
    assert Notification.objects.filter(event="meeting_cancelled").count() == told


@pytest.mark.parametrize("same", ["school", "enterprise", "table"])
def test_database_refuses_a_double_booking(meeting: Meeting, same: str) -> None:
    fair = meeting.timetable.fair
    sides: dict[str, Any] = {
        "school": SchoolParticipationFactory(fair=fair),
        "enterprise": ParticipationFactory(fair=fair),
        "table": TableFactory(fair=fair),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingFactory(timetable=meeting.timetable, slot=meeting.slot, **(sides | {same: getattr(meeting, same)}))
    MeetingFactory(timetable=meeting.timetable, slot=meeting.slot, **sides)  # the control
    assert Meeting.objects.count() == 2


def test_database_refuses_a_pair_twice_in_a_timetable(meeting: Meeting) -> None:
    twice: dict[str, Any] = {"timetable": meeting.timetable, "school": meeting.school, "enterprise": meeting.enterprise}
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingFactory(**twice)
    MeetingFactory(**(twice | {"timetable": TimetableFactory(fair=meeting.timetable.fair)}))
    assert Meeting.objects.count() == 2


@pytest.mark.parametrize("act", [move, lambda row: cancel_meeting(meeting_id=row.pk, actor=UserFactory(), at=NOON)])
def test_change_of_a_meeting_locks_the_fair_before_it_looks(meeting: Meeting, act: Any) -> None:
    with CaptureQueriesContext(connection) as asked:
        act(meeting)
    statements = [row["sql"] for row in asked]
    locks = [place for place, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql and '"events_fair"' in sql]
    looks = [place for place, sql in enumerate(statements) if '"events_meeting"."state"' in sql]
    assert locks[0] < looks[0]
