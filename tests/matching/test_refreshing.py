"""A refresh ends where a rebuild would: whatever happens, in whatever order, the lists shown are the same bytes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable

import pytest
from django.db.models import F, QuerySet

from matching.listing import PER_ENTERPRISE, PER_SCHOOL, SHOWN
from matching.models import EnterpriseRanking, Match, SchoolRanking, Side
from matching.rebuilding import rebuild_now
from matching.refreshing import refresh_enterprise, refresh_school
from matching.stamps import stale_enterprises, stale_schools
from matching.standing import NoRun
from portal.demands.models import DemandStatus, TalentDemand
from portal.majors.models import Programme, SupplyLine
from portal.organizations.models import Organization
from tests.matching import world

pytestmark = pytest.mark.django_db

FIGURES = ("enterprise_score", "school_score", "mutual", "coverage", "graduates", "vacancies")
CODES = [code for code, *_ in world.MAJORS]


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    world.lay_catalogue()


def shown() -> dict[tuple[str, int], list[tuple[int, ...]]]:
    """Every list as it is shown: side and owner → the first twenty, best first, with all figures."""
    lists = defaultdict(list)
    for row in Match.objects.values_list("side", "enterprise", "school", *FIGURES):
        side, enterprise, school, *figures = row
        owner, other = (enterprise, school) if side == Side.ENTERPRISE else (school, enterprise)
        score = figures[0] if side == Side.ENTERPRISE else figures[1]
        lists[side, owner].append((-score, other, *figures))
    return {key: sorted(rows)[:SHOWN] for key, rows in lists.items()}


def names(side: Side, owner: Organization) -> list[str]:
    own, other, score = ("enterprise", "school", "enterprise_score")
    if side == Side.SCHOOL:
        own, other, score = ("school", "enterprise", "school_score")
    rows = Match.objects.filter(side=side, **{own: owner}).order_by(f"-{score}", other)
    return list(rows.values_list(f"{other}__legal_name", flat=True))


def crowd(chance: random.Random, schools: int, firms: int) -> tuple[list[Organization], list[Organization]]:
    """Schools with one programme each and firms with a demand or two, of four majors: lists that are full."""
    taught = [
        world.school(f"校{n}", chance.choice(CODES), chance.randint(5, 300), region=chance.choice(["530600", "440300"]))
        for n in range(schools)
    ]
    for major in ("510205", "710205"):  # one teaches at two levels, so that the snapshot holds such schools
        Programme.objects.get_or_create(school=taught[0], major_id=major)
    asking = [world.enterprise(f"企{n}") for n in range(firms)]
    for firm in asking:
        for _ in range(chance.randint(1, 2)):
            world.demand(firm, *chance.sample(CODES, chance.randint(1, 2)), headcount=chance.randint(1, 60))
    return taught, asking


def _demands_of(firm: Organization) -> QuerySet[TalentDemand]:
    return TalentDemand.objects.filter(enterprise=firm)


def _set_status(status: str, *organizations: Organization) -> None:
    Organization.objects.filter(pk__in=[organization.pk for organization in organizations]).update(status=status)


def _teach(school: Organization, major: str) -> None:
    if not Programme.objects.filter(school=school, major=major).exists():
        programme = Programme.objects.create(school=school, major_id=major)
        SupplyLine.objects.create(programme=programme, graduating_year=2024, graduating=50, state="confirmed")


def _close(school: Organization) -> None:
    for programme in Programme.objects.filter(school=school)[:1]:
        programme.is_active = False
        programme.save()


CHANGES: list[Callable[[random.Random, Organization, Organization], object]] = [
    lambda chance, firm, _: world.demand(firm, chance.choice(CODES), headcount=chance.randint(1, 90)),
    lambda _, firm, __: _demands_of(firm).update(status=DemandStatus.WITHDRAWN, version=F("version") + 1),
    lambda chance, firm, _: _demands_of(firm).update(headcount=chance.randint(1, 500), version=F("version") + 1),
    lambda _, firm, school: _set_status("suspended", firm, school),
    lambda _, firm, school: _set_status("approved", firm, school),
    lambda chance, _, school: SupplyLine.objects.filter(programme__school=school).update(
        graduating=chance.randint(0, 400)
    ),
    lambda chance, _, school: _teach(school, chance.choice(CODES)),
    lambda _, __, school: _close(school),
]


def something_happens(chance: random.Random, schools: list[Organization], firms: list[Organization]) -> None:
    """One change of the registry, and the refresh that follows it."""
    firm, school = chance.choice(firms), chance.choice(schools)
    chance.choice(CHANGES)(chance, firm, school)
    refresh_enterprise(firm.pk)
    refresh_school(school.pk)


@pytest.mark.parametrize("seed", range(4))
def test_refresh_ends_where_a_rebuild_would(seed):
    chance = random.Random(seed)
    schools, firms = crowd(chance, schools=30, firms=60)
    rebuild_now()
    for _ in range(25):
        something_happens(chance, schools, firms)
    assert (stale_enterprises(), stale_schools()) == ([], [])
    refreshed = shown()

    rebuild_now()

    assert refreshed == shown()
    assert {len(rows) for rows in refreshed.values()} > {SHOWN}
    assert Match.objects.filter(side=Side.SCHOOL, school=schools[0]).count() <= PER_SCHOOL


def test_lists_are_cut_at_what_is_kept():
    chance = random.Random(1)
    schools, firms = crowd(chance, schools=30, firms=60)
    rebuild_now()
    assert Match.objects.filter(side=Side.ENTERPRISE, enterprise=firms[0]).count() == PER_ENTERPRISE
    full = Match.objects.filter(side=Side.SCHOOL, school=schools[0])
    assert full.count() == PER_SCHOOL
    edge = SchoolRanking.objects.get(school=schools[0])
    last = full.order_by("-school_score", "enterprise")[PER_SCHOOL - 1]
    assert (edge.edge, edge.edge_enterprise) == (last.school_score, last.enterprise_id)


def test_a_posted_demand_reaches_both_sides_lists():
    school, firm = world.school("昭通职院", "510205", 90), world.enterprise("长盈")
    other = world.enterprise("别家")
    world.demand(other, "460104")
    rebuild_now()
    assert (names(Side.ENTERPRISE, firm), names(Side.SCHOOL, school)) == ([], [])

    world.demand(firm, "510205")

    assert refresh_enterprise(firm.pk) is True
    assert (names(Side.ENTERPRISE, firm), names(Side.SCHOOL, school)) == (["昭通职院"], ["长盈"])
    assert refresh_enterprise(firm.pk) is False


def test_the_last_demand_withdrawn_takes_the_enterprise_from_every_list():
    school, firm = world.school("昭通职院", "510205", 90), world.enterprise("长盈")
    demand = world.demand(firm, "510205")
    rebuild_now()
    assert names(Side.SCHOOL, school) == ["长盈"]

    TalentDemand.objects.filter(pk=demand.pk).update(status=DemandStatus.WITHDRAWN, version=F("version") + 1)
    assert not Match.objects.standing().exists()  # already before anything is refreshed
    refresh_enterprise(firm.pk)

    assert not Match.objects.exists()
    assert bytes(EnterpriseRanking.objects.get(enterprise=firm).column) == b""


def test_a_new_school_enters_the_lists_of_enterprises():
    firm = world.enterprise("长盈")
    world.school("昭通职院", "510205", 90)
    world.demand(firm, "510205")
    rebuild_now()

    late = world.school("迟到学院", "510205", 400)
    assert refresh_school(late.pk) is True

    assert names(Side.ENTERPRISE, firm) == ["迟到学院", "昭通职院"]
    assert names(Side.SCHOOL, late) == ["长盈"]


def test_a_suspended_school_is_gone_from_every_list_at_once():
    school, firm = world.school("昭通职院", "510205", 90), world.enterprise("长盈")
    world.demand(firm, "510205")
    rebuild_now()
    assert Match.objects.standing().count() == 2

    Organization.objects.filter(pk=school.pk).update(status="suspended", version=F("version") + 1)
    assert Match.objects.standing().count() == 0
    refresh_school(school.pk)
    assert Match.objects.count() == 0


def test_without_a_run_there_is_nothing_to_refresh():
    with pytest.raises(NoRun):
        refresh_enterprise(world.enterprise("长盈").pk)
