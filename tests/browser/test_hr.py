"""A firm's HR posts a demand and sees the schools that fit, with the reasons; in a browser, with a real worker."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from matching.models import Match, Side
from matching.rebuilding import rebuild_now
from portal.accounts.models import User
from portal.demands.models import DemandStatus, TalentDemand
from tests.matching import world
from tests.workers import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "职桥-hr-2024"


@pytest.fixture
def hr() -> User:
    world.lay_catalogue()
    world.school("昭通职院", "510205", 90, skills=("Python程序设计",))
    world.school("昭通中职", "710205", 60)
    world.school("机械学院", "460104", 90)
    rebuild_now()
    user = world.member(world.enterprise("长盈精密"))
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def sign_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_url("**/home/")


def choose(page: Page, field: str, typed: str, option: str) -> None:
    """Choose in a searched select as a person does: type, then click what is offered."""
    control = page.locator(f"#id_{field}-ts-control")
    control.click()
    control.press_sequentially(typed)
    page.locator(f"#id_{field} ~ .ts-wrapper .ts-dropdown, .ts-dropdown").get_by_text(option).first.click()


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_hr_posts_a_demand_and_sees_ranked_schools_with_reasons(page, worker, hr):
    sign_in(page, hr)
    assert_accessible(page)
    page.goto("/demands/")
    page.get_by_role("link", name="发布需求").or_(page.locator("a[href$='/demands/new/']")).first.click()
    assert_accessible(page)

    page.fill("#id_title", "数据标注员")
    page.fill("#id_headcount", "20")
    choose(page, "majors", "大数据技术", "510205")
    choose(page, "skills", "Python", "Python程序设计")
    page.click("button[name=publish]")

    first = page.locator("#matched-schools .match-card").first
    expect(first).to_contain_text("昭通职院", timeout=15_000)
    expect(first.locator(".chip-met")).to_have_count(2)  # the major and the skill
    second = page.locator("#matched-schools .match-card").nth(1)
    expect(second).to_contain_text("昭通中职")
    expect(second.locator(".chip-missing")).to_have_count(1)  # the skill it does not teach
    expect(page.locator("#matched-schools")).not_to_contain_text("机械学院")
    assert_accessible(page)
    assert TalentDemand.objects.get().status == DemandStatus.PUBLISHED
    # The page computes what it shows; the stored lists are the worker's, a moment later.
    assert wait_until(lambda: Match.objects.filter(side=Side.ENTERPRISE).count() == 2, seconds=15)


def test_hr_is_told_beside_the_field_what_is_wrong_and_nothing_is_stored(page, hr):
    sign_in(page, hr)
    page.goto("/demands/new/")

    page.fill("#id_title", "数据标注员")
    page.fill("#id_headcount", "0")
    page.click("button[name=publish]")

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_headcount")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_title")).to_have_value("数据标注员")
    assert_accessible(page)
    assert TalentDemand.objects.count() == 0


def test_the_page_of_ranked_schools_fits_a_phone(page, hr):
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, hr)

    page.goto("/demands/new/")

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
