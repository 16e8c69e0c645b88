"""A firm looks through its ranked partners, asks why, compares, hides; the staff tries weights. At every width."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from matching.rebuilding import rebuild_now
from portal.accounts.models import User
from portal.organizations.models import Organization
from tests.browser.test_hr import PASSWORD, assert_accessible, sign_in
from tests.matching import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}
PICTURES = os.environ.get("PICTURES", "")  # a folder to look at the pages afterwards


@pytest.fixture
def market() -> dict[str, Organization]:
    world.lay_catalogue()
    found = {
        "best": world.school(
            "昭通职业技术学院（国家示范性高等职业院校建设单位）大数据与人工智能产业学院",
            "510205",
            90,
            skills=("Python程序设计",),
        ),
        "near": world.school("软件学院", "510203", 20, skills=("数据可视化",)),
        "other": world.school("昭通中职", "710205", 60),
        "firm": world.enterprise("长盈精密"),
    }
    world.demand(found["firm"], "510205", "460104", skills=("Python程序设计", "数据可视化"))
    world.demand(found["firm"], "510203", headcount=1)
    rebuild_now()
    return found


def password_of(user: User) -> User:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def look(page: Page, name: str) -> None:
    """Accessible, and within the width of a screen and of a phone."""
    assert_accessible(page)
    for width, size in (("wide", {"width": 1280, "height": 900}), ("phone", PHONE)):
        page.set_viewport_size(size)
        assert_fits(page)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_hr_reads_compares_and_hides_partners(page, market):
    sign_in(page, password_of(world.member(market["firm"])))
    page.goto(f"/matching/organizations/{market['firm'].pk}/")
    first = page.locator(".match-card").first
    expect(first.locator(".chip-met").first).to_contain_text("大数据技术")
    look(page, "partners")

    first.locator("button[aria-pressed]").click()
    expect(first.locator("button[aria-pressed=true]")).to_be_visible()
    page.locator(".filter-fold summary").click()
    look(page, "filters")

    for box in page.locator("input[name=with]").all()[:3]:
        box.check()
    page.locator("#compare button").click()
    expect(page.locator(".compare-one")).to_have_count(3)
    look(page, "compare")

    page.goto(f"/matching/organizations/{market['firm'].pk}/hide/{market['near'].pk}/")
    look(page, "hide")
    page.locator("input[value=too_far]").check()
    page.locator("main button.btn-primary").click()
    expect(page.locator(".match-card").first).to_be_visible()
    expect(page.locator("#partner-list")).not_to_contain_text("软件学院")
    page.goto(f"/matching/organizations/{market['firm'].pk}/hidden/")
    look(page, "hidden")
    page.locator(".row-line button").click()
    page.goto(f"/matching/organizations/{market['firm'].pk}/")
    expect(page.locator("#partner-list")).to_contain_text("软件学院")


def test_both_sides_read_why_and_what_would_help(page, market):
    sign_in(page, password_of(world.member(market["near"], "school_office")))
    page.goto(f"/matching/pairs/{market['firm'].pk}/{market['near'].pk}/")

    expect(page.locator(".advice li").first).to_be_visible()
    expect(page.locator("#pair-demands .bars").first).to_be_visible()
    look(page, "pair")


def test_the_staff_tries_weights_and_looks_round_the_engine(page, market):
    sign_in(page, password_of(User.objects.create_superuser("admin@portal.test", "x")))
    for name in ("", "coverage/", "quality/", "feedback/", "weights/"):
        page.goto(f"/matching/engine/{name}")
        look(page, f"engine-{name.strip('/')}")

    page.fill("#id_elsewhere", "0.80")
    page.locator("button[name=try]").click()

    expect(page.locator("button[name=adopt]")).to_be_visible()
    expect(page.locator(".stats")).to_be_visible()
    look(page, "tried")
