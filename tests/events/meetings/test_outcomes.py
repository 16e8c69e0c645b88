"""What came of the talks."""

from __future__ import annotations

from typing import Any

import pytest

from events.fairs.models import Fair, FairStatus, Participation
from events.fairs.services import NotTheirs
from events.meetings.models import Meeting, MeetingState, Outcome, OutcomeLevel
from events.meetings.services import (
    OutcomeChangedMeanwhile,
    OutcomeFacts,
    OutcomeRefused,
    mark_no_show,
    record_outcome,
)
from events.meetings.signals import outcome_recorded
from events.statistics.figures import rows_of
from portal.audit.models import AuditEvent
from tests.conftest import NOON
from tests.factories import CooperationKindFactory, StaffFactory, UserFactory, member_of
from tests.factories_events import (
    MORNING,
    FairFactory,
    MeetingFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    TimetableFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting() -> Meeting:
    """A planned meeting of a fair that takes place."""
    return MeetingFactory(timetable=TimetableFactory(status="published", fair__status=FairStatus.LIVE))


def say(meeting: Meeting, level: int = 2, **more: Any) -> Outcome:
    given: dict[str, Any] = {"actor": people_of(meeting.school), "version": None} | {
        name: more.pop(name) for name in ("actor", "version") if name in more
    }
    return record_outcome(
        school_id=meeting.school_id,
        enterprise_id=meeting.enterprise_id,
        facts=OutcomeFacts(level=OutcomeLevel(level), **more),
        at=NOON,
        **given,
    )


def test_record_outcome_stores_it_and_the_meeting_is_held(meeting: Meeting) -> None:
    kind, person = CooperationKindFactory(), people_of(meeting.enterprise)
    outcome = say(meeting, 3, kinds=("order_class",), headcount=30, note=" 九月开班 ", actor=person)
    assert (outcome.level, outcome.headcount, outcome.note, outcome.version) == (3, 30, "九月开班", 1)
    assert (outcome.meeting, outcome.recorded_by, list(outcome.cooperation_kinds.all())) == (meeting, person, [kind])
    assert Meeting.objects.get().state == MeetingState.HELD
    told = {"level": "consensus", "kinds": ["order_class"], "headcount": 30, "side": "enterprise", "desk": ""}
    assert AuditEvent.objects.get().data == told


def test_record_outcome_of_a_talk_nobody_had_planned() -> None:
    fair = FairFactory(status=FairStatus.LIVE)
    school, firm = SchoolParticipationFactory(fair=fair), ParticipationFactory(fair=fair)
    outcome = record_outcome(
        school_id=school.pk,
        enterprise_id=firm.pk,
        facts=OutcomeFacts(level=OutcomeLevel.INTENT),
        actor=organizer_person(fair),
        at=NOON,
    )
    assert (outcome.meeting, outcome.fair) == (None, fair)


def test_record_outcome_is_for_both_sides_the_organizer_and_the_staff(meeting: Meeting) -> None:
    reader = member_of(meeting.school.organization, role="reader")
    outsider = people_of(ParticipationFactory(fair=meeting.timetable.fair))
    for stranger in (UserFactory(), outsider, reader, organizer_person(FairFactory())):
        with pytest.raises(NotTheirs):
            say(meeting, actor=stranger)
    assert not Outcome.objects.exists()
    fair = meeting.timetable.fair
    people = [people_of(meeting.school), people_of(meeting.enterprise), organizer_person(fair), StaffFactory()]
    for version, person in enumerate(people):
        assert say(meeting, actor=person, version=version or None).recorded_by == person


def test_record_outcome_never_overwrites_unseen(meeting: Meeting) -> None:
    say(meeting, 2)
    with pytest.raises(OutcomeChangedMeanwhile):
        say(meeting, 1)
    corrected = say(meeting, 3, version=1)
    assert (corrected.level, corrected.version) == (3, 2)
    with pytest.raises(OutcomeChangedMeanwhile):
        say(meeting, 0, version=1)
    assert Outcome.objects.get().level == 3


@pytest.mark.parametrize("status", list(FairStatus))
def test_record_outcome_from_the_opening_on(meeting: Meeting, status: str) -> None:
    Fair.objects.update(status=status)
    if status in (FairStatus.LIVE, FairStatus.CLOSED):
        assert say(meeting).pk
    else:
        with pytest.raises(OutcomeRefused):
            say(meeting)
        with pytest.raises(OutcomeRefused):
            mark_no_show(meeting_id=meeting.pk, actor=people_of(meeting.school), at=NOON)
        assert not Outcome.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"headcount": -1}, "headcount"),
        ({"headcount": 10_001}, "headcount"),
        ({"note": "长" * 501}, "note"),
        ({"kinds": ("unknown",)}, "kinds"),
    ],
)
def test_record_outcome_names_the_wrong_field_and_stores_nothing(
    meeting: Meeting, wrong: dict[str, Any], field: Any
) -> None:
    with pytest.raises(OutcomeRefused) as refused:
        say(meeting, **wrong)
    assert refused.value.field == field
    assert not Outcome.objects.exists()
    assert Meeting.objects.get().state == MeetingState.PLANNED


def test_record_outcome_needs_a_school_and_an_enterprise_of_one_fair(meeting: Meeting) -> None:
    staff = StaffFactory()
    elsewhere = ParticipationFactory(fair__status=FairStatus.LIVE)
    absent = ParticipationFactory(fair=meeting.timetable.fair, status="absent")
    for school, firm in (
        (meeting.school, elsewhere),
        (meeting.enterprise, meeting.school),
        (meeting.school, absent),
    ):
        with pytest.raises(OutcomeRefused):
            record_outcome(
                school_id=school.pk,
                enterprise_id=firm.pk,
                facts=OutcomeFacts(level=OutcomeLevel.INTENT),
                actor=staff,
                at=NOON,
            )
    assert not Outcome.objects.exists()


def test_record_outcome_sends_its_fact_after_commit(meeting: Meeting, django_capture_on_commit_callbacks: Any) -> None:
    heard: list[int] = []

    def listen(outcome_id: int, **_: object) -> None:
        heard.append(outcome_id)

    outcome_recorded.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            outcome = say(meeting, 0)
    finally:
        outcome_recorded.disconnect(listen)
    assert heard == [outcome.pk]


def test_mark_no_show_until_an_outcome_says_otherwise(meeting: Meeting) -> None:
    person = people_of(meeting.enterprise)
    assert mark_no_show(meeting_id=meeting.pk, actor=person, at=NOON).state == MeetingState.NO_SHOW
    with pytest.raises(OutcomeChangedMeanwhile):
        mark_no_show(meeting_id=meeting.pk, actor=person, at=NOON)
    say(meeting)
    assert Meeting.objects.get().state == MeetingState.HELD
    with pytest.raises(OutcomeChangedMeanwhile):
        mark_no_show(meeting_id=meeting.pk, actor=person, at=NOON)


def test_mark_no_show_is_not_for_strangers(meeting: Meeting) -> None:
    with pytest.raises(NotTheirs):
        mark_no_show(meeting_id=meeting.pk, actor=UserFactory(), at=NOON)
    assert Meeting.objects.get().state == MeetingState.PLANNED


def state_of(row: Participation) -> tuple[str, object]:
    row.refresh_from_db()
    return row.status, row.checked_in_at


@pytest.mark.parametrize("status", [FairStatus.LIVE, FairStatus.CLOSED])
def test_record_outcome_checks_both_in_where_the_desk_is_in_use(meeting: Meeting, status: str) -> None:
    fair = meeting.timetable.fair
    Fair.objects.update(status=status)
    ParticipationFactory(fair=fair, status="attended")
    absent_minded = ParticipationFactory(fair=fair)
    early = SchoolParticipationFactory(fair=fair, status="attended")
    say(meeting)
    assert [state_of(row) for row in (meeting.school, meeting.enterprise)] == [("attended", NOON)] * 2
    assert state_of(absent_minded) == ("confirmed", None)
    record_outcome(
        school_id=early.pk,
        enterprise_id=meeting.enterprise_id,
        facts=OutcomeFacts(level=OutcomeLevel.INTENT),
        actor=organizer_person(fair),
        at=NOON,
    )
    assert state_of(early) == ("attended", MORNING)  # the time of the desk stays


def test_record_outcome_at_a_fair_without_a_desk_makes_nobody_absent(meeting: Meeting) -> None:
    ParticipationFactory(fair=meeting.timetable.fair)
    say(meeting)
    Fair.objects.update(status=FairStatus.CLOSED)
    fair = Fair.objects.get()
    assert (rows_of("schools", fair).count(), rows_of("enterprises", fair).count()) == (1, 2)
