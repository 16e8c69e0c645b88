"""From version to version: what is different, who is told, who has seen it, and what calendars read."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from events.fairs.models import FairStatus
from events.meetings.differences import by_party, differences
from events.meetings.following import not_acknowledged
from events.meetings.models import Acknowledgement, CalendarLink, Meeting, Outcome, Timetable
from events.meetings.services import (
    LinkConflict,
    TimetableMovedOn,
    acknowledge,
    cancel_meeting,
    copy_timetable,
    discard_timetable,
    make_calendar_link,
    move_meeting,
    publish_timetable,
    put_in_meeting,
    revoke_calendar_link,
)
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.factories import UserFactory
from tests.factories_events import (
    MeetingFactory,
    ParticipationFactory,
    SlotFactory,
    TableFactory,
    TimetableFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> Timetable:
    """A published version with three meetings of six parties, each with a person."""
    version = TimetableFactory(fair__status=FairStatus.MATCHING)
    for _ in range(3):
        meeting = MeetingFactory(timetable=version)
        people_of(meeting.school)
        people_of(meeting.enterprise)
    published = publish_timetable(timetable_id=version.pk, actor=UserFactory(), at=NOON)
    Notification.objects.all().delete()
    return published


def changed_copy(version: Timetable) -> tuple[Timetable, Meeting, Meeting, Meeting]:
    """A published successor, and in it the meeting that has moved, a new one, and one that stays; one more is gone."""
    actor: dict[str, Any] = {"actor": UserFactory(), "at": NOON}
    copied = copy_timetable(timetable_id=version.pk, **actor)
    moved, gone, stays = copied.meetings.order_by("pk")
    move_meeting(meeting_id=moved.pk, slot_id=SlotFactory(fair=version.fair).pk, table_id=moved.table_id, **actor)
    cancel_meeting(meeting_id=gone.pk, **actor)
    added = put_in_meeting(
        timetable_id=copied.pk,
        school_id=moved.school_id,
        enterprise_id=gone.enterprise_id,
        slot_id=SlotFactory(fair=version.fair).pk,
        table_id=TableFactory(fair=version.fair).pk,
        **actor,
    )
    assert Notification.objects.count() == 0  # nobody hears of a version that is not published
    return publish_timetable(timetable_id=copied.pk, **actor), moved, added, stays


def test_differences_name_each_change_for_each_party(first: Timetable) -> None:
    second, moved, added, stays = changed_copy(first)
    changes = differences(first, second)
    assert sorted(str(change.kind) for change in changes) == ["added", "cancelled", "moved"]
    touched = {row.party.pk: row.counts for row in by_party(changes)}
    assert touched[moved.school_id] == {"moved": 1, "added": 1}
    assert touched[added.enterprise_id] == {"cancelled": 1, "added": 1}
    assert not {stays.school_id, stays.enterprise_id} & touched.keys()
    assert differences(first, first) == []


def test_second_version_is_told_to_those_it_touches_with_their_own_changes(first: Timetable) -> None:
    changed_copy(first)
    told = {row.recipient.memberships.get().organization_id: row for row in Notification.objects.all()}
    assert len(told) == 4
    assert {row.event for row in told.values()} == {"timetable_changed"}
    moved = first.meetings.order_by("pk")[0]
    own = told[moved.school.organization_id].context
    assert (own["added"], own["moved"], own["cancelled"]) == ("1", "1", "0")
    assert "→" in own["changes"]
    assert "+" in own["changes"]


def test_acknowledgement_is_kept_by_those_for_whom_nothing_changes(first: Timetable) -> None:
    stays, moved = first.meetings.order_by("-pk")[0], first.meetings.order_by("pk")[0]
    assert not_acknowledged(first).count() == 6
    for party in (stays.school, moved.school):
        person = people_of(party)
        for _ in range(2):
            acknowledge(participation_id=party.pk, number=first.number, actor=person, at=NOON)
    assert (Acknowledgement.objects.count(), not_acknowledged(first).count()) == (2, 4)
    second = changed_copy(first)[0]
    assert [row.participation for row in second.acknowledgements.all()] == [stays.school]
    with pytest.raises(TimetableMovedOn):
        acknowledge(participation_id=moved.school_id, number=first.number, actor=people_of(moved.school), at=NOON)


def events_of(meeting_party: int, client: Client) -> dict[str, dict[str, Any]]:
    """The events of a participant's file by the name of the partner."""
    answer = client.get(reverse("meetings:own_calendar", args=[meeting_party]))
    assert answer.status_code == 200
    calendar = Calendar.from_ical(answer.content)
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def test_calendar_follows_a_pair_over_versions(first: Timetable, client: Client) -> None:
    rows = list(first.meetings.with_parties().order_by("pk"))
    moved, gone = rows[0], rows[1]
    client.force_login(people_of(moved.school))
    before = events_of(moved.school_id, client)[moved.enterprise.organization.legal_name]
    assert (before["SEQUENCE"], str(before["STATUS"])) == (0, "CONFIRMED")
    assert str(moved.table) in str(before["LOCATION"])
    second = changed_copy(first)[0]
    after = events_of(moved.school_id, client)
    same = after[moved.enterprise.organization.legal_name]
    assert (str(same["UID"]), same["SEQUENCE"]) == (str(before["UID"]), 1)
    assert str(same["DTSTART"].to_ical()) != str(before["DTSTART"].to_ical())
    assert after[gone.enterprise.organization.legal_name]["SEQUENCE"] == 0
    client.force_login(people_of(gone.school))
    off = events_of(gone.school_id, client)[gone.enterprise.organization.legal_name]
    assert (str(off["STATUS"]), off["SEQUENCE"]) == ("CANCELLED", 1)
    back = TimetableFactory(fair=first.fair, number=second.number + 1)
    MeetingFactory(timetable=back, school=gone.school, enterprise=gone.enterprise, slot=gone.slot, table=gone.table)
    publish_timetable(timetable_id=back.pk, actor=UserFactory(), at=NOON)
    on = events_of(gone.school_id, client)[gone.enterprise.organization.legal_name]
    assert (str(on["STATUS"]), on["SEQUENCE"] > 1) == ("CONFIRMED", True)


def test_calendar_link_opens_one_participants_meetings_until_it_is_revoked(first: Timetable, client: Client) -> None:
    meeting = first.meetings.with_parties().earliest("pk")
    person = people_of(meeting.school)
    known: dict[str, Any] = {"participation_id": meeting.school_id, "actor": person, "at": NOON}
    secret = make_calendar_link(**known)
    url = reverse("meetings:calendar", args=[secret])
    answer = client.get(url)  # nobody is signed in
    assert answer.headers["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["SUMMARY"]) == meeting.enterprise.organization.legal_name
    assert secret not in str(CalendarLink.objects.values().get())
    assert CalendarLink.objects.get().fetched_at is not None
    newer = make_calendar_link(**known)
    assert (client.get(url).status_code, client.get(reverse("meetings:calendar", args=[newer])).status_code) == (
        404,
        200,
    )
    revoke_calendar_link(**known)
    assert client.get(reverse("meetings:calendar", args=[newer])).status_code == 404
    with pytest.raises(LinkConflict):
        revoke_calendar_link(**known)


def test_calendar_link_is_shown_once_on_the_own_page(first: Timetable, client: Client) -> None:
    meeting = first.meetings.earliest("pk")
    client.force_login(people_of(meeting.school))
    shown = client.post(reverse("meetings:calendar_link", args=[meeting.school_id])).content.decode()
    assert "/meetings/calendar/" in shown
    assert "/meetings/calendar/" not in client.get(reverse("meetings:own", args=[meeting.school_id])).content.decode()


def test_outcome_moves_to_the_pairs_meeting_of_the_new_version(first: Timetable) -> None:
    meeting = first.meetings.earliest("pk")
    outcome = Outcome.objects.create(
        fair=first.fair,
        school=meeting.school,
        enterprise=meeting.enterprise,
        meeting=meeting,
        level=1,
        recorded_by=UserFactory(),
        recorded_at=NOON,
    )
    second = changed_copy(first)[0]
    outcome.refresh_from_db()
    assert outcome.meeting is not None
    assert (outcome.meeting.timetable, outcome.meeting.school_id) == (second, meeting.school_id)


def test_proposed_version_can_be_thrown_away_and_a_published_one_not(first: Timetable) -> None:
    copied = copy_timetable(timetable_id=first.pk, actor=UserFactory(), at=NOON)
    discard_timetable(timetable_id=copied.pk, actor=UserFactory(), at=NOON)
    with pytest.raises(TimetableMovedOn):
        discard_timetable(timetable_id=first.pk, actor=UserFactory(), at=NOON)
    assert Timetable.objects.get() == first


def test_publish_page_says_how_many_are_told(first: Timetable, client: Client) -> None:
    client.force_login(organizer_person(first.fair))
    ParticipationFactory(fair=first.fair)
    copied = copy_timetable(timetable_id=first.pk, actor=UserFactory(), at=NOON)
    url = reverse("meetings:publish", args=[first.fair.slug, copied.number])
    assert client.get(url).context["told"] == 0
    moved = copied.meetings.earliest("pk")
    table = TableFactory(fair=first.fair)
    move_meeting(meeting_id=moved.pk, slot_id=moved.slot_id, table_id=table.pk, actor=UserFactory(), at=NOON)
    answer = client.get(url)
    assert (answer.context["told"], [str(change.kind) for change in answer.context["changes"]]) == (2, ["reseated"])
    compared = client.get(reverse("meetings:compare", args=[first.fair.slug, copied.number, first.number]))
    assert [row.party.pk for row in compared.context["parties"]] == [moved.school_id, moved.enterprise_id]
