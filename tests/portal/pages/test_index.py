from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import DemandFactory, OrganizationFactory, SchoolFactory


@pytest.fixture
def anonymous(client, db):
    client.cookies["django_language"] = "en"
    return client


def test_index_is_open_to_everybody(anonymous):
    page = anonymous.get("/")
    assert page.status_code == 200
    assert "The bridge between schools and enterprises" in page.content.decode()


def test_index_counts_what_is_approved_and_open(anonymous):
    SchoolFactory()
    SchoolFactory(status="submitted")
    DemandFactory(status="published", headcount=30, filled=4)
    DemandFactory(status="draft", headcount=500)
    numbers = {str(n.label): n.value for n in anonymous.get("/").context["numbers"]}
    assert numbers == {"Schools": 1, "Enterprises": 2, "Open demands": 1, "People sought": 26}


def test_index_shows_no_figure_while_there_is_nothing(anonymous):
    assert anonymous.get("/").context["numbers"] == []


def test_index_tells_nothing_of_anybody(anonymous):
    demand = DemandFactory(status="published", title="机密岗位", enterprise=OrganizationFactory(legal_name="机密公司"))
    body = anonymous.get("/").content.decode()
    assert demand.title not in body
    assert demand.enterprise.legal_name not in body


@pytest.mark.parametrize("rows", [1, 3])
def test_index_asks_the_database_seldom(anonymous, rows, django_assert_max_num_queries):
    DemandFactory.create_batch(rows, status="published")
    with django_assert_max_num_queries(6):
        anonymous.get("/")


def test_help_names_whom_to_write_to(anonymous, settings):
    settings.DEFAULT_FROM_EMAIL = "help@portal.example"
    assert "mailto:help@portal.example" in anonymous.get(reverse("pages:help")).content.decode()
