"""A school says whom it wishes to meet at a fair; the reasons come by themselves and stay; in a browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from events.fairs.models import Participation, Wish
from matching.rebuilding import rebuild_now
from tests.factories_events import ParticipationFactory, SchoolParticipationFactory, make_fit, people_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "职桥-school-2024"


@pytest.fixture
def school() -> Participation:
    """A school at a fair with an enterprise that seeks what it teaches, and one that does not."""
    row = SchoolParticipationFactory()
    make_fit(row.organization, ParticipationFactory(fair=row.fair).organization)
    ParticipationFactory(fair=row.fair)
    rebuild_now()
    return row


def test_reasons_come_by_themselves_and_stay_when_a_wish_is_said(page, school):
    person = people_of(school)
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    fitting, other = school.fair.participations.enterprises().order_by("pk")
    demand = fitting.organization.demands.get()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_url("**/home/")

    page.goto(f"/fairs/participations/{school.pk}/wishes/")

    reasons = page.locator(f"#why-{fitting.pk}")
    expect(reasons).to_contain_text(demand.title)
    expect(reasons).to_contain_text(demand.majors.get().name)
    expect(page.locator(f"#why-{other.pk}")).to_have_count(0)
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
    page.click(f"#must-{fitting.pk}")
    expect(page.locator(f"#must-{fitting.pk}")).to_have_attribute("aria-pressed", "true")
    expect(reasons).to_contain_text(demand.title)
    expect(page.locator("#wish-counts")).to_contain_text("1")
    assert Wish.objects.get().partner == fitting
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
