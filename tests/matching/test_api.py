from __future__ import annotations

import pytest
from django.test import Client

from matching.models import Feedback, Match
from matching.rebuilding import rebuild_now
from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization
from tests.matching import world

pytestmark = pytest.mark.django_db
MATCHES = "/api/v1/matches/"
FEEDBACK = "/api/v1/feedback/"


@pytest.fixture
def market() -> dict[str, Organization]:
    """Three firms, each with two ranked schools."""
    world.lay_catalogue()
    found = {"best": world.school("昭通职院", "510205", 90), "near": world.school("软件学院", "510203", 60)}
    for name in ("长盈", "银宝", "和而泰"):
        found[name] = world.enterprise(name)
        world.demand(found[name], "510205")
    rebuild_now()
    return found


def client_of(organization: Organization, role: str = "hr") -> Client:
    client = Client()
    client.force_login(world.member(organization, role))
    return client


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin@portal.test", "x"))
    return client


def walked(client: Client, address: str) -> list[tuple[str, str]]:
    """(enterprise, school) of all pages, one row a page, by the links that the API gives."""
    rows, pages = [], 0
    while address and pages < 20:
        answer = client.get(address).json()
        rows += [(row["enterprise_name"], row["school_name"]) for row in answer["results"]]
        address, pages = answer["next"], pages + 1
    return rows


@pytest.mark.parametrize("query", ["", "&side=E", "&side=S", "&school=", "&enterprise=&side=S"])
def test_matches_of_all_are_walked_to_the_end_once(staff, market, query):
    rows = walked(staff, f"{MATCHES}?page_size=1{query}")

    assert (len(rows), len(set(rows))) == (6, 6)


def test_matches_of_one_enterprise_come_best_first(staff, market):
    rows = walked(staff, f"{MATCHES}?page_size=1&enterprise={market['长盈'].public_id}")

    assert rows == [("长盈", "昭通职院"), ("长盈", "软件学院")]


def test_matches_of_one_school_come_best_first(staff, market):
    rows = walked(staff, f"{MATCHES}?page_size=1&school={market['best'].public_id}")

    listed = Match.objects.filter(side="S", school=market["best"]).order_by("-school_score", "enterprise__public_id")
    assert rows == [(match.enterprise.legal_name, "昭通职院") for match in listed]


def test_matches_are_seen_by_their_sides(market):
    seen = [
        {row["enterprise_name"] for row in client.get(MATCHES).json()["results"]}
        for client in (client_of(market["长盈"]), client_of(market["near"], "school_office"))
    ]

    assert seen == [{"长盈"}, {"长盈", "银宝", "和而泰"}]


def test_matches_of_a_demand_come_with_reasons(market):
    wanted = TalentDemand.objects.get(enterprise=market["长盈"])
    address = f"{MATCHES}of-demand/{wanted.public_id}/"

    rows = client_of(market["长盈"]).get(address).json()

    assert [(row["rank"], row["school_name"]) for row in rows] == [(1, "昭通职院"), (2, "软件学院")]
    assert [met["exact"] for row in rows for met in row["reasons"]["majors_met"]] == [True, False]
    assert client_of(market["银宝"]).get(address).status_code == 404
    assert client_of(market["和而泰"]).get(f"{MATCHES}of-demand/x/").status_code == 404


def test_matches_of_a_demand_before_the_first_ranking_are_a_conflict():
    world.lay_catalogue()
    firm = world.enterprise("长盈")
    wanted = world.demand(firm, "510205")

    assert client_of(firm).get(f"{MATCHES}of-demand/{wanted.public_id}/").status_code == 409


def given(market: dict[str, Organization], **more: str) -> dict[str, str]:
    ends = {"organization": str(market["长盈"].public_id), "partner": str(market["best"].public_id)}
    return {**ends, "kind": "interested"} | more


def post(client: Client, data: dict[str, str], address: str = FEEDBACK) -> int:
    return client.post(address, data, content_type="application/json").status_code


def test_feedback_is_said_and_taken_back(market):
    client = client_of(market["长盈"])

    assert [post(client, given(market)) for _ in range(2)] == [201, 201]
    assert [row["kind"] for row in client.get(FEEDBACK).json()["results"]] == ["interested"]
    assert [post(client, given(market), f"{FEEDBACK}take-back/") for _ in range(2)] == [204, 409]
    assert Feedback.objects.count() == 0


def test_feedback_on_a_partner_that_was_suspended_is_taken_back_and_not_said(market):
    client = client_of(market["长盈"])
    assert post(client, given(market)) == 201
    Organization.objects.filter(pk=market["best"].pk).update(status="suspended")

    assert post(client, given(market, kind="hidden", reason="other")) == 422
    assert [post(client, given(market), f"{FEEDBACK}take-back/") for _ in range(2)] == [204, 400]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"kind": "hidden"}, 422),
        ({"kind": "hidden", "reason": "too_far"}, 201),
        ({"kind": "signed"}, 400),
        ({"kind": "loved"}, 400),
        ({"partner": "x"}, 400),
        ({"partner": ""}, 400),
        ({"organization": "00000000-0000-0000-0000-000000000000"}, 400),
    ],
)
def test_feedback_that_makes_no_sense_is_refused(market, more, status):
    assert post(client_of(market["长盈"]), given(market, **more)) == status
    assert Feedback.objects.count() == (1 if status == 201 else 0)


def test_feedback_is_said_for_ones_own_and_seen_by_no_one_else(market):
    client = client_of(market["长盈"])
    post(client, given(market))

    assert post(client_of(market["银宝"]), given(market)) == 400
    assert client_of(market["best"], "school_office").get(FEEDBACK).json()["results"] == []
    assert len(client.get(FEEDBACK).json()["results"]) == 1


def test_no_serial_number_leaves_the_house(staff, market):
    rows = staff.get(MATCHES).json()["results"]

    assert {type(row[name]) for row in rows for name in ("enterprise", "school")} == {str}
    assert not {"id", "pk"} & set(rows[0])
