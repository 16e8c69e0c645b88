from __future__ import annotations

import pytest
from django.test import Client

from matching.indexing import note_supply_change, refresh_demand
from matching.models import Match
from portal.accounts.models import User
from tests.matching import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    """A client of the platform's staff before three demands, each with two ranked schools."""
    world.lay_catalogue()
    world.school("昭通职院", "510205", 90)
    world.school("软件学院", "510203", 60)
    note_supply_change()
    for name in ("长盈", "银宝", "和而泰"):
        refresh_demand(world.demand(world.enterprise(name), "510205").pk)
    client = Client()
    client.force_login(User.objects.create_superuser("admin@portal.test", "x"))
    return client


def walked(client: Client, address: str) -> list[tuple[str, str]]:
    """(demand, school) of all pages, one row a page, by the links that the API gives."""
    rows, pages = [], 0
    while address and pages < 20:
        answer = client.get(address).json()
        rows += [(row["demand"], row["school"]) for row in answer["results"]]
        address, pages = answer["next"], pages + 1
    return rows


def test_matches_of_all_demands_are_walked_to_the_end_once(staff):
    rows = walked(staff, "/api/v1/matches/?page_size=1")

    assert (len(rows), len(set(rows))) == (6, 6)


def test_matches_of_one_demand_come_best_first(staff):
    match = Match.objects.filter(rank=1).select_related("ranking__demand", "school")[0]
    demand = match.ranking.demand.public_id

    rows = walked(staff, f"/api/v1/matches/?page_size=1&demand={demand}")

    assert rows[0] == (str(demand), str(match.school.public_id))
    assert len(rows) == 2
