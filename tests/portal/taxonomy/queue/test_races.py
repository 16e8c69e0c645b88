"""Two at once, on connections of their own: one decides, none waits for ever, and nothing is counted twice."""

from __future__ import annotations

from functools import partial

import pytest

from portal.audit.models import AuditEvent
from portal.demands.models import TalentDemand
from portal.demands.services import update_demand
from portal.demands.wordings import settle_demands
from portal.taxonomy.models import SkillAlias
from portal.taxonomy.queue import services
from portal.taxonomy.queue.models import UnresolvedName
from tests.conftest import NOON
from tests.factories import SkillFactory, StaffFactory
from tests.portal.demands.test_races import at_once, refusals
from tests.portal.taxonomy.queue.conftest import demand_with, skill

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_", range(5))
def test_two_decide_and_one_wins(_: int) -> None:
    [name] = services.queue_names(typed=[skill("派森")], at=NOON)
    one, two, staff = SkillFactory(name="Python程序设计"), SkillFactory(name="Python编程"), StaffFactory()
    how = {"name_id": name.pk, "actor": staff, "at": NOON}
    results = at_once(
        partial(services.decide_as_skill, skill=one, **how),
        partial(services.decide_as_skill, skill=two, **how),
        partial(services.reject_name, reason="不是技能", **how),
    )
    assert refusals(results) == 2
    name.refresh_from_db()
    assert (name.state == "decided") == SkillAlias.objects.exists()
    assert AuditEvent.objects.filter(subject_type="portal.unresolvedname").count() == 1


@pytest.mark.parametrize("_", range(5))
def test_many_type_the_same_names_in_any_order(_: int) -> None:
    texts = [f"未知技能{number}" for number in range(8)]
    orders = [texts, texts[::-1], texts[3:] + texts[:3], texts[::2] + texts[1::2]]
    at_once(*(partial(services.queue_names, typed=[skill(text) for text in order], at=NOON) for order in orders))
    assert list(UnresolvedName.objects.values_list("times", flat=True)) == [4] * 8


@pytest.mark.parametrize("_", range(5))
def test_settling_beside_each_other_and_a_change_ends_the_same(_: int) -> None:
    demand = demand_with(skill("派森"), at=NOON)
    target, staff = SkillFactory(name="Python程序设计"), StaffFactory()
    services.decide_as_skill(name_id=UnresolvedName.objects.get().pk, skill=target, actor=staff, at=NOON)
    at_once(
        partial(settle_demands, at=NOON),
        partial(settle_demands, at=NOON),
        partial(update_demand, demand_id=demand.pk, headcount=9, actor=None, at=NOON, expected_version=demand.version),
    )
    while settle_demands(at=NOON):
        pass
    assert list(TalentDemand.objects.get().skills.all()) == [target]
    assert AuditEvent.objects.filter(verb="demand_names_settled").count() == 1


@pytest.mark.parametrize("_", range(5))
def test_settling_while_the_person_chooses_the_same_skill_stops_neither(_: int) -> None:
    demands = [demand_with(skill("派森"), at=NOON) for _ in range(3)]
    target, staff = SkillFactory(name="Python程序设计"), StaffFactory()
    services.decide_as_skill(name_id=UnresolvedName.objects.get().pk, skill=target, actor=staff, at=NOON)
    chosen = {"skills": [target], "typed": [], "actor": None, "at": NOON}
    changes = [partial(update_demand, demand_id=one.pk, **chosen) for one in demands]
    at_once(partial(settle_demands, at=NOON), *changes)  # raises what is no refusal: a deadlock
    assert [list(one.skills.all()) for one in demands] == [[target]] * 3
