"""A nation in the portal's own tables: 11,000 schools, 100,000 enterprises, 1,000,000 open demands at scale 1.

The marginals are public facts (levels of schools, programmes a school, the catalogue's majors); who wants what is
drawn: majors, skills and the sizes of enterprises by Zipf's law, skills mostly from the pool of the major. Numbers are
drawn as arrays, loaded by COPY past triggers and foreign keys, and given their texts by the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

from portal.demands.models import TalentDemand
from portal.majors.models import Programme, SupplyLine
from portal.organizations.models import EnterpriseProfile, Organization, SchoolProfile
from portal.taxonomy.loading import load_code_lists
from portal.taxonomy.models import CooperationKind, Major, Region, Skill
from tests.benchmarks.bulk import insert, link, past_triggers

SCHOOLS, ENTERPRISES, DEMANDS = 11_000, 100_000, 1_000_000
LEVELS = ("secondary", "junior_college", "vocational_bachelor")
SHARE_OF_LEVELS = (0.853, 0.141, 0.006)
PROGRAMMES = ((np.log(8), 0.55), (np.log(38), 0.45), (np.log(26), 0.4))  # a school of each level: lognormal
COMMON_SKILLS, POOL = 60, 27
MOST_SKILLS = 6_000

Array = Any


def zipf(count: int, exponent: float) -> Array:
    """Shares of the first, second … of `count`, adding up to 1."""
    weights = 1 / np.arange(1, count + 1) ** exponent
    return weights / weights.sum()


@dataclass(frozen=True)
class Lists:
    """The code lists as arrays: codes (S6), level, class, category of majors; cities with shares; skills; kinds."""

    codes: Array
    level: Array
    major_class: Array
    category: Array
    share: Array
    cities: Array
    city_share: Array
    skills: Array
    pools: Array
    kinds: list[str]

    @classmethod
    def loaded(cls, chance: np.random.Generator) -> Lists:
        load_code_lists(at=timezone.now())
        majors = list(
            Major.objects.filter(level__in=LEVELS, retired_on=None, code__regex="^.{6}$")
            .order_by("code")
            .values_list("code", "level", "class_code", "category_code")
        )
        codes, levels, classes, categories = (np.array(column) for column in zip(*majors, strict=True))
        level = np.array([LEVELS.index(name) for name in levels])
        share = np.zeros(len(codes))
        for rung in range(len(LEVELS)):
            here = np.flatnonzero(level == rung)
            share[chance.permutation(here)] = zipf(len(here), 0.8)
        cities = np.array(Region.objects.filter(level=2).order_by("code").values_list("code", flat=True), "S6")
        skills = chance.permutation(list(Skill.objects.order_by("pk").values_list("pk", flat=True)))[:MOST_SKILLS]
        return cls(
            codes.astype("S6"),
            level,
            np.unique(classes, return_inverse=True)[1],
            np.unique(categories, return_inverse=True)[1],
            share,
            cities,
            chance.permutation(zipf(len(cities), 0.7)),
            skills,
            _pools(chance, np.unique(classes, return_inverse=True)[1], len(skills)),
            list(CooperationKind.objects.order_by("position").values_list("code", flat=True)),
        )


def _pools(chance: np.random.Generator, major_class: Array, skills: int) -> Array:
    """(majors, POOL): positions of the skills of each major, the most usual first; 15 of them from its class."""
    of_class = [COMMON_SKILLS + chance.choice(skills - COMMON_SKILLS, 40, replace=False) for _ in set(major_class)]
    rows = [
        np.r_[
            chance.choice(of_class[group], 15, replace=False),
            COMMON_SKILLS + chance.choice(skills - COMMON_SKILLS, POOL - 15, replace=False),
        ]
        for group in major_class
    ]
    return np.array(rows)


def fill(scale: float = 1.0, seed: int = 7) -> dict[str, int]:
    """Fill the empty tables of the registry; returns how many rows of each kind."""
    chance = np.random.default_rng(seed)
    lists = Lists.loaded(chance)
    sizes = {"schools": SCHOOLS, "enterprises": ENTERPRISES, "demands": DEMANDS}
    sizes = {name: max(2, round(size * scale)) for name, size in sizes.items()}
    with past_triggers():
        schools, sizes["programmes"] = _fill_schools(lists, chance, sizes["schools"])
        sizes["links"] = _fill_demands(lists, chance, schools, sizes["enterprises"], sizes["demands"])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return sizes


def _fill_schools(lists: Lists, chance: np.random.Generator, count: int) -> tuple[int, int]:
    """Schools 1 … count with programmes, numbers, skills and kinds of cooperation; (schools, programmes)."""
    rung = chance.choice(len(LEVELS), count, p=SHARE_OF_LEVELS)
    city = lists.cities[chance.choice(len(lists.cities), count, p=lists.city_share)]
    ids = np.arange(1, count + 1)
    owner, major = _programmes(lists, chance, rung)
    programmes = np.arange(1, len(owner) + 1)
    people = np.clip(chance.lognormal(np.log(60), 0.7, len(owner)), 8, 600).astype(np.int32)
    _organizations("school", ids, city)
    insert(
        SchoolProfile,
        {"organization_id": ids, "rung": rung},
        {"organization_id": "organization_id", "level": _level("rung")},
    )
    columns = {"id": programmes, "school_id": owner + 1, "major_id": lists.codes[major]}
    insert(Programme, columns, {"id": "id", "school_id": "school_id", "major_id": "major_id", "is_active": "true"})
    insert(
        SupplyLine,
        {"programme_id": programmes, "graduating": people},
        {"programme_id": "programme_id", "graduating": "graduating", "graduating_year": "2027", "state": "'confirmed'"},
    )
    taught = chance.integers(8, 19, len(owner))
    links = _skills(lists, chance, np.repeat(programmes, taught + 3), np.repeat(major, taught + 3), common=0.17)
    link(Programme.skills.through, "programme_id", "skill_id", *links)
    kind = chance.integers(0, len(lists.kinds), (count, 6))
    _link_kinds(SchoolProfile.cooperation_kinds.through, "schoolprofile_id", lists, np.repeat(ids, 6), kind.ravel())
    return count, len(owner)


def _programmes(lists: Lists, chance: np.random.Generator, rung: Array) -> tuple[Array, Array]:
    """(school, major) of every programme; a school prefers some of the categories."""
    owners, majors = [], []
    categories = lists.category.max() + 1
    for school, its_rung in enumerate(rung):
        here = np.flatnonzero(lists.level == its_rung)
        count = int(np.clip(chance.lognormal(*PROGRAMMES[its_rung]), 2, min(110, len(here))))
        favoured = np.isin(lists.category[here], chance.choice(categories, chance.integers(4, 14), replace=False))
        share = lists.share[here] * np.where(favoured, 8, 1)
        majors.append(chance.choice(here, count, replace=False, p=share / share.sum()))
        owners.append(np.full(count, school))
    return np.concatenate(owners), np.concatenate(majors)


def _fill_demands(lists: Lists, chance: np.random.Generator, schools: int, enterprises: int, demands: int) -> int:
    """Enterprises after the schools, with all the demands; returns the number of links."""
    ids = schools + 1 + np.arange(enterprises)
    owner = np.repeat(np.arange(enterprises), _sizes(chance, enterprises, demands))
    home = chance.choice(len(lists.cities), enterprises, p=lists.city_share)
    _organizations("enterprise", ids, lists.cities[home])
    insert(EnterpriseProfile, {"organization_id": ids}, {"organization_id": "organization_id"})
    rung = chance.choice(len(LEVELS), demands, p=(0.35, 0.57, 0.08))
    away = chance.random(demands) < 0.2
    city = np.where(away, chance.choice(len(lists.cities), demands, p=lists.city_share), home[owner])
    numbers = np.arange(1, demands + 1)
    columns = {
        "id": numbers,
        "enterprise_id": ids[owner],
        "headcount": np.clip(chance.lognormal(np.log(6), 1.0, demands), 1, 500).astype(np.int32),
        "levels": _accepted(chance, rung),
        "workplace_id": lists.cities[city],
    }
    values = {name: name for name in columns} | {"levels": _levels("levels"), "title": "'岗位' || id"}
    values |= {"status": "'published'", "published_at": "now()", "valid_until": "current_date + 90"}
    insert(TalentDemand, columns, values)
    first = _first_major(lists, chance, rung, chance.choice(lists.category.max() + 1, enterprises)[owner])
    links = _wants(lists, chance, numbers, first)
    link(TalentDemand.majors.through, "talentdemand_id", "major_id", *links)
    wanted = chance.integers(3, 9, demands)
    skills = _skills(lists, chance, np.repeat(numbers, wanted), np.repeat(first, wanted), common=0.25)
    link(TalentDemand.skills.through, "talentdemand_id", "skill_id", *skills)
    picky = numbers[chance.random(demands) < 0.05]
    kind = chance.integers(0, len(lists.kinds), len(picky))
    _link_kinds(TalentDemand.cooperation_kinds.through, "talentdemand_id", lists, picky, kind)
    return len(links[0]) + len(skills[0]) + len(picky)


def _sizes(chance: np.random.Generator, enterprises: int, demands: int) -> Array:
    """Demands of each enterprise: at least one, few with hundreds, `demands` in all."""
    sizes = chance.zipf(2.0, enterprises).clip(1, 400).astype(float)
    found = np.maximum(1, np.floor(sizes * demands / sizes.sum())).astype(int)
    while (rest := demands - found.sum()) != 0:
        free = np.arange(enterprises) if rest > 0 else np.flatnonzero(found > 1)
        np.add.at(found, chance.choice(free, min(len(free), abs(rest)), replace=False), np.sign(rest))
    return found


def _first_major(lists: Lists, chance: np.random.Generator, rung: Array, category: Array) -> Array:
    """The major that each demand wants most: four times of five one of its enterprise's category."""
    first = np.empty(len(rung), np.int64)
    for level in range(len(LEVELS)):
        everywhere = np.flatnonzero(lists.level == level)
        for group in range(lists.category.max() + 1):
            mine = np.flatnonzero((rung == level) & (category == group))
            near = everywhere[lists.category[everywhere] == group]
            near = near if len(near) else everywhere
            share = lists.share[near] / lists.share[near].sum()
            anywhere = chance.choice(everywhere, len(mine), p=lists.share[everywhere] / lists.share[everywhere].sum())
            first[mine] = np.where(chance.random(len(mine)) < 0.2, anywhere, chance.choice(near, len(mine), p=share))
    return first


def _wants(lists: Lists, chance: np.random.Generator, numbers: Array, first: Array) -> tuple[Array, Array]:
    """(demand, code): the first major, and up to three of the same class and level beside it."""
    group = lists.level * (lists.major_class.max() + 1) + lists.major_class
    order = np.argsort(group, kind="stable")
    starts, ends = (np.searchsorted(group[order], group[first], side=side) for side in ("left", "right"))
    count = chance.choice(4, len(first), p=(0.4, 0.3, 0.2, 0.1))
    more = np.repeat(np.arange(len(first)), count)
    beside = order[starts[more] + (chance.random(len(more)) * (ends - starts)[more]).astype(np.int64)]
    owner, major = _distinct(np.r_[numbers, numbers[more]], np.r_[first, beside])
    return owner, lists.codes[major]


def _skills(
    lists: Lists, chance: np.random.Generator, owner: Array, major: Array, *, common: float
) -> tuple[Array, Array]:
    """(owner, skill): mostly of the major's pool, a share common to all, every tenth any."""
    drawn = chance.random(len(owner))
    skill = lists.pools[major, chance.choice(POOL, len(owner), p=zipf(POOL, 0.6))]
    skill = np.where(drawn < common, chance.choice(COMMON_SKILLS, len(owner), p=zipf(COMMON_SKILLS, 0.9)), skill)
    skill = np.where(drawn > 0.9, chance.integers(0, len(lists.skills), len(owner)), skill)
    owner, skill = _distinct(owner, skill)
    return owner, lists.skills[skill]


def _distinct(owner: Array, linked: Array) -> tuple[Array, Array]:
    keys = np.unique(owner.astype(np.int64) << 32 | linked)
    return keys >> 32, keys & 0xFFFF_FFFF


def _accepted(chance: np.random.Generator, rung: Array) -> Array:
    """Bit sets of the levels that demands accept: the one they name, sometimes the one below or above."""
    below, above = chance.random(len(rung)) < 0.15, chance.random(len(rung)) < 0.45
    return 1 << rung | below << (rung - 1).clip(0) | above << (rung + 1)


def _levels(column: str) -> str:
    named = (f"CASE WHEN {column} >> {rung} & 1 = 1 THEN '{name}' END" for rung, name in enumerate(LEVELS))
    return f"array_remove(ARRAY[{', '.join(named)}], NULL)"


def _level(column: str) -> str:
    return f"(ARRAY{list(LEVELS)})[{column} + 1]"


def _organizations(kind: str, ids: Array, region: Array) -> None:
    values = {"id": "id", "kind": f"'{kind}'", "status": "'approved'", "legal_name": f"'{kind} ' || id"}
    values |= {"region_id": "region_id", "verified_on": "current_date"}
    insert(Organization, {"id": ids, "region_id": region}, values)


def _link_kinds(through: Any, owner: str, lists: Lists, owners: Array, kind: Array) -> None:
    owners, kind = _distinct(owners, kind)
    for number, code in enumerate(lists.kinds):
        here = owners[kind == number]
        link(through, owner, "cooperationkind_id", here, np.full(len(here), code.encode()))
