"""Asking for a timetable and publishing one; who sees which version."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from events.fairs.models import Fair, FairStatus, Participation, Wish
from events.fairs.services import FairStateConflict
from events.meetings.models import Meeting, Timetable, TimetableStatus
from events.meetings.selectors import conflicts_in
from events.meetings.services import TimetableMovedOn, TimetableOutdated, publish_timetable, request_timetable
from events.meetings.signals import timetable_published
from portal.jobs.models import Job
from portal.jobs.running import run
from portal.jobs.services import request_cancel
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.factories import StaffFactory, UserFactory
from tests.factories_events import (
    AbsenceFactory,
    FairFactory,
    MeetingFactory,
    ParticipationFactory,
    TimetableFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


def test_request_timetable_returns_the_open_job_to_a_second_click(fair: Fair) -> None:
    organizer = organizer_person(fair)
    first = request_timetable(fair_id=fair.pk, actor=organizer, at=NOON)
    again = request_timetable(fair_id=fair.pk, actor=organizer, at=NOON)
    assert again == first
    other = FairFactory(status=FairStatus.MATCHING)
    assert request_timetable(fair_id=other.pk, actor=UserFactory(), at=NOON) != first
    run(first.pk)
    assert request_timetable(fair_id=fair.pk, actor=UserFactory(), at=NOON) != first
    assert Job.objects.count() == 3


def test_request_timetable_after_a_cancelled_one_is_a_new_job(fair: Fair) -> None:
    first = request_timetable(fair_id=fair.pk, actor=UserFactory(), at=NOON)
    request_cancel(job_id=first.pk, at=NOON)
    assert request_timetable(fair_id=fair.pk, actor=UserFactory(), at=NOON) != first


@pytest.mark.parametrize("status", list(FairStatus))
def test_request_and_publish_between_the_answers_and_the_fair(status: str) -> None:
    timetable = TimetableFactory(fair__status=status)
    ask: dict[str, Any] = {"actor": UserFactory(), "at": NOON}
    if status in (FairStatus.MATCHING, FairStatus.SCHEDULED):
        assert request_timetable(fair_id=timetable.fair_id, **ask).pk
        assert publish_timetable(timetable_id=timetable.pk, **ask).fair.status == FairStatus.SCHEDULED
    else:
        with pytest.raises(FairStateConflict):
            request_timetable(fair_id=timetable.fair_id, **ask)
        with pytest.raises(FairStateConflict):
            publish_timetable(timetable_id=timetable.pk, **ask)
        assert Timetable.objects.get().status == TimetableStatus.PROPOSED


def test_publish_timetable_takes_the_place_of_the_former() -> None:
    fair = FairFactory(status=FairStatus.MATCHING)
    first, second = TimetableFactory(fair=fair, number=1), TimetableFactory(fair=fair, number=2)
    for version in (first, second):
        published = publish_timetable(timetable_id=version.pk, actor=UserFactory(), at=NOON)
        assert (published.status, published.published_at) == ("published", NOON)
    assert list(Timetable.objects.order_by("number").values_list("status", flat=True)) == ["superseded", "published"]
    for version in (first, second):
        with pytest.raises(TimetableMovedOn):
            publish_timetable(timetable_id=version.pk, actor=UserFactory(), at=NOON)
    assert Timetable.objects.published().get() == second
    assert Fair.objects.get().status == FairStatus.SCHEDULED


def test_publish_timetable_tells_those_who_come(django_capture_on_commit_callbacks: Any) -> None:
    timetable = TimetableFactory()
    coming = ParticipationFactory(fair=timetable.fair)
    people_of(ParticipationFactory(fair=timetable.fair, status="declined"))
    person, heard = people_of(coming), []

    def listen(timetable_id: int, **_: object) -> None:
        heard.append(timetable_id)

    timetable_published.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            publish_timetable(timetable_id=timetable.pk, actor=UserFactory(), at=NOON)
    finally:
        timetable_published.disconnect(listen)
    assert heard == [timetable.pk]
    told = Notification.objects.get()
    assert (told.recipient, told.event, told.url) == (
        person,
        "timetable_published",
        f"/meetings/participations/{coming.pk}/",
    )


def _withdraw(meeting: Meeting) -> None:
    Participation.objects.filter(pk=meeting.school_id).update(status="cancelled")


def _away(meeting: Meeting) -> None:
    AbsenceFactory(participation=meeting.enterprise, slot=meeting.slot)


def _refuse(meeting: Meeting) -> None:
    Wish.objects.create(wisher=meeting.enterprise, partner=meeting.school, kind="no")


@pytest.mark.parametrize("change", [_withdraw, _away, _refuse])
def test_publish_timetable_refuses_meetings_that_have_become_impossible(change: Any) -> None:
    meeting = MeetingFactory()
    fine = MeetingFactory(timetable=meeting.timetable)
    assert conflicts_in(meeting.timetable) == []
    change(meeting)
    assert [conflict.meeting for conflict in conflicts_in(meeting.timetable)] == [meeting]
    with pytest.raises(TimetableOutdated) as refused:
        publish_timetable(timetable_id=meeting.timetable_id, actor=UserFactory(), at=NOON)
    assert str(conflicts_in(meeting.timetable)[0].reason) in str(refused.value)
    assert Timetable.objects.get().status == TimetableStatus.PROPOSED
    Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
    assert publish_timetable(timetable_id=meeting.timetable_id, actor=UserFactory(), at=NOON).pk
    assert fine.state == "planned"


def test_timetable_and_meetings_are_seen_by_those_concerned() -> None:
    """A proposed version by the organizer and the staff; a published one by the participants, each its own meetings."""
    proposed, published = MeetingFactory(), MeetingFactory(timetable__status="published")
    for meeting, is_public in ((proposed, False), (published, True)):
        fair = meeting.timetable.fair
        people: dict[str, Any] = {
            "organizer": organizer_person(fair),
            "staff": StaffFactory(),
            "school": people_of(meeting.school),
            "another": people_of(ParticipationFactory(fair=fair)),
            "stranger": UserFactory(),
            "public": AnonymousUser(),
        }
        versions = Timetable.objects.filter(pk=meeting.timetable_id)
        sees = {who for who, person in people.items() if versions.visible_to(person).exists()}
        assert sees == ({"organizer", "staff"} | ({"school", "another"} if is_public else set()))
        own = Meeting.objects.filter(pk=meeting.pk)
        sees = {who for who, person in people.items() if own.visible_to(person).exists()}
        assert sees == ({"organizer", "staff"} | ({"school"} if is_public else set()))
