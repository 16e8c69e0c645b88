"""The code lists by API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from portal.taxonomy.models import Major
from tests.factories import CooperationKindFactory, IndustryFactory, RegionFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(db: None) -> APIClient:
    client = APIClient()
    client.force_authenticate(UserFactory())
    return client


def values(api: APIClient, name: str, field: str, **query: str) -> list[str]:
    return [row[field] for row in api.get(f"/api/v1/{name}/", query).json()["results"]]


def test_majors_are_found_by_old_names_initials_and_class(api: APIClient, catalogue: dict[str, Major]) -> None:
    assert values(api, "majors", "code", text="数控机床") == ["460103"]
    assert values(api, "majors", "code", text="skjs") == ["260103", "460103"]
    assert values(api, "majors", "code", class_code="5103") == ["510301", "510302"]
    assert values(api, "majors", "code", level="secondary") == ["710205"]
    assert api.get("/api/v1/majors/510301/").json()["aliases"] == ["通信技术"]
    assert api.get("/api/v1/majors/999999/").status_code == 404


def test_other_lists_are_read(api: APIClient) -> None:
    RegionFactory()
    IndustryFactory()
    SkillFactory(name="PLC应用技术")
    CooperationKindFactory()
    assert values(api, "regions", "full_name", text="宝安") == ["广东省深圳市宝安区"]
    assert values(api, "industries", "code", level="4") == ["3922"]
    assert values(api, "skills", "name", text="plc") == ["PLC应用技术"]
    assert values(api, "cooperation-kinds", "code") == ["order_class"]


@pytest.mark.parametrize("name", ["majors", "regions", "industries", "skills", "cooperation-kinds"])
def test_lists_are_read_only_and_refuse_unknown_parameters(api: APIClient, name: str) -> None:
    assert api.post(f"/api/v1/{name}/", {"code": "1"}, format="json").status_code == 405
    assert api.get(f"/api/v1/{name}/", {"nonsense": "1"}).status_code == 400
    assert api.get(f"/api/v1/{name}/").status_code == 200


def test_majors_cost_two_queries_however_many(
    api: APIClient, catalogue: dict[str, Major], django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(2):
        assert len(values(api, "majors", "code")) == 7
