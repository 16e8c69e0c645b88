"""What would help: a pair scored again with one thing changed, and where the school would stand then.

A school can offer one thing more; an enterprise can ask for one thing less, or accept one level more. Everybody else
stays as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from matching.engine.catalogue import RUNG_COUNT
from matching.engine.columns import Columns
from matching.engine.index import Snapshot
from matching.engine.lists import PairTable
from matching.engine.packed import Int64s
from matching.engine.profiles import DemandProfile, Skill
from matching.engine.rows import SchoolRow, score_column, score_row
from matching.engine.supply import Supply
from matching.engine.vocabulary import SETS, Vocabulary


class Matter(StrEnum):
    """What a step is about."""

    MAJOR = "major"
    SKILL = "skill"
    LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that could change: a major's code, a skill's id, a level's name."""

    matter: Matter
    of: Skill


@dataclass(frozen=True, slots=True)
class Improvement:
    """A step, the place of the school in the enterprise's list after it (1 is the best), and its score A then."""

    step: Step
    place: int
    score: float


def place_of(table: PairTable, school: int) -> tuple[int, float]:
    """(place, score) of a school among the pairs of one enterprise; without a score it comes after all the others."""
    mine = np.flatnonzero(table.school == school)
    score = float(table.enterprise_score[mine[0]]) if len(mine) else 0.0
    return _place(table, school, score), score


def with_more(
    supply: Supply, row: SchoolRow, column: Columns, table: PairTable, steps: Iterable[Step], people: int
) -> list[Improvement]:
    """What each step would bring a school that takes it; `row`: the school as it is, `table`: the column's pairs.

    A new major has `people` graduates; a skill is learned by those of the school's largest level, all its graduates
    there counted once at most (persons).
    """
    rung, graduates = _largest_rung(supply.vocabulary, row)
    found = []
    for step in steps:
        changed = _offering(supply.vocabulary, row, step, people, (rung, min(graduates, people)))
        if changed is None or not changed.fits(supply):
            continue
        score = float(score_row(supply, changed, column).enterprise_score[0])
        found.append(Improvement(step, _place(table, row.school, score), score))
    return found


def with_less(
    snapshot: Snapshot,
    beside: Sequence[SchoolRow],
    school: int,
    demands: Sequence[DemandProfile],
    steps: Iterable[Step],
) -> list[Improvement]:
    """What each step of the enterprise would bring the school, all schools ranked anew; idle steps fall out."""
    tried = [(step, changed) for step in steps if (changed := _asking(demands, step)) != list(demands)]
    columns = snapshot.columns([changed for _, changed in tried])
    found = []
    for position, (step, _) in enumerate(tried):
        place, score = place_of(score_column(snapshot.supply, columns, position, beside), school)
        found.append(Improvement(step, place, score))
    return found


def best_of(found: Iterable[Improvement], before: tuple[int, float], top: int) -> list[Improvement]:
    """The steps that move a school up most from (place, score); among equals those that add most to its score."""
    place, score = before
    better = [one for one in found if one.place < place or (one.place == place and one.score > score)]
    return sorted(better, key=lambda one: (one.place, -one.score, one.step.matter, str(one.step.of)))[:top]


def _place(table: PairTable, school: int, score: float) -> int:
    others = table.school != school
    scores, ids = table.enterprise_score[others], table.school[others]
    ahead = (scores > score) | ((scores == np.float32(score)) & (ids < school) & (scores > 0))
    return 1 + int(ahead.sum())


def _largest_rung(vocabulary: Vocabulary, row: SchoolRow) -> tuple[int, int]:
    """(rung, graduates) where the school has most, by the widest nodes of its majors; rung 0 for none."""
    tree = row.features < vocabulary.node_count * SETS
    most = [0.0] * RUNG_COUNT
    for feature, people in zip(row.features[tree].tolist(), row.people[tree].tolist(), strict=True):
        rung = {(1 << r) - 1: r for r in range(RUNG_COUNT)}.get(feature % SETS)
        if rung is not None:
            most[rung] = max(most[rung], people)
    best = max(range(RUNG_COUNT), key=lambda rung: most[rung])
    return best, round(most[best])


def _offering(
    vocabulary: Vocabulary, row: SchoolRow, step: Step, people: int, skilled: tuple[int, int]
) -> SchoolRow | None:
    if step.matter is Matter.MAJOR:
        number = vocabulary.code_number(str(step.of))
        nodes = vocabulary.reached(number).astype(np.int64)
        changed = _with(row, nodes, int(vocabulary.rung[number]), people)
        return replace(changed, graduates=row.graduates + people)
    number = vocabulary.skill_number(step.of)
    if number < 0:
        return None
    rung, graduates = skilled
    return _with(row, np.array([vocabulary.node_count + number]), rung, graduates)


def _with(row: SchoolRow, nodes: Int64s, rung: int, people: int) -> SchoolRow:
    """The row with these nodes at one more rung, the graduates added there; see supply.Entries for the larger sets."""
    held = dict(zip(row.features.tolist(), row.people.tolist(), strict=True))
    for node in nodes.tolist():
        first = node * SETS
        bits = 1 << rung
        for other in range(RUNG_COUNT):
            bits |= (first + (1 << other) - 1 in held) << other
        for subset in range(1, SETS + 1):
            if subset & bits == subset:
                held.setdefault(first + subset - 1, 0.0)
        held[first + (1 << rung) - 1] += people
    features = np.array(sorted(held), np.int32)
    return replace(row, features=features, people=np.array([held[f] for f in features.tolist()], np.float32))


def _asking(demands: Sequence[DemandProfile], step: Step) -> list[DemandProfile]:
    change: Callable[[DemandProfile], DemandProfile] = {
        Matter.MAJOR: lambda demand: _without_major(demand, str(step.of)),
        Matter.SKILL: lambda demand: _without_skill(demand, step.of),
        Matter.LEVEL: lambda demand: _with_level(demand, str(step.of)),
    }[step.matter]
    return [change(demand) for demand in demands]


def _without_major(demand: DemandProfile, code: str) -> DemandProfile:
    rest = tuple(major for major in demand.majors if major != code)
    return replace(demand, majors=rest) if rest or demand.skills else demand


def _without_skill(demand: DemandProfile, skill: Skill) -> DemandProfile:
    rest = tuple(other for other in demand.skills if other != skill)
    return replace(demand, skills=rest) if rest or demand.majors else demand


def _with_level(demand: DemandProfile, level: str) -> DemandProfile:
    """One that names no level accepts every one already."""
    return replace(demand, levels=demand.levels | {level}) if demand.levels else demand
