from __future__ import annotations

import pytest
from django.utils.translation import override

from matching import relations
from matching.explaining import MOST_DEMANDS, explained_pairs, known_schools, open_demands
from matching.feedback import say
from matching.listings import explained_partners, listing_of
from matching.models import FeedbackKind, Match
from matching.packing import vocabulary
from matching.reasons import ENTERPRISE_SCALE, SCHOOL_SCALE, Fit, Names
from matching.rebuilding import rebuild_now
from matching.refreshing import refresh_school
from matching.selectors import Figures, distance_between, matched_organizations, state_of_list
from matching.standing import standing
from portal.accounts.models import User
from portal.majors.models import SupplyLine
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind, EducationLevel, Major, Region
from tests.conftest import NOON
from tests.matching import world
from tests.matching.told import school_profiles

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> dict[str, Organization]:
    world.lay_catalogue()
    found = {
        "best": world.school("昭通职院", "510205", 90, skills=("Python程序设计",)),
        "near": world.school("软件学院", "510203", 60),
        "firm": world.enterprise("长盈"),
    }
    kind = CooperationKind.objects.create(code="order", name="订单班", name_en="Order class", position=0)
    found["near"].school.cooperation_kinds.add(kind)
    world.demand(found["firm"], "510205", skills=("Python程序设计",)).cooperation_kinds.add(kind)
    world.demand(found["firm"], "510203", "460104", headcount=7)
    rebuild_now()
    admin = User.objects.create_superuser("admin@portal.test", "x")
    return {name: matched_organizations(admin).get(pk=row.pk) for name, row in found.items()}


def test_schools_read_back_from_the_index_are_what_their_rows_say(market):
    ids = [market["best"].pk, market["near"].pk]
    known = known_schools(standing(), ids)

    told = school_profiles(ids)

    for key in ids:
        assert known.profile(key) == told[key]


def test_a_school_that_changed_since_the_run_is_read_back_as_changed(market):
    SupplyLine.objects.filter(programme__school=market["best"]).update(graduating=33)
    refresh_school(market["best"].pk)

    known = known_schools(standing(), [market["best"].pk])

    assert known.profile(market["best"].pk) == school_profiles([market["best"].pk])[market["best"].pk]
    assert known.profile(market["best"].pk).graduates == 33


def test_explained_figures_are_those_of_the_stored_list(market):
    pairs = [(market["firm"].pk, market[name].pk) for name in ("best", "near")]
    known = known_schools(standing(), [school for _, school in pairs])

    explained = explained_pairs(known, open_demands(known.supply.vocabulary, [market["firm"].pk]), pairs)

    stored = {match.school_id: Figures.of_match(match) for match in Match.objects.filter(side="E")}
    assert {school: Figures.of(why) for (_, school), why in explained.items()} == stored
    for why in explained.values():
        assert sum(term.value for term in why.contributions) >= why.coverage - 1e-6


def test_computed_and_stored_lists_agree(market):
    stored, computed = (listing_of(market["firm"], wanted) for wanted in ({}, {"region": "530000"}))

    shown = [
        [(line.place, line.organization, line.figures, line.seats) for line in lists.partners]
        for lists in (stored, computed)
    ]
    assert shown[0] == shown[1]
    assert [line.seats for line in stored.partners] == [27, 27]


def test_a_list_is_up_to_date_until_its_rows_change(market):
    assert [state_of_list(market[name]).is_fresh for name in ("firm", "best")] == [True, True]

    world.demand(market["firm"], "510205")
    SupplyLine.objects.filter(programme__school=market["best"]).update(graduating=33)

    assert [state_of_list(market[name]).is_fresh for name in ("firm", "best", "near")] == [False, False, True]


def test_lines_say_what_was_said_and_signed(market):
    say(
        organization=market["firm"],
        partner=market["best"],
        kind=FeedbackKind.INTERESTED,
        actor=world.member(market["firm"]),
        at=NOON,
    )
    known = relations._known
    relations.register(relations.Relations(lambda _: {market["near"].pk}, lambda _one, _other: ""))
    try:
        lines = listing_of(market["firm"], {}).partners
        narrowed = [listing_of(market["firm"], {"already": value}).partners for value in ("yes", "no")]
    finally:
        relations.register(known)

    marks = {line.organization.legal_name: (line.is_interesting, line.is_partner) for line in lines}
    assert marks == {"昭通职院": (True, False), "软件学院": (False, True)}
    assert [[line.organization.legal_name for line in found] for found in narrowed] == [["软件学院"], ["昭通职院"]]


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("440300", "440300", "same city"),
        ("440300", "440000", "same province"),
        ("440000", "440000", "same province"),
        ("440300", "530600", "another province"),
    ],
)
def test_distance_is_told_in_words(one, other, words):
    regions = {code: Region(code=code, level=1 if code.endswith("0000") else 2) for code in (one, other)}

    with override("en"):
        assert str(distance_between(regions[one], regions[other])) == words


@pytest.mark.parametrize(("fit", "scale"), [(Fit.for_enterprise, ENTERPRISE_SCALE), (Fit.for_school, SCHOOL_SCALE)])
def test_a_fit_is_named_by_the_highest_step_it_reaches(fit, scale):
    assert [fit(step.least).kind for step in scale.steps] == ["very-good", "good", "fair", "weak"]
    assert [fit(step.least - 1e-9).kind for step in scale.steps[:3]] == ["good", "fair", "weak"]


@pytest.mark.parametrize(("fit", "scale"), [(Fit.for_enterprise, ENTERPRISE_SCALE), (Fit.for_school, SCHOOL_SCALE)])
def test_a_small_fit_never_looks_like_none_and_no_bar_is_overfull(fit, scale):
    assert [fit(score).percent for score in (0, 0.0001, scale.full / 2, scale.full, 1)] == [0, 1, 50, 100, 100]


def test_a_fit_read_from_the_database_equals_itself(market):
    match = Match.objects.filter(side="E")[0]

    assert Match.objects.filter(side="E", enterprise_score=match.enterprise_score, school=match.school_id).exists()


def test_others_move_up_for_those_that_are_hidden():
    world.lay_catalogue()
    schools = [world.school(f"学校{n:02d}", "510205", 500 - n) for n in range(23)]
    firm = world.enterprise("长盈")
    world.demand(firm, "510205")
    rebuild_now()
    actor = world.member(firm)
    firm = matched_organizations(actor).get(pk=firm.pk)
    for school in schools[:2]:
        say(organization=firm, partner=school, kind=FeedbackKind.HIDDEN, actor=actor, at=NOON, reason="other")

    lines = listing_of(firm, {}).partners

    assert [(line.place, line.organization) for line in lines] == list(enumerate(schools[2:22], start=1))


def test_of_a_large_employer_the_demands_with_the_most_people_are_explained():
    world.lay_catalogue()
    firm, other = world.enterprise("长盈"), world.enterprise("对手")
    for n in range(MOST_DEMANDS + 5):
        world.demand(firm, "510205", headcount=n + 1)
    world.demand(other, "510205", headcount=1)

    demands = open_demands(vocabulary(), [firm.pk, other.pk])

    assert [profile.headcount for profile in demands[firm.pk]] == list(range(MOST_DEMANDS + 5, 5, -1))
    assert [profile.headcount for profile in demands[other.pk]] == [1]


def test_figures_of_a_large_employer_are_those_of_all_its_demands(market):
    for _ in range(MOST_DEMANDS + 5):
        world.demand(market["firm"], "460104", headcount=1)
    rebuild_now()
    listed = {line.organization.pk: line.figures for line in listing_of(market["firm"], {}).partners}

    told = explained_partners(market["firm"], list(listed))

    assert {key: why.figures for key, why in told.items()} == listed


def test_majors_of_the_same_name_are_told_apart_by_their_level():
    world.lay_catalogue()
    Major.objects.filter(pk="710205").update(name="大数据技术")

    together, alone = Names.known(["510205", "710205", "510203"], []), Names.known(["710205"], [])

    assert [together.major(code) for code in ("510205", "710205", "510203")] == [
        f"大数据技术（{EducationLevel.JUNIOR_COLLEGE.label}）",
        f"大数据技术（{EducationLevel.SECONDARY.label}）",
        "软件技术",
    ]
    assert alone.major("710205") == "大数据技术"
