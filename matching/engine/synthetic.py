"""A nation drawn by chance, as packed arrays, for measuring: its marginals are public facts, who wants what is not.

Ministry's catalogue of 2021: 358 secondary, 744 junior-college and 247 bachelor majors in 97 classes of 19 categories.
Schools: 85 % secondary with some 9 offers, 14 % junior colleges with some 42. Popularity of majors, skills and cities
and the sizes of enterprises follow Zipf's law; skills come mostly from the pool of the major. The same seed, the same
nation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.engine.catalogue import Catalogue, Major
from matching.engine.packed import Demands, Offers, Schools, starts_of
from matching.engine.vocabulary import Vocabulary

LEVELS = ("secondary", "junior_college", "vocational_bachelor")
MAJORS = (358, 744, 247)
FIRST_CODES = (60, 40, 20)
CATEGORIES, CLASSES = 19, 97
SHARE_OF_LEVELS = (0.853, 0.141, 0.006)
OFFERS = ((np.log(8), 0.55), (np.log(38), 0.45), (np.log(26), 0.4))  # a school of each level: lognormal
MOST_OFFERS = 110
SKILLS, COMMON, POOL = 6_000, 60, 27
PROVINCES, CITIES = 31, 337


@dataclass(frozen=True)
class Nation:
    """What `Supply.of` and `build_columns` are given."""

    vocabulary: Vocabulary
    schools: Schools
    offers: Offers
    demands: Demands


def draw_nation(schools: int, enterprises: int, demands: int, seed: int = 7) -> Nation:
    """Draw a nation of this size."""
    chance = np.random.default_rng(seed)
    majors = _Majors(chance)
    vocabulary = Vocabulary.of(Catalogue.of(majors.rows), range(SKILLS))
    city_province = np.sort(chance.integers(0, PROVINCES, CITIES)).astype(np.int32)
    city_share = chance.permutation(_zipf(CITIES, 0.7))
    drawn = _draw_schools(chance, majors, schools, city_province, city_share)
    asked = _draw_demands(chance, majors, enterprises, demands, city_province, city_share)
    return Nation(vocabulary, *drawn, asked)


class _Majors:
    """The catalogue by number of the code (codes ascending): level, class, popularity within the level, skills."""

    def __init__(self, chance: np.random.Generator) -> None:
        category = np.sort(np.r_[np.arange(CATEGORIES), chance.integers(0, CATEGORIES, CLASSES - CATEGORIES)])
        within = np.arange(CLASSES) - np.searchsorted(category, category)
        sizes = chance.lognormal(0, 0.7, CLASSES)
        drawn = []
        for level, count in enumerate(MAJORS):
            extra = chance.choice(CLASSES, max(0, count - CLASSES), p=sizes / sizes.sum())
            for group in np.sort(np.r_[np.arange(CLASSES), extra]).tolist():
                class_code = f"{FIRST_CODES[level] + category[group]}{within[group] + 1:02d}"
                drawn.append((level, group, class_code))
        self.rows = _numbered(drawn)
        found = sorted(zip((row.code for row in self.rows), drawn, strict=True))
        self.level = np.array([level for _, (level, _, _) in found])
        self.group = np.array([group for _, (_, group, _) in found])
        self.share = np.empty(len(found))
        for level in range(len(LEVELS)):
            here = np.flatnonzero(self.level == level)
            self.share[chance.permutation(here)] = _zipf(len(here), 0.8)
        pools = [chance.choice(SKILLS - COMMON, 40, replace=False) + COMMON for _ in range(CLASSES)]
        own = chance.integers(COMMON, SKILLS, (len(found), POOL - 15))
        shared = np.array([chance.choice(pools[group], 15, replace=False) for group in self.group])
        self.pool = np.concatenate((shared, own), 1)


def _numbered(drawn: list[tuple[int, int, str]]) -> list[Major]:
    """Majors in the order given; those of other levels join the junior-college majors of their class in turn."""
    count: dict[str, int] = {}
    for _, _, class_code in drawn:
        count[class_code] = count.get(class_code, 0) + 1
    rows, seen = [], dict.fromkeys(count, 0)
    for level, _, class_code in drawn:
        seen[class_code] += 1
        free = f"{int(class_code[:2]) - FIRST_CODES[level] + FIRST_CODES[1]}{class_code[2:]}"
        family = "" if level == 1 else f"{free}{(seen[class_code] - 1) % count[free] + 1:02d}"
        code = f"{class_code}{seen[class_code]:02d}"
        rows.append(Major(code, code, LEVELS[level], class_code, class_code[:2], family))
    return rows


def _zipf(count: int, exponent: float) -> Any:
    """Shares of the first, second … of `count`, adding up to 1."""
    weights = 1 / np.arange(1, count + 1) ** exponent
    return weights / weights.sum()


def _draw_schools(
    chance: np.random.Generator, majors: _Majors, count: int, city_province: Any, city_share: Any
) -> tuple[Schools, Offers]:
    level = chance.choice(len(LEVELS), count, p=SHARE_OF_LEVELS)
    city = chance.choice(CITIES, count, p=city_share).astype(np.int32)
    school, code = _draw_offers(chance, majors, level)
    taught = chance.integers(8, 19, len(school))
    owner = np.repeat(np.arange(len(school)), taught + 3)
    skills = _draw_skills(chance, majors, code[owner], 0.17)
    starts, skills = _lists(owner, skills, len(school))
    graduates = np.clip(chance.lognormal(np.log(60), 0.7, len(school)), 8, 600).astype(np.int32).astype(np.float32)
    schools = Schools(np.arange(1, count + 1), city_province[city], city, np.zeros(count, np.uint32))
    return schools, Offers(school.astype(np.int32), code.astype(np.int32), graduates, starts, skills)


def _draw_offers(chance: np.random.Generator, majors: _Majors, level: Any) -> tuple[Any, Any]:
    """(school, code) of every offer: so many majors a school as drawn, mostly popular ones of a few classes."""
    owners, codes = [], []
    for rung, (mean, spread) in enumerate(OFFERS):
        here, offered = np.flatnonzero(level == rung), np.flatnonzero(majors.level == rung)
        number = np.clip(chance.lognormal(mean, spread, len(here)), 2, min(MOST_OFFERS, len(offered))).astype(int)
        liked = chance.random((len(here), CLASSES))[:, majors.group[offered]] < 0.2
        # Gumbel's trick: the largest of log-shares plus such noise are drawn without replacement by those shares.
        keys = np.log(majors.share[offered] * np.where(liked, 8, 1)) + chance.gumbel(size=liked.shape)
        order = np.argsort(-keys, axis=1)
        chosen = np.arange(len(offered)) < number[:, None]
        owners.append(np.repeat(here, number))
        codes.append(offered[order[chosen]])
    order = np.argsort(np.concatenate(owners), kind="stable")
    return np.concatenate(owners)[order], np.concatenate(codes)[order]


def _draw_skills(chance: np.random.Generator, majors: _Majors, code: Any, common: float) -> Any:
    """A skill for each code given: a common one at that probability, else one of its pool."""
    from_pool = majors.pool[code, chance.choice(POOL, len(code), p=_zipf(POOL, 0.6))]
    general = chance.choice(COMMON, len(code), p=_zipf(COMMON, 0.9))
    return np.where(chance.random(len(code)) < common, general, from_pool)


def _lists(owner: Any, values: Any, count: int) -> tuple[Any, Any]:
    """(starts, values) of the distinct values of owners 0 … count − 1."""
    keys = np.unique(owner.astype(np.int64) << 32 | values)
    return starts_of(np.bincount(keys >> 32, minlength=count)), (keys & 0xFFFFFFFF).astype(np.int32)


def _draw_demands(
    chance: np.random.Generator, majors: _Majors, enterprises: int, count: int, city_province: Any, city_share: Any
) -> Demands:
    sizes = chance.zipf(2.0, enterprises).clip(1, 400).astype(float)
    owner = np.sort(
        np.r_[np.arange(enterprises), chance.choice(enterprises, count - enterprises, p=sizes / sizes.sum())]
    )
    city_of = chance.choice(CITIES, enterprises, p=city_share)
    city = np.where(chance.random(count) < 0.8, city_of[owner], chance.choice(CITIES, count, p=city_share))
    level = chance.choice(len(LEVELS), count, p=(0.35, 0.57, 0.08))
    field = chance.choice(CLASSES, enterprises)[owner]
    base = np.empty(count, np.int64)
    for rung in range(len(LEVELS)):
        here, known = np.flatnonzero(level == rung), np.flatnonzero(majors.level == rung)
        popular = known[chance.choice(len(known), len(here), p=majors.share[known])]
        first = np.searchsorted(majors.group[known], field[here])
        last = np.searchsorted(majors.group[known], field[here], side="right")
        near = known[first + (chance.random(len(here)) * (last - first)).astype(int)]
        base[here] = np.where(chance.random(len(here)) < 0.5, near, popular)
    beside = chance.choice(4, count, p=(0.4, 0.3, 0.2, 0.1))
    wanted = np.repeat(np.arange(count), beside + 1)
    step = np.arange(len(wanted)) - np.repeat(np.cumsum(beside + 1) - beside - 1, beside + 1)
    neighbour = (base[wanted] + step).clip(max=len(majors.level) - 1)
    same = majors.group[neighbour] == majors.group[base[wanted]]
    want_starts, wants = _lists(wanted, np.where(same, neighbour, base[wanted]), count)
    skilled = np.repeat(np.arange(count), chance.integers(3, 9, count))
    skill_starts, skills = _lists(skilled, _draw_skills(chance, majors, base[skilled], 0.25), count)
    accepted = 1 << level | np.where(chance.random(count) < 0.15, 1 << np.maximum(level - 1, 0), 0)
    return Demands(
        ids=np.arange(count),
        enterprise=owner,
        headcount=np.clip(chance.lognormal(np.log(6), 1.0, count), 1, 500).astype(np.int32),
        levels=accepted.astype(np.uint8),
        province=city_province[city],
        city=city.astype(np.int32),
        modes=np.zeros(count, np.uint32),
        want_starts=want_starts,
        wants=_want_numbers(majors, wants),
        skill_starts=skill_starts,
        skills=skills,
    )


def _want_numbers(majors: _Majors, codes: Any) -> Any:
    """Numbers of codes among the wants, which are all codes and their prefixes by their text."""
    names = sorted(row.code for row in majors.rows)
    keys = sorted({name[:length] for name in names for length in (2, 4, 6)})
    number = {key: n for n, key in enumerate(keys)}
    return np.array([number[name] for name in names], np.int32)[codes]
