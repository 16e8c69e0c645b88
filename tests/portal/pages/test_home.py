from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.jobs.models import Job
from portal.notifications.services import notify
from tests.conftest import NOON
from tests.factories import (
    DemandFactory,
    EnterpriseFactory,
    OrganizationFactory,
    ProgrammeFactory,
    SchoolFactory,
    StaffFactory,
    SupplyLineFactory,
    UserFactory,
    member_of,
)

DAY = timedelta(days=1)


@pytest.fixture
def firm(db):
    return EnterpriseFactory(short_name="长盈精密")


@pytest.fixture
def school(db):
    return SchoolFactory()


@pytest.fixture
def as_hr(client, firm):
    return signed_in(client, member_of(firm))


@pytest.fixture
def as_office(client, school):
    return signed_in(client, member_of(school))


@pytest.fixture
def as_staff(client, db):
    return signed_in(client, StaffFactory())


def signed_in(client, user):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def actions(client):
    return [str(action.text) for action in client.get("/home/").context["actions"]]


def numbers(client):
    return {str(number.label): number.value for number in client.get("/home/").context["numbers"]}


def test_home_asks_for_sign_in(client, db):
    assert client.get("/home/").headers["Location"] == "/accounts/login/?next=/home/"


def test_home_of_a_stranger_to_every_organization_says_how_to_begin(client, db):
    page = signed_in(client, UserFactory()).get("/home/")
    assert reverse("organizations:new") in page.content.decode()
    assert page.context["actions"] == []


def test_home_of_hr_counts_drafts_and_demands_that_end_soon(as_hr, firm):
    today = timezone.localdate()
    DemandFactory(enterprise=firm, status="draft")
    DemandFactory(enterprise=firm, status="published", valid_until=today + 14 * DAY)
    DemandFactory(enterprise=firm, status="published", valid_until=today + 15 * DAY)
    DemandFactory(status="draft")  # of another firm
    assert actions(as_hr) == ["Renew 1 demand that ends soon", "Publish 1 demand still in draft"]
    [renewal, _] = as_hr.get("/home/").context["actions"]
    assert renewal.deadline == today + 14 * DAY


def test_home_of_hr_shows_what_is_sought(as_hr, firm):
    DemandFactory(enterprise=firm, status="published", headcount=30, filled=4)
    DemandFactory(status="published", headcount=500)
    shown = numbers(as_hr)
    assert shown["Open demands"] == 1
    assert shown["People still sought"] == 26


def test_home_shows_a_returned_registration_first(as_hr, firm):
    DemandFactory(enterprise=firm, status="draft")
    firm.status = "returned"
    firm.save(update_fields=["status"])
    assert actions(as_hr)[0] == "Correct and submit again: 长盈精密"


def test_home_of_a_school_counts_supply_not_confirmed(as_office, school):
    SupplyLineFactory(programme=ProgrammeFactory(school=school), state="draft")
    SupplyLineFactory(programme=ProgrammeFactory(school=school), state="confirmed")
    SupplyLineFactory(programme=ProgrammeFactory(school=school, is_active=False), state="draft")
    SupplyLineFactory(state="draft")  # of another school
    assert actions(as_office) == ["Confirm the graduates of 1 programme"]


def test_home_of_a_school_shows_graduates_of_this_year_and_later(as_office, school):
    year = timezone.localdate().year
    programme = ProgrammeFactory(school=school)
    for graduating_year in (year - 1, year, year + 1):
        line = {"graduating": 50, "committed": 10}
        SupplyLineFactory(programme=programme, graduating_year=graduating_year, **line)
    shown = numbers(as_office)
    assert shown["Programmes with graduates"] == 1
    assert shown["Graduates available"] == 80


def test_home_says_how_to_begin_while_there_is_nothing(client, firm, school):
    assert actions(signed_in(client, member_of(firm))) == ["Post your first talent demand"]
    assert actions(signed_in(client, member_of(school))) == ["Enter your majors and their graduates"]


def test_home_of_staff_counts_reviews_and_failed_jobs(as_staff):
    OrganizationFactory(status="submitted")
    now = timezone.now()
    for finished in (now, now - 8 * DAY):
        Job.objects.create(kind="x", title="x", state="failed", finished_at=finished, next_attempt_at=now)
    assert actions(as_staff) == ["Review 1 organization", "Look into 1 failed job"]


def test_home_shows_own_messages_in_the_readers_language(as_hr, firm):
    user = firm.memberships.get().user
    notify(recipients=[user], event="organization_approved", at=NOON, context={"organization": "长盈精密"})
    notify(recipients=[UserFactory()], event="organization_approved", at=NOON, context={"organization": "别的公司"})
    body = as_hr.get("/home/").content.decode()
    assert "长盈精密 has been approved." in body
    assert "别的公司" not in body


@pytest.mark.parametrize("rows", [1, 3])
def test_home_of_hr_asks_the_database_seldom(as_hr, firm, rows, django_assert_max_num_queries):
    DemandFactory.create_batch(rows, enterprise=firm, status="published")
    notify(recipients=[firm.memberships.get().user] * rows, event="job_done", at=NOON, context={"title": "x"})
    with django_assert_max_num_queries(12):
        as_hr.get("/home/")


@pytest.mark.parametrize("rows", [1, 3])
def test_home_of_a_school_asks_the_database_seldom(as_office, school, rows, django_assert_max_num_queries):
    for _ in range(rows):
        SupplyLineFactory(programme=ProgrammeFactory(school=school), state="draft")
    with django_assert_max_num_queries(12):
        as_office.get("/home/")


@pytest.mark.parametrize("rows", [1, 3])
def test_home_of_staff_asks_the_database_seldom(as_staff, rows, django_assert_max_num_queries):
    OrganizationFactory.create_batch(rows, status="submitted")
    with django_assert_max_num_queries(12):
        as_staff.get("/home/")
