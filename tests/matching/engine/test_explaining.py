"""Reasons: that they are the right ones, and that they add up."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings

from matching.engine import (
    DemandProfile,
    Depth,
    MajorMet,
    Offer,
    SchoolProfile,
    Seats,
    Snapshot,
    UnknownMajor,
    UnknownSchool,
    Weights,
    explain,
    rank_for_enterprise,
)
from tests.matching.engine.worlds import CATALOGUE, HAND, World, near, worlds

SCHOOL = SchoolProfile(
    5,
    "广东省",
    "深圳市",
    (
        Offer("460301", "junior_college", 40, frozenset({"plc", "cad"})),
        Offer("460305", "junior_college", 30, frozenset({"plc"})),
        Offer("660301", "secondary", 80),
    ),
)
OTHER = SchoolProfile(6, "广西壮族自治区", "南宁市", (Offer("530701", "junior_college", 70),))
SNAPSHOT = Snapshot.of(CATALOGUE, [SCHOOL, OTHER], HAND)


ASKED = DemandProfile(
    id=1,
    enterprise=7,
    majors=("460301", "660103", "510205"),
    skills=("plc", "french"),
    levels=frozenset(),
    headcount=50,
    province="广东省",
    city="广州市",
)


def demand(number: int = 1, **changes) -> DemandProfile:
    return replace(ASKED, id=number, **changes)


@settings(max_examples=60, deadline=None)
@given(world=worlds())
def test_contributions_add_up_to_the_coverage_that_is_ranked(world: World):
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    for asked in world.enterprises.values():
        ranked = {pair.school: pair for pair in rank_for_enterprise(snapshot, asked, 1000)}
        for school in world.schools:
            found = explain(snapshot, school.id, asked)
            assert min(1.0, math.fsum(term.value for term in found.contributions)) == near(found.coverage)
            assert all(term.value > 0 for term in found.contributions)
            if school.id in ranked:
                pair = ranked[school.id]
                figures = ("coverage", "graduates", "vacancies", "enterprise_score", "school_score", "mutual")
                assert [getattr(found, name) for name in figures] == [getattr(pair, name) for name in figures]
            else:
                assert found.enterprise_score == 0


@settings(max_examples=60, deadline=None)
@given(world=worlds())
def test_everything_wanted_is_either_met_or_missing(world: World):
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    for asked in world.enterprises.values():
        for reasons in explain(snapshot, world.schools[0].id, asked).demands:
            wanted = next(d for d in asked if d.id == reasons.demand)
            named = [met.wanted for met in reasons.majors_met]
            assert sorted([*named, *reasons.majors_missing]) == sorted(set(wanted.majors))
            assert sorted([*reasons.skills_met, *reasons.skills_missing]) == sorted(set(wanted.skills))
            terms = [(term.kind, term.of) for term in reasons.contributions]
            assert terms == [("major", code) for code in named] + [("skill", s) for s in reasons.skills_met]


def test_explanation_names_the_offer_and_depth_by_hand():
    # idf of "plc": N 2, df 1 → ln 2; of "french": df 0 → ln(1 + 2.5/.5) = ln 6
    [reasons] = explain(SNAPSHOT, 5, [demand()]).demands
    assert reasons.majors_met == (
        MajorMet("460301", "460301", "junior_college", Depth.CODE, 1.0, 1.0),
        # three offers of the category: the one with most graduates stands for them
        MajorMet("660103", "660301", "secondary", Depth.CATEGORY, 0.05, 1.0),
    )
    assert reasons.majors_missing == ("510205",)
    assert (reasons.skills_met, reasons.skills_missing) == (("plc",), ("french",))
    assert (reasons.level_fit, reasons.region_fit) == (1.0, 0.8)
    # ½ for majors and for skills, 1/√3 for each of three majors, .8 for the place; all times the breadth ½√3 + ½
    breadth = (math.sqrt(3) + 1) / 2
    share = breadth * 0.8 / 2
    plc = math.log(2) / (math.log(2) + math.log(6))
    expected = {"460301": share / math.sqrt(3), "660103": share / math.sqrt(3) * 0.05, "plc": share * plc}
    assert {term.of: term.value for term in reasons.contributions} == near(expected)


def test_seats_compare_headcount_with_exact_and_eligible_graduates():
    # Only 460301 wanted: 40 exact; G = 40 + 30·.10 (class) + 80·.35 (family) = 71
    [reasons] = explain(SNAPSHOT, 5, [demand(majors=("460301",), skills=())]).demands
    assert reasons.seats == Seats(50, 40, reasons.seats.eligible_graduates, 40, 50)
    assert reasons.seats.eligible_graduates == near(71.0)
    [reasons] = explain(SNAPSHOT, 5, [demand(majors=("4603",), skills=(), headcount=90)]).demands
    # under 4603: 40 + 30; 660301 is of the family of 460301: 28
    assert reasons.seats == Seats(90, 70, reasons.seats.eligible_graduates, 70, 90)
    assert reasons.seats.eligible_graduates == near(98.0)


def test_graduates_of_a_level_that_is_not_accepted_fill_no_seat():
    secondary = demand(majors=("660301", "460301"), skills=(), levels=frozenset({"secondary"}))
    junior = demand(majors=("660301", "460301"), skills=(), levels=frozenset({"junior_college"}))
    [for_secondary] = explain(SNAPSHOT, 5, [secondary]).demands
    [for_junior] = explain(SNAPSHOT, 5, [junior]).demands
    assert (for_secondary.seats.exact_graduates, for_junior.seats.exact_graduates) == (120, 40)
    met = {found.wanted: (found.offer, found.level_fit) for found in for_secondary.majors_met}
    assert met == {"660301": ("660301", 1.0), "460301": ("460301", 0.8)}
    assert {found.wanted: found.offer for found in for_junior.majors_met} == {"660301": "460301", "460301": "460301"}


def test_school_without_overlap_is_explained_by_what_is_missing():
    found = explain(SNAPSHOT, 6, [demand()])
    [reasons] = found.demands
    assert (found.coverage, found.enterprise_score, found.school_score, found.mutual) == (0, 0, 0, 0)
    assert reasons.majors_missing == ("460301", "660103", "510205")
    assert reasons.skills_missing == ("plc", "french")
    assert (reasons.contributions, reasons.region_fit) == ((), 0.6)


def test_several_demands_share_the_whole_by_headcount():
    found = explain(SNAPSHOT, 5, [demand(1, headcount=30), demand(2, headcount=10, majors=("460305",), skills=())])
    assert [reasons.demand for reasons in found.demands] == [1, 2]
    breadth = (math.sqrt(3) + 1) / 2  # of the first demand; of the second, with one major, 1
    assert found.demands[1].contributions[0].value == near(0.8 * 10 / 40 * (0.75 * breadth + 0.25))
    assert found.vacancies == near(40 * found.coverage / (0.75 * breadth + 0.25))


def test_as_dict_is_json_and_says_the_same():
    found = explain(SNAPSHOT, 5, [demand()])
    told = json.loads(json.dumps(found.as_dict(), ensure_ascii=False))
    assert told["coverage"] == found.coverage
    assert told["demands"][0]["majors_met"][0] == {
        "wanted": "460301",
        "offer": "460301",
        "offer_level": "junior_college",
        "depth": "same code",
        "credit": 1.0,
        "level_fit": 1.0,
    }
    assert told["demands"][0]["majors_missing"] == ["510205"]
    assert told["demands"][0]["seats"]["headcount"] == 50
    assert "Depth" not in repr(found.as_dict())


def test_explain_uses_the_weights_of_the_snapshot():
    lenient = Snapshot.of(CATALOGUE, [SCHOOL, OTHER], Weights(same_province=0.5))
    assert explain(lenient, 5, [demand()]).demands[0].region_fit == 0.5


def test_explain_refuses_what_it_does_not_know():
    with pytest.raises(UnknownSchool) as refused:
        explain(SNAPSHOT, 99, [demand()])
    assert refused.value.school == 99
    with pytest.raises(UnknownMajor):
        explain(SNAPSHOT, 5, [demand(majors=("999999",))])
    with pytest.raises(ValueError, match="no demands"):
        explain(SNAPSHOT, 5, [])
    with pytest.raises(ValueError, match="several enterprises"):
        explain(SNAPSHOT, 5, [demand(1), demand(2, enterprise=8)])
