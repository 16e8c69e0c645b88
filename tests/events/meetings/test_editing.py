"""Pages on which an organizer changes a version: every place with its reason, the time line, locks, exports."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from events.meetings.board import Board
from events.meetings.figures import histogram, quality_of, waits
from events.meetings.models import Meeting, UnmetWish
from tests.factories_events import (
    AbsenceFactory,
    MeetingFactory,
    ParticipationFactory,
    SlotFactory,
    TableFactory,
    organizer_person,
)

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def meeting() -> Meeting:
    return MeetingFactory()


@pytest.fixture
def organizer(client: Client, meeting: Meeting) -> Client:
    client.force_login(organizer_person(meeting.timetable.fair))
    return client


def test_board_says_of_every_place_whether_it_is_free_and_why_not(meeting: Meeting) -> None:
    fair = meeting.timetable.fair
    away, busy, free = (SlotFactory(fair=fair) for _ in range(3))
    AbsenceFactory(participation=meeting.enterprise, slot=away)
    other = MeetingFactory(timetable=meeting.timetable, school=meeting.school, slot=busy)
    blocking = MeetingFactory(timetable=meeting.timetable, slot=free, table=meeting.table)
    found = {
        choice.slot: choice
        for choice in Board(meeting.timetable).choices(meeting.school, meeting.enterprise, moving=meeting)
    }
    assert meeting.enterprise.organization.display_name in str(found[away].refusal)
    assert other.enterprise.organization.display_name in str(found[busy].refusal)
    refusals = {choice.table: str(choice.refusal) for choice in found[free].tables}
    assert blocking.school.organization.display_name in refusals[meeting.table]
    assert refusals[other.table] == ""
    assert found[free].first_free == other.table_id
    assert found[meeting.slot].is_here


def test_move_page_offers_free_places_and_a_move_can_be_undone(organizer: Client, meeting: Meeting) -> None:
    free = SlotFactory(fair=meeting.timetable.fair)
    url = reverse("meetings:move", args=[meeting.pk])
    assert f'id="to-{free.pk}"' in organizer.get(url).content.decode()
    answer = organizer.post(url, {"slot": free.pk, "table": meeting.table_id, "sequence": 0}, follow=True)
    token = answer.context["undo"]
    assert Meeting.objects.get().slot == free
    undo = reverse("meetings:undo", args=[meeting.timetable.fair.slug, meeting.timetable.number])
    assert "notice-success" in organizer.post(undo, {"token": token}, follow=True).content.decode()
    assert Meeting.objects.get().slot == meeting.slot
    assert "notice-error" in organizer.post(undo, {"token": token}, follow=True).content.decode()


def test_time_line_moves_by_json_and_says_why_not(organizer: Client, meeting: Meeting) -> None:
    version = meeting.timetable
    free = SlotFactory(fair=version.fair)
    day = {"day": timezone.localdate(meeting.slot.starts_at).isoformat()}
    lines = organizer.get(reverse("meetings:lines", args=[version.fair.slug, version.number]), day).json()
    assert [(event["id"], event["movable"]) for event in lines["events"]] == [(meeting.pk, True)]
    url = lines["events"][0]["move"]
    answer = organizer.post(url, {"slot": free.pk, "sequence": 0}, headers=JSON)
    assert (answer.status_code, set(answer.json())) == (200, {"said", "undo"})
    assert Meeting.objects.get().slot == free
    late = organizer.post(url, {"slot": free.pk, "sequence": 0}, headers=JSON)
    assert (late.status_code, set(late.json())) == (409, {"refusal"})
    AbsenceFactory(participation=meeting.school, slot=meeting.slot)
    cells = organizer.get(lines["events"][0]["cells"]).json()
    assert [each["slot"] for each in cells["slots"]] == [meeting.slot_id]


def test_meetings_are_swapped_locked_and_put_in_from_the_pages(organizer: Client, meeting: Meeting) -> None:
    version, other = meeting.timetable, MeetingFactory(timetable=meeting.timetable)
    args = [version.fair.slug, version.number]
    assert Board(version).partners_to_swap(meeting) == [other]
    organizer.post(reverse("meetings:swap", args=[meeting.pk]), {"other": other.pk})
    assert Meeting.objects.get(pk=meeting.pk).table == other.table
    organizer.post(reverse("meetings:lock", args=[meeting.pk]))
    organizer.post(reverse("meetings:lock_all", args=args))
    assert Meeting.objects.filter(is_locked=True).count() == 2
    organizer.post(reverse("meetings:lock_all", args=args), {"unlock": "1"})
    assert Meeting.objects.filter(is_locked=True).count() == 0
    slot, table = SlotFactory(fair=version.fair), TableFactory(fair=version.fair)
    pair = {"school": meeting.school_id, "enterprise": other.enterprise_id}
    url = reverse("meetings:put_in", args=args)
    assert f'id="to-{slot.pk}"' in organizer.get(url, pair).content.decode()
    assert organizer.post(url, pair).status_code == 200  # no place chosen
    organizer.post(url, pair | {"slot": slot.pk, "table": table.pk})
    assert version.meetings.filter(origin="manual").get().slot == slot


@pytest.mark.parametrize("typed", [{}, {"slot": "x"}, {"slot": "999999999"}, {"slot": "1", "table": "-1"}])
def test_move_page_survives_what_nobody_should_send(organizer: Client, meeting: Meeting, typed: dict[str, str]) -> None:
    assert organizer.post(reverse("meetings:move", args=[meeting.pk]), typed).status_code == 200
    assert Meeting.objects.get().slot == meeting.slot


def test_quality_counts_what_stands_and_who_is_below_the_minimum(meeting: Meeting) -> None:
    fair = meeting.timetable.fair  # two meetings each at least
    lonely = ParticipationFactory(fair=fair)
    quality = quality_of(meeting.timetable)
    assert (quality.meetings, quality.shortfall) == (1, 1 + 1 + 2)
    assert quality.below_minimum[0].party == lonely
    assert [(bar.value, bar.parties, bar.share) for bar in quality.by_meetings] == [(0, 1, 50), (1, 2, 100)]
    assert quality.worst_off is None


def test_waits_are_rows_of_free_slots_between_two_meetings_of_a_day() -> None:
    assert waits([1, 2, 3, 4, 5, 6], {2, 5, 6}, {3}) == [1]
    assert waits([1, 2, 3], {2}, set()) == []
    assert histogram([]) == []


def test_quality_page_filters_unmet_wishes(organizer: Client, meeting: Meeting) -> None:
    version = meeting.timetable
    for reason, must in (("outbid", True), ("both_full", False)):
        firm = ParticipationFactory(fair=version.fair)
        UnmetWish.objects.create(timetable=version, school=meeting.school, enterprise=firm, reason=reason, is_must=must)
    url = reverse("meetings:quality", args=[version.fair.slug, version.number])
    for query, n in (({}, 2), ({"reason": "outbid"}, 1), ({"must": "1"}, 1), ({"q": "没有这个名字"}, 0)):
        assert len(organizer.get(url, query).context["page"].rows) == n


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_export_holds_every_meeting_as_text(organizer: Client, meeting: Meeting, kind: str) -> None:
    organization = meeting.school.organization
    organization.legal_name = "=1+1学校"
    organization.save(update_fields=["legal_name"])
    version = meeting.timetable
    answer = organizer.get(reverse("meetings:export", args=[version.fair.slug, version.number, kind]))
    if kind == "xlsx":
        sheets: Any = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        assert "=1+1学校" in sheets.get_sheet_by_index(0).to_python()[1]
    else:
        assert "'=1+1学校" in answer.content.decode("utf-8-sig")
    assert organizer.get(reverse("meetings:export", args=[version.fair.slug, version.number, "exe"])).status_code == 404


def test_editing_pages_take_few_queries(
    organizer: Client, meeting: Meeting, django_assert_max_num_queries: Any
) -> None:
    version = meeting.timetable
    for _ in range(4):
        MeetingFactory(timetable=version)
    args = [version.fair.slug, version.number]
    pages = [reverse(f"meetings:{name}", args=args) for name in ("quality", "edit", "lines", "publish", "put_in")]
    for url in (*pages, reverse("meetings:move", args=[meeting.pk]), reverse("meetings:cells", args=[meeting.pk])):
        with django_assert_max_num_queries(12):
            assert organizer.get(url).status_code == 200, url
