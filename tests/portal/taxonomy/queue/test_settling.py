"""Demands and programmes that wait for names get what was decided, once, and lose what was taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from portal.accounts.models import User
from portal.demands.models import DemandWording, TalentDemand
from portal.demands.services import copy_demand, update_demand
from portal.demands.signals import demand_changed
from portal.demands.tasks import settle_names
from portal.demands.wordings import waiting_names
from portal.majors.models import ProgrammeWording
from portal.majors.selectors import waiting_names as names_waited_for
from portal.majors.services import add_programme, update_programme
from portal.majors.signals import offer_changed
from portal.taxonomy.queue import services
from portal.taxonomy.queue.models import UnresolvedName
from portal.taxonomy.queue.signals import name_decided
from tests.factories import MajorFactory, SchoolFactory, SkillFactory
from tests.portal.taxonomy.queue.conftest import demand_with, major, skill

pytestmark = pytest.mark.django_db


def names_of(demand: TalentDemand) -> list[str]:
    return sorted([*demand.skills.values_list("name", flat=True), *demand.majors.values_list("name", flat=True)])


def the(text: str) -> int:
    return UnresolvedName.objects.get(text=text).pk


def decide(text: str, staff: User, at: datetime, target: str = "Python程序设计") -> None:
    services.decide_as_skill(name_id=the(text), skill=SkillFactory(name=target), actor=staff, at=at)


def test_demand_gets_skill_and_major_and_is_told_once(
    noon: datetime, staff: User, django_capture_on_commit_callbacks: Any
) -> None:
    demand = demand_with(skill("派森"), major("动画绘制"), at=noon)
    bystander = demand_with(skill("鸿蒙"), at=noon)
    told: list[int] = []

    def listen(sender: object, demand_id: int, **_: Any) -> None:
        told.append(demand_id)

    demand_changed.connect(listen)
    try:
        decide("派森", staff, noon)
        anime = MajorFactory(code="510215", name="动漫制作技术")
        services.decide_as_major(name_id=the("动画绘制"), major=anime, actor=staff, at=noon)
        with django_capture_on_commit_callbacks(execute=True):
            settle_names()
            settle_names()
    finally:
        demand_changed.disconnect(listen)
    assert names_of(demand) == ["Python程序设计", "动漫制作技术", "软件技术"]
    assert names_of(bystander) == ["软件技术"]
    assert told == [demand.pk]
    versions = dict(TalentDemand.objects.values_list("pk", "version"))
    assert versions == {demand.pk: demand.version + 1, bystander.pk: bystander.version}


def test_decision_is_sent_after_commit(noon: datetime, staff: User, django_capture_on_commit_callbacks: Any) -> None:
    demand_with(skill("派森"), at=noon)
    sent: list[int] = []

    def listen(sender: object, name_id: int, **_: Any) -> None:
        sent.append(name_id)

    name_decided.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=False) as callbacks:
            decide("派森", staff, noon)
        assert sent == []
        for callback in callbacks:
            callback()
    finally:
        name_decided.disconnect(listen)
    assert sent == [the("派森")]


def test_settling_one_name_leaves_the_others(noon: datetime, staff: User) -> None:
    demand = demand_with(skill("派森"), skill("鸿蒙"), at=noon)
    decide("派森", staff, noon)
    decide("鸿蒙", staff, noon, "鸿蒙应用开发")
    settle_names(name_id=the("鸿蒙"))
    assert names_of(demand) == ["软件技术", "鸿蒙应用开发"]
    settle_names()
    assert names_of(demand) == ["Python程序设计", "软件技术", "鸿蒙应用开发"]


def test_undo_takes_back_what_the_name_gave_and_nothing_else(noon: datetime, staff: User) -> None:
    given = demand_with(skill("派森"), at=noon)
    own = demand_with(skill("派森"), at=noon, skills=[SkillFactory(name="Python程序设计")])
    decide("派森", staff, noon)
    settle_names()
    assert names_of(given) == names_of(own) == ["Python程序设计", "软件技术"]
    services.undo_decision(name_id=the("派森"), actor=staff, at=noon)
    settle_names()
    assert names_of(given) == ["软件技术"]
    assert names_of(own) == ["Python程序设计", "软件技术"]
    decide("派森", staff, noon, "Python编程")
    settle_names()
    assert names_of(given) == ["Python编程", "软件技术"]


def test_two_names_of_one_skill_are_undone_one_by_one(noon: datetime, staff: User) -> None:
    demand = demand_with(skill("派森"), skill("蟒蛇编程"), at=noon)
    for text in ("派森", "蟒蛇编程"):
        decide(text, staff, noon)
    settle_names()
    services.undo_decision(name_id=the("派森"), actor=staff, at=noon)
    settle_names()
    assert names_of(demand) == ["Python程序设计", "软件技术"]
    services.undo_decision(name_id=the("蟒蛇编程"), actor=staff, at=noon)
    settle_names()
    assert names_of(demand) == ["软件技术"]


def test_what_the_person_chose_anew_stays_after_an_undo(noon: datetime, staff: User) -> None:
    demand = demand_with(skill("派森"), at=noon)
    decide("派森", staff, noon)
    settle_names()
    update_demand(demand_id=demand.pk, actor=None, at=noon, skills=list(demand.skills.all()))
    assert DemandWording.objects.count() == 0
    services.undo_decision(name_id=the("派森"), actor=staff, at=noon)
    settle_names()
    assert names_of(demand) == ["Python程序设计", "软件技术"]


def test_removed_skill_does_not_come_back(noon: datetime, staff: User) -> None:
    demand = demand_with(skill("派森"), at=noon)
    decide("派森", staff, noon)
    settle_names()
    update_demand(demand_id=demand.pk, actor=None, at=noon, skills=[], typed=[])
    settle_names()
    assert names_of(demand) == ["软件技术"]


def test_change_of_other_fields_keeps_waiting(noon: datetime, staff: User) -> None:
    demand = demand_with(skill("派森"), at=noon)
    update_demand(demand_id=demand.pk, actor=None, at=noon, headcount=9)
    update_demand(demand_id=demand.pk, actor=None, at=noon, skills=[])
    copy = copy_demand(demand_id=demand.pk, actor=None, at=noon)
    decide("派森", staff, noon)
    settle_names()
    assert names_of(demand) == names_of(copy) == ["Python程序设计", "软件技术"]


def test_rejected_name_gives_nothing(noon: datetime, staff: User) -> None:
    demand = demand_with(skill("吃苦耐劳"), at=noon)
    services.reject_name(name_id=the("吃苦耐劳"), reason="不是技能", actor=staff, at=noon)
    settle_names()
    assert names_of(demand) == ["软件技术"]
    assert TalentDemand.objects.get(pk=demand.pk).version == demand.version


def test_programme_gets_its_skill_and_the_school_is_told(
    noon: datetime, staff: User, django_capture_on_commit_callbacks: Any
) -> None:
    programme = add_programme(
        school_id=SchoolFactory().pk, major=MajorFactory(), typed=[skill("派森")], actor=None, at=noon
    )
    told: list[int] = []

    def listen(sender: object, school_id: int, **_: Any) -> None:
        told.append(school_id)

    decide("派森", staff, noon)
    offer_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            settle_names()
    finally:
        offer_changed.disconnect(listen)
    assert list(programme.skills.values_list("name", flat=True)) == ["Python程序设计"]
    assert told == [programme.school_id]
    how = {"programme_id": programme.pk, "direction": "", "is_active": True, "actor": None, "at": noon}
    update_programme(skills=list(programme.skills.all()), **how)
    assert ProgrammeWording.objects.count() == 0
    update_programme(skills=[], typed=[skill("鸿蒙")], **how)
    assert ProgrammeWording.objects.get().name.text == "鸿蒙"


def test_what_is_decided_but_not_yet_given_is_not_lost(noon: datetime, staff: User) -> None:
    demand = demand_with(skill("派森"), at=noon)
    programme = add_programme(
        school_id=SchoolFactory().pk, major=MajorFactory(), typed=[skill("派森")], actor=None, at=noon
    )
    decide("派森", staff, noon)
    update_demand(demand_id=demand.pk, actor=None, at=noon, majors=list(demand.majors.all()))
    update_programme(programme_id=programme.pk, direction="", skills=[], is_active=True, actor=None, at=noon)
    assert [name.text for name in waiting_names(demand)] == ["派森"]
    assert names_waited_for(programme) == ["派森"]
    copy = copy_demand(demand_id=demand.pk, actor=None, at=noon)
    settle_names()
    assert names_of(demand) == names_of(copy) == ["Python程序设计", "软件技术"]
    assert [row.name for row in programme.skills.all()] == ["Python程序设计"]
    assert waiting_names(demand) == []


def test_programme_keeps_its_skills_where_nothing_is_said_of_them(noon: datetime, staff: User) -> None:
    programme = add_programme(
        school_id=SchoolFactory().pk, major=MajorFactory(), typed=[skill("派森")], actor=None, at=noon
    )
    decide("派森", staff, noon)
    settle_names()
    update_programme(programme_id=programme.pk, direction="甲", is_active=True, actor=None, at=noon)
    assert [row.name for row in programme.skills.all()] == ["Python程序设计"]
    services.undo_decision(name_id=the("派森"), actor=staff, at=noon)
    settle_names()
    assert programme.skills.count() == 0
