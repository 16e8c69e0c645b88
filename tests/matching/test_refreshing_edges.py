"""Refresh against rebuild where lists are short: there edges, ties and refilling decide at almost every change."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from django.db.models import F

from matching import listing, refreshing
from matching.engine import supply
from matching.models import EnterpriseRanking, Match, SchoolRanking, Side
from matching.rebuilding import rebuild_now, rows, shards
from matching.refreshing import refresh_enterprise, refresh_school
from matching.stamps import stale_enterprises, stale_schools
from matching.standing import standing
from portal.demands.models import DemandStatus, TalentDemand
from portal.majors.models import Programme, SupplyLine
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind, Skill
from tests.matching import world

pytestmark = pytest.mark.django_db

SHOWN, PER_ENTERPRISE, PER_SCHOOL = 2, 2, 4
REGIONS = ("530000", "530600", "440000", "440300")
CODES = [code for code, *_ in world.MAJORS]
FIGURES = ("enterprise_score", "school_score", "mutual", "coverage", "graduates", "vacancies")


@pytest.fixture(autouse=True)
def _short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (listing, refreshing, rows, shards):
        for name in ("SHOWN", "PER_ENTERPRISE", "PER_SCHOOL"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, globals()[name])
    world.lay_catalogue()
    CooperationKind.objects.bulk_create(
        CooperationKind(code=code, name=code, position=position) for position, code in enumerate(("order", "base"))
    )


def stored() -> dict[tuple[str, int], list[tuple[float, ...]]]:
    """Side and owner → all that is kept, best first."""
    lists = defaultdict(list)
    for side, enterprise, school, *figures in Match.objects.values_list("side", "enterprise", "school", *FIGURES):
        owner, other = (enterprise, school) if side == Side.ENTERPRISE else (school, enterprise)
        lists[side, owner].append((-figures[side == Side.SCHOOL], other, *figures))
    return {key: sorted(found) for key, found in lists.items()}


def shown() -> dict[tuple[str, int], list[tuple[float, ...]]]:
    return {key: found[:SHOWN] for key, found in stored().items()}


def post(chance: random.Random, firm: Organization) -> None:
    """A demand of few sizes, so that scores tie; with skills, levels and cooperation, or without."""
    majors = chance.sample(CODES, chance.randint(0, 2))
    skills = ("Python程序设计", "数据可视化")[: chance.randint(0 if majors else 1, 2)]
    demand = world.demand(firm, *majors, headcount=chance.choice((5, 20)), skills=skills)
    demand.cooperation_kinds.set(chance.sample(["order", "base"], chance.randint(0, 1)))
    levels = chance.choice(([], ["junior_college"], ["secondary", "junior_college"]))
    TalentDemand.objects.filter(pk=demand.pk).update(levels=levels, workplace_id=chance.choice((None, *REGIONS)))


def school(chance: random.Random, name: str) -> Organization:
    made = world.school(
        name,
        chance.choice(CODES),
        chance.choice((10, 40)),
        region=chance.choice(REGIONS),
        skills=("Python程序设计",)[: chance.randint(0, 1)],
    )
    made.school.cooperation_kinds.set(chance.sample(["order", "base"], chance.randint(0, 1)))
    return made


def change_firm(chance: random.Random, firm: Organization) -> None:
    own = TalentDemand.objects.filter(enterprise=firm)
    match chance.choice(["post", "withdraw", "resize", "nothing"]):
        case "post":
            post(chance, firm)
        case "withdraw":
            own.update(status=DemandStatus.WITHDRAWN, version=F("version") + 1)
        case "resize":
            own.update(headcount=chance.choice((5, 20, 500)), version=F("version") + 1)


def change_school(chance: random.Random, one: Organization) -> None:
    match chance.choice(["graduates", "programme", "skills", "nothing"]):
        case "graduates":
            SupplyLine.objects.filter(programme__school=one).update(graduating=chance.choice((0, 10, 40)))
        case "programme":
            programme, _ = Programme.objects.get_or_create(school=one, major_id=chance.choice(CODES))
            SupplyLine.objects.update_or_create(
                programme=programme, graduating_year=2025, defaults={"graduating": 10, "state": "confirmed"}
            )
        case "skills":
            for programme in Programme.objects.filter(school=one)[:1]:
                programme.skills.set(Skill.objects.all()[: chance.randint(0, 2)])
                programme.save()


def something_happens(chance: random.Random, schools: list[Organization], firms: list[Organization]) -> None:
    """A change of a firm or of a school, perhaps a new one, or both suspended or back; and the refresh that follows."""
    firm = chance.choice(firms)
    if chance.random() < 0.1:
        schools.append(school(chance, f"新校{len(schools)}"))
    one = schools[-1] if chance.random() < 0.2 else chance.choice(schools)
    if chance.random() < 0.25:
        status = chance.choice(("suspended", "approved"))
        Organization.objects.filter(pk__in=(one.pk, firm.pk)).update(status=status, version=F("version") + 1)
    change_firm(chance, firm)
    change_school(chance, one)
    refresh_both = [(refresh_enterprise, firm.pk), (refresh_school, one.pk)]
    chance.shuffle(refresh_both)
    for refresh, organization in refresh_both:
        refresh(organization)
    for made in schools[-1:]:
        refresh_school(made.pk)


def assert_edges_hold() -> None:
    """What stands in no list comes after the edge: the invariant that refreshing lives by."""
    kept = stored()
    for side, rankings, other in (
        (Side.ENTERPRISE, EnterpriseRanking, "edge_school"),
        (Side.SCHOOL, SchoolRanking, "edge_enterprise"),
    ):
        for owner, edge, party in rankings.objects.values_list("pk", "edge", other):
            if edge:
                assert all((-row[0], -row[1]) >= (edge, -party) for row in kept.get((side, owner), ())), (side, owner)


@pytest.mark.parametrize("seed", range(3))
def test_short_lists_end_where_a_rebuild_would(seed, monkeypatch):
    chance = random.Random(seed)
    schools = [school(chance, f"校{n}") for n in range(8)]
    for major in CODES:  # one teaches at two levels, so that the snapshot holds such schools
        Programme.objects.get_or_create(school=schools[0], major_id=major)
    firms = [world.enterprise(f"企{n}") for n in range(14)]
    for firm in firms:
        post(chance, firm)
    rebuild_now()
    idf = standing().supply.idf
    for _ in range(30):
        something_happens(chance, schools, firms)
        assert_edges_hold()
    assert (stale_enterprises(), stale_schools()) == ([], [])
    refreshed = shown()

    monkeypatch.setattr(supply, "_idf_of", lambda *_: idf)  # of the run, as long as it lasts
    rebuild_now()

    assert refreshed == shown()
    assert len(refreshed) > len(schools)
    assert SHOWN in map(len, refreshed.values())
