"""Two people at once, on real connections: the database lets one of them win."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from events.fairs.models import FairStatus, WishKind
from events.fairs.services import set_wish
from events.meetings.models import Meeting, Outcome, OutcomeLevel, Timetable
from events.meetings.services import (
    MoveRefused,
    OutcomeChangedMeanwhile,
    OutcomeFacts,
    TimetableMovedOn,
    move_meeting,
    publish_timetable,
    put_in_meeting,
    record_outcome,
    request_timetable,
    swap_meetings,
)
from portal.jobs.models import Job
from tests.conftest import NOON
from tests.factories import StaffFactory
from tests.factories_events import (
    FairFactory,
    MeetingFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SlotFactory,
    TableFactory,
    TimetableFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, all begun at the same time on connections of their own."""
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=10)
            answers[place] = act()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def test_moves_into_one_place_are_won_by_one() -> None:
    timetable, staff = TimetableFactory(), StaffFactory()
    slot, table = SlotFactory(fair=timetable.fair), TableFactory(fair=timetable.fair)
    meetings = [MeetingFactory(timetable=timetable) for _ in range(MANY)]
    answers = at_once(
        *(
            lambda pk=meeting.pk: move_meeting(meeting_id=pk, slot_id=slot.pk, table_id=table.pk, actor=staff, at=NOON)
            for meeting in meetings
        )
    )
    assert sum(isinstance(answer, Meeting) for answer in answers) == 1
    assert sum(isinstance(answer, MoveRefused) for answer in answers) == MANY - 1
    assert Meeting.objects.filter(slot=slot, table=table).count() == 1


def test_moves_into_places_of_their_own_all_succeed() -> None:
    """The control: the same threads, different tables."""
    timetable, staff = TimetableFactory(), StaffFactory()
    slot = SlotFactory(fair=timetable.fair)
    meetings = [MeetingFactory(timetable=timetable) for _ in range(MANY)]
    answers = at_once(
        *(
            lambda meeting=meeting: move_meeting(
                meeting_id=meeting.pk, slot_id=slot.pk, table_id=meeting.table_id, actor=staff, at=NOON
            )
            for meeting in meetings
        )
    )
    assert [type(answer) for answer in answers] == [Meeting] * MANY


def test_meetings_of_one_school_in_one_slot_are_won_by_one() -> None:
    timetable, staff = TimetableFactory(), StaffFactory()
    school, slot = SchoolParticipationFactory(fair=timetable.fair), SlotFactory(fair=timetable.fair)
    meetings = [MeetingFactory(timetable=timetable, school=school) for _ in range(MANY)]
    answers = at_once(
        *(
            lambda meeting=meeting: move_meeting(
                meeting_id=meeting.pk, slot_id=slot.pk, table_id=meeting.table_id, actor=staff, at=NOON
            )
            for meeting in meetings
        )
    )
    assert sum(isinstance(answer, Meeting) for answer in answers) == 1
    assert sum(isinstance(answer, MoveRefused) for answer in answers) == MANY - 1
    assert Meeting.objects.filter(slot=slot, school=school).count() == 1


def test_meetings_that_change_places_crosswise_wait_for_no_deadlock() -> None:
    """Each wants the place of the next: nobody can go, and nobody is told of a deadlock."""
    timetable, staff = TimetableFactory(), StaffFactory()
    meetings = [MeetingFactory(timetable=timetable) for _ in range(MANY)]
    goals = [*meetings[1:], meetings[0]]
    answers = at_once(
        *(
            lambda pk=meeting.pk, goal=goal: move_meeting(
                meeting_id=pk, slot_id=goal.slot_id, table_id=goal.table_id, actor=staff, at=NOON
            )
            for meeting, goal in zip(meetings, goals, strict=True)
        ),
        *(
            lambda a=first.pk, b=second.pk: swap_meetings(meeting_id=a, other_id=b, actor=staff, at=NOON)
            for first, second in zip(meetings[::2], meetings[1::2], strict=True)
        ),
    )
    assert {type(answer) for answer in answers} <= {Meeting, tuple, MoveRefused}
    assert any(isinstance(answer, tuple) for answer in answers)
    places = Meeting.objects.taking_place().values_list("slot", "table")
    assert len(set(places)) == MANY


def test_one_pair_put_in_by_many_meets_once() -> None:
    timetable, staff = TimetableFactory(), StaffFactory()
    school, firm = SchoolParticipationFactory(fair=timetable.fair), ParticipationFactory(fair=timetable.fair)
    places = [(SlotFactory(fair=timetable.fair).pk, TableFactory(fair=timetable.fair).pk) for _ in range(MANY)]
    answers = at_once(
        *(
            lambda slot=slot, table=table: put_in_meeting(
                timetable_id=timetable.pk,
                school_id=school.pk,
                enterprise_id=firm.pk,
                slot_id=slot,
                table_id=table,
                actor=staff,
                at=NOON,
            )
            for slot, table in places
        )
    )
    assert sum(isinstance(answer, Meeting) for answer in answers) == 1
    assert sum(isinstance(answer, MoveRefused) for answer in answers) == MANY - 1


def test_delegates_of_one_school_are_never_seated_twice() -> None:
    timetable, staff = TimetableFactory(), StaffFactory()
    school, slot = SchoolParticipationFactory(fair=timetable.fair, at_once=2), SlotFactory(fair=timetable.fair)
    meetings = [MeetingFactory(timetable=timetable, school=school) for _ in range(MANY)]
    answers = at_once(
        *(
            lambda meeting=meeting: move_meeting(
                meeting_id=meeting.pk, slot_id=slot.pk, table_id=meeting.table_id, actor=staff, at=NOON
            )
            for meeting in meetings
        )
    )
    assert sum(isinstance(answer, Meeting) for answer in answers) == 2
    assert sorted(Meeting.objects.filter(slot=slot).values_list("school_seat", flat=True)) == [1, 2]


def test_one_version_published_by_many_is_published_once() -> None:
    timetable, staff = TimetableFactory(), StaffFactory()
    publish = [lambda: publish_timetable(timetable_id=timetable.pk, actor=staff, at=NOON)] * MANY
    answers = at_once(*publish)
    assert sum(isinstance(answer, Timetable) for answer in answers) == 1
    assert sum(isinstance(answer, TimetableMovedOn) for answer in answers) == MANY - 1


def test_publishing_and_moving_at_once_wait_for_each_other() -> None:
    """A move comes before the publication, and is part of it, or after it, and is told; there is no deadlock."""
    fair, staff = FairFactory(status=FairStatus.MATCHING), StaffFactory()
    first, second = (TimetableFactory(fair=fair, number=number) for number in (1, 2))
    meetings = [MeetingFactory(timetable=second) for _ in range(MANY)]
    for row in meetings:
        same = {"school": row.school, "enterprise": row.enterprise, "slot": row.slot}
        MeetingFactory(timetable=first, **same, table=TableFactory(fair=fair))
    publish_timetable(timetable_id=first.pk, actor=staff, at=NOON)
    tables = [TableFactory(fair=fair) for _ in range(MANY)]
    moves = [
        lambda meeting=meeting, table=table: move_meeting(
            meeting_id=meeting.pk, slot_id=meeting.slot_id, table_id=table.pk, actor=staff, at=NOON
        )
        for meeting, table in zip(meetings, tables, strict=True)
    ]
    answers = at_once(lambda: publish_timetable(timetable_id=second.pk, actor=staff, at=NOON), *moves)
    assert [type(answer) for answer in answers] == [Timetable, *[Meeting] * MANY]
    assert {row.table for row in second.meetings.all()} == set(tables)


def test_two_versions_published_at_once_leave_one_published() -> None:
    fair, staff = FairFactory(status=FairStatus.MATCHING), StaffFactory()
    versions = [TimetableFactory(fair=fair, number=number + 1) for number in range(MANY)]
    answers = at_once(
        *(lambda pk=each.pk: publish_timetable(timetable_id=pk, actor=staff, at=NOON) for each in versions)
    )
    assert [type(answer) for answer in answers] == [Timetable] * MANY  # one after the other
    assert Timetable.objects.published().count() == 1


def test_timetable_requested_by_many_is_one_job() -> None:
    fair, staff = FairFactory(status=FairStatus.MATCHING), StaffFactory()
    answers = at_once(*[lambda: request_timetable(fair_id=fair.pk, actor=staff, at=NOON)] * MANY)
    assert {type(answer) for answer in answers} == {Job}
    assert Job.objects.count() == 1


def test_outcome_recorded_by_both_sides_at_once_is_one() -> None:
    meeting, staff = MeetingFactory(timetable__status="published", timetable__fair__status="live"), StaffFactory()

    def record() -> Outcome:
        return record_outcome(
            school_id=meeting.school_id,
            enterprise_id=meeting.enterprise_id,
            facts=OutcomeFacts(level=OutcomeLevel.INTENT),
            actor=staff,
            at=NOON,
        )

    answers = at_once(*[record] * MANY)
    assert sum(isinstance(answer, Outcome) for answer in answers) == 1
    assert sum(isinstance(answer, OutcomeChangedMeanwhile) for answer in answers) == MANY - 1
    assert Outcome.objects.get().version == 1


def test_musts_given_at_once_never_exceed_the_most() -> None:
    fair, staff = FairFactory(max_meetings=3), StaffFactory()
    school = SchoolParticipationFactory(fair=fair)
    partners = [ParticipationFactory(fair=fair) for _ in range(MANY)]
    answers = at_once(
        *(
            lambda pk=partner.pk: set_wish(
                participation_id=school.pk, partner_id=pk, kind=WishKind.MUST, actor=staff, at=NOON
            )
            for partner in partners
        )
    )
    assert school.wishes.count() == 3
    assert sum(isinstance(answer, dict) for answer in answers) == 3
