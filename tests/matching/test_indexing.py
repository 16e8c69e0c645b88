from __future__ import annotations

import pytest
from django.db.models import F
from django.utils import timezone

from matching.indexing import (
    note_missed_supply_changes,
    note_supply_change,
    refresh_demand,
    refresh_enterprise,
    stale_demands,
)
from matching.models import Match, PairScore, Ranking
from matching.rebuilding import request_if_stale
from matching.selectors import partners_of, ranked_schools
from portal.demands.models import DemandStatus, TalentDemand
from portal.jobs.models import Job
from portal.jobs.running import run
from portal.majors.models import Programme, SupplyLine
from portal.organizations.models import Organization
from tests.matching import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue() -> None:
    world.lay_catalogue()
    note_supply_change()


def names(demand: TalentDemand) -> list[str]:
    rows = Match.objects.filter(ranking=demand.pk).order_by("rank")
    return list(rows.values_list("school__legal_name", flat=True))


def test_ranking_puts_the_same_major_before_its_class_and_leaves_strangers_out():
    world.school("昭通职院", "510205", 90)
    world.school("软件学院", "510203", 90)
    world.school("机械学院", "460104", 90)
    wanted = world.demand(world.enterprise("长盈"), "510205")

    assert refresh_demand(wanted.pk) is True

    assert names(wanted) == ["昭通职院", "软件学院"]


def test_ranking_knows_the_same_major_at_another_level():
    world.school("昭通中职", "710205", 90)
    wanted = world.demand(world.enterprise("长盈"), "510205")

    refresh_demand(wanted.pk)

    met = Match.objects.get().explanation["demands"][0]["majors_met"]
    assert [(m["offer"], m["depth"]) for m in met] == [("710205", "same family")]


def test_ranking_counts_only_people_that_are_free_and_confirmed():
    promised = world.school("甲校", "510205", 90)
    world.school("乙校", "510205", 60)
    SupplyLine.objects.filter(programme__school=promised).update(committed=80)
    unconfirmed = world.school("丙校", "510205", 500)
    SupplyLine.objects.filter(programme__school=unconfirmed).update(state="draft")
    wanted = world.demand(world.enterprise("长盈"), "510205")

    refresh_demand(wanted.pk)

    assert names(wanted) == ["乙校", "甲校"]


def test_ranking_explains_skills_that_meet_and_that_are_missing():
    world.school("昭通职院", "510205", 90, skills=("Python程序设计",))
    wanted = world.demand(world.enterprise("长盈"), "510205", skills=("Python程序设计", "数据可视化"))

    refresh_demand(wanted.pk)

    reasons = Match.objects.get().explanation["demands"][0]
    assert (reasons["skills_met"], reasons["skills_missing"]) == (["Python程序设计"], ["数据可视化"])


def test_refresh_of_a_fresh_ranking_does_nothing():
    world.school("昭通职院", "510205", 90)
    wanted = world.demand(world.enterprise("长盈"), "510205")

    assert [refresh_demand(wanted.pk), refresh_demand(wanted.pk)] == [True, False]


def test_refresh_from_older_rows_never_replaces_a_newer_list():
    world.school("昭通职院", "510205", 90)
    wanted = world.demand(world.enterprise("长盈"), "510205")
    refresh_demand(wanted.pk)
    Ranking.objects.update(demand_version=wanted.version + 1)  # somebody ranked a later version meanwhile

    refresh_enterprise(wanted.enterprise_id)

    assert Ranking.objects.get().demand_version == wanted.version + 1


def test_a_changed_offer_makes_rankings_stale_until_they_are_made_anew():
    one = world.school("昭通职院", "510205", 90)
    wanted = world.demand(world.enterprise("长盈"), "510205")
    refresh_demand(wanted.pk)
    assert not stale_demands().exists()

    Programme.objects.filter(school=one).update(is_active=False)
    note_supply_change()
    assert stale_demands().exists()
    refresh_enterprise(wanted.enterprise_id)

    assert (names(wanted), stale_demands().exists()) == ([], False)


def test_a_withdrawn_demand_leaves_no_list():
    world.school("昭通职院", "510205", 90)
    wanted = world.demand(world.enterprise("长盈"), "510205")
    refresh_demand(wanted.pk)
    TalentDemand.objects.update(status=DemandStatus.WITHDRAWN)

    refresh_demand(wanted.pk)

    assert (Ranking.objects.count(), PairScore.objects.count()) == (0, 0)


def test_pairs_sum_the_demands_of_an_enterprise():
    one = world.school("昭通职院", "510205", 90)
    firm = world.enterprise("长盈")
    world.demand(firm, "510205", headcount=20)
    world.demand(firm, "460104", headcount=20)

    refresh_enterprise(firm.pk)

    pair = PairScore.objects.get()
    assert (pair.school_id, pair.enterprise_id) == (one.pk, firm.pk)
    assert pair.coverage == pytest.approx(0.3)  # half of the people sought, the school in another province (0.6)


def test_a_list_is_seen_by_its_enterprise_and_by_nobody_elses():
    one = world.school("昭通职院", "510205", 90)
    other = world.school("软件学院", "510203", 90)
    firm, rival = world.enterprise("长盈"), world.enterprise("对手")
    wanted = world.demand(firm, "510205")
    refresh_demand(wanted.pk)

    assert ranked_schools(demand=wanted, user=world.member(firm)).count() == 2
    assert ranked_schools(demand=wanted, user=world.member(rival)).count() == 0
    seen = ranked_schools(demand=wanted, user=world.member(other, "school_office"))
    assert [match.school for match in seen] == [other]
    assert partners_of(organization=one, user=world.member(one, "school_office")).count() == 1


def test_a_suspended_school_vanishes_from_every_list_at_once():
    one = world.school("昭通职院", "510205", 90)
    firm = world.enterprise("长盈")
    wanted = world.demand(firm, "510205")
    refresh_demand(wanted.pk)
    user = world.member(firm)
    assert ranked_schools(demand=wanted, user=user).count() == 1

    one.status = "suspended"
    one.save(update_fields=["status"])

    assert ranked_schools(demand=wanted, user=user).count() == 0
    assert partners_of(organization=firm, user=user).count() == 0


def test_a_firm_that_moves_is_ranked_anew():
    near = world.school("深圳职院", "510205", 60, region="440300")
    world.school("昭通职院", "510205", 90)
    firm = world.enterprise("长盈")
    wanted = world.demand(firm, "510205")
    refresh_demand(wanted.pk)
    assert names(wanted)[0] == near.legal_name

    Organization.objects.filter(pk=firm.pk).update(region="530600", version=F("version") + 1)
    assert [demand.pk for demand in stale_demands()] == [wanted.pk]
    refresh_enterprise(firm.pk)

    assert names(wanted)[0] == "昭通职院"


def test_a_lost_message_of_a_changed_offer_is_noticed():
    one = world.school("昭通职院", "510205", 90)
    note_supply_change()
    assert note_missed_supply_changes() is False

    SupplyLine.objects.filter(programme__school=one).update(graduating=10, updated_at=timezone.now())

    assert note_missed_supply_changes() is True
    assert note_missed_supply_changes() is False


def test_a_lost_message_of_a_withdrawn_demand_is_repaired_by_the_rebuild():
    world.school("昭通职院", "510205", 90)
    firm = world.enterprise("长盈")
    wanted = world.demand(firm, "510205")
    assert request_if_stale() is not None
    run(Job.objects.get().pk)
    assert PairScore.objects.count() == 1
    assert request_if_stale() is None

    TalentDemand.objects.filter(pk=wanted.pk).update(status=DemandStatus.WITHDRAWN)
    run(request_if_stale().pk)

    assert (Ranking.objects.count(), PairScore.objects.count()) == (0, 0)


def test_a_reinstated_firm_is_ranked_though_the_message_is_lost():
    world.school("昭通职院", "510205", 90)
    firm = world.enterprise("长盈")
    world.demand(firm, "510205")
    refresh_enterprise(firm.pk)
    Organization.objects.filter(pk=firm.pk).update(status="suspended")
    refresh_enterprise(firm.pk)
    assert PairScore.objects.count() == 0

    Organization.objects.filter(pk=firm.pk).update(status="approved")
    run(request_if_stale().pk)

    assert PairScore.objects.count() == 1
