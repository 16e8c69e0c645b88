"""The quality of a version as it stands: figures, wishes taken off by hand, what would help, what stands against it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from events.fairs.models import Fair, FairStatus, TableClosing, WishKind
from events.meetings.figures import quality_of
from events.meetings.helping import advice
from events.meetings.models import Meeting, Timetable, TimetableStatus, UnmetWish
from events.meetings.selectors import conflicts_in, taken_off
from events.meetings.services import (
    TimetableOutdated,
    cancel_meeting,
    copy_timetable,
    publish_timetable,
    put_in_meeting,
    request_timetable,
    restore_meeting,
)
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.conftest import NOON
from tests.events.meetings.conftest import fair_of
from tests.factories import UserFactory
from tests.factories_events import (
    MORNING,
    MeetingFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SlotFactory,
    TimetableFactory,
    WishFactory,
    organizer_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> Timetable:
    """A proposed version with two meetings that both schools must have."""
    version = TimetableFactory(fair__status=FairStatus.MATCHING)
    for meeting in MeetingFactory.create_batch(2, timetable=version, score=10, is_must=True):
        WishFactory(wisher=meeting.school, partner=meeting.enterprise, kind=WishKind.MUST)
    return version


@pytest.fixture
def organizer(client: Client, version: Timetable) -> Client:
    client.force_login(organizer_person(version.fair))
    return client


def page(version: Timetable, name: str, **query: Any) -> str:
    return reverse(f"meetings:{name}", args=[version.fair.slug, version.number], query=query)


def by_hand() -> dict[str, Any]:
    return {"actor": UserFactory(), "at": NOON}


def test_figures_follow_what_is_changed_by_hand(version: Timetable, organizer: Client) -> None:
    before = quality_of(version)
    assert (before.musts_met, before.musts, before.score, before.likes) == (2, 2, 20, 0)
    meeting = version.meetings.earliest("pk")
    cancel_meeting(meeting_id=meeting.pk, **by_hand())
    after = quality_of(version)
    assert (after.musts_met, after.musts, after.score) == (1, 2, 10)
    for url in (page(version, "quality"), reverse("meetings:timetable", args=[version.fair.slug])):
        assert ">1 / 2<" in organizer.get(url).content.decode()


def test_breaks_bound_holds_for_the_planned_meetings_only(version: Timetable) -> None:
    Timetable.objects.filter(pk=version.pk).update(report={"meetings": 2, "breaks_bound": 0, "min_shortfall_bound": 1})
    version.refresh_from_db()
    assert (quality_of(version).breaks_bound, quality_of(version).shortfall_bound) == (0, 1)
    cancel_meeting(meeting_id=version.meetings.earliest("pk").pk, **by_hand())
    assert quality_of(version).breaks_bound is None


def test_wish_taken_off_by_hand_is_listed_until_it_is_on_again(version: Timetable, organizer: Client) -> None:
    meeting = version.meetings.with_parties().earliest("pk")
    assert taken_off(version) == []
    cancel_meeting(meeting_id=meeting.pk, **by_hand())
    assert taken_off(version) == [meeting]
    assert meeting.school.organization.display_name in organizer.get(page(version, "quality")).content.decode()
    restore_meeting(meeting_id=meeting.pk, **by_hand())
    assert taken_off(version) == []


def test_unmet_wish_put_in_and_taken_off_again_is_not_lost(version: Timetable) -> None:
    first, second = version.meetings.order_by("pk")
    WishFactory(wisher=first.school, partner=second.enterprise, kind=WishKind.OK)
    UnmetWish.objects.create(timetable=version, school=first.school, enterprise=second.enterprise, reason="outbid")
    pair = {"school_id": first.school_id, "enterprise_id": second.enterprise_id}
    place = {"slot_id": SlotFactory(fair=version.fair).pk, "table_id": first.table_id}
    added = put_in_meeting(timetable_id=version.pk, **pair, **place, **by_hand())
    assert taken_off(version) == []
    cancel_meeting(meeting_id=added.pk, **by_hand())
    assert taken_off(version) == [added]


def test_meeting_at_a_table_that_was_closed_or_given_away_stands_in_the_way(version: Timetable) -> None:
    first, second = version.meetings.order_by("pk")
    assert conflicts_in(version) == []
    TableClosing.objects.create(table=first.table, slot=first.slot)
    second.table.owner = ParticipationFactory(fair=version.fair)
    second.table.save(update_fields=["owner"])
    assert [conflict.meeting for conflict in conflicts_in(version)] == [first, second]
    with pytest.raises(TimetableOutdated):
        publish_timetable(timetable_id=version.pk, **by_hand())
    second.table.owner = second.enterprise
    second.table.save(update_fields=["owner"])
    assert [conflict.meeting for conflict in conflicts_in(version)] == [first]


def test_copy_takes_as_many_queries_for_many_unmet_wishes(
    version: Timetable, django_assert_max_num_queries: Any
) -> None:
    meetings = list(version.meetings.all())
    others = [SchoolParticipationFactory(fair=version.fair) for _ in range(9)]
    for school in others:
        UnmetWish.objects.create(
            timetable=version, school=school, enterprise=meetings[0].enterprise, reason="outbid", detail={"meetings": 1}
        )
    actor = UserFactory()
    with django_assert_max_num_queries(12):
        copied = copy_timetable(timetable_id=version.pk, actor=actor, at=NOON)
    assert copied.unmet_wishes.count() == 9
    assert {wish.detail["meetings"] for wish in copied.unmet_wishes.all()} == {1}


def test_version_that_can_no_longer_be_changed_offers_no_change(version: Timetable, organizer: Client) -> None:
    meeting = version.meetings.earliest("pk")
    SlotFactory(fair=version.fair)
    move = reverse("meetings:move", args=[meeting.pk])
    day = timezone.localdate(meeting.slot.starts_at).isoformat()
    table = reverse("meetings:timetable", args=[version.fair.slug], query={"day": day})
    assert move in organizer.get(table).content.decode()
    assert "<select" in organizer.get(move).content.decode()
    assert "<select" in organizer.get(page(version, "put_in")).content.decode()
    Timetable.objects.filter(pk=version.pk).update(status=TimetableStatus.SUPERSEDED, published_at=NOON)
    assert move not in organizer.get(table).content.decode()
    assert "<select" not in organizer.get(move).content.decode()
    assert "<select" not in organizer.get(page(version, "put_in")).content.decode()


def test_lock_of_a_day_leaves_the_other_days_alone(version: Timetable, organizer: Client) -> None:
    first, second = version.meetings.order_by("pk")
    for day, slot in enumerate((first.slot, second.slot)):
        slot.starts_at, slot.ends_at = (MORNING + timedelta(days=day, minutes=m) for m in (0, 20))
        slot.save()
    organizer.post(page(version, "lock_all"), {"day": timezone.localdate(MORNING).isoformat()})
    assert [row.is_locked for row in version.meetings.order_by("pk")] == [True, False]
    organizer.post(page(version, "lock_all"))
    assert [row.is_locked for row in version.meetings.order_by("pk")] == [True, True]
    organizer.post(page(version, "lock_all"), {"day": "no-day", "unlock": "1"})
    assert not version.meetings.filter(is_locked=True).exists()


def test_put_in_page_says_at_once_who_cannot_meet(version: Timetable, organizer: Client) -> None:
    first, second = version.meetings.order_by("pk")
    ask = {"school": first.school_id, "enterprise": second.enterprise_id}
    assert organizer.get(page(version, "put_in", **ask)).context["choices"] != []
    WishFactory(wisher=second.enterprise, partner=first.school, kind=WishKind.NO)
    for pair in (ask, ask | {"enterprise": first.enterprise_id}, {"school": ask["enterprise"], "enterprise": 1}):
        answer = organizer.get(page(version, "put_in", **pair))
        assert answer.context["choices"] == []
    assert 'role="alert"' in organizer.get(page(version, "put_in", **ask)).content.decode()


def test_new_plan_that_keeps_the_locks_of_an_unknown_version_is_refused(version: Timetable, organizer: Client) -> None:
    url = reverse("meetings:request", args=[version.fair.slug])
    for number in ("77", "x", "999999999"):
        assert organizer.post(url, {"keep": number}).status_code == 404
    assert organizer.post(url, {"keep": version.number}).status_code == 302


@pytest.fixture
def crowded() -> Timetable:
    """A version of a fair with a maximum of two, whose fair is at hand."""
    fair = fair_of(4, 6, slots=6, tables=4, min_meetings=0, max_meetings=2)
    assert run(request_timetable(fair_id=fair.pk, actor=organizer_person(fair), at=NOON).pk)
    return Timetable.objects.select_related("fair").get(fair=fair)


def test_what_would_help_names_organizations_times_and_gains(crowded: Timetable, client: Client) -> None:
    found = advice(crowded)
    assert found
    assert all(each.score > 0 or each.shortfall > 0 for each in found)
    names = {row.organization.display_name for row in crowded.fair.participations.select_related("organization")}
    assert all(any(name in pair for name in names) for each in found for pair in each.meetings)
    client.force_login(organizer_person(crowded.fair))
    whole = client.get(page(crowded, "helping")).content.decode()
    assert found[0].change in whole
    part = client.get(page(crowded, "helping"), headers={"HX-Request": "true"}).content.decode()
    assert (found[0].change in part, "<html" in part) == (True, False)
    assert Meeting.objects.filter(timetable=crowded).count() == crowded.report["meetings"]  # nothing is stored


def test_what_would_help_two_says_nothing_of_those_who_refuse(crowded: Timetable) -> None:
    fair: Fair = crowded.fair
    met = set(crowded.meetings.values_list("school", "enterprise"))
    schools = [row for row in fair.participations.select_related("organization") if row.is_school]
    firms = [row for row in fair.participations.select_related("organization") if not row.is_school]
    said = {(wish.wisher_id, wish.partner_id) for row in fair.participations.all() for wish in row.wishes.all()}
    silent = [
        (school, firm)
        for school in schools
        for firm in firms
        if (school.pk, firm.pk) not in met | said and (firm.pk, school.pk) not in said
    ]
    school, firm = silent[0]
    helped = advice(crowded, school=school, enterprise=firm)
    assert helped
    assert any(name in helped[0].change for name in (school.organization.display_name, "table"))
    WishFactory(wisher=school, partner=firm, kind=WishKind.NO)
    assert advice(crowded, school=school, enterprise=firm) == []


def test_new_plan_that_keeps_locks_is_offered_once_something_is_locked(version: Timetable, organizer: Client) -> None:
    url = reverse("meetings:timetable", args=[version.fair.slug])
    assert 'name="keep"' not in organizer.get(url).content.decode()
    version.meetings.filter(pk=version.meetings.earliest("pk").pk).update(is_locked=True)
    answer = organizer.get(url)
    assert ('name="keep"' in answer.content.decode(), answer.context["quality"].locked) == (True, 1)


def test_api_keeps_the_locks_of_a_version_of_the_fair(version: Timetable) -> None:
    client = APIClient()
    client.force_login(organizer_person(version.fair))
    asked = {"fair": version.fair.slug, "keep": version.number + 1}
    refused = client.post("/api/v1/timetables/", asked, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/keep")
    assert client.post("/api/v1/timetables/", asked | {"keep": version.number}, format="json").status_code == 202
    assert Job.objects.get().arguments["based_on"] == version.pk


def test_wall_marks_the_slot_that_runs(version: Timetable, organizer: Client) -> None:
    first, second = version.meetings.order_by("pk")
    Timetable.objects.filter(pk=version.pk).update(status=TimetableStatus.PUBLISHED, published_at=NOON)
    wall = reverse("meetings:wall", args=[version.fair.slug])
    assert organizer.get(wall).context["now"] is None
    now = timezone.now()
    for meeting, begins in ((first, now - timedelta(minutes=5)), (second, now + timedelta(minutes=20))):
        meeting.slot.starts_at, meeting.slot.ends_at = begins, begins + timedelta(minutes=15)
        meeting.slot.save()
    shown = organizer.get(wall, {"day": f"{timezone.localtime(now):%Y-%m-%d}"}).context
    assert shown["now"] in {first.slot_id, None}
    assert (first.slot in shown["grid"].slots) == (shown["now"] == first.slot_id)
