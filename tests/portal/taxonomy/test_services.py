"""What people decide about names."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal.audit.models import AuditEvent
from portal.taxonomy.models import Major, Skill
from portal.taxonomy.resolving import resolve_major, resolve_skill
from portal.taxonomy.search import search
from portal.taxonomy.services import (
    AliasKnown,
    AliasTaken,
    UnusableName,
    add_skill,
    decide_alias,
    decide_synonym,
    retire_skill,
    withdraw_alias,
    withdraw_synonym,
)
from tests.factories import SkillFactory, UserFactory

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_decided_name_is_understood_until_it_is_withdrawn(catalogue: dict[str, Major], noon: datetime) -> None:
    person = UserFactory()
    alias = decide_alias(text="数字控制", major=catalogue["460103"], actor=person, at=noon)
    assert (alias.decided_by, alias.decided_at) == (person, noon)
    assert resolve_major("数字控制专业").key == "460103"
    assert [option.value for option in search("majors", "szkz")] == ["460103"]
    withdraw_alias(alias=alias, actor=None, at=noon)
    assert resolve_major("数字控制").key is None
    assert search("majors", "数字控制") == []
    assert verbs() == ["alias_decided", "alias_withdrawn"]


def test_name_is_decided_once(catalogue: dict[str, Major], noon: datetime) -> None:
    decide_alias(text="数字控制", major=catalogue["460103"], actor=None, at=noon)
    with pytest.raises(AliasKnown) as raised:
        decide_alias(text="数字控制", major=catalogue["460103"], actor=None, at=noon)
    assert raised.value.field == "text"


def test_name_is_decided_for_one_major_of_a_level(catalogue: dict[str, Major], noon: datetime) -> None:
    decide_alias(text="数字控制", major=catalogue["460103"], actor=None, at=noon)
    with pytest.raises(AliasTaken):
        decide_alias(text="数字控制（专业）", major=catalogue["510301"], actor=None, at=noon)
    decide_alias(text="数字控制", major=catalogue["260103"], actor=None, at=noon)  # of another level
    assert resolve_major("数字控制", "vocational_bachelor").key == "260103"


@pytest.mark.parametrize("text", ["", " \x00", "长" * 121, "㍿" * 40])
def test_what_is_no_name_is_refused(catalogue: dict[str, Major], noon: datetime, text: str) -> None:
    with pytest.raises(UnusableName):
        decide_alias(text=text, major=catalogue["460103"], actor=None, at=noon)
    assert decide_alias(text="长" * 120, major=catalogue["460103"], actor=None, at=noon).text == "长" * 120


def test_synonym_is_searched_and_stands_for_one_skill(noon: datetime) -> None:
    python, java = SkillFactory(name="Python程序设计"), SkillFactory(name="Java程序设计")
    synonym = decide_synonym(text="蟒蛇编程", skill=python, source="test", actor=None, at=noon)
    assert [option.value for option in search("skills", "蟒蛇")] == ["Python程序设计"]
    with pytest.raises(AliasKnown):
        decide_synonym(text="蟒蛇 编程", skill=java, source="test", actor=None, at=noon)
    with pytest.raises(AliasKnown):
        decide_synonym(text="ＪＡＶＡ程序设计", skill=java, source="test", actor=None, at=noon)
    withdraw_synonym(synonym=synonym, actor=None, at=noon)
    assert search("skills", "蟒蛇") == []
    assert verbs() == ["synonym_decided", "synonym_withdrawn"]


def test_skill_is_added_once_and_comes_back_after_it_was_retired(noon: datetime) -> None:
    skill = add_skill(name="鸿蒙应用开发", kind="course", actor=None, at=noon)
    assert [option.value for option in search("skills", "鸿蒙")] == ["鸿蒙应用开发"]
    with pytest.raises(AliasKnown):
        add_skill(name="鸿蒙应用开发", kind="post", actor=None, at=noon)
    retire_skill(skill=skill, actor=None, at=noon)
    assert search("skills", "鸿蒙") == []
    assert add_skill(name="鸿蒙应用开发", kind="post", actor=None, at=noon).pk == skill.pk
    assert list(Skill.objects.listed().values_list("kind", flat=True)) == ["post"]


def test_two_skills_never_have_one_name(noon: datetime) -> None:
    python = add_skill(name="Python程序设计", kind="course", actor=None, at=noon)
    java = add_skill(name="Java程序设计", kind="course", actor=None, at=noon)
    decide_synonym(text="派森", skill=python, source="test", actor=None, at=noon)
    for name in ("python 程序设计", "ＰＹＴＨＯＮ程序设计", "派 森"):
        with pytest.raises(AliasKnown) as raised:
            add_skill(name=name, kind="course", actor=None, at=noon)
        assert raised.value.field == "name"
    with pytest.raises(AliasKnown):
        decide_synonym(text="JAVA程序设计", skill=python, source="test", actor=None, at=noon)
    assert resolve_skill("PYTHON程序设计").key == "Python程序设计"
    retire_skill(skill=java, actor=None, at=noon)
    assert decide_synonym(text="JAVA程序设计", skill=python, source="test", actor=None, at=noon).skill == python
