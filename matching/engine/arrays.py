"""Sparse arrays of the engine, as plain numpy: the only layout that a faster kernel has to know.

numpy alone, because scipy.sparse would double the time it takes to import the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Postings:
    """Per feature f the school rows `rows[starts[f]:starts[f+1]]`, ascending, and values (None: all 1)."""

    starts: Ints
    rows: Ints
    values: Floats | None = None

    @classmethod
    def of(cls, features: Ints, rows: Ints, count: int, values: Floats | None = None) -> Postings:
        """From pairs (feature, row) that each occur once, in any order; features are 0 … count - 1."""
        order = np.lexsort((rows, features))
        starts = np.concatenate(([0], np.cumsum(np.bincount(features, minlength=count)))).astype(np.int64)
        return cls(starts, rows[order], None if values is None else values[order])


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Per row r the features `features[starts[r]:starts[r+1]]`, ascending, and their weights."""

    starts: Ints
    features: Ints
    weights: Floats

    @classmethod
    def of(cls, rows: Iterable[Mapping[int, float]]) -> SparseRows:
        """From one mapping feature → weight a row."""
        ordered = [sorted(row.items()) for row in rows]
        starts = np.cumsum([0, *map(len, ordered)], dtype=np.int64)
        flat = [item for row in ordered for item in row]
        features = np.array([feature for feature, _ in flat], np.int64)
        return cls(starts, features, np.array([weight for _, weight in flat], np.float64))

    def __len__(self) -> int:
        return len(self.starts) - 1


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """The integers start … start + length - 1 of every pair, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)


def accumulate(rows: SparseRows, postings: Postings, school_count: int) -> Floats:
    """The product rows × postings, dense, of shape (len(rows), school_count).

    Every cell is summed in ascending order of features whatever else is in the block, so a row's result
    does not depend, not even in its last bit, on how rows are cut into blocks.
    """
    first = postings.starts[rows.features]
    lengths = postings.starts[rows.features + 1] - first
    picked = ranges(first, lengths)
    row_of_feature = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    cells = np.repeat(row_of_feature * school_count, lengths) + postings.rows[picked]
    terms = np.repeat(rows.weights, lengths)
    if postings.values is not None:
        terms *= postings.values[picked]
    dense = np.bincount(cells, terms, minlength=len(rows) * school_count)
    # bincount of nothing is of integers.
    return dense.astype(np.float64, copy=False).reshape(len(rows), school_count)


def best_per_group(groups: Ints, scores: Floats, ids: Ints, top: int) -> Ints:
    """Positions of the `top` best of each group, groups ascending, best first, ties by the smaller id."""
    order = np.lexsort((ids, -scores, groups))
    sorted_groups = groups[order]
    rank = np.arange(len(order)) - np.searchsorted(sorted_groups, sorted_groups)
    return order[rank < top].astype(np.int64)
