"""What typed names stand for, from the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.taxonomy.models import Major, MajorAlias, Skill
from portal.taxonomy.naming import How
from portal.taxonomy.resolving import resolve_major, resolve_majors, resolve_skill, resolve_skills
from portal.taxonomy.services import decide_alias, decide_synonym, retire_skill, withdraw_alias
from tests.factories import MajorFactory, SkillFactory, UserFactory
from tests.portal.taxonomy.conftest import with_alias

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("710205", None, "710205"),
        ("大数据技术专业", None, "510205"),
        ("数控技术", "junior_college", "460103"),
        ("大数据技术与应用", "secondary", "710205"),
        ("大数据技术与应用", "technician", "710205"),
        ("大数据技术与应用（云计算方向）", "junior_college", "510205"),
    ],
)
def test_major_is_decided_by_code_name_and_alias(
    catalogue: dict[str, Major], text: str, level: str | None, code: str
) -> None:
    assert resolve_major(text, level).key == code


@pytest.mark.parametrize(
    ("text", "level", "suggested"),
    [
        ("数控技术", None, ["260103", "460103"]),
        ("大数据技术与应用", None, ["510205", "710205"]),
        ("通信技术", "junior_college", ["510301", "510302"]),
        ("大数据", "secondary", ["710205"]),
        ("葡萄栽培", None, []),
        ("大数据考古", "bachelor", []),  # retired, and none of the level
    ],
)
def test_major_is_suggested_and_not_guessed(
    catalogue: dict[str, Major], text: str, level: str | None, suggested: list[str]
) -> None:
    found = resolve_major(text, level)
    assert found.key is None
    assert [suggestion.key for suggestion in found.suggestions] == suggested


def test_names_cost_one_query_however_many_and_two_more_after_a_change(
    catalogue: dict[str, Major], django_assert_num_queries: Callable
) -> None:
    resolve_major("数控技术")
    for count in (1, 200):
        with django_assert_num_queries(1):
            assert len(resolve_majors([("数控技术", "junior_college")] * count)) == count
    MajorFactory(code="510399", name="通信软件技术", level="junior_college")
    with CaptureQueriesContext(connection) as queries:
        assert resolve_major("通信软件技术").key == "510399"
    assert len(queries) == 3
    resolve_skills(["焊工"])
    with django_assert_num_queries(1):
        assert [found.key for found in resolve_skills(["焊工"] * 200)] == [None] * 200


def test_every_change_of_the_lists_counts_at_once(catalogue: dict[str, Major], noon: datetime) -> None:
    assert resolve_major("数字控制").key is None
    alias = decide_alias(text="数字控制", major=catalogue["460103"], actor=None, at=noon)
    assert resolve_major("数字控制").key == "460103"
    withdraw_alias(alias=alias, actor=None, at=noon)
    assert resolve_major("数字控制").key is None
    Major.objects.filter(pk="460103").update(name="数字控制")
    assert resolve_major("数字控制").key == "460103"
    Major.objects.filter(pk="460103").update(retired_on=noon.date())
    assert resolve_major("数字控制").key is None


def test_decision_settles_a_name_that_was_split(catalogue: dict[str, Major], noon: datetime) -> None:
    assert resolve_major("通信技术", "junior_college").how == How.AMBIGUOUS
    person = UserFactory()
    alias = decide_alias(text="通信技术", major=catalogue["510302"], actor=person, at=noon)
    assert resolve_major("通信技术", "junior_college").key == "510302"
    assert (alias.decided_by, alias.decided_at, alias.edition) == (person, noon, "test")
    withdraw_alias(alias=alias, actor=person, at=noon)
    assert resolve_major("通信技术", "junior_college").how == How.AMBIGUOUS
    assert MajorAlias.objects.filter(text="通信技术").count() == 2


def test_old_name_says_its_edition(catalogue: dict[str, Major]) -> None:
    with_alias(catalogue["460103"], "数控加工")
    found = resolve_major("数控加工")
    assert (found.key, found.how, found.edition) == ("460103", How.ALIAS, "test")


def test_skill_is_known_by_name_and_synonym_until_it_is_retired(noon: datetime) -> None:
    python = SkillFactory(name="Python程序设计")
    assert resolve_skill("python 程序设计").key == "Python程序设计"
    assert resolve_skill("Python").key is None
    decide_synonym(text="Python", skill=python, source="test", actor=None, at=noon)
    assert resolve_skill("ＰＹＴＨＯＮ").key == "Python程序设计"
    retire_skill(skill=Skill.objects.get(), actor=None, at=noon)
    assert [found.key for found in resolve_skills(["Python", "Python程序设计"])] == [None, None]
