"""Search of the code lists."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.taxonomy.models import Major, Region, Skill
from portal.taxonomy.names import matches
from portal.taxonomy.search import LIMIT, search
from tests.factories import IndustryFactory, MajorFactory, RegionFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db


def codes(kind: str, text: str) -> list[str]:
    return [option.value for option in search(kind, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("数控", ["260103", "460103"]),
        ("控", ["260103", "460103"]),
        ("通信技术", ["510301", "510302"]),
        ("大数据技术与应用", ["510205", "710205"]),
        ("数控机床", ["460103"]),
        ("shuk", ["260103", "460103"]),
        ("skjs", ["260103", "460103"]),
        ("ＳＫＪＳ", ["260103", "460103"]),
        ("5103", ["510301", "510302"]),
        ("510301", ["510301"]),
        ("通信 移动", ["510302"]),
        ("考古", []),
        ("控数", []),
        ("%", []),
        ("\x00", []),
    ],
)
def test_search_finds_majors_by_characters_pinyin_initials_old_names_and_codes(
    catalogue: dict[str, Major], text: str, expected: list[str]
) -> None:
    assert codes("majors", text) == expected


def test_search_puts_the_very_name_first(catalogue: dict[str, Major]) -> None:
    assert codes("majors", "大数据技术")[0] == "510205"


def test_search_answers_twenty_at_most() -> None:
    for number in range(LIMIT + 5):
        MajorFactory(code=f"8{number:05d}", name=f"机械{number}")
    assert len(codes("majors", "机械")) == LIMIT


def test_search_for_nothing_offers_the_top_of_the_list() -> None:
    RegionFactory(code="440000", name="广东省", level=1)
    RegionFactory()
    assert codes("regions", " ") == ["440000"]


def test_search_finds_regions_industries_and_skills() -> None:
    RegionFactory()
    IndustryFactory()
    SkillFactory(name="PLC应用技术")
    assert [option.text for option in search("regions", "深圳 宝安")] == ["广东省深圳市宝安区"]
    assert codes("regions", "baq") == ["440306"]
    assert codes("industries", "通信终端") == codes("industries", "3922") == ["3922"]
    assert codes("skills", "plc") == ["PLC应用技术"]


@pytest.mark.parametrize(("model", "text"), [(Major, "数控"), (Major, "skjs"), (Region, "宝安"), (Skill, "plc")])
def test_search_reads_indexes_only(model: type, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    plan = json.dumps(json.loads(model.objects.order_by().filter(matches(text)).explain(format="json")))
    assert "Bitmap Index Scan" in plan
    assert "Seq Scan" not in plan


def test_search_page_answers_json(client: Client, catalogue: dict[str, Major]) -> None:
    client.force_login(UserFactory())
    client.cookies["django_language"] = "en"
    answer = client.get(reverse("taxonomy:search", args=["majors"]), {"q": "skjs"})
    assert answer.json() == {
        "results": [
            {"value": "260103", "text": "数控技术 · 260103 · Vocational bachelor"},
            {"value": "460103", "text": "数控技术 · 460103 · Junior college"},
        ]
    }


def test_search_page_knows_its_lists_only(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get(reverse("taxonomy:search", args=["majors"])).status_code == 200
    assert client.get(reverse("taxonomy:search", args=["users"])).status_code == 404


def test_search_page_is_for_people_who_signed_in(client: Client) -> None:
    assert client.get(reverse("taxonomy:search", args=["majors"])).status_code == 302


def test_search_takes_one_query(catalogue: dict[str, Major], django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(1):
        assert len(codes("majors", "技术")) == 6
