"""The organizer's way in a browser: from a pattern to the published timetable and the printed pack."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from events.fairs.models import Fair, Participation
from events.meetings.models import Timetable
from portal.jobs.models import Job
from tests.browser.test_timetable import faults, sign_in
from tests.factories import EnterpriseFactory, RegionFactory, SchoolFactory, member_of
from tests.factories_events import OrganizerFactory, ParticipationFactory, WishFactory
from tests.workers import Worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def plan(page: Page) -> Fair:
    """A fair of half a day by its pattern; only what nobody can know is typed."""
    page.goto("/fairs/new/?pattern=half-day")
    assert not faults(page), faults(page)
    today = timezone.localdate().isoformat()
    typed = {
        "name": "春季对接会",
        "slug": "spring",
        "venue": "职业训练中心",
        "starts_on": today,
        "ends_on": today,
        "registration_at": f"{today}T08:00",
        "registration_place": "一楼大厅",
        "duty_contact": "会务组 0755-0000000",
        "graduating_year": today[:4],
        "min_meetings": "1",
    }
    for name, value in typed.items():
        page.fill(f"main [name={name}]", value)
    page.fill("#id_region-ts-control", "宝安")
    page.click(".ts-dropdown [data-value='440306']")
    page.click("main form .form-buttons .btn-primary")
    page.wait_for_url("**/fairs/spring/grounds/", timeout=5_000)
    return Fair.objects.get(slug="spring")


def come(fair: Fair) -> None:
    """Three schools and three firms have accepted, and every school must meet one."""
    schools = [ParticipationFactory(fair=fair, organization=SchoolFactory()) for _ in range(3)]
    for school in schools:
        firm = ParticipationFactory(fair=fair, organization=EnterpriseFactory())
        WishFactory(wisher=school, partner=firm, kind="must")


def made_by_the_worker(page: Page, fair: Fair) -> Timetable:
    """The proposed version, once it is there."""
    for _ in range(100):
        found = Timetable.objects.filter(fair=fair).first()
        if found is not None:
            return found
        page.wait_for_timeout(300)
    raise AssertionError(list(Job.objects.values_list("kind", "state", "error")))


def test_from_a_pattern_to_the_published_timetable_and_the_printed_pack(
    page: Page, worker: Worker, live_server: Any
) -> None:
    RegionFactory()
    organizer = OrganizerFactory()
    sign_in(page, member_of(organizer, role="organizer"))
    fair = plan(page)
    assert (fair.slots.count(), fair.tables.count()) == (7, 20)

    page.goto("/fairs/spring/")
    page.click("form[action$='/steps/open/'] button")
    come(fair)
    page.goto("/fairs/spring/")
    page.click("form[action$='/steps/close-answers/'] button")
    page.goto("/meetings/fairs/spring/timetable/")
    page.click("form[action$='/timetable/request/'] button")
    version = made_by_the_worker(page, fair)
    assert version.meetings.filter(is_must=True).count() == 3
    page.goto(f"/meetings/fairs/spring/timetable/{version.number}/publish/")
    assert not faults(page), faults(page)
    page.click("#publish")
    page.wait_for_url("**/timetable/?version=*")
    assert Timetable.objects.published().get() == version

    page.goto("/prints/spring/")
    assert not faults(page), faults(page)
    page.click("main form[method=post] .btn-primary")
    link = page.locator("a[href$='/file/']")
    expect(link.first).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.first.click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as pack:
        names = pack.namelist()
    assert sum(name.endswith(".pdf") for name in names) > 5
    assert any(name.endswith(".xlsx") for name in names)
    assert Job.objects.filter(state="failed").count() == 0
    assert Participation.objects.filter(fair=fair).count() == 6
