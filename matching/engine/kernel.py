"""Everybody against everybody in one pass: the best schools of each enterprise and the best enterprises of each school.

A column is spread over the rows that have its features, scaled by place and cooperation, put through the formula, and
the few rows that beat what is listed so far are put into heaps. Ties go to the smaller id. Cost: less than a nanosecond
for a posting and 6 µs for the formula per column of 11,000 rows; memory: the index, the columns and the heaps.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from matching.engine.columns import Columns
from matching.engine.compiled import compiled
from matching.engine.formula import Parameters, enterprise_square, parameters_of, per_graduate, school_value
from matching.engine.heaps import Best, empty_heaps, lower_bound, offer
from matching.engine.lists import PairTable, SchoolLists, merge_school_lists, pairs_of_heaps
from matching.engine.supply import Supply

GROUPS = 512
AT_ONCE = 8  # rows whose flags are looked at together


class Index(NamedTuple):
    """The arrays of a Supply that the loops read."""

    starts: Any
    rows: Any
    people: Any
    graduates: Any
    per_graduate: Any
    modes: Any
    order: Any


class Asking(NamedTuple):
    """The arrays of Columns that the loops read."""

    headcount: Any
    breadth: Any
    part_starts: Any
    province: Any
    city: Any
    places: Any
    modes: Any
    starts: Any
    features: Any
    cover: Any
    supply: Any


class Dense(NamedTuple):
    """One value a row each, for the column in hand; part: coverage of the part in hand, zero between parts."""

    part: Any
    coverage: Any
    graduates: Any
    enterprise: Any
    school: Any


@dataclass(frozen=True)
class RankedBlock:
    """enterprise_lists: by enterprise, best first; school_lists: of every row, of the enterprises in the block."""

    enterprise_lists: PairTable
    school_lists: SchoolLists


def index_of(supply: Supply) -> Index:
    """What the loops need of the index."""
    portion = per_graduate(supply.graduates, supply.weights.vacancy_share)
    return Index(supply.starts, supply.rows, supply.people, supply.graduates, portion, supply.modes, supply.order)


def asking_of(columns: Columns) -> Asking:
    """What the loops need of the columns."""
    return Asking(*(getattr(columns, name) for name in Asking._fields))


def rank_block(
    supply: Supply,
    columns: Columns,
    lo: int,
    hi: int,
    per_enterprise: int = 20,
    per_school: int = 40,
    lanes: int = 1,
) -> RankedBlock:
    """Rank the columns lo … hi − 1 against all rows, in as many threads as lanes; their number changes no byte."""
    index, asking, parameters = index_of(supply), asking_of(columns), parameters_of(supply.weights)
    mine = empty_heaps(hi - lo, per_enterprise)

    def lane(number: int) -> SchoolLists:
        first, last = ((hi - lo) * part // lanes for part in (number, number + 1))
        theirs = empty_heaps(len(supply), per_school)
        own = Best(*(array[first:last] for array in mine))
        rank_columns(index, asking, parameters, lo + first, lo + last, own, theirs)
        return SchoolLists.of_heaps(columns, theirs)

    with ThreadPoolExecutor(lanes) as pool:
        parts = list(pool.map(lane, range(lanes)))
    return RankedBlock(pairs_of_heaps(supply, columns, lo, mine), merge_school_lists(parts))


@compiled
def spread(index: Index, asking: Asking, part: int, coverage: Any, graduates: Any) -> None:
    """Add what a part of a column finds: coverage and graduates (rows,)."""
    for entry in range(asking.starts[part], asking.starts[part + 1]):
        feature = asking.features[entry]
        rows = index.rows[index.starts[feature] : index.starts[feature + 1]]
        cover, supply = asking.cover[entry], asking.supply[entry]
        if supply == 0:
            for place in range(rows.shape[0]):
                coverage[rows[place]] += cover
        else:
            people = index.people[index.starts[feature] : index.starts[feature + 1]]
            if cover == 0:
                for place in range(rows.shape[0]):
                    graduates[rows[place]] += supply * people[place]
            else:
                for place in range(rows.shape[0]):
                    coverage[rows[place]] += cover
                    graduates[rows[place]] += supply * people[place]


@compiled
def _take_in(total: Any, part: Any, factor: Any) -> None:
    for row in range(total.shape[0]):
        total[row] += part[row] * factor
        part[row] = 0


@compiled
def _by_mode(part: Any, modes: Any, wanted: Any, other: Any) -> None:
    for row in range(part.shape[0]):
        if modes[row] & wanted == 0:
            part[row] *= other


@compiled
def fill(index: Index, asking: Asking, parameters: Parameters, column: int, dense: Dense) -> None:
    """Coverage and graduates of every row for one column, whatever was there before."""
    dense.coverage[:] = 0
    dense.graduates[:] = 0
    for part in range(asking.part_starts[column], asking.part_starts[column + 1]):
        spread(index, asking, part, dense.part, dense.graduates)
        if asking.modes[part]:
            _by_mode(dense.part, index.modes, asking.modes[part], parameters.other_mode)
        place = asking.places[part]
        first, inner, outer, last = place[0], place[1], place[2], place[3]
        _take_in(dense.coverage[:first], dense.part[:first], parameters.elsewhere)
        _take_in(dense.coverage[first:inner], dense.part[first:inner], parameters.same_province)
        _take_in(dense.coverage[inner:outer], dense.part[inner:outer], parameters.same_city)
        _take_in(dense.coverage[outer:last], dense.part[outer:last], parameters.same_province)
        _take_in(dense.coverage[last:], dense.part[last:], parameters.elsewhere)
    _limit(dense.graduates, dense.coverage, index.graduates)


@compiled
def _limit(graduates: Any, coverage: Any, there: Any) -> None:
    """Nobody has more graduates than there are, though skills and majors may claim them twice.

    Who covers nothing has no eligible ones, whatever the weights of supply: such a pair is on neither side's list.
    """
    none = np.float32(0)
    for row in range(graduates.shape[0]):
        graduates[row] = min(graduates[row], there[row]) if coverage[row] > none else none


@compiled
def _score_enterprise(out: Any, coverage: Any, graduates: Any, wanted: Any, breadth: Any) -> None:
    for row in range(out.shape[0]):
        out[row] = enterprise_square(coverage[row], graduates[row], wanted, breadth)


@compiled
def _score_school(out: Any, coverage: Any, graduates: Any, portion: Any, headcount: Any, kv: Any, share: Any) -> None:
    for row in range(out.shape[0]):
        out[row] = school_value(coverage[row], graduates[row], portion[row], headcount, kv, share)


@compiled
def flag(flags: Any, enterprise: Any, school: Any, edges: Any, bound: Any) -> None:
    """Mark the rows that may enter a list: above the bound of the enterprise's, or above the edge of the school's."""
    for row in range(enterprise.shape[0]):
        flags[row] = np.uint8(enterprise[row] > bound) | np.uint8(school[row] > edges[row])


@compiled
def collect(
    index: Index, dense: Dense, flags: Any, column: int, heap: int, mine: Best, theirs: Best, edges: Any
) -> None:
    """Offer the flagged rows to the heaps; eight at a time are passed over, because few of a thousand are flagged.

    An enterprise's key is A, not its square: the root makes some squares equal, and then the smaller id is first.
    """
    several = flags.view(np.uint64)
    for group in range(several.shape[0]):
        if several[group] == 0:
            continue
        for row in range(AT_ONCE * group, AT_ONCE * group + AT_ONCE):
            if flags[row] == 0:
                continue
            coverage, graduates = dense.coverage[row], dense.graduates[row]
            if dense.enterprise[row] > 0:
                offer(mine, heap, np.sqrt(dense.enterprise[row]), index.order[row], coverage, graduates)
            if dense.school[row] > edges[row]:
                offer(theirs, row, dense.school[row], np.int32(column), coverage, graduates)
                edges[row] = theirs.key[row, 0]


@compiled
def rank_columns(
    index: Index, asking: Asking, parameters: Parameters, lo: int, hi: int, mine: Best, theirs: Best
) -> None:
    """Columns lo … hi − 1 into the heaps: mine (hi − lo, k) of enterprises, theirs (rows, k) of schools.

    A school's heap is full or its edge is 0; an equal score does not displace, since columns ascend with the ids.
    """
    count = index.graduates.shape[0]
    dense = Dense(
        np.zeros(count, np.float32),
        np.zeros(count, np.float32),
        np.zeros(count, np.float32),
        np.zeros(count, np.float32),
        np.zeros(count, np.float32),
    )
    edges = np.zeros(count, np.float32)
    flags = np.zeros((count + AT_ONCE - 1) // AT_ONCE * AT_ONCE, np.uint8)
    largest = np.empty(GROUPS, np.float32)
    keys = np.empty(mine.key.shape[1], np.float32)
    for column in range(lo, hi):
        fill(index, asking, parameters, column, dense)
        headcount = asking.headcount[column]
        wanted, breadth = parameters.kappa * headcount, asking.breadth[column]
        _score_enterprise(dense.enterprise, dense.coverage, dense.graduates, wanted, breadth)
        _score_school(
            dense.school,
            dense.coverage,
            dense.graduates,
            index.per_graduate,
            headcount,
            parameters.kv,
            parameters.vacancy_share,
        )
        bound = lower_bound(dense.enterprise, largest, keys)
        flag(flags, dense.enterprise, dense.school, edges, bound)
        collect(index, dense, flags, column, column - lo, mine, theirs, edges)
