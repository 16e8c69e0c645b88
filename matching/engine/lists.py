"""Ranked pairs as arrays: the lists of enterprises and of schools, and the merging of what shards found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from matching.engine.bundle import Bundle
from matching.engine.columns import Columns
from matching.engine.formula import figures, parameters_of, per_graduate
from matching.engine.heaps import Best
from matching.engine.packed import Float32s, Int64s
from matching.engine.supply import Supply

NOBODY = -1


@dataclass(frozen=True)
class PairTable(Bundle):
    """Pairs as parallel arrays (n,): ids of both, the scores of both sides and their harmonic mean, all in [0, 1];

    coverage c̄ in [0, 1], graduates G: eligible (persons), vacancies min(H, V): matched (persons); see formula.py.
    """

    school: Int64s
    enterprise: Int64s
    enterprise_score: Float32s
    school_score: Float32s
    mutual: Float32s
    coverage: Float32s
    graduates: Float32s
    vacancies: Float32s

    def __len__(self) -> int:
        return len(self.school)

    @classmethod
    def of(
        cls,
        supply: Supply,
        rows: Int64s,
        enterprise: Int64s,
        coverage: Float32s,
        graduates: Float32s,
        headcount: Float32s,
        breadth: Float32s,
    ) -> Self:
        """The pairs of these rows of the index, all arrays (n,); coverage: c as summed."""
        portion = per_graduate(supply.graduates, supply.weights.vacancy_share)[rows]
        return cls.scored(supply, supply.ids[rows], enterprise, coverage, graduates, headcount, breadth, portion)

    @classmethod
    def scored(
        cls,
        supply: Supply,
        school: Int64s,
        enterprise: Int64s,
        coverage: Float32s,
        graduates: Float32s,
        headcount: Float32s,
        breadth: Float32s,
        portion: Float32s,
    ) -> Self:
        """As `of`, with the ids and the portions (see formula.per_graduate) of the schools given."""
        out = np.empty((5, len(school)), np.float32)
        figures(coverage, graduates, headcount, breadth, portion, parameters_of(supply.weights), out)
        return cls(school, enterprise, out[0], out[1], out[2], out[3], graduates, out[4])

    @classmethod
    def empty(cls) -> Self:
        """No pairs."""
        ids, figures = np.empty(0, np.int64), np.empty(0, np.float32)
        return cls(ids, ids, figures, figures, figures, figures, figures, figures)

    def take(self, positions: npt.NDArray[Any]) -> Self:
        """The pairs at these positions, or where a mask is true."""
        return type(self)(**{field.name: getattr(self, field.name)[positions] for field in fields(self)})

    @classmethod
    def concatenate(cls, tables: Sequence[PairTable]) -> Self:
        """The pairs of all tables in their order."""
        return cls(**{f.name: np.concatenate([getattr(table, f.name) for table in tables]) for f in fields(cls)})

    def best_for_enterprise(self, top: int) -> Self:
        """Of pairs of one enterprise the `top` best for it, best first; nothing without a score."""
        return self._best(self.enterprise_score, self.school, top)

    def best_for_school(self, top: int) -> Self:
        """Of pairs of one school the `top` best for it, best first; nothing without a score."""
        return self._best(self.school_score, self.enterprise, top)

    def _best(self, scores: Float32s, ids: Int64s, top: int) -> Self:
        listed = np.flatnonzero(scores > 0)
        if len(listed) > 4 * top:
            listed = listed[scores[listed] >= np.partition(scores[listed], -top)[-top]]
        return self.take(listed[np.lexsort((ids[listed], -scores[listed]))][:top])


@dataclass(frozen=True)
class SchoolLists(Bundle):
    """The best enterprises of every row of an index, (rows, k), best first; where there is none, enterprise is −1."""

    score: Float32s
    enterprise: Int64s
    coverage: Float32s
    graduates: Float32s
    headcount: Float32s
    breadth: Float32s

    @classmethod
    def of_heaps(cls, columns: Columns, heaps: Best) -> Self:
        """From heaps whose ties are positions of columns."""
        used = heaps.key > 0
        position = np.where(used, heaps.tie, 0)
        found = cls(
            heaps.key,
            np.where(used, columns.enterprises[position] if len(columns) else NOBODY, NOBODY),
            heaps.coverage,
            heaps.graduates,
            np.where(used, columns.headcount[position] if len(columns) else 0, 0).astype(np.float32),
            np.where(used, columns.breadth[position] if len(columns) else 0, 0).astype(np.float32),
        )
        return found.cut(heaps.key.shape[1])

    def cut(self, top: int) -> Self:
        """The `top` best of every row, in order."""
        ids = np.where(self.enterprise == NOBODY, np.iinfo(np.int64).max, self.enterprise)
        order = np.lexsort((ids, -self.score), axis=-1)[:, :top]
        return type(self)(**{f.name: np.take_along_axis(getattr(self, f.name), order, 1) for f in fields(self)})

    def table(self, supply: Supply) -> PairTable:
        """All pairs, by row, best first."""
        rows, places = np.nonzero(self.enterprise != NOBODY)
        names = ("enterprise", "coverage", "graduates", "headcount", "breadth")
        return PairTable.of(supply, rows, *(getattr(self, name)[rows, places] for name in names))


def merge_school_lists(parts: Sequence[SchoolLists]) -> SchoolLists:
    """One set of lists out of those of several shards; associative and commutative, whatever the cut."""
    joined = {f.name: np.concatenate([getattr(part, f.name) for part in parts], 1) for f in fields(SchoolLists)}
    return SchoolLists(**joined).cut(parts[0].score.shape[1])


def pairs_of_heaps(supply: Supply, columns: Columns, lo: int, heaps: Best) -> PairTable:
    """The lists of the enterprises from column lo on, best first; the ties of the heaps are positions in `order`."""
    order = np.lexsort((heaps.tie, -heaps.key), axis=-1)
    key, tie, coverage, graduates = (np.take_along_axis(array, order, 1) for array in heaps)
    column, place = np.nonzero(key > 0)
    rows: Int64s = supply.by_order[tie[column, place]]
    chosen = (column, place)
    return PairTable.of(
        supply,
        rows,
        columns.enterprises[lo + column],
        coverage[chosen],
        graduates[chosen],
        columns.headcount[lo + column],
        columns.breadth[lo + column],
    )
