"""The organizer edits a version by keyboard alone and publishes it; a party says it has seen it and takes the file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from playwright.sync_api import Page, expect

from events.meetings.models import Acknowledgement, Meeting, Timetable
from portal.accounts.models import User
from tests.factories_events import (
    MORNING,
    MeetingFactory,
    SlotFactory,
    TableFactory,
    TimetableFactory,
    organizer_person,
    people_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "职桥-fair-2024"


@pytest.fixture
def version() -> Timetable:
    """A proposed version: two meetings, three slots, two tables."""
    proposed = TimetableFactory()
    slots = [SlotFactory(fair=proposed.fair, starts_at=MORNING + timedelta(minutes=30 * n)) for n in range(3)]
    for number, slot in enumerate(slots[:2]):
        MeetingFactory(timetable=proposed, slot=slot, table=TableFactory(fair=proposed.fair, number=number + 1))
    return proposed


def sign_in(page: Page, person: User) -> None:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    page.goto("/accounts/login/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_url("**/home/")


def faults(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in found]


def reach(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is there."""
    for _ in range(most):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached by keyboard")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_organizer_edits_by_keyboard_and_publishes_and_a_party_follows(
    page: Page, version: Timetable, language: str, live_server: Any
) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    meeting, other = version.meetings.with_parties().order_by("pk")
    free = version.fair.slots.latest("starts_at")
    sign_in(page, organizer_person(version.fair))

    page.goto(f"/meetings/fairs/{version.fair.slug}/timetable/{version.number}/edit/")
    expect(page.locator(".ec-event")).to_have_count(2)
    assert not faults(page), faults(page)
    reach(page, ".timeline-link")
    page.keyboard.press("Enter")
    page.wait_for_url("**/move/")
    assert not faults(page), faults(page)
    reach(page, f"#to-{free.pk}")
    page.keyboard.press("Enter")
    page.wait_for_url("**view=list**")
    assert Meeting.objects.filter(slot=free).count() == 1
    assert not faults(page), faults(page)
    reach(page, "#undo button")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "undo=" not in url)
    assert Meeting.objects.filter(slot=free).count() == 0

    page.goto(f"/meetings/fairs/{version.fair.slug}/timetable/{version.number}/publish/")
    assert not faults(page), faults(page)
    reach(page, "#publish")
    page.keyboard.press("Enter")
    page.wait_for_url("**/timetable/?version=*")
    assert Timetable.objects.published().get() == version
    for name in ("quality", "put-in"):
        page.goto(f"/meetings/fairs/{version.fair.slug}/timetable/{version.number}/{name}/")
        assert not faults(page), faults(page)

    page.context.clear_cookies()
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, people_of(meeting.school))
    page.goto(f"/meetings/participations/{meeting.school_id}/")
    assert not faults(page), faults(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.click("#seen")
    expect(page.locator("#seen")).to_have_count(0)
    assert Acknowledgement.objects.get().participation == meeting.school
    with page.expect_download() as download:
        page.click("#ics")
    (event,) = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    assert str(event["SUMMARY"]) == meeting.enterprise.organization.legal_name
    assert other.enterprise.organization.legal_name != str(event["SUMMARY"])
