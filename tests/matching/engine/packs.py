"""Worlds as packed arrays, with numbers that do not depend on the world: so two worlds can be compared to the byte."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.engine import DemandProfile, SchoolProfile, Supply, Vocabulary, Weights
from matching.engine.columns import Columns, build_columns
from matching.engine.from_profiles import Numbers, pack_demands, pack_schools
from matching.engine.lists import PairTable
from matching.engine.packed import Demands
from matching.engine.rows import SchoolRow
from tests.matching.engine.worlds import CATALOGUE, MODES, PLACES, SKILLS, World

VOCABULARY = Vocabulary.of(CATALOGUE, SKILLS)


def numbers() -> Numbers:
    """The same numbers for places and modes, whoever is met first."""
    known = Numbers()
    for province, city in PLACES:
        known.place(province), known.place(province, city)
    known.modes(MODES)
    return known


def supply_of(schools: Sequence[SchoolProfile], like: Supply | None = None, weights: Weights | None = None) -> Supply:
    """The index of these schools; `like`: another one, whose idf it shares."""
    made = Supply.of(VOCABULARY, *pack_schools(schools, VOCABULARY, numbers()), weights or Weights())
    return made if like is None else replace(made, idf=like.idf)


def demands_of(demands: Iterable[DemandProfile]) -> Demands:
    return pack_demands(demands, VOCABULARY, numbers())


def row_of(school: SchoolProfile) -> SchoolRow:
    """A school beside the index."""
    _, offers = pack_schools([school], VOCABULARY, numbers())
    place = numbers().place(school.province), numbers().place(school.province, school.city)
    return SchoolRow.of(VOCABULARY, school.id, place, numbers().modes(school.modes), offers)


@dataclass(frozen=True)
class Packed:
    supply: Supply
    demands: Demands
    columns: Columns

    @classmethod
    def of(cls, world: World, like: Supply | None = None, weights: Weights | None = None) -> "Packed":
        supply = supply_of(world.schools, like, weights)
        demands = demands_of(d for asked in world.enterprises.values() for d in asked)
        return cls(supply, demands, build_columns(supply, demands))


def in_order(table: PairTable) -> bytes:
    """The pairs that cover something, by enterprise and school, as bytes."""
    order = np.lexsort((table.school, table.enterprise))
    return table.take(order[table.coverage[order] > 0]).to_bytes()
