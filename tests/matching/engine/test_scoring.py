"""The score against its plain definition on random worlds, and against examples computed by hand."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import (
    Catalogue,
    Credits,
    Offer,
    SchoolProfile,
    Snapshot,
    Weights,
    explain,
    rank_for_enterprise,
    rank_schools,
    score_all,
)
from tests.matching.engine.definition import best_single_offer, plain_figures
from tests.matching.engine.worlds import CATALOGUE, HAND, World, demand, near, school, weights, worlds

ALL = 1000


def only_pair(asked, *found: SchoolProfile):
    """The pair of the only school listed for one enterprise, by both ways of asking."""
    snapshot = Snapshot.of(CATALOGUE, found, HAND)
    [pair] = rank_for_enterprise(snapshot, asked, ALL)
    assert score_all(snapshot, {7: asked}, ALL)[0] == {7: [pair]}
    return pair


@settings(max_examples=150, deadline=None)
@given(world=worlds(), other=st.none() | weights())
def test_both_sides_agree_with_the_plain_definition(world: World, other: Weights | None):
    by_enterprise, by_school = score_all(Snapshot.of(CATALOGUE, world.schools, other), world.enterprises, ALL)
    for enterprise, asked in world.enterprises.items():
        plain = {s.id: plain_figures(world.schools, s, asked, other) for s in world.schools}
        listed = {pair.school: pair for pair in by_enterprise[enterprise]}
        offered = {s: pair for s in by_school for pair in by_school[s] if pair.enterprise == enterprise}
        assert set(listed) == {s for s, figures in plain.items() if figures.enterprise_score > 0}
        assert set(offered) == {s for s, figures in plain.items() if figures.school_score > 0}
        for number, pair in [*listed.items(), *offered.items()]:
            figures = plain[number]
            assert pair.coverage == near(figures.coverage)
            assert pair.graduates == near(figures.graduates)
            assert pair.enterprise_score == near(figures.enterprise_score)
            assert pair.school_score == near(figures.school_score)
            assert pair.vacancies == near(figures.vacancies)


@settings(max_examples=40, deadline=None)
@given(world=worlds(levels=("junior_college",)))
def test_school_of_one_level_earns_exactly_its_best_single_offer(world: World):
    for asked in world.enterprises.values():
        for wanted in asked[0].majors:
            alone = demand(wanted, levels=tuple(asked[0].levels))
            snapshot = Snapshot.of(CATALOGUE, world.schools)
            for found in world.schools:
                earned = explain(snapshot, found.id, [alone]).coverage
                assert earned == near(best_single_offer(found, alone, wanted, Weights()))


def test_same_code_scores_by_hand():
    # c = 1; G = 60; κH = 30·2 = 60 → A = √(1·60/120) = √½
    # V = 2·1; B = .7·2/12 + .3·60/60 = .7/6 + .3; mutual = 2AB/(A+B)
    pair = only_pair([demand("460301")], school(1, Offer("460301", "junior_college", 60)))
    assert (pair.coverage, pair.graduates, pair.vacancies) == (1.0, 60.0, 2.0)
    ours, theirs = math.sqrt(0.5), 0.7 / 6 + 0.3
    assert pair.enterprise_score == near(ours)
    assert pair.school_score == near(theirs)
    assert pair.mutual == near(2 * ours * theirs / (ours + theirs))


@pytest.mark.parametrize(
    ("offered", "level", "coverage", "supply"),
    [
        ("460301", "junior_college", 1.0, 100.0),
        ("660301", "secondary", 0.5, 35.0),  # same family at another level
        ("660301", "technician", 0.5, 35.0),  # technician schools teach the secondary catalogue
        ("260304", "vocational_bachelor", 0.25, 10.0),  # same class, 2603 = 4603
        ("660103", "secondary", 0.05, 2.0),  # same category, 66 = 46
    ],
)
def test_credit_falls_with_the_depth_of_the_match(offered, level, coverage, supply):
    pair = only_pair([demand("460301")], school(1, Offer(offered, level, 100)))
    assert pair.coverage == near(coverage)
    assert pair.graduates == near(supply)


def test_unrelated_and_undergraduate_majors_are_not_listed():
    snapshot = Snapshot.of(
        CATALOGUE, [school(1, Offer("530701", "junior_college", 90)), school(2, Offer("080202", "bachelor", 90))]
    )
    assert rank_schools(snapshot, demand("460301"), ALL) == []
    assert [found.school for found in rank_schools(snapshot, demand("080202"), ALL)] == [2]


@pytest.mark.parametrize(
    ("levels", "coverage"),
    [
        ((), 0.5),  # any level: the tree alone speaks
        (("junior_college", "secondary"), 0.5 * 0.35),  # own level is that of 460301; below it, accepted
        (("secondary",), 0.5),  # the major's own level is not accepted: what is accepted is the own level
        (("technician",), 0.5),  # counted at secondary level
    ],
)
def test_level_below_counts_only_if_accepted(levels, coverage):
    pair = only_pair([demand("460301", levels=levels)], school(1, Offer("660301", "secondary", 100)))
    assert pair.coverage == near(coverage)
    assert pair.graduates == near(35 * coverage / 0.5)


def test_level_not_accepted_is_not_listed_and_one_above_is():
    # 260304 is of the class of 460301: .25 · .8 = .2, G = 10 · .8
    snapshot = Snapshot.of(
        CATALOGUE,
        [school(1, Offer("660301", "secondary", 100)), school(2, Offer("260304", "vocational_bachelor", 100))],
    )
    [found] = rank_schools(snapshot, demand("460301", levels=("junior_college",)), ALL)
    assert found.school == 2
    assert found.coverage == near(0.2)
    assert found.graduates == near(8.0)


def test_level_two_above_counts_only_if_accepted():
    # 260101 is of the family of 660101: .5 · .8 where a bachelor's degree is accepted
    bachelors = Snapshot.of(CATALOGUE, [school(1, Offer("260101", "vocational_bachelor", 100))], HAND)
    far = demand("660101", levels=("secondary",))
    close = demand("660101", levels=("secondary", "bachelor"))
    assert rank_schools(bachelors, far, ALL) == []
    assert [found.coverage for found in rank_schools(bachelors, close, ALL)] == [near(0.5 * 0.8)]


def test_school_of_two_levels_earns_between_its_best_offer_and_its_best_credit():
    # 460301 wanted, junior college and secondary accepted: 460305 (own level 1 × class .25) and 660301
    # (level .35 × family .5 = .175). From the top: (1 - .35)·.25 + .35·max(.25, .5) = .1625 + .175 = .3375
    both = school(1, Offer("460305", "junior_college", 10), Offer("660301", "secondary", 10))
    pair = only_pair([demand("460301", levels=("junior_college", "secondary"))], both)
    assert pair.coverage == near(0.3375)
    assert pair.graduates == near(10 * 0.10 + 10 * 0.35 * 0.35)


def test_skills_count_by_their_rarity():
    # Two schools: "plc" at one, df 1 → ln(1 + 1.5/1.5) = ln 2; "cad" at both, df 2 → ln(1 + .5/2.5) = ln 1.2
    with_both = school(1, Offer("460301", "junior_college", 50, frozenset({"plc", "cad"})))
    with_cad = school(2, Offer("460301", "junior_college", 50, frozenset({"cad"})))
    snapshot = Snapshot.of(CATALOGUE, [with_both, with_cad], HAND)
    share = math.log(1.2) / (math.log(2) + math.log(1.2))
    squared = math.log(1.2) ** 2 / (math.log(2) ** 2 + math.log(1.2) ** 2)
    first, second = rank_schools(snapshot, demand(skills=("plc", "cad")), ALL)
    assert [first.school, second.school] == [1, 2]
    assert [first.coverage, first.graduates] == near([1.0, 50.0])
    assert [second.coverage, second.graduates] == near([share, 50 * squared])
    # With a major stated as well, the skills are half: c = ½·1 + ½·share
    with_major = rank_schools(snapshot, demand("460301", skills=("plc", "cad")), ALL)[1]
    assert with_major.coverage == near(0.5 + 0.5 * share)


def test_skill_that_nobody_teaches_is_missing_from_everyone():
    # One school: "cad" df 1 → ln(1 + .5/1.5); "french" df 0 → ln(1 + 1.5/.5) = ln 4
    pair = only_pair(
        [demand(skills=("cad", "french"))], school(1, Offer("460301", "junior_college", 50, frozenset({"cad"})))
    )
    cad = math.log(1 + 0.5 / 1.5)
    assert pair.coverage == near(cad / (cad + math.log(4)))


@pytest.mark.parametrize(
    ("place", "factor"),
    [
        (("广东省", "深圳市"), 1.0),
        (("广东省", "广州市"), 0.8),
        (("广东省", ""), 0.8),
        (("广西壮族自治区", "深圳市"), 0.6),
        (("", ""), 1.0),
        (("", "深圳市"), 1.0),  # a city without its province is no place
    ],
)
def test_place_scales_coverage_but_not_supply(place, factor):
    asked = demand("460301", province=place[0], city=place[1])
    pair = only_pair([asked], school(1, Offer("460301", "junior_college", 60)))
    assert [pair.coverage, pair.graduates] == near([factor, 60.0])


def test_demands_of_one_enterprise_are_summed_by_headcount():
    # H = 40. 30 seats for 460301 in Shenzhen: 1 · 1; 10 seats for 510205 in Nanning: 1 · .6
    # c = .75·1 + .25·.6 = .9; G = 100 + 20; A = √(.9·120/(120 + 1200)); V = 36
    asked = [
        demand("460301", id=1, headcount=30, province="广东省", city="深圳市"),
        demand("510205", id=2, headcount=10, province="广西壮族自治区", city="南宁市"),
    ]
    pair = only_pair(asked, school(1, Offer("460301", "junior_college", 100), Offer("510205", "junior_college", 20)))
    assert pair.coverage == near(0.9)
    assert pair.graduates == near(120)
    assert pair.vacancies == near(36)
    assert pair.enterprise_score == near(math.sqrt(0.9 * 120 / 1320))


def test_graduates_wanted_by_two_demands_count_once():
    asked = [demand("460301", id=1), demand("4603", id=2), demand("46", "460301", id=3)]
    assert only_pair(asked, school(1, Offer("460301", "junior_college", 60))).graduates == near(60)


def test_supply_never_exceeds_the_graduates_there_are():
    # 1 by the first demand's major and ½ by the second demand's skills would be 90 of 60 graduates
    asked = [demand("460301", id=1), demand(skills=("plc",), id=2)]
    pair = only_pair(asked, school(1, Offer("460301", "junior_college", 60, frozenset({"plc"}))))
    assert pair.graduates == 60.0


@pytest.mark.parametrize(
    ("wanted", "offered", "level", "coverage"),
    [
        ("4603", "460305", "junior_college", 1.0),
        ("46", "460305", "junior_college", 1.0),
        ("4603", "660301", "secondary", 0.5),  # of the family of 460301, which is under 4603
        ("4603", "460101", "junior_college", 0.05),
        ("66", "460305", "junior_college", 0.25),  # class 6603 is under 66; 460305 is of no secondary family
        ("08", "080910T", "bachelor", 1.0),
        ("0802", "080910T", "bachelor", 0.05),
    ],
)
def test_prefix_stands_for_every_code_below(wanted, offered, level, coverage):
    pair = only_pair([demand(wanted)], school(1, Offer(offered, level, 10)))
    assert pair.coverage == near(coverage)


def test_prefix_counts_several_offers_below_once():
    both = school(1, Offer("460101", "junior_college", 10), Offer("460301", "junior_college", 30))
    pair = only_pair([demand("46")], both)
    assert [pair.coverage, pair.graduates] == near([1.0, 40.0])


def test_repeated_majors_and_skills_count_once():
    with_plc = school(1, Offer("460301", "junior_college", 10, frozenset({"plc"})))
    snapshot = Snapshot.of(CATALOGUE, [with_plc], HAND)
    once = rank_schools(snapshot, demand("460301", "530701", skills=("plc", "sql")), ALL)
    assert once
    assert rank_schools(snapshot, demand("460301", "460301", "530701", skills=("plc", "sql", "plc")), ALL) == once


def test_demand_that_states_nothing_lists_nobody():
    snapshot = Snapshot.of(CATALOGUE, [school(1, Offer("460301", "junior_college", 10))], HAND)
    assert [len(rank_schools(snapshot, asked, ALL)) for asked in (demand(), demand("460301"))] == [0, 1]


def test_enterprise_without_demands_and_world_without_schools_have_empty_lists():
    snapshot = Snapshot.of(CATALOGUE, [school(3)], HAND)
    assert rank_for_enterprise(snapshot, [], ALL) == []
    assert score_all(snapshot, {7: []}, ALL) == ({7: []}, {3: []})
    assert score_all(Snapshot.of(CATALOGUE, []), {7: [demand("460301")]}, ALL) == ({7: []}, {})


def test_weights_change_the_formula():
    changed = replace(HAND, coverage=Credits(1.0, 0.9, 0.2, 0.1), kappa=10.0)
    snapshot = Snapshot.of(CATALOGUE, [school(1, Offer("660301", "secondary", 100))], changed)
    [found] = rank_schools(snapshot, demand("460301"), ALL)
    assert found.coverage == near(0.9)
    assert found.enterprise_score == near(math.sqrt(0.9 * 35 / (35 + 20)))


def test_pair_without_credit_is_listed_on_neither_side():
    # A shared category earns no coverage here, but its supply credit of .02 would leave 2 eligible graduates.
    offered = [school(1, Offer("460101", "junior_college", 100))]
    strict = Snapshot.of(CATALOGUE, offered, replace(HAND, coverage=Credits(1.0, 0.5, 0.25, 0.0)))
    asked = {7: [demand("460301")]}
    assert score_all(strict, asked, ALL) == ({7: []}, {1: []})
    by_enterprise, by_school = score_all(Snapshot.of(CATALOGUE, offered, HAND), asked, ALL)
    assert (len(by_enterprise[7]), len(by_school[1])) == (1, 1)


def test_catalogue_of_one_level_alone_still_ranks():
    secondary = Catalogue.of(major for major in CATALOGUE.majors.values() if major.level == "secondary")
    snapshot = Snapshot.of(secondary, [school(1, Offer("660301", "technician", 30))], HAND)
    assert [found.coverage for found in rank_schools(snapshot, demand("660103"), ALL)] == [near(0.05)]


def test_longer_list_of_majors_is_met_by_one_of_them_and_worth_more_by_all():
    # n = 4: c = 1/√4 for one of them and 2 for all; β = 2, so c̄ = 1 either way; V = 10·½ and 10·2
    wanted = ("460301", "510205", "530701", "500211")
    asked = [demand(*wanted, headcount=10)]
    one = only_pair(asked, school(1, Offer("460301", "junior_college", 300)))
    each = [Offer(code, "junior_college", 75) for code in wanted]
    whole = only_pair(asked, school(1, *each))
    assert [one.coverage, one.graduates, one.vacancies] == near([1.0, 300.0, 5.0])
    assert [whole.coverage, whole.graduates, whole.vacancies] == near([1.0, 300.0, 10.0])
    assert one.enterprise_score == near(math.sqrt(300 / (300 + 300)))
    assert whole.enterprise_score == one.enterprise_score
    assert [one.school_score, whole.school_score] == near([0.7 * 5 / 15 + 0.3, 0.7 * 20 / 30 + 0.3])


def test_longer_list_of_majors_leaves_less_to_those_near_them():
    # Two wanted: of the class of the first, ½·.10 of 100 graduates; its coverage is .25/√2, and β = √2
    pair = only_pair([demand("460301", "530701")], school(1, Offer("460305", "junior_college", 100)))
    assert [pair.coverage, pair.graduates] == near([0.25, 5.0])
