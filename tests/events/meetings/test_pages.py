"""Pages of timetables and outcomes: who sees what, what a form stores, what wrong input says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.fairs.models import Fair, FairStatus
from events.meetings.models import Meeting, MeetingState, Outcome, Timetable, UnmetWish
from events.meetings.services import publish_timetable, request_timetable
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.conftest import NOON
from tests.factories import CooperationKindFactory, StaffFactory, UserFactory
from tests.factories_events import (
    FairFactory,
    OutcomeFactory,
    ParticipationFactory,
    SlotFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def timetable(fair: Fair) -> Timetable:
    """A real timetable, published, of a fair that takes place."""
    person = organizer_person(fair)
    assert run(request_timetable(fair_id=fair.pk, actor=person, at=NOON).pk)
    published = publish_timetable(timetable_id=fair.timetables.get().pk, actor=person, at=NOON)
    Fair.objects.filter(pk=fair.pk).update(status=FairStatus.LIVE)
    return published


@pytest.fixture
def meeting(timetable: Timetable) -> Meeting:
    return timetable.meetings.with_parties().earliest("pk")


@pytest.fixture
def organizer(client: Client, fair: Fair) -> Client:
    client.force_login(organizer_person(fair))
    return client


def visit(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_timetable_page_leads_from_nothing_to_a_published_version(organizer: Client, fair: Fair) -> None:
    page = reverse("meetings:timetable", args=[fair.slug])
    assert "empty-state" in organizer.get(page).content.decode()
    organizer.post(reverse("meetings:request", args=[fair.slug]))
    job = Job.objects.get()
    assert str(job.public_id) in organizer.get(page).content.decode()
    assert run(job.pk)
    text = organizer.get(page).content.decode()
    assert reverse("meetings:publish", args=[fair.slug, 1]) in text
    organizer.post(reverse("meetings:publish", args=[fair.slug, 1]))
    assert fair.timetables.get().status == "published"
    assert (
        "notice-error" in organizer.post(reverse("meetings:publish", args=[fair.slug, 1]), follow=True).content.decode()
    )
    assert organizer.post(reverse("meetings:publish", args=[fair.slug, 9])).status_code == 404


def test_timetable_page_shows_every_meeting_of_the_day_as_grid_and_list(
    organizer: Client, timetable: Timetable
) -> None:
    days = {str(slot.starts_at.date()) for slot in timetable.fair.slots.all()}
    for view in ("", "list"):
        shown = "".join(
            visit(organizer, "meetings:timetable", timetable.fair.slug, day=day, view=view) for day in sorted(days)
        )
        for meeting in timetable.meetings.all():
            assert reverse("meetings:move", args=[meeting.pk]) in shown


def test_timetable_page_names_unmet_wishes_and_conflicts(organizer: Client, timetable: Timetable) -> None:
    meeting = timetable.meetings.with_parties().earliest("pk")
    UnmetWish.objects.all().delete()
    UnmetWish.objects.create(
        timetable=timetable,
        school=meeting.school,
        enterprise=meeting.enterprise,
        reason="outbid",
        detail={"meetings": 3, "least": "甲校 – 乙厂"},
    )
    meeting.school.absences.create(slot=meeting.slot)
    assert "甲校 – 乙厂" in visit(organizer, "meetings:quality", timetable.fair.slug, timetable.number)
    text = visit(organizer, "meetings:timetable", timetable.fair.slug)
    assert text.count(reverse("meetings:move", args=[meeting.pk])) >= 1
    assert "row-line-when" in text


def test_timetable_page_of_a_job_of_a_colleague_does_not_poll_it(organizer: Client, fair: Fair) -> None:
    job = request_timetable(fair_id=fair.pk, actor=StaffFactory(name="王主任"), at=NOON)
    text = visit(organizer, "meetings:timetable", fair.slug)
    assert "王主任" in text
    assert str(job.public_id) not in text


@pytest.mark.parametrize("page", ["timetable", "panel", "outcomes", "outcome_add"])
def test_organizer_pages_are_a_404_to_everybody_else(client: Client, timetable: Timetable, page: str) -> None:
    url = reverse(f"meetings:{page}", args=[timetable.fair.slug])
    assert client.get(url).status_code == 302
    participant = people_of(timetable.fair.participations.earliest("pk"))
    for person in (UserFactory(), participant, organizer_person(FairFactory())):
        client.force_login(person)
        assert client.get(url).status_code == 404
    for person in (organizer_person(timetable.fair), StaffFactory()):
        client.force_login(person)
        assert client.get(url).status_code == 200


def test_pages_take_few_queries(
    client: Client, timetable: Timetable, meeting: Meeting, django_assert_max_num_queries: Any
) -> None:
    OutcomeFactory(fair=timetable.fair, school=meeting.school, enterprise=meeting.enterprise, meeting=meeting)
    client.force_login(organizer_person(timetable.fair))
    for page in ("timetable", "panel", "outcomes", "outcome_add"):
        with django_assert_max_num_queries(12):
            visit(client, f"meetings:{page}", timetable.fair.slug)
    client.force_login(people_of(meeting.school))
    for page, pk in (("own", meeting.school_id), ("outcome", meeting.pk), ("own_outcome_add", meeting.school_id)):
        with django_assert_max_num_queries(12):
            visit(client, f"meetings:{page}", pk)


def test_move_form_moves_or_says_why_not(organizer: Client, timetable: Timetable, meeting: Meeting) -> None:
    url = reverse("meetings:move", args=[meeting.pk])
    busy = timetable.meetings.exclude(slot=meeting.slot).filter(school=meeting.school).earliest("pk")
    refused = organizer.post(url, {"slot": busy.slot_id, "table": busy.table_id})
    assert "notice-error" in refused.content.decode()
    free = SlotFactory(fair=timetable.fair, starts_at=NOON)
    answer = organizer.post(url, {"slot": free.pk, "table": meeting.table_id})
    assert answer.status_code == 302
    assert Meeting.objects.get(pk=meeting.pk).slot == free
    organizer.post(reverse("meetings:cancel", args=[meeting.pk]))
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.CANCELLED


def test_move_and_cancel_are_a_404_to_everybody_else(client: Client, meeting: Meeting) -> None:
    for person in (people_of(meeting.school), organizer_person(FairFactory())):
        client.force_login(person)
        assert client.get(reverse("meetings:move", args=[meeting.pk])).status_code == 404
        assert client.post(reverse("meetings:cancel", args=[meeting.pk])).status_code == 404
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.PLANNED


def test_own_timetable_shows_own_meetings_only(client: Client, timetable: Timetable, meeting: Meeting) -> None:
    client.force_login(people_of(meeting.school))
    text = visit(client, "meetings:own", meeting.school_id)
    own = timetable.meetings.filter(school=meeting.school).with_parties()
    assert own.count() >= 2
    shown = {int(pk) for pk in re.findall(r"/meetings/(\d+)/outcome/", text)}
    assert shown == set(own.values_list("pk", flat=True))
    assert client.get(reverse("meetings:own", args=[meeting.enterprise_id])).status_code == 404


def test_own_timetable_hides_what_is_only_proposed(client: Client, timetable: Timetable, meeting: Meeting) -> None:
    Timetable.objects.update(status="proposed")
    client.force_login(people_of(meeting.school))
    assert "empty-state" in visit(client, "meetings:own", meeting.school_id)


def test_outcome_form_records_in_two_taps(client: Client, meeting: Meeting) -> None:
    kind = CooperationKindFactory()
    client.force_login(people_of(meeting.enterprise))
    url = reverse("meetings:outcome", args=[meeting.pk])
    assert client.post(url, {"level": "2"}).headers["Location"] == reverse("meetings:own", args=[meeting.enterprise_id])
    outcome = Outcome.objects.get()
    assert (outcome.level, outcome.headcount, outcome.meeting) == (2, 0, meeting)
    typed: dict[str, Any] = {
        "level": "3",
        "kinds": [kind.pk],
        "headcount": "25",
        "note": "九月",
        "version": outcome.version,
    }
    assert client.post(url, typed).status_code == 302
    outcome.refresh_from_db()
    assert (outcome.level, outcome.headcount, outcome.version) == (3, 25, 2)
    stale = client.post(url, typed | {"level": "0"}).content.decode()
    assert "error-summary" in stale
    assert Outcome.objects.get().level == 3


def test_outcome_form_keeps_what_was_typed_when_it_is_wrong(client: Client, meeting: Meeting) -> None:
    client.force_login(people_of(meeting.school))
    url = reverse("meetings:outcome", args=[meeting.pk])
    for wrong in ({}, {"level": "9"}, {"level": "2", "headcount": "-1"}, {"level": "2", "kinds": ["nonsense"]}):
        answer = client.post(url, {"note": "九月开班"} | wrong)
        assert answer.status_code == 200
        assert "error-summary" in (text := answer.content.decode())
        assert "九月开班" in text
    assert not Outcome.objects.exists()


def test_outcome_pages_are_a_404_to_everybody_else(client: Client, timetable: Timetable, meeting: Meeting) -> None:
    outcome = OutcomeFactory(fair=timetable.fair, school=meeting.school, enterprise=meeting.enterprise)
    pages = [
        reverse("meetings:outcome", args=[meeting.pk]),
        reverse("meetings:outcome_edit", args=[outcome.pk]),
        reverse("meetings:own_outcome_add", args=[meeting.school_id]),
        reverse("meetings:no_show", args=[meeting.pk]),
    ]
    outsider = people_of(ParticipationFactory(fair=timetable.fair))
    for person in (UserFactory(), outsider, organizer_person(FairFactory())):
        client.force_login(person)
        assert {client.post(url, {"level": "1"}).status_code for url in pages} == {404}
    client.force_login(people_of(meeting.school))
    assert [client.get(url).status_code for url in pages[:3]] == [200, 200, 200]


def test_unplanned_talks_are_recorded_by_a_side_and_by_the_desk(
    client: Client, timetable: Timetable, meeting: Meeting
) -> None:
    fair = timetable.fair
    stranger = ParticipationFactory(fair=fair)
    gone = ParticipationFactory(fair=fair, status="absent")
    client.force_login(people_of(meeting.school))
    url = reverse("meetings:own_outcome_add", args=[meeting.school_id])
    assert client.post(url, {"enterprise": gone.pk, "level": "2"}).status_code == 200
    assert client.post(url, {"enterprise": stranger.pk, "level": "2"}).status_code == 302
    assert Outcome.objects.get().enterprise == stranger
    assert stranger.organization.legal_name in visit(client, "meetings:own", meeting.school_id)
    client.force_login(organizer_person(fair))
    desk = reverse("meetings:outcome_add", args=[fair.slug])
    typed: dict[str, Any] = {"school": meeting.school_id, "enterprise": meeting.enterprise_id, "level": "4"}
    assert client.post(desk, typed).status_code == 302
    assert "error-summary" in client.post(desk, typed).content.decode()  # recorded meanwhile
    assert Outcome.objects.count() == 2


def test_no_show_button_marks_the_meeting(client: Client, meeting: Meeting) -> None:
    client.force_login(people_of(meeting.school))
    client.post(reverse("meetings:no_show", args=[meeting.pk]))
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.NO_SHOW


def test_outcome_list_can_be_narrowed(organizer: Client, timetable: Timetable, meeting: Meeting) -> None:
    OutcomeFactory(fair=timetable.fair, school=meeting.school, enterprise=meeting.enterprise, level=3)
    name = meeting.school.organization.legal_name
    for query, shown in (({}, True), ({"level": "3"}, True), ({"level": "1"}, False), ({"q": name}, True)):
        assert (name in visit(organizer, "meetings:outcomes", timetable.fair.slug, **query)) is shown


def test_home_asks_for_outcomes_of_talks_that_are_over(client: Client, meeting: Meeting) -> None:
    client.force_login(people_of(meeting.school))
    text = visit(client, "pages:home")
    assert reverse("meetings:own", args=[meeting.school_id]) in text


def test_own_pages_never_tell_that_the_other_side_had_wished(
    client: Client, timetable: Timetable, meeting: Meeting
) -> None:
    """Marks of a must and scores are the organizer's: the participants' pages are the same without them."""
    urls = [
        reverse("meetings:own", args=[meeting.school_id]),
        reverse("meetings:outcome", args=[meeting.pk]),
        meeting.school.get_absolute_url(),
        timetable.fair.get_absolute_url(),
    ]
    client.force_login(people_of(meeting.school))

    def texts() -> list[str]:
        hidden = r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"'
        return [re.sub(hidden, "", client.get(url).content.decode()) for url in urls]

    Meeting.objects.update(is_must=False, score=1)
    silent = texts()
    Meeting.objects.update(is_must=True, score=3000)
    assert texts() == silent
    client.force_login(organizer_person(timetable.fair))
    assert "is-must" in visit(client, "meetings:timetable", timetable.fair.slug)  # the control
