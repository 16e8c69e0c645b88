"""Names by API: what they stand for, the queue, and unknown names in demands and programmes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.majors.services import add_programme
from portal.taxonomy.models import Major, Skill
from portal.taxonomy.queue.models import UnresolvedName
from portal.taxonomy.queue.services import queue_names
from portal.taxonomy.queue.settling import keep_wordings
from tests.factories import (
    DemandFactory,
    EnterpriseFactory,
    MajorFactory,
    SchoolFactory,
    SkillFactory,
    UserFactory,
    member_of,
)
from tests.portal.taxonomy.queue.conftest import demand_with, major, skill

pytestmark = pytest.mark.django_db
QUEUE = "/api/v1/unresolved-names/"


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def api(db: None) -> APIClient:
    return signed_in(UserFactory())


@pytest.fixture
def desk(staff: User) -> APIClient:
    return signed_in(staff)


def test_one_name_is_resolved(api: APIClient) -> None:
    MajorFactory(code="510205", name="大数据技术", level="junior_college")
    found = api.get("/api/v1/majors/resolve/", {"text": "大数据技术（中外合作）", "level": "junior_college"}).json()
    expected = {"key": "510205", "how": "exact", "edition": "", "group": "", "suggestions": []}
    assert found == {"text": "大数据技术（中外合作）"} | expected
    near = api.get("/api/v1/majors/resolve/", {"text": "大数据"}).json()
    assert (near["key"], near["how"], near["suggestions"][0]["name"]) == (None, "near", "大数据技术")


def test_many_names_are_resolved_with_one_query(api: APIClient, django_assert_num_queries: Callable) -> None:
    SkillFactory(name="Python程序设计")
    names = {"names": [{"text": "python程序设计"}, {"text": "派森"}] * 100}
    api.post("/api/v1/skills/resolve/", names, format="json")
    with django_assert_num_queries(1):
        found = api.post("/api/v1/skills/resolve/", names, format="json").json()
    assert [one["key"] for one in found] == ["Python程序设计", None] * 100


@pytest.mark.parametrize(
    ("method", "data"),
    [
        ("get", {}),
        ("get", {"text": "x" * 121}),
        ("get", {"text": "x", "level": "kindergarten"}),
        ("get", {"text": "x", "nonsense": "1"}),
        ("post", {}),
        ("post", {"names": [{"text": "x"}] * 501}),
        ("post", {"names": [{"text": "a\x00b"}]}),
    ],
)
def test_unusable_question_is_refused(api: APIClient, method: str, data: Any) -> None:
    answer = getattr(api, method)("/api/v1/majors/resolve/", data, **({"format": "json"} if method == "post" else {}))
    assert answer.status_code == 400


def test_queue_is_read_and_decided_by_the_staff(desk: APIClient, api: APIClient, noon: datetime) -> None:
    SkillFactory(name="Python程序设计")
    demand_with(skill("Python程序"), at=noon)
    queue_names(typed=[major("动画绘制")], at=noon)
    [row] = desk.get(QUEUE, {"kind": "skill"}).json()["results"]
    shown = (row["text"], row["waiting"], row["state"], [one["key"] for one in row["suggestions"]])
    assert shown == ("Python程序", 1, "open", ["Python程序设计"])
    assert api.get(QUEUE).json()["results"] == []
    one = f"{QUEUE}{row['public_id']}/"
    assert api.get(one).status_code == api.post(f"{one}reject/", {"reason": "x"}).status_code == 404
    decided = desk.post(f"{one}decide/", {"skill": "Python程序设计"}, format="json").json()
    assert (decided["state"], decided["skill"]) == ("decided", "Python程序设计")
    assert desk.post(f"{one}decide/", {"skill": "Python程序设计"}, format="json").status_code == 409
    assert desk.post(f"{one}undo/").json()["state"] == "open"
    assert desk.post(f"{one}undo/").status_code == 409
    new = {"new_skill": {"name": "Python程序", "kind": "course"}}
    assert desk.post(f"{one}decide/", new, format="json").json()["skill"] == "Python程序"


@pytest.mark.parametrize(
    "body", [{}, {"skill": "无"}, {"skill": "焊工", "major": "510205"}, {"new_skill": {"name": "x"}}]
)
def test_unusable_decision_is_refused(desk: APIClient, noon: datetime, body: dict[str, Any]) -> None:
    SkillFactory(name="焊工")
    MajorFactory(code="510205", name="大数据技术", level="junior_college")
    [name] = queue_names(typed=[skill("派森")], at=noon)
    assert desk.post(f"{QUEUE}{name.public_id}/decide/", body, format="json").status_code == 400
    assert UnresolvedName.objects.get().state == "open"


def test_queue_costs_the_same_for_one_and_for_many(
    desk: APIClient, noon: datetime, django_assert_max_num_queries: Callable
) -> None:
    demand_with(*(skill(f"未知技能{number}") for number in range(30)), at=noon)
    desk.get(QUEUE)
    with django_assert_max_num_queries(6):
        assert len(desk.get(QUEUE).json()["results"]) == 30


def test_demand_takes_synonyms_and_unknown_names() -> None:
    enterprise = EnterpriseFactory()
    hr = signed_in(member_of(enterprise))
    SkillFactory(name="Python程序设计")
    body = {
        "enterprise": str(enterprise.public_id),
        "title": "程序员",
        "headcount": 3,
        "valid_until": str(timezone.localdate() + timedelta(days=30)),
        "skills": ["PYTHON程序设计"],
    }
    refused = hr.post("/api/v1/demands/", body | {"skills": ["派森"]}, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "unknown_skill")
    unknown = {"unknown_skills": ["派森"], "unknown_majors": ["动画绘制"], "levels": ["junior_college"]}
    made = hr.post("/api/v1/demands/", body | unknown, format="json").json()
    assert (made["skills"], made["unknown_skills"], made["unknown_majors"]) == (
        ["Python程序设计"],
        ["派森"],
        ["动画绘制"],
    )
    assert UnresolvedName.objects.get(kind="major").level == "junior_college"
    one = f"/api/v1/demands/{made['public_id']}/"
    changed = hr.patch(one, {"unknown_skills": []}, format="json").json()
    assert (changed["unknown_skills"], changed["unknown_majors"]) == ([], ["动画绘制"])
    kept = hr.patch(one, {"headcount": 5}, format="json").json()
    assert (kept["headcount"], kept["unknown_majors"]) == (5, ["动画绘制"])
    assert TalentDemand.objects.get().skills.get() == Skill.objects.get()


def test_programme_takes_unknown_skills() -> None:
    school = SchoolFactory()
    office = signed_in(member_of(school))
    major: Major = MajorFactory(code="510215", name="动漫制作技术", level="junior_college")
    body = {"school": str(school.public_id), "major": major.pk, "unknown_skills": ["原画设计"]}
    made = office.post("/api/v1/programmes/", body, format="json").json()
    assert made["unknown_skills"] == ["原画设计"]
    one = f"/api/v1/programmes/{made['public_id']}/"
    assert office.patch(one, {"is_active": False}, format="json").json()["unknown_skills"] == ["原画设计"]
    assert office.patch(one, {"unknown_skills": []}, format="json").json()["unknown_skills"] == []


def test_unknown_names_are_read_by_their_own_side_and_staff(desk: APIClient, api: APIClient, noon: datetime) -> None:
    demand, school = DemandFactory(status="published"), SchoolFactory()
    programme = add_programme(school_id=school.pk, major=MajorFactory(), typed=[skill("原画设计")], actor=None, at=noon)
    keep_wordings(demand, [skill("派森")], at=noon)
    hr, office = signed_in(member_of(demand.enterprise)), signed_in(member_of(school))
    one, other = f"/api/v1/demands/{demand.public_id}/", f"/api/v1/programmes/{programme.public_id}/"
    assert [reader.get(one).json()["unknown_skills"] for reader in (hr, desk, api, office)] == [["派森"]] * 2 + [[]] * 2
    shown = [reader.get(other).json()["unknown_skills"] for reader in (office, desk, api, hr)]
    assert shown == [["原画设计"]] * 2 + [[]] * 2


def test_majors_of_a_demand_cost_the_same_for_one_and_for_many(noon: datetime) -> None:
    demand = DemandFactory(majors=[])
    hr, one = signed_in(member_of(demand.enterprise)), f"/api/v1/demands/{demand.public_id}/"
    codes = [MajorFactory(code=f"5102{number:02}", name=f"专业{number}").pk for number in range(40)]
    hr.patch(one, {"majors": codes[:1]}, format="json")
    counts = []
    for some in (codes[1:2], codes):
        with CaptureQueriesContext(connection) as queries:
            assert hr.patch(one, {"majors": some}, format="json").json()["majors"] == some
        counts.append(len(queries))
    assert counts[1] <= counts[0]
    for unusable in (["510200", "无此专业"], ["510200", 7], "510200", codes * 13):
        assert hr.patch(one, {"majors": unusable}, format="json").status_code == 400
