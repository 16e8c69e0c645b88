"""Talent demands by API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization
from tests.factories import DemandFactory, EnterpriseFactory, MajorFactory, SkillFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/demands/"
CANARY = "金丝雀7731"


@pytest.fixture
def api(hr: User) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(hr)
    return client


@pytest.fixture
def given(enterprise: Organization) -> dict[str, object]:
    """A demand as a program sends it."""
    return {
        "enterprise": str(enterprise.public_id),
        "title": "数控机床操作工",
        "headcount": 20,
        "levels": ["secondary"],
        "majors": [MajorFactory(code="460103", name="数控技术").code],
        "skills": [SkillFactory(name="数控编程").name],
        "cooperation_kinds": ["order_class"],
        "workplace": "440306",
        "salary_min": 5000,
        "valid_until": (timezone.localdate() + timedelta(days=30)).isoformat(),
    }


def test_list_holds_open_ones_and_the_callers_own(api: APIClient, enterprise: Organization) -> None:
    own = DemandFactory(enterprise=enterprise)
    shown = DemandFactory(status="published")
    for hidden in ("draft", "expired", "withdrawn"):
        foreign = DemandFactory(title=CANARY, status=hidden)
        assert api.get(f"{LIST}{foreign.public_id}/").status_code == 404
    answer = api.get(LIST)
    assert CANARY not in answer.content.decode()
    assert [row["public_id"] for row in answer.json()["results"]] == [str(shown.public_id), str(own.public_id)]
    assert "id" not in answer.json()["results"][0]


def test_create_stores_a_draft_that_is_published_by_an_action(api: APIClient, given: dict[str, object]) -> None:
    answer = api.post(LIST, given, format="json")
    assert answer.status_code == 201
    row = answer.json()
    shown = {name: row[name] for name in given}
    assert shown == given
    assert (row["status"], row["version"], row["published_at"]) == ("draft", 1, None)
    address = f"{LIST}{row['public_id']}/publish/"
    published = api.post(address)
    assert (published.status_code, published.json()["status"], published.json()["version"]) == (200, "published", 2)
    again = api.post(address)
    assert (again.status_code, again.json()["title"]) == (409, "DemandNotDraft")
    assert again.headers["Content-Type"] == "application/problem+json"


def test_create_understands_names_of_majors(api: APIClient, given: dict[str, object]) -> None:
    assert api.post(LIST, given | {"majors": ["数控技术专业"]}, format="json").json()["majors"] == ["460103"]


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"headcount": 0}, 400, "/headcount"),
        ({"headcount": 10_001}, 400, "/headcount"),
        ({"salary_max": 4000}, 422, "/salary_max"),
        ({"majors": ["葡萄栽培"]}, 400, "/majors"),
        ({"majors": "460103"}, 400, "/majors/not_a_list"),
        ({"skills": ["飞檐走壁"]}, 400, "/skills"),
        ({"skills": ["\x00"]}, 400, "/skills"),
        ({"skills": [[]]}, 400, "/skills"),
        ({"majors": ["\x00"]}, 400, "/majors"),
        ({"majors": [{}]}, 400, "/majors"),
        ({"workplace": "\x00"}, 400, "/workplace"),
        ({"levels": ["kindergarten"]}, 400, "/levels/0"),
        ({"workplace": "999999"}, 400, "/workplace"),
        ({"valid_until": "soon"}, 400, "/valid_until"),
        ({"title": ""}, 400, "/title"),
    ],
)
def test_create_of_wrong_input_points_at_it_and_stores_nothing(
    api: APIClient, given: dict[str, object], changes: dict[str, object], status: int, pointer: str
) -> None:
    answer = api.post(LIST, given | changes, format="json")
    assert (answer.status_code, TalentDemand.objects.count()) == (status, 0)
    assert answer.json()["errors"][0]["pointer"] in (pointer, pointer.removesuffix("/not_a_list"))


def test_create_for_a_foreign_enterprise_is_refused(api: APIClient, given: dict[str, object]) -> None:
    foreign = EnterpriseFactory()
    answer = api.post(LIST, given | {"enterprise": str(foreign.public_id)}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/enterprise")
    assert TalentDemand.objects.count() == 0


@pytest.mark.parametrize("action", ["", "publish/", "withdraw/", "refresh/", "fill/"])
def test_writing_to_a_foreign_demand_is_not_found(api: APIClient, action: str) -> None:
    foreign = DemandFactory(status="published")
    call = api.post if action else api.patch
    body = {"title": "x", "filled": 1, "valid_until": "2030-01-01"}
    assert call(f"{LIST}{foreign.public_id}/{action}", body, format="json").status_code == 404
    foreign.refresh_from_db()
    assert foreign.version == 1


def test_patch_and_moves_of_the_own_one(api: APIClient, enterprise: Organization) -> None:
    demand = DemandFactory(enterprise=enterprise, status="published")
    address = f"{LIST}{demand.public_id}/"
    changed = api.patch(address, {"title": "铣工", "enterprise": str(EnterpriseFactory().public_id)}, format="json")
    assert (changed.json()["title"], changed.json()["enterprise"]) == ("铣工", str(enterprise.public_id))
    later = (timezone.localdate() + timedelta(days=100)).isoformat()
    assert api.post(f"{address}refresh/", {"valid_until": later}, format="json").json()["valid_until"] == later
    assert api.post(f"{address}fill/", {"filled": 20}, format="json").json()["status"] == "filled"
    assert api.post(f"{address}fill/", {"filled": 21}, format="json").status_code == 422
    assert api.post(f"{address}withdraw/").status_code == 409
    assert api.patch(address, {"title": "车工"}, format="json").status_code == 409


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "skjc"}, 1),
        ({"major": "460103"}, 1),
        ({"skill": "数控编程"}, 1),
        ({"level": "bachelor"}, 0),
        ({"status": "draft"}, 0),
        ({"graduating_year": "2024"}, 1),
    ],
)
def test_list_is_narrowed(api: APIClient, query: dict[str, str], found: int) -> None:
    DemandFactory(
        title="数控机床操作工",
        status="published",
        levels=["secondary"],
        graduating_year=2024,
        majors=[MajorFactory(code="460103")],
        skills=[SkillFactory(name="数控编程")],
    )
    assert len(api.get(LIST, query).json()["results"]) == found
    assert api.get(LIST, {"enterprise": "x"} | query).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    api: APIClient, count: int, django_assert_max_num_queries: Callable
) -> None:
    for _ in range(count):
        DemandFactory(status="published", skills=SkillFactory.create_batch(2))
    with django_assert_max_num_queries(5):
        assert len(api.get(LIST).json()["results"]) == count
