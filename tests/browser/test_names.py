"""A skill that nobody knows: HR types it, the staff places it, the demand gets it; in a browser, with a real worker."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.taxonomy.queue.models import UnresolvedName
from tests.factories import EnterpriseFactory, MajorFactory, SkillFactory, StaffFactory, member_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "职桥-names-2024"
DEADLINE = 15  # seconds


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def sign_in(page: Page, user: User) -> None:
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_url("**/home/")


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_typed_skill_is_placed_by_the_staff_and_reaches_the_demand(page, worker):
    SkillFactory(name="Python程序设计")
    MajorFactory(code="510203", name="软件技术", level="junior_college")
    hr, staff = with_password(member_of(EnterpriseFactory())), with_password(StaffFactory())
    sign_in(page, hr)
    page.goto("/demands/new/")
    page.fill("#id_title", "程序员")
    page.fill("#id_headcount", "3")
    control = page.locator("#id_skills-ts-control")
    control.click()
    control.press_sequentially("Python程序")
    page.locator(".ts-dropdown .create").click()
    expect(page.locator("#id_skills ~ .ts-wrapper .item")).to_contain_text("Python程序")
    page.locator("main form[data-guard] button.btn:not(.btn-primary)").first.click()
    page.wait_for_url("**/demands/*/")
    expect(page.locator("dl.facts")).to_contain_text("Python程序")
    demand = TalentDemand.objects.get()

    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, staff)
    page.goto("/taxonomy/names/")
    assert_accessible(page)
    assert_fits(page)
    page.locator("main details summary").first.click()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="Python程序设计").click()
    expect(page.locator("#messages")).to_contain_text("Python程序设计")
    assert_accessible(page)

    end = time.monotonic() + DEADLINE
    while not demand.skills.filter(name="Python程序设计").exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert [skill.name for skill in demand.skills.all()] == ["Python程序设计"]
    assert UnresolvedName.objects.get().decided_by == staff
