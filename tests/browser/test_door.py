"""A helper's phone at the door: begins with a pass, loses the network, checks guests in, and sends it later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from events.door.models import DeskPass, DoorEvent
from events.door.services import make_pass
from events.fairs.models import Delegate, Fair, Participation
from tests.browser.line import Line
from tests.factories_events import (
    FairFactory,
    MeetingFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SlotFactory,
    TableFactory,
    TimetableFactory,
    organizer_person,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = {"zh-hans": "zh-CN", "en": "en-US"}


@pytest.fixture
def fair() -> Fair:
    """A firm with two people and a school that meet in a while."""
    fair = FairFactory(status="live")
    firm = ParticipationFactory(fair=fair, organization__legal_name="深圳市宝安区䶮喆精密制造有限公司")
    Delegate.objects.create(participation=firm, rank=1, name="王堃", post="总经理", is_leader=True)
    Delegate.objects.create(participation=firm, rank=2, name="李雷", post="人事经理")
    school = SchoolParticipationFactory(fair=fair)
    begins = timezone.now() + timedelta(hours=1)
    slot = SlotFactory(fair=fair, starts_at=begins, ends_at=begins + timedelta(minutes=20))
    table = TableFactory(fair=fair, number=7, zone="B")
    timetable = TimetableFactory(fair=fair, status="published")
    MeetingFactory(timetable=timetable, school=school, enterprise=firm, slot=slot, table=table)
    return fair


@pytest.fixture
def network(live_server) -> Iterator[Line]:
    line = Line(live_server.thread.host, live_server.thread.port)
    yield line
    line.close()


@pytest.fixture(params=LANGUAGES)
def phone(browser: Browser, network: Line, fair: Fair, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone whose helper has begun; the console may speak of the network alone."""
    language: str = request.param
    context = browser.new_context(
        base_url=network.url, locale=LANGUAGES[language], viewport={"width": 360, "height": 740}
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": network.url}])
    page, faults = context.new_page(), []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    ends = timezone.now() + timedelta(hours=1)
    given = {"actor": organizer_person(fair), "at": timezone.now()}
    _pass, secret = make_pass(fair_id=fair.pk, name="一号台", expires_at=ends, **given)
    page.goto(reverse("door:enter", args=[secret]))
    assert violations(page) == []
    page.click("main form button")
    page.wait_for_url(f"**{reverse('door:desk', args=[fair.slug])}")
    yield page
    context.close()
    assert [fault for fault in faults if "net::ERR_" not in fault] == []


def violations(page: Page) -> list[str]:
    return [rule["id"] for rule in Axe().run(page).response["violations"]]


def test_guests_are_checked_in_without_network_and_sent_later(phone: Page, network: Line, fair: Fair) -> None:
    firm, school = (fair.participations.get(organization__kind=kind) for kind in ("enterprise", "school"))
    line = phone.locator(f"#guest-{firm.public_id}")
    expect(line).to_contain_text("B07")
    expect(phone.locator("#desk")).to_have_attribute("data-kept", "yes")
    assert violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    phone.context.set_offline(True)
    network.cut()  # the browser's own switch takes hold of a page that is loaded anew only after its first requests
    phone.fill("#door-words", "wk")  # the initials of one of its people
    line.locator("[data-does=arrived]").click()
    expect(line).to_have_class("guest is-here")
    expect(phone.locator("#door-toast")).to_be_visible()
    phone.reload()
    expect(phone.locator("#door-link")).to_contain_text("1")
    phone.fill("#door-words", firm.organization.legal_name[:4])
    expect(line).to_have_class("guest is-here")
    line.locator("summary").click()
    line.locator("input[name=name]").fill("韩梅梅")
    line.locator("input[name=post]").fill("副总经理")
    line.locator("select").select_option(label="王堃")
    line.locator(".guest-other button").click()
    phone.click("#door-walk-in")
    phone.fill("#walk-in-from", "无人知晓公司")
    phone.fill("#walk-in-name", "孙五")
    phone.click("#door-walk-in-form .btn-primary")
    expect(phone.locator("#door-link")).to_contain_text("3")
    assert violations(phone) == []
    assert not DoorEvent.objects.exists()

    network.mend()
    phone.context.set_offline(False)
    phone.click("#door-send")
    expect(phone.locator("#door-send")).to_be_hidden()
    assert [event.kind for event in DoorEvent.objects.order_by("happened_at")] == ["arrived", "substitute", "walk_in"]
    firm.refresh_from_db()
    assert firm.status == "attended"
    here = Delegate.objects.filter(participation=firm, checked_in_at__isnull=False)
    assert {person.name for person in here} == {"李雷", "韩梅梅"}

    Participation.objects.filter(pk=school.pk).update(
        status="attended", checked_in_at=timezone.now(), updated_at=timezone.now()
    )  # by another desk
    phone.fill("#door-words", school.organization.legal_name)
    expect(phone.locator(f"#guest-{school.public_id}")).to_have_class("guest is-here", timeout=15_000)


@pytest.mark.parametrize("phone", ["zh-hans"], indirect=True)
def test_a_phone_forgets_the_names_once_its_pass_is_taken_back(phone: Page, fair: Fair) -> None:
    """With something left to send it went on showing, and keeping, all names; what was entered stays."""
    firm = fair.participations.get(organization__kind="enterprise")
    expect(phone.locator(f"#guest-{firm.public_id}")).to_contain_text("王堃")
    phone.context.set_offline(True)
    phone.locator(f"#guest-{firm.public_id} [data-does=arrived]").click()
    expect(phone.locator("#door-link")).to_contain_text("1")
    DeskPass.objects.update(revoked_at=timezone.now())
    phone.context.set_offline(False)
    phone.click("#door-send")
    expect(phone.locator("article.guest")).to_have_count(0)
    kept = phone.evaluate("Object.entries(localStorage).map(([name, value]) => name + value)")
    assert [":event:" in one for one in kept] == [True]
    assert "李雷" not in "".join(kept)


@pytest.mark.parametrize("phone", ["zh-hans"], indirect=True)
def test_the_timer_runs_on_without_network(phone: Page, fair: Fair) -> None:
    expect(phone.locator("#desk")).to_have_attribute("data-kept", "yes")
    phone.goto(reverse("door:timer", args=[fair.slug]))
    expect(phone.locator("#timer-left")).to_contain_text("59:")
    assert violations(phone) == []
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("#timer-left")).to_contain_text("59:")
    phone.click("#timer-sound")
    expect(phone.locator("#timer-sound")).to_have_attribute("aria-pressed", "true")
