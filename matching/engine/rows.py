"""One against all: a changed school against every column, a changed column against every school.

The same sums in the same order as kernel.py makes them, so the bits are the same: between two runs a school that has
changed is scored beside the index (its old row does not count), and nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from matching.engine.bundle import Bundle
from matching.engine.columns import Columns
from matching.engine.compiled import compiled
from matching.engine.formula import Parameters, parameters_of, per_graduate
from matching.engine.kernel import Asking, Dense, asking_of, fill, index_of
from matching.engine.lists import PairTable
from matching.engine.packed import UNKNOWN, Float32s, Int32s, Offers, starts_of
from matching.engine.supply import Entries, Supply
from matching.engine.vocabulary import SETS, Vocabulary


@dataclass(frozen=True)
class SchoolRow(Bundle):
    """A school beside the index: its features, ascending, and the graduates behind each (persons).

    A school that offers nothing, or is no longer there, has no features; `graduates`: of all its offers.
    """

    school: int
    province: int
    city: int
    modes: int
    graduates: float
    features: Int32s
    people: Float32s

    @classmethod
    def of(cls, vocabulary: Vocabulary, school: int, place: tuple[int, int], modes: int, offers: Offers) -> Self:
        """From the offers of this school; place: (province, city), −1 unknown."""
        entries = Entries.of(vocabulary, offers, np.zeros(len(offers.code), np.int64))
        features, _, graduates = entries.features(1)
        distinct, where = np.unique(features, return_inverse=True)
        people = np.bincount(where, graduates, minlength=len(distinct)).astype(np.float32)
        total = float(np.float32(offers.graduates.sum(dtype=np.float64)))
        return cls(school, *place, modes, total, distinct.astype(np.int32), people)

    def fits(self, supply: Supply) -> bool:
        """Whether the columns made for this index hold all that the school's features need."""
        return bool(supply.sets[self.features % SETS].all()) and not len(self.features[self._unknown(supply)])

    def _unknown(self, supply: Supply) -> Any:
        return self.features >= supply.vocabulary.feature_count


class _Row(NamedTuple):
    """A SchoolRow spread over the features: people (features,), has (features,) 0 or 1."""

    province: int
    city: int
    modes: int
    graduates: Any
    people: Any
    has: Any


def score_row(supply: Supply, row: SchoolRow, columns: Columns) -> PairTable:
    """The school against every column, in the columns' order, those without a score too."""
    count = len(columns)
    coverage, graduates = np.zeros(count, np.float32), np.zeros(count, np.float32)
    _score_row(_spread(supply, row), asking_of(columns), parameters_of(supply.weights), coverage, graduates)
    portion = np.full(count, _portion(supply, row), np.float32)
    school = np.full(count, row.school, np.int64)
    asked = (columns.headcount, columns.breadth)
    return PairTable.scored(supply, school, columns.enterprises, coverage, graduates, *asked, portion)


def score_column(supply: Supply, columns: Columns, position: int, beside: Sequence[SchoolRow] = ()) -> PairTable:
    """The column at a position against every school; `beside`: rows that stand for their schools' rows of the index."""
    dense = Dense(*(np.zeros(len(supply), np.float32) for _ in Dense._fields))
    fill(index_of(supply), asking_of(columns), parameters_of(supply.weights), position, dense)
    replaced = [supply.row_of[row.school] for row in beside if row.school in supply.row_of]
    rows = np.setdiff1d(np.flatnonzero(dense.coverage > 0), replaced)
    count = len(rows)
    asked = (np.full(count, values[position], np.float32) for values in (columns.headcount, columns.breadth))
    enterprise = np.full(count, columns.enterprises[position], np.int64)
    table = PairTable.of(supply, rows, enterprise, dense.coverage[rows], dense.graduates[rows], *asked)
    if not beside:
        return table
    column = columns.take(np.array([position], np.int64))
    return PairTable.concatenate([table, _score_together(supply, beside, column)])


def _score_together(supply: Supply, beside: Sequence[SchoolRow], column: Columns) -> PairTable:
    """The one column against these schools, as `score_row` has it: in a year's season they are thousands."""
    count = len(beside)
    coverage, graduates = np.zeros(count, np.float32), np.zeros(count, np.float32)
    rows = _Rows.of(beside)
    features = supply.vocabulary.feature_count
    room = np.zeros(features, np.float32), np.zeros(features, np.uint8)
    _score_rows(rows, *room, asking_of(column), parameters_of(supply.weights), coverage, graduates)
    portion = per_graduate(rows.graduates, supply.weights.vacancy_share)
    school = np.array([row.school for row in beside], np.int64)
    enterprise = np.repeat(column.enterprises, count)
    headcount, breadth = np.repeat(column.headcount, count), np.repeat(column.breadth, count)
    return PairTable.scored(supply, school, enterprise, coverage, graduates, headcount, breadth, portion)


def _portion(supply: Supply, row: SchoolRow) -> Any:
    return per_graduate(np.array([row.graduates], np.float32), supply.weights.vacancy_share)[0]


def _spread(supply: Supply, row: SchoolRow) -> _Row:
    people = np.zeros(supply.vocabulary.feature_count, np.float32)
    has = np.zeros(supply.vocabulary.feature_count, np.uint8)
    people[row.features], has[row.features] = row.people, 1
    return _Row(row.province, row.city, row.modes, np.float32(row.graduates), people, has)


class _Rows(NamedTuple):
    """Several of them, (n,) each; features and people of row i: starts[i] … starts[i + 1] − 1."""

    province: Any
    city: Any
    modes: Any
    graduates: Any
    starts: Any
    features: Any
    people: Any

    @classmethod
    def of(cls, rows: Sequence[SchoolRow]) -> _Rows:
        """These rows, of which there is at least one."""
        province, city, modes = (
            np.array([getattr(row, name) for row in rows], np.int64) for name in ("province", "city", "modes")
        )
        return cls(
            province,
            city,
            modes,
            np.array([row.graduates for row in rows], np.float32),
            starts_of(np.array([len(row.features) for row in rows], np.int64)),
            np.concatenate([row.features for row in rows]),
            np.concatenate([row.people for row in rows]),
        )


@compiled
def _factor(parameters: Parameters, row: _Row, province: int, city: int) -> Any:
    if province == UNKNOWN:
        return parameters.same_city
    if province != row.province:
        return parameters.elsewhere
    return parameters.same_city if city != UNKNOWN and city == row.city else parameters.same_province


@compiled
def _score_row(row: _Row, asking: Asking, parameters: Parameters, coverage: Any, graduates: Any) -> None:
    """Coverage and graduates (columns,) of one school; both in the order of sums that `kernel.fill` has."""
    for column in range(coverage.shape[0]):
        covered, found = np.float32(0), np.float32(0)
        for part in range(asking.part_starts[column], asking.part_starts[column + 1]):
            of_part = np.float32(0)
            for entry in range(asking.starts[part], asking.starts[part + 1]):
                feature = asking.features[entry]
                if row.has[feature]:
                    of_part += asking.cover[entry]
                    found += asking.supply[entry] * row.people[feature]
            if asking.modes[part] and not row.modes & asking.modes[part]:
                of_part *= parameters.other_mode
            covered += of_part * _factor(parameters, row, asking.province[part], asking.city[part])
        coverage[column] = covered
        graduates[column] = min(found, row.graduates) if covered > 0 else np.float32(0)


@compiled
def _score_rows(
    rows: _Rows, people: Any, has: Any, asking: Asking, parameters: Parameters, coverage: Any, graduates: Any
) -> None:
    """The one column against every row; people, has (features,): room, all zero before and after."""
    for number in range(coverage.shape[0]):
        for place in range(rows.starts[number], rows.starts[number + 1]):
            people[rows.features[place]], has[rows.features[place]] = rows.people[place], 1
        row = _Row(rows.province[number], rows.city[number], rows.modes[number], rows.graduates[number], people, has)
        _score_row(row, asking, parameters, coverage[number : number + 1], graduates[number : number + 1])
        for place in range(rows.starts[number], rows.starts[number + 1]):
            people[rows.features[place]], has[rows.features[place]] = 0, 0
