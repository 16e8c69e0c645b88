"""What changes if somebody is missing or a table is closed: looked at without storing, taken as a new version."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.fairs.models import Absence, Fair, FairStatus, TableClosing, Wish, WishKind
from events.meetings.figures import quality_of
from events.meetings.models import Meeting, MeetingState, Timetable
from events.meetings.replanning import WhatIf, preview
from events.meetings.services import publish_timetable, request_timetable
from events.meetings.services.replanning import PlanMovedOn, take_replan
from portal.jobs.running import run
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.events.meetings.conftest import fair_of
from tests.factories import StaffFactory
from tests.factories_events import organizer_person, people_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def published() -> Timetable:
    """A small fair that takes place by its published timetable."""
    fair = fair_of(6, 7, slots=6, tables=5, min_meetings=1, max_meetings=5, seed=4)
    person = organizer_person(fair)
    assert run(request_timetable(fair_id=fair.pk, actor=person, at=NOON).pk)
    version = publish_timetable(timetable_id=fair.timetables.get().pk, actor=person, at=NOON)
    Fair.objects.filter(pk=fair.pk).update(status=FairStatus.LIVE)
    return version


def places(version: Timetable) -> set[tuple[int, ...]]:
    return set(version.meetings.taking_place().values_list("school", "enterprise", "slot", "table"))


def test_replan_after_an_absence_keeps_the_meetings_of_all_others(published: Timetable) -> None:
    fair = published.fair
    slots = list(fair.slots.order_by("starts_at"))
    missing = max(fair.participations.all(), key=lambda row: row.meetings_as_school.count())
    person, what = people_of(missing), WhatIf(since=slots[2].pk, absent=(missing.pk,))
    past = Meeting.objects.filter(timetable=published, slot__in=slots[:2])
    past.filter(school=missing).update(state=MeetingState.HELD)
    before = places(published)
    plan = preview(fair, what)
    assert places(published) == before  # nothing is stored
    assert plan.counts["cancelled"] == published.meetings.filter(school=missing).exclude(pk__in=past).count()
    Notification.objects.all().delete()
    version = take_replan(fair_id=fair.pk, what=what, mark=plan.mark, actor=StaffFactory(), at=NOON)
    assert (version.status, version.origin, version.based_on) == ("published", "replan", published)
    surviving = {place for place in before if place[0] != missing.pk or place[2] in {slot.pk for slot in slots[:2]}}
    assert surviving <= places(version)
    assert version.meetings.filter(state=MeetingState.HELD).count() == past.filter(state=MeetingState.HELD).count()
    assert [row.event for row in Notification.objects.filter(recipient=person)] == ["timetable_changed"]
    assert Absence.objects.filter(participation=missing, slot=slots[-1]).exists()


def test_replan_lists_the_wishes_it_could_not_keep_and_counts_its_own_breaks(published: Timetable) -> None:
    fair = published.fair
    kept = {(row.school_id, row.enterprise_id) for row in published.meetings.all()}
    wishes = Wish.objects.filter(wisher__fair=fair, wisher__organization__kind="school").exclude(kind=WishKind.NO)
    wish = next(row for row in wishes if (row.wisher_id, row.partner_id) in kept)
    slot = fair.slots.earliest("starts_at")
    version = take_what(fair, WhatIf(since=slot.pk, absent=(wish.wisher_id,)))
    lost = version.unmet_wishes.get(school=wish.wisher_id, enterprise=wish.partner_id)
    assert (lost.reason, lost.is_must) == ("changed", wish.kind == WishKind.MUST or lost.is_must)
    assert lost.reason_text
    met = {(row.school_id, row.enterprise_id) for row in version.meetings.all()}
    unmet = [(row.school_id, row.enterprise_id) for row in version.unmet_wishes.all()]
    assert (len(unmet), not met & set(unmet)) == (len(set(unmet)), True)
    assert version.breaks == quality_of(version).breaks


def test_replan_finds_another_table_when_one_is_closed(published: Timetable) -> None:
    fair = published.fair
    slot = fair.slots.earliest("starts_at")
    table = published.meetings.latest("slot__starts_at").table
    version = take_what(fair, WhatIf(since=slot.pk, tables=(table.pk,)))
    assert not version.meetings.filter(table=table).exists()
    assert TableClosing.objects.filter(table=table).count() == fair.slots.count()


def take_what(fair: Fair, what: WhatIf) -> Timetable:
    return take_replan(fair_id=fair.pk, what=what, mark=preview(fair, what).mark, actor=StaffFactory(), at=NOON)


def test_replan_is_refused_when_the_timetable_is_not_as_it_was_seen(published: Timetable) -> None:
    fair, slot = published.fair, published.fair.slots.earliest("starts_at")
    what = WhatIf(since=slot.pk, absent=(published.meetings.earliest("pk").enterprise_id,))
    mark = preview(fair, what).mark
    Meeting.objects.filter(pk=published.meetings.latest("pk").pk).update(sequence=9)
    taken: dict[str, Any] = {"fair_id": fair.pk, "what": what, "actor": StaffFactory(), "at": NOON}
    with pytest.raises(PlanMovedOn):
        take_replan(**taken, mark=mark)
    assert take_replan(**taken, mark=preview(fair, what).mark).number == published.number + 1


def test_replan_page_shows_first_and_takes_then(published: Timetable, client: Client) -> None:
    fair = published.fair
    client.force_login(organizer_person(fair))
    url = reverse("meetings:replan", args=[fair.slug])
    absent = published.meetings.earliest("pk").school_id
    assert str(absent) in str(client.get(url, {"absent": absent}).context["form"].initial["absent"])
    asked = {"absent": absent, "since": fair.slots.earliest("starts_at").pk}
    plan = client.get(url, asked).context["plan"]
    assert plan.counts["cancelled"] > 0
    assert client.get(url, asked | {"since": "0"}).context["form"].errors
    assert client.post(url, asked | {"mark": plan.mark}).status_code == 302
    assert Timetable.objects.published().get().number == published.number + 1
