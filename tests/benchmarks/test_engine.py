"""What the matching engine costs, in CPU seconds: `pytest -s tests/benchmarks/test_engine.py` prints the figures.

A generated world with the proportions of the national one: 19 categories, 95 classes, three levels of codes, one school
in seven a junior college with some forty offers, the others secondary with some nine.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import product
from typing import TypeVar

import pytest

from matching.engine import (
    Catalogue,
    DemandProfile,
    Major,
    Offer,
    SchoolProfile,
    Snapshot,
    explain,
    rank_for_enterprise,
    rank_schools,
    score_all,
)

Result = TypeVar("Result")

TOP = 20
PLACES = [(f"province {n % 31}", f"city {n}") for n in range(330)]
LEVELS = {"secondary": (60, 4), "junior_college": (40, 8), "vocational_bachelor": (20, 3)}


def catalogue() -> Catalogue:
    majors = []
    for (level, (first, per_class)), category, group in product(LEVELS.items(), range(19), range(1, 6)):
        for number in range(1, per_class + 1):
            class_code = f"{first + category}{group:02d}"
            family = f"{40 + category}{group:02d}{number:02d}" if level != "junior_college" else ""
            majors.append(Major(f"{class_code}{number:02d}", "", level, class_code, class_code[:2], family))
    return Catalogue.of(majors)


class Generator:
    """Schools and demands; the same seed gives the same world."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.catalogue = catalogue()
        self.codes = {level: [c for c, m in self.catalogue.majors.items() if m.level == level] for level in LEVELS}

    def skills(self, code: str, count: int) -> list[str]:
        return [f"{code[-4:]}/{n}" for n in self.chance.sample(range(20), count)]

    def school(self, number: int) -> SchoolProfile:
        level, count = ("junior_college", 40) if number % 7 == 0 else ("secondary", 9)
        offers = tuple(
            Offer(code, level, self.chance.randint(8, 300), frozenset(self.skills(code, 12)))
            for code in self.chance.sample(self.codes[level], count)
        )
        return SchoolProfile(number, *self.chance.choice(PLACES), offers)

    def demand(self, number: int, enterprise: int) -> DemandProfile:
        level = self.chance.choice(["secondary", "junior_college", "junior_college", "vocational_bachelor"])
        code = self.chance.choice(self.codes[level])
        beside = [other for other in self.codes[level] if other[:4] == code[:4]]
        return DemandProfile(
            id=number,
            enterprise=enterprise,
            majors=(code, *self.chance.sample(beside, self.chance.randint(0, 2))),
            skills=tuple(self.skills(code, 4)),
            levels=frozenset(self.chance.choice([(), (level,), ("secondary", "junior_college")])),
            headcount=self.chance.randint(1, 40),
            province=PLACES[enterprise % len(PLACES)][0],
            city=PLACES[enterprise % len(PLACES)][1],
        )

    def world(
        self, schools: int, enterprises: int, each: int
    ) -> tuple[list[SchoolProfile], dict[int, list[DemandProfile]]]:
        asked = {e: [self.demand(e * each + n, e) for n in range(each)] for e in range(enterprises)}
        return [self.school(number) for number in range(schools)], asked


def timed(what: str, work: Callable[[], Result]) -> Result:
    start = time.process_time()
    result = work()
    print(f"\n{what}: {time.process_time() - start:.3f} CPU-s", end="")
    return result


@pytest.mark.parametrize(("schools", "enterprises", "each"), [(57, 100, 4), (3000, 3000, 4), (3000, 1200, 10)])
def test_both_directions(schools, enterprises, each):
    generator = Generator()
    rows, asked = generator.world(schools, enterprises, each)
    name = f"{schools} schools, {enterprises} enterprises with {each} demands"
    snapshot = timed(f"{name}: index", lambda: Snapshot.of(generator.catalogue, rows))
    by_enterprise, by_school = timed(f"{name}: both directions", lambda: score_all(snapshot, asked, TOP))
    assert (len(by_enterprise), len(by_school)) == (enterprises, schools)
    assert any(by_enterprise.values())


def test_single_questions_among_3000_schools():
    generator = Generator()
    rows, asked = generator.world(3000, 100, 4)
    snapshot = Snapshot.of(generator.catalogue, rows)
    demands = [demand for each in asked.values() for demand in each]
    assert any(timed("400 × rank_schools", lambda: [rank_schools(snapshot, d, TOP) for d in demands]))
    lists = timed("100 × rank_for_enterprise", lambda: [rank_for_enterprise(snapshot, d, TOP) for d in asked.values()])
    best = [pairs[0].school for pairs in lists]
    reasons = timed(
        "100 × explain", lambda: [explain(snapshot, s, d) for s, d in zip(best, asked.values(), strict=True)]
    )
    assert all(found.contributions for found in reasons)


def test_import_of_the_engine():
    program = "import time; t = time.perf_counter(); import matching.engine; print(time.perf_counter() - t)"
    times = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout)
        for _ in range(5)
    ]
    print(f"\nimport matching.engine: best of five {min(times):.3f} s", end="")
