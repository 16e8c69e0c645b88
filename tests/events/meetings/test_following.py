"""Who has seen how its meetings stand, and what calendars read of changes by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from events.fairs.models import FairStatus
from events.fairs.services import cancel_fair
from events.meetings.following import not_acknowledged, seen_now
from events.meetings.models import Acknowledgement, Timetable
from events.meetings.services import (
    TimetableMovedOn,
    acknowledge,
    cancel_meeting,
    copy_timetable,
    lock_meetings,
    move_meeting,
    publish_timetable,
    put_in_meeting,
)
from tests.conftest import NOON
from tests.factories import UserFactory
from tests.factories_events import MeetingFactory, SlotFactory, TimetableFactory, people_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def published() -> Timetable:
    """A published version with two meetings of four parties."""
    version = TimetableFactory(fair__status=FairStatus.MATCHING)
    MeetingFactory.create_batch(2, timetable=version)
    return publish_timetable(timetable_id=version.pk, actor=UserFactory(), at=NOON)


def test_acknowledgement_is_open_again_once_a_meeting_is_moved_by_hand(published: Timetable, client: Client) -> None:
    meeting, other = published.meetings.order_by("pk")
    actor: dict[str, Any] = {"actor": UserFactory(), "at": NOON}
    for row in (meeting.school, other.school):
        acknowledge(participation_id=row.pk, number=published.number, actor=people_of(row), at=NOON)
    lock_meetings(timetable_id=published.pk, meeting_ids=[meeting.pk], locked=True, **actor)
    lock_meetings(timetable_id=published.pk, meeting_ids=[meeting.pk], locked=False, **actor)
    assert len(seen_now(published)) == 2  # a lock changes nothing for the two
    move_meeting(meeting_id=meeting.pk, slot_id=SlotFactory(fair=published.fair).pk, table_id=meeting.table_id, **actor)
    assert [row.participation for row in seen_now(published)] == [other.school]
    assert meeting.school in not_acknowledged(published)
    client.force_login(people_of(meeting.school))
    page = reverse("meetings:own", args=[meeting.school_id])
    shown = client.get(page)
    assert (shown.context["seen"], shown.context["outdated"].participation) == (None, meeting.school)
    with pytest.raises(TimetableMovedOn):  # what was looked at before the move
        acknowledge(participation_id=meeting.school_id, number=published.number, stand=1, **_by(meeting.school))
    client.post(
        reverse("meetings:seen", args=[meeting.school_id]),
        {"number": published.number, "stand": shown.context["stand"]},
    )
    assert client.get(page).context["seen"].participation == meeting.school
    assert Acknowledgement.objects.count() == 2


def _by(party: Any) -> dict[str, Any]:
    return {"actor": people_of(party), "at": NOON}


def test_acknowledgement_of_former_meetings_is_not_carried_to_the_next_version(published: Timetable) -> None:
    meeting, other = published.meetings.order_by("pk")
    actor: dict[str, Any] = {"actor": UserFactory(), "at": NOON}
    for row in (meeting.school, other.school):
        acknowledge(participation_id=row.pk, number=published.number, **_by(row))
    move_meeting(meeting_id=meeting.pk, slot_id=SlotFactory(fair=published.fair).pk, table_id=meeting.table_id, **actor)
    copied = publish_timetable(timetable_id=copy_timetable(timetable_id=published.pk, **actor).pk, **actor)
    assert [row.participation for row in seen_now(copied)] == [other.school]


def test_own_page_tells_who_has_lost_all_its_meetings(published: Timetable, client: Client) -> None:
    meeting = published.meetings.earliest("pk")
    actor: dict[str, Any] = {"actor": UserFactory(), "at": NOON}
    client.force_login(people_of(meeting.school))
    copied = copy_timetable(timetable_id=published.pk, **actor)
    cancel_meeting(meeting_id=copied.meetings.get(school=meeting.school).pk, **actor)
    publish_timetable(timetable_id=copied.pk, **actor)
    copied.meetings.filter(school=meeting.school).delete()  # as a new plan leaves it: not even a cancelled row
    shown = client.get(reverse("meetings:own", args=[meeting.school_id]))
    assert [str(change.kind) for change in shown.context["news"]] == ["cancelled"]
    assert 'id="seen"' in shown.content.decode()


def statuses(party: int, client: Client) -> list[tuple[str, int]]:
    """Status and sequence of each event of a participant's file."""
    content = client.get(reverse("meetings:own_calendar", args=[party])).content
    return [(str(event["STATUS"]), event["SEQUENCE"]) for event in Calendar.from_ical(content).walk("VEVENT")]


def test_calendar_shows_a_meeting_that_was_cancelled_and_put_in_again(published: Timetable, client: Client) -> None:
    meeting = published.meetings.earliest("pk")
    actor: dict[str, Any] = {"actor": UserFactory(), "at": NOON}
    client.force_login(people_of(meeting.school))
    assert statuses(meeting.school_id, client) == [("CONFIRMED", 0)]
    cancel_meeting(meeting_id=meeting.pk, **actor)
    assert statuses(meeting.school_id, client) == [("CANCELLED", 1)]
    pair = {"school_id": meeting.school_id, "enterprise_id": meeting.enterprise_id}
    put_in_meeting(timetable_id=published.pk, slot_id=meeting.slot_id, table_id=meeting.table_id, **pair, **actor)
    ((status, sequence),) = statuses(meeting.school_id, client)
    assert status == "CONFIRMED"
    assert sequence > 1


def test_calendar_of_a_cancelled_fair_takes_every_meeting_off(published: Timetable, client: Client) -> None:
    meeting = published.meetings.earliest("pk")
    client.force_login(people_of(meeting.school))
    assert statuses(meeting.school_id, client) == [("CONFIRMED", 0)]
    cancel_fair(fair_id=published.fair_id, reason="Typhoon", actor=UserFactory(), at=NOON)
    assert statuses(meeting.school_id, client) == [("CANCELLED", 1)]
