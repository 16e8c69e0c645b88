"""Names that nobody knows: queued once, decided once, and undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.common.errors import DomainError
from portal.taxonomy.models import MajorAlias, Skill, SkillAlias
from portal.taxonomy.queue import services
from portal.taxonomy.queue.models import NameKind, UnresolvedName
from portal.taxonomy.queue.services import (
    NameNotOpen,
    NothingToUndo,
    ReasonMissing,
    SkillStoodFor,
    Typed,
    WrongKind,
    WrongLevel,
    queue_names,
)
from portal.taxonomy.queue.settling import keep_wordings
from portal.taxonomy.resolving import resolve_major, resolve_skill
from portal.taxonomy.services import AliasKnown, AliasTaken, decide_alias, decide_synonym
from tests.factories import MajorFactory, SkillFactory
from tests.portal.taxonomy.queue.conftest import demand_with, major, skill

pytestmark = pytest.mark.django_db


def queued(typed: Typed, at: datetime) -> UnresolvedName:
    [name] = queue_names(typed=[typed], at=at)
    return name


def test_name_waits_once_however_often_it_is_typed(noon: datetime) -> None:
    later = noon + timedelta(days=1)
    queue_names(typed=[skill("鸿蒙开发"), skill("鸿蒙 开发"), major("元宇宙技术（高级班）", "technician")], at=noon)
    queue_names(typed=[skill("鸿蒙开发"), major("元宇宙技术专业", "secondary"), major("元宇宙技术")], at=later)
    rows = UnresolvedName.objects.order_by("pk").values_list("kind", "text", "normalised", "level", "times")
    assert sorted(rows) == [
        ("major", "元宇宙技术", "元宇宙技术", "", 1),
        ("major", "元宇宙技术（高级班）", "元宇宙技术", "secondary", 2),
        ("skill", "鸿蒙开发", "鸿蒙开发", "", 2),
    ]
    assert set(UnresolvedName.objects.values_list("first_seen_at", "last_seen_at")) == {(noon, later), (later, later)}


def test_queueing_costs_the_same_for_one_and_for_many(noon: datetime) -> None:
    counts = []
    for size in (1, 60):
        with CaptureQueriesContext(connection) as queries:
            queue_names(typed=[skill(f"技能{size}之{number}") for number in range(size)], at=noon)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert queue_names(typed=[], at=noon) == []


def test_major_is_decided_and_known_from_then_on(noon: datetime, staff: User) -> None:
    target = MajorFactory(code="510215", name="动漫制作技术", level="junior_college")
    name = queued(major("动画绘制（校企合作）", "junior_college"), noon)
    decided = services.decide_as_major(name_id=name.pk, major=target, actor=staff, at=noon)
    assert (decided.state, decided.major, decided.decided_by, decided.decided_at) == ("decided", target, staff, noon)
    assert resolve_major("动画绘制", "junior_college").key == "510215"
    alias = MajorAlias.objects.get()
    assert (alias.text, alias.kind, alias.decided_by, alias.decided_at) == ("动画绘制", "decided", staff, noon)
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["alias_decided", "name_decided"]


def test_major_of_another_level_is_refused(noon: datetime, staff: User) -> None:
    other = MajorFactory(code="710205", name="大数据技术应用", level="secondary")
    name = queued(major("动画绘制", "junior_college"), noon)
    with pytest.raises(WrongLevel):
        services.decide_as_major(name_id=name.pk, major=other, actor=staff, at=noon)
    assert MajorAlias.objects.count() == 0
    unknown_level = queued(major("动画绘制"), noon)
    assert services.decide_as_major(name_id=unknown_level.pk, major=other, actor=staff, at=noon).major == other


def test_contradicting_decisions_at_one_level_are_refused(noon: datetime, staff: User) -> None:
    one = MajorFactory(code="510215", name="动漫制作技术", level="junior_college")
    two = MajorFactory(code="510205", name="大数据技术", level="junior_college")
    first, second = queued(major("动画绘制"), noon), queued(major("动画绘制", "junior_college"), noon)
    services.decide_as_major(name_id=first.pk, major=one, actor=staff, at=noon)
    with pytest.raises(AliasTaken):
        services.decide_as_major(name_id=second.pk, major=two, actor=staff, at=noon)
    assert services.decide_as_major(name_id=second.pk, major=one, actor=staff, at=noon).major == one


def test_skill_becomes_a_synonym(noon: datetime, staff: User) -> None:
    target = SkillFactory(name="Python程序设计")
    name = queued(skill("派森"), noon)
    services.decide_as_skill(name_id=name.pk, skill=target, actor=staff, at=noon)
    assert resolve_skill("派森").key == "Python程序设计"
    assert SkillAlias.objects.values_list("text", "source", "decided_by").get() == ("派森", "queue", staff.pk)


def test_new_skill_is_listed_and_spelt_as_the_staff_says(noon: datetime, staff: User) -> None:
    name = queued(skill("harmonyos 开发"), noon)
    decided = services.decide_as_new_skill(name_id=name.pk, text="鸿蒙应用开发", kind="course", actor=staff, at=noon)
    assert decided.skill == Skill.objects.listed().get(name="鸿蒙应用开发")
    assert resolve_skill("HarmonyOS开发").key == "鸿蒙应用开发"
    again = queued(skill("鸿蒙"), noon)
    with pytest.raises(AliasKnown):
        services.decide_as_new_skill(name_id=again.pk, text="鸿蒙应用开发", kind="course", actor=staff, at=noon)
    assert UnresolvedName.objects.get(pk=again.pk).state == "open"


def test_rejection_needs_a_reason(noon: datetime, staff: User) -> None:
    name = queued(skill("吃苦耐劳"), noon)
    for reason in ("", " ", "\x00"):
        with pytest.raises(ReasonMissing):
            services.reject_name(name_id=name.pk, reason=reason, actor=staff, at=noon)
    rejected = services.reject_name(name_id=name.pk, reason="不是技能", actor=staff, at=noon)
    assert (rejected.state, rejected.reason, rejected.target) == ("rejected", "不是技能", None)


Decide = Callable[[UnresolvedName, User, datetime], UnresolvedName]
DECISIONS: dict[str, tuple[Typed, Decide]] = {
    "major": (
        major("动画绘制"),
        lambda name, actor, at: services.decide_as_major(
            name_id=name.pk, major=MajorFactory(code="510215"), actor=actor, at=at
        ),
    ),
    "skill": (
        skill("派森"),
        lambda name, actor, at: services.decide_as_skill(
            name_id=name.pk, skill=SkillFactory(name="Python程序设计"), actor=actor, at=at
        ),
    ),
    "new skill": (
        skill("派森"),
        lambda name, actor, at: services.decide_as_new_skill(
            name_id=name.pk, text="派森", kind="course", actor=actor, at=at
        ),
    ),
    "rejection": (
        skill("派森"),
        lambda name, actor, at: services.reject_name(name_id=name.pk, reason="不是技能", actor=actor, at=at),
    ),
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_decision_is_made_once_and_can_be_undone_and_made_again(decision: str, noon: datetime, staff: User) -> None:
    typed, decide = DECISIONS[decision]
    name = queued(typed, noon)
    with pytest.raises(NothingToUndo):
        services.undo_decision(name_id=name.pk, actor=staff, at=noon)
    decide(name, staff, noon)
    with pytest.raises(NameNotOpen):
        services.reject_name(name_id=name.pk, reason="x", actor=staff, at=noon)
    with pytest.raises(DomainError):  # the row, or what the first decision made, is in the way
        decide(name, staff, noon)
    undone = services.undo_decision(name_id=name.pk, actor=staff, at=noon)
    assert (undone.state, undone.target, undone.decided_by, undone.reason) == ("open", None, None, "")
    resolve = resolve_major if typed.kind == NameKind.MAJOR else resolve_skill
    assert resolve(typed.text).key is None
    assert (MajorAlias.objects.count(), SkillAlias.objects.count()) == (0, 0)
    assert decide(name, staff, noon).state != "open"


def test_undo_leaves_what_others_decided(noon: datetime, staff: User) -> None:
    target = MajorFactory(code="510215", name="动漫制作技术", level="junior_college")
    name, other = queued(major("动画绘制"), noon), queued(major("动漫设计"), noon)
    for waiting in (name, other):
        services.decide_as_major(name_id=waiting.pk, major=target, actor=staff, at=noon)
    services.undo_decision(name_id=name.pk, actor=staff, at=noon)
    assert resolve_major("动画绘制").key is None
    assert resolve_major("动漫设计").key == "510215"


def test_undo_of_one_level_leaves_what_another_level_was_decided_to(noon: datetime, staff: User) -> None:
    target = MajorFactory(code="510215", name="动漫制作技术", level="junior_college")
    later = noon + timedelta(days=1)
    first, second = queued(major("动画绘制"), noon), queued(major("动画绘制", "junior_college"), noon)
    services.decide_as_major(name_id=first.pk, major=target, actor=staff, at=noon)
    services.decide_as_major(name_id=second.pk, major=target, actor=staff, at=later)
    services.undo_decision(name_id=first.pk, actor=staff, at=later)
    assert resolve_major("动画绘制").key == "510215"
    assert MajorAlias.objects.get().decided_at == later
    services.undo_decision(name_id=second.pk, actor=staff, at=later)
    assert resolve_major("动画绘制").key is None
    assert MajorAlias.objects.count() == 0


def test_undo_leaves_what_was_decided_outside_the_queue(noon: datetime, staff: User) -> None:
    target, python = MajorFactory(code="510215", name="动漫制作技术"), SkillFactory(name="Python程序设计")
    one, other = queued(major("动画绘制"), noon), queued(skill("派森"), noon)
    decide_alias(text="动画绘制", major=target, actor=None, at=noon - timedelta(days=1))
    decide_synonym(text="派森", skill=python, source="admin", actor=None, at=noon)
    services.decide_as_major(name_id=one.pk, major=target, actor=staff, at=noon)
    services.decide_as_skill(name_id=other.pk, skill=python, actor=staff, at=noon)
    for name in (one, other):
        services.undo_decision(name_id=name.pk, actor=staff, at=noon)
    assert (resolve_major("动画绘制").key, resolve_skill("派森").key) == ("510215", "Python程序设计")


def test_name_that_has_become_a_skill_can_be_decided_as_it(noon: datetime, staff: User) -> None:
    one, waiting = queued(skill("鸿蒙"), noon), queued(skill("鸿蒙 应用开发"), noon)
    services.decide_as_new_skill(name_id=one.pk, text="鸿蒙应用开发", kind="course", actor=staff, at=noon)
    added = Skill.objects.get()
    assert services.decide_as_skill(name_id=waiting.pk, skill=added, actor=staff, at=noon).skill == added
    assert SkillAlias.objects.get().text == "鸿蒙"


def test_new_skill_stays_while_other_names_stand_for_it(noon: datetime, staff: User) -> None:
    one, other = queued(skill("鸿蒙"), noon), queued(skill("HarmonyOS"), noon)
    services.decide_as_new_skill(name_id=one.pk, text="鸿蒙应用开发", kind="course", actor=staff, at=noon)
    services.decide_as_skill(name_id=other.pk, skill=Skill.objects.get(), actor=staff, at=noon)
    with pytest.raises(SkillStoodFor, match="HarmonyOS"):
        services.undo_decision(name_id=one.pk, actor=staff, at=noon)
    assert resolve_skill("鸿蒙").key == resolve_skill("HarmonyOS").key == "鸿蒙应用开发"
    for name in (other, one):
        services.undo_decision(name_id=name.pk, actor=staff, at=noon)
    assert resolve_skill("鸿蒙").key is None
    assert Skill.objects.listed().count() == 0


def test_decision_of_another_kind_is_refused_as_such(noon: datetime, staff: User) -> None:
    name = queued(major("动画绘制"), noon)
    with pytest.raises(WrongKind):
        services.decide_as_new_skill(name_id=name.pk, text="动画绘制", kind="course", actor=staff, at=noon)
    assert Skill.objects.count() == 0


def test_typing_again_in_the_same_row_is_not_counted(noon: datetime) -> None:
    demand = demand_with(skill("派森"), at=noon)
    later = noon + timedelta(days=1)
    keep_wordings(demand, [skill("派森"), skill("鸿蒙")], at=later)
    counted = UnresolvedName.objects.order_by("pk").values_list("text", "times", "last_seen_at")
    assert list(counted) == [("派森", 1, noon), ("鸿蒙", 1, later)]
