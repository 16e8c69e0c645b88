"""Over the API an organizer changes single meetings, a participant says that it has seen its own."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from events.meetings.models import Acknowledgement, Meeting
from tests.factories_events import (
    MeetingFactory,
    SlotFactory,
    TableFactory,
    TimetableFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting() -> Meeting:
    return MeetingFactory(timetable=TimetableFactory(status="published"))


def post(person: Any, path: str, body: Any = None) -> Any:
    client = APIClient()
    client.force_login(person)
    return client.post(f"/api/v1/{path}/", body, format="json")


def test_meeting_is_moved_locked_and_cancelled_by_the_organizer(meeting: Meeting) -> None:
    fair, path = meeting.timetable.fair, f"meetings/{meeting.public_id}"
    person, slot = organizer_person(fair), SlotFactory(fair=fair)
    table = TableFactory(fair=fair)
    moved = post(person, f"{path}/move", {"starts_at": slot.starts_at.isoformat(), "table": table.number})
    assert (moved.status_code, Meeting.objects.get().table) == (200, table)
    assert post(person, f"{path}/lock", {"locked": True}).json()["is_locked"] is True
    assert post(person, f"{path}/cancel").status_code == 422
    post(person, f"{path}/lock", {"locked": False})
    assert post(person, f"{path}/cancel").json()["state"] == "cancelled"
    assert post(person, f"{path}/cancel").status_code == 409


def test_meeting_stays_where_no_such_place_is(meeting: Meeting) -> None:
    fair = meeting.timetable.fair
    here = {"starts_at": meeting.slot.starts_at.isoformat(), "table": meeting.table.number}
    for wrong in ({"table": 30_001}, {"starts_at": "2020-01-01T00:00:00Z"}, {"table": "x"}):
        answer = post(organizer_person(fair), f"meetings/{meeting.public_id}/move", here | wrong)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"/{next(iter(wrong))}")


@pytest.mark.parametrize("act", ["move", "cancel", "lock"])
def test_meeting_is_not_a_participants_to_change(meeting: Meeting, act: str) -> None:
    assert post(people_of(meeting.school), f"meetings/{meeting.public_id}/{act}", {}).status_code == 404
    assert Meeting.objects.get().state == "planned"


def test_participant_acknowledges_the_version_that_counts(meeting: Meeting) -> None:
    own = {"participation": str(meeting.school.public_id), "number": meeting.timetable.number}
    person = people_of(meeting.school)
    assert post(person, "timetables/acknowledge", own).status_code == 200
    assert Acknowledgement.objects.get().participation == meeting.school
    assert post(person, "timetables/acknowledge", own | {"number": own["number"] + 1}).status_code == 409
    foreign = {"participation": str(meeting.enterprise.public_id)}
    assert post(person, "timetables/acknowledge", own | foreign).status_code == 400
