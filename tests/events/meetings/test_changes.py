"""Single meetings: moved, cancelled, never double-booked."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from events.fairs.models import FairStatus, Participation, Slot, TableClosing
from events.meetings import undoing
from events.meetings.models import Meeting, MeetingState, UnmetWish
from events.meetings.services import (
    MeetingMovedOn,
    MoveRefused,
    cancel_meeting,
    lock_meetings,
    move_meeting,
    put_in_meeting,
    restore_meeting,
    swap_meetings,
)
from portal.audit.models import AuditEvent
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.factories import StaffFactory, UserFactory
from tests.factories_events import (
    AbsenceFactory,
    MeetingFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SlotFactory,
    TableFactory,
    TimetableFactory,
    WishFactory,
    organizer_person,
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
    locks = [place for place, sql in enumerate(statements) if "FOR SHARE" in sql and "events_fair" in sql]
    looks = [place for place, sql in enumerate(statements) if '"events_meeting"."state"' in sql]
    assert locks[0] < looks[0]


def planned(meeting: Meeting, **sides: object) -> Meeting:
    """Another meeting of the same version."""
    return MeetingFactory(timetable=meeting.timetable, **sides)


def test_move_meeting_keeps_off_tables_that_are_closed_or_kept(meeting: Meeting) -> None:
    fair = meeting.timetable.fair
    closed, kept = TableFactory(fair=fair), TableFactory(fair=fair, owner=ParticipationFactory(fair=fair))
    TableClosing.objects.create(table=closed, slot=meeting.slot)
    for table in (closed, kept):
        with pytest.raises(MoveRefused) as refused:
            move(meeting, table_id=table.pk)
        assert refused.value.field == "table"
    own = TableFactory(fair=fair, owner=meeting.school)
    free = TableFactory(fair=fair)
    with pytest.raises(MoveRefused):
        move(meeting, table_id=free.pk)  # the school meets at its own one
    assert move(meeting, table_id=own.pk).table == own


def test_move_meeting_seats_as_many_delegates_as_come(meeting: Meeting) -> None:
    slot = SlotFactory(fair=meeting.timetable.fair)
    planned(meeting, school=meeting.school, slot=slot)
    with pytest.raises(MoveRefused):
        move(meeting, slot_id=slot.pk)
    Participation.objects.filter(pk=meeting.school_id).update(at_once=2)
    assert move(meeting, slot_id=slot.pk).school_seat == 2
    third = planned(meeting, school=meeting.school)
    with pytest.raises(MoveRefused):
        move(third, slot_id=slot.pk)


def test_move_meeting_refuses_what_is_locked_or_was_changed_since(meeting: Meeting) -> None:
    table = TableFactory(fair=meeting.timetable.fair)
    lock = {"timetable_id": meeting.timetable_id, "meeting_ids": [meeting.pk], "actor": UserFactory(), "at": NOON}
    assert lock_meetings(**lock, locked=True) == 1
    assert lock_meetings(**lock, locked=True) == 0
    with pytest.raises(MoveRefused):
        move(meeting, table_id=table.pk)
    assert lock_meetings(**lock, locked=False) == 1
    with pytest.raises(MeetingMovedOn):
        move(meeting, table_id=table.pk, sequence=7)
    assert move(meeting, table_id=table.pk, sequence=0).sequence == 1


def test_swap_meetings_exchanges_places_even_of_one_school(meeting: Meeting) -> None:
    other = planned(meeting, school=meeting.school)
    before = [(row.slot_id, row.table_id) for row in (meeting, other)]
    first, second = swap_meetings(meeting_id=meeting.pk, other_id=other.pk, actor=UserFactory(), at=NOON)
    assert [(row.slot_id, row.table_id) for row in (second, first)] == before
    assert {row.state for row in (first, second)} == {MeetingState.PLANNED}


def test_swap_meetings_changes_nothing_if_one_cannot_go(meeting: Meeting) -> None:
    other = planned(meeting)
    AbsenceFactory(participation=other.enterprise, slot=meeting.slot)
    with pytest.raises(MoveRefused):
        swap_meetings(meeting_id=meeting.pk, other_id=other.pk, actor=UserFactory(), at=NOON)
    with pytest.raises(MoveRefused):
        swap_meetings(meeting_id=meeting.pk, other_id=meeting.pk, actor=UserFactory(), at=NOON)
    kept = {row.pk: (row.slot_id, row.table_id, row.state) for row in Meeting.objects.all()}
    assert kept == {row.pk: (row.slot_id, row.table_id, "planned") for row in (meeting, other)}


def test_restore_meeting_puts_it_back_unless_its_place_is_taken(meeting: Meeting) -> None:
    actor = UserFactory()
    cancel_meeting(meeting_id=meeting.pk, actor=actor, at=NOON)
    blocking = planned(meeting, slot=meeting.slot, table=meeting.table)
    with pytest.raises(MoveRefused):
        restore_meeting(meeting_id=meeting.pk, actor=actor, at=NOON)
    cancel_meeting(meeting_id=blocking.pk, actor=actor, at=NOON)
    assert restore_meeting(meeting_id=meeting.pk, actor=actor, at=NOON).state == MeetingState.PLANNED
    with pytest.raises(MeetingMovedOn):
        restore_meeting(meeting_id=meeting.pk, actor=actor, at=NOON)


def put_in(meeting: Meeting, school: Participation, enterprise: Participation) -> Meeting:
    fair = meeting.timetable.fair
    return put_in_meeting(
        timetable_id=meeting.timetable_id,
        school_id=school.pk,
        enterprise_id=enterprise.pk,
        slot_id=SlotFactory(fair=fair).pk,
        table_id=TableFactory(fair=fair).pk,
        actor=UserFactory(),
        at=NOON,
    )


def test_put_in_meeting_keeps_an_unmet_wish(meeting: Meeting) -> None:
    firm = ParticipationFactory(fair=meeting.timetable.fair)
    WishFactory(wisher=meeting.school, partner=firm, kind="must")
    UnmetWish.objects.create(timetable=meeting.timetable, school=meeting.school, enterprise=firm, reason="outbid")
    added = put_in(meeting, meeting.school, firm)
    assert (added.origin, added.is_must) == ("manual", True)
    assert not UnmetWish.objects.exists()


def test_put_in_meeting_refuses_whom_it_must_not_bring_together(meeting: Meeting) -> None:
    fair = meeting.timetable.fair
    unwilling = ParticipationFactory(fair=fair)
    WishFactory(wisher=unwilling, partner=meeting.school, kind="no")
    gone = ParticipationFactory(fair=fair, status="declined")
    for firm in (unwilling, gone, ParticipationFactory(), SchoolParticipationFactory(fair=fair), meeting.enterprise):
        with pytest.raises(MoveRefused):
            put_in(meeting, meeting.school, firm)
    assert put_in(meeting, meeting.school, ParticipationFactory(fair=fair)).pk


def test_undo_reverses_each_change_once(meeting: Meeting) -> None:
    person = organizer_person(meeting.timetable.fair)
    known: dict[str, Any] = {"actor": person, "at": NOON}
    moved = move(meeting, table_id=TableFactory(fair=meeting.timetable.fair).pk)
    token = undoing.after_move(meeting, moved)
    assert undoing.undo(token, **known).table_id == meeting.table_id
    with pytest.raises(MeetingMovedOn):
        undoing.undo(token, **known)
    cancelled = cancel_meeting(meeting_id=meeting.pk, **known)
    assert undoing.undo(undoing.after_cancel(cancelled), **known).state == MeetingState.PLANNED
    other = planned(meeting)
    swapped = swap_meetings(meeting_id=meeting.pk, other_id=other.pk, **known)
    assert undoing.undo(undoing.after_swap(*swapped), **known).slot_id == meeting.slot_id
    added = put_in(meeting, meeting.school, ParticipationFactory(fair=meeting.timetable.fair))
    assert undoing.undo(undoing.after_put_in(added), **known).state == MeetingState.CANCELLED


def test_undo_is_for_those_who_may_change_the_meeting(meeting: Meeting) -> None:
    moved = move(meeting, table_id=TableFactory(fair=meeting.timetable.fair).pk)
    token = undoing.after_move(meeting, moved)
    for actor, sent in ((people_of(meeting.school), token), (StaffFactory(), token + "x")):
        with pytest.raises(MeetingMovedOn):
            undoing.undo(sent, actor=actor, at=NOON)
    assert Meeting.objects.get().table_id == moved.table_id
