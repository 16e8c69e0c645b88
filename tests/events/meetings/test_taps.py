"""Two taps to an outcome, one to confirm it; who did not come; and back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.fairs.models import FairStatus, Participation
from events.fairs.services import NotTheirs
from events.meetings.models import AbsentSide, Meeting, Outcome, OutcomeLevel
from events.meetings.services import (
    OutcomeChangedMeanwhile,
    OutcomeFacts,
    confirm_outcome,
    mark_no_show,
    record_outcome,
    take_back_no_show,
)
from portal.accounts.models import User
from tests.conftest import NOON
from tests.factories import StaffFactory
from tests.factories_events import MeetingFactory, TimetableFactory, organizer_person, people_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def meeting() -> Meeting:
    return MeetingFactory(timetable=TimetableFactory(status="published", fair__status=FairStatus.LIVE))


def say(meeting: Meeting, actor: User, level: int = 2, **more: Any) -> Outcome:
    pair = {"school_id": meeting.school_id, "enterprise_id": meeting.enterprise_id}
    return record_outcome(**pair, facts=OutcomeFacts(OutcomeLevel(level)), actor=actor, at=NOON, **more)


def tap(person: User, row: Participation, meeting: Meeting, name: str = "tap", **typed: Any) -> str:
    client = Client()
    client.force_login(person)
    url = reverse(f"meetings:{name}", args=[row.pk, meeting.pk])
    answer = client.post(url, typed, headers=HTMX)
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


@pytest.mark.parametrize("who", ["school", "enterprise", "organizer", "staff"])
def test_record_outcome_knows_for_whom_somebody_speaks(meeting: Meeting, who: str) -> None:
    people = {
        "school": lambda: people_of(meeting.school),
        "enterprise": lambda: people_of(meeting.enterprise),
        "organizer": lambda: organizer_person(meeting.timetable.fair),
        "staff": StaffFactory,
    }
    assert say(meeting, people[who]()).recorded_side == (who if who in ("school", "enterprise") else "desk")


def test_confirm_outcome_is_the_other_sides(meeting: Meeting) -> None:
    school, firm = people_of(meeting.school), people_of(meeting.enterprise)
    outcome = say(meeting, firm)
    for refused in (firm, organizer_person(meeting.timetable.fair), StaffFactory()):
        with pytest.raises(NotTheirs):
            confirm_outcome(outcome_id=outcome.pk, version=1, actor=refused, at=NOON)
    assert confirm_outcome(outcome_id=outcome.pk, version=1, actor=school, at=NOON).confirmed_at == NOON
    with pytest.raises(OutcomeChangedMeanwhile):
        confirm_outcome(outcome_id=outcome.pk, version=1, actor=school, at=NOON)
    corrected = say(meeting, school, 3, version=1)
    assert (corrected.recorded_side, corrected.confirmed_at) == ("school", None)
    with pytest.raises(OutcomeChangedMeanwhile):
        confirm_outcome(outcome_id=outcome.pk, version=1, actor=firm, at=NOON)
    assert confirm_outcome(outcome_id=outcome.pk, version=2, actor=firm, at=NOON).confirmed_at == NOON


@pytest.mark.parametrize("side", ["school", "enterprise"])
def test_confirm_outcome_of_the_desk_is_either_sides(meeting: Meeting, side: str) -> None:
    outcome = say(meeting, organizer_person(meeting.timetable.fair), desk="一号台")
    person = people_of(getattr(meeting, side))
    assert confirm_outcome(outcome_id=outcome.pk, version=1, actor=person, at=NOON).confirmed_at == NOON


def test_mark_no_show_says_who_was_missing_and_is_taken_back(meeting: Meeting) -> None:
    given: dict[str, Any] = {"meeting_id": meeting.pk, "actor": people_of(meeting.school), "at": NOON}
    marked = mark_no_show(**given, absent=AbsentSide.ENTERPRISE)
    assert (marked.state, marked.absent_side) == ("no_show", "enterprise")
    back = take_back_no_show(**given)
    assert (back.state, back.absent_side) == ("planned", "")
    with pytest.raises(OutcomeChangedMeanwhile):
        take_back_no_show(**given)
    mark_no_show(**given, absent=AbsentSide.BOTH)
    say(meeting, given["actor"])
    meeting.refresh_from_db()
    assert (meeting.state, meeting.absent_side) == ("held", "")


def test_two_taps_record_and_the_other_side_confirms(meeting: Meeting) -> None:
    school, firm = people_of(meeting.school), people_of(meeting.enterprise)
    page = Client()
    page.force_login(firm)
    shown = page.get(reverse("meetings:own", args=[meeting.enterprise_id])).content.decode()
    assert reverse("meetings:tap", args=[meeting.enterprise_id, meeting.pk]) in shown
    line = tap(firm, meeting.enterprise, meeting, level="3")
    assert f'id="line-{meeting.pk}"' in line
    confirm = reverse("meetings:confirm", args=[meeting.enterprise_id, meeting.pk])
    assert confirm not in line  # nobody confirms the own word
    theirs = Client()
    theirs.force_login(school)
    seen = theirs.get(reverse("meetings:own", args=[meeting.school_id])).content.decode()
    assert reverse("meetings:confirm", args=[meeting.school_id, meeting.pk]) in seen
    tap(school, meeting.school, meeting, "confirm", version="1")
    outcome = Outcome.objects.get()
    assert (outcome.level, outcome.recorded_side, outcome.confirmed_at is not None) == (3, "enterprise", True)


def test_a_tap_that_says_the_same_confirms_and_another_one_is_asked_to_look(meeting: Meeting) -> None:
    say(meeting, people_of(meeting.enterprise), 2)
    school = people_of(meeting.school)
    assert 'role="alert"' in tap(school, meeting.school, meeting, level="4")
    assert 'role="alert"' not in tap(school, meeting.school, meeting, level="2")
    outcome = Outcome.objects.get()
    assert (outcome.level, outcome.version, outcome.confirmed_at is not None) == (2, 1, True)


def test_a_tap_keeps_what_was_typed_besides(meeting: Meeting) -> None:
    person = people_of(meeting.school)
    pair = {"school_id": meeting.school_id, "enterprise_id": meeting.enterprise_id}
    record_outcome(**pair, facts=OutcomeFacts(OutcomeLevel.INTENT, headcount=20, note="班"), actor=person, at=NOON)
    tap(person, meeting.school, meeting, level="3", version="1")
    outcome = Outcome.objects.get()
    assert (outcome.level, outcome.headcount, outcome.note) == (3, 20, "班")


def test_taps_are_for_the_two_and_the_organizer(meeting: Meeting) -> None:
    other = MeetingFactory(timetable=TimetableFactory(status="published", fair__status=FairStatus.LIVE))
    person = people_of(other.school)
    for name in ("tap", "confirm", "not_held"):
        assert tap(person, meeting.school, meeting, name, level="2") == "404"
        assert tap(person, other.school, meeting, name, level="2") == "404"
    assert 'role="alert"' in tap(person, other.school, other, level="x")
    assert 'role="alert"' in tap(person, other.school, other, "confirm")
    tap(person, other.school, other, "not_held", absent="partner")
    other.refresh_from_db()
    assert (other.state, other.absent_side) == ("no_show", "enterprise")
    tap(person, other.school, other, "not_held", absent="back")
    other.refresh_from_db()
    assert other.state == "planned"
