"""Programmes and their people by API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.majors.models import Programme, SupplyLine
from portal.organizations.models import Organization
from tests.factories import MajorFactory, ProgrammeFactory, SchoolFactory, SkillFactory, SupplyLineFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/programmes/"


@pytest.fixture
def api(office: User) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(office)
    return client


def test_list_nests_the_people_by_year(api: APIClient) -> None:
    programme = ProgrammeFactory(major=MajorFactory(code="710205", name="大数据技术应用"))
    SupplyLineFactory(programme=programme, graduating_year=2023)
    SupplyLineFactory(programme=programme, graduating=50, committed=8)
    ProgrammeFactory(school__status="suspended", direction="金丝雀7731")
    answer = api.get(LIST)
    assert "金丝雀7731" not in answer.content.decode()
    [row] = answer.json()["results"]
    assert (row["major"], row["major_name"], row["school"]) == (
        "710205",
        "大数据技术应用",
        str(programme.school.public_id),
    )
    assert [line["graduating_year"] for line in row["supply"]] == [2024, 2023]
    assert row["supply"][0]["available"] == 42


def test_create_for_the_own_school_only(api: APIClient, school: Organization) -> None:
    MajorFactory(code="710205")
    skill = SkillFactory()
    foreign = {"school": str(SchoolFactory().public_id), "major": "710205"}
    refused = api.post(LIST, foreign, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/school")
    own = {"school": str(school.public_id), "major": "710205", "skills": [skill.name]}
    assert api.post(LIST, own, format="json").status_code == 201
    assert Programme.objects.get().skills.get() == skill
    again = api.post(LIST, own, format="json")
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/major")
    assert Programme.objects.count() == 1


def test_create_with_an_unknown_major_suggests(api: APIClient, school: Organization) -> None:
    MajorFactory(code="460103", name="数控技术", level="junior_college")
    answer = api.post(LIST, {"school": str(school.public_id), "major": "数控加工"}, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "pointer": "/major",
            "code": "unknown_major",
            "detail": "“数控加工” does not name one major. Did you mean: 数控技术 · 460103 · Junior college?",
        }
    ]


def test_patch_changes_own_and_no_foreign_one(api: APIClient, school: Organization) -> None:
    own, foreign = ProgrammeFactory(school=school), ProgrammeFactory()
    for programme, status in ((foreign, 404), (own, 200)):
        answer = api.patch(f"{LIST}{programme.public_id}/", {"direction": "云计算"}, format="json")
        assert answer.status_code == status
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.direction, foreign.direction) == ("云计算", "")


def test_supply_is_put_by_year(api: APIClient, school: Organization) -> None:
    own, foreign = ProgrammeFactory(school=school), ProgrammeFactory()
    line = {"graduating_year": 2024, "graduating": 50, "committed": 8}
    assert api.put(f"{LIST}{foreign.public_id}/supply/", line, format="json").status_code == 404
    answer = api.put(f"{LIST}{own.public_id}/supply/", line, format="json")
    assert answer.json()["supply"] == [
        {
            "graduating_year": 2024,
            "enrolled": 0,
            "graduating": 50,
            "committed": 8,
            "available": 42,
            "state": "draft",
        }
    ]
    wrong = api.put(f"{LIST}{own.public_id}/supply/", line | {"committed": 51}, format="json")
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "No more people can be promised than graduate.")
    assert SupplyLine.objects.get().committed == 8


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    api: APIClient, count: int, django_assert_max_num_queries: Callable
) -> None:
    for _ in range(count):
        SupplyLineFactory(programme__skills=SkillFactory.create_batch(2))
    with django_assert_max_num_queries(4):
        assert len(api.get(LIST).json()["results"]) == count
