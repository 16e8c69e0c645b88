"""Who suits whom: lists by the enterprises' side, lists by the schools' side, and the merging of shards.

Each side is ordered by its own score, ties by the smaller id, and nothing without overlap is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from matching.engine.arrays import Bools, Floats, Ints, best_per_group
from matching.engine.columns import column_of
from matching.engine.index import Snapshot
from matching.engine.profiles import DemandProfile
from matching.engine.scoring import Block, mutual_score, score_block

# Cells of a dense block (8 bytes each, about a dozen such arrays at a time): the cache is faster than memory.
_BLOCK_CELLS = 1 << 18


@dataclass(frozen=True, slots=True)
class Scored:
    """A school for one demand: score A and coverage in [0, 1], supply = eligible graduates (persons)."""

    school: int
    score: float
    coverage: float
    supply: float


@dataclass(frozen=True, slots=True)
class PairScore:
    """A school and an enterprise, all of whose demands are summed.

    enterprise_score A, school_score B, mutual (harmonic mean, a label only) and coverage c in [0, 1];
    supply G: eligible graduates; vacancies V = H·c: matched vacancies (persons).
    """

    school: int
    enterprise: int
    enterprise_score: float
    school_score: float
    mutual: float
    coverage: float
    supply: float
    vacancies: float


def rank_schools(snapshot: Snapshot, demand: DemandProfile, top: int) -> list[Scored]:
    """The best schools for one demand by A, at most `top`. Raises UnknownMajor."""
    block = score_block(snapshot, [column_of(snapshot, [demand])])
    listed = _best_of_rows(block.enterprise_score, top)[1]
    cells = (listed, block.enterprise_score[0, listed], block.coverage[0, listed], block.supply[0, listed])
    columns = (snapshot.ids[cells[0]].tolist(), *(cell.tolist() for cell in cells[1:]))
    return [Scored(*values) for values in zip(*columns, strict=True)]


def rank_for_enterprise(snapshot: Snapshot, demands: Sequence[DemandProfile], top: int) -> list[PairScore]:
    """The best schools for all demands of one enterprise by A, at most `top`; none without demands.

    Raises ValueError if the demands are of several enterprises, UnknownMajor.
    """
    if not demands:
        return []
    enterprise = the_enterprise(demands)
    block = score_block(snapshot, [column_of(snapshot, demands)])
    rows, schools = _best_of_rows(block.enterprise_score, top)
    return list(_pairs(snapshot, block, np.array([enterprise], np.int64), rows, schools))


def score_all(
    snapshot: Snapshot, demands_by_enterprise: Mapping[int, Sequence[DemandProfile]], top: int
) -> tuple[dict[int, list[PairScore]], dict[int, list[PairScore]]]:
    """Both directions in one pass: (by enterprise, by A; by school, by B), at most `top` in each list.

    Every enterprise given and every school of the snapshot has a list, empty if nothing overlaps. The same
    lists come of any cutting of the enterprises into shards: unite the first, `merge_by_school` the second.
    Raises ValueError if a demand is filed under another enterprise, UnknownMajor.
    """
    for enterprise, demands in demands_by_enterprise.items():
        if demands and the_enterprise(demands) != enterprise:
            raise ValueError(f"demands of {demands[0].enterprise} are filed under {enterprise}")
    by_enterprise: dict[int, list[PairScore]] = {enterprise: [] for enterprise in sorted(demands_by_enterprise)}
    kept = _SchoolLists(snapshot, top)
    asking = [enterprise for enterprise in by_enterprise if demands_by_enterprise[enterprise]]
    step = max(1, _BLOCK_CELLS // max(1, len(snapshot.ids)))
    for enterprises in (asking[start : start + step] for start in range(0, len(asking), step)):
        block = score_block(snapshot, [column_of(snapshot, demands_by_enterprise[e]) for e in enterprises])
        numbers = np.array(enterprises, np.int64)
        for pair in _pairs(snapshot, block, numbers, *_best_of_rows(block.enterprise_score, top)):
            by_enterprise[pair.enterprise].append(pair)
        kept.offer(block, numbers)
    return by_enterprise, kept.lists()


def merge_by_school(parts: Iterable[Mapping[int, Sequence[PairScore]]], top: int) -> dict[int, list[PairScore]]:
    """One set of schools' lists out of those of several shards; associative and commutative."""
    merged: defaultdict[int, list[PairScore]] = defaultdict(list)
    for part in parts:
        for school, pairs in part.items():
            merged[school].extend(pairs)
    return {s: sorted(merged[s], key=lambda pair: (-pair.school_score, pair.enterprise))[:top] for s in sorted(merged)}


def the_enterprise(demands: Sequence[DemandProfile]) -> int:
    """The one enterprise that all demands, at least one, are of; raises ValueError if there are several."""
    owners = set(map(attrgetter("enterprise"), demands))
    if len(owners) > 1:
        raise ValueError(f"demands of several enterprises: {sorted(owners)}")
    return demands[0].enterprise


def _best_of_rows(scores: Floats, top: int) -> tuple[Ints, Ints]:
    """(rows, columns) of the `top` best positive scores of every row, in order; columns ascend with ids."""
    rows, columns = np.nonzero(_worth_a_look(scores, top))
    best = best_per_group(rows, scores[rows, columns], columns, top)
    return rows[best], columns[best]


def _worth_a_look(scores: Floats, top: int) -> Bools:
    """Positive and not below the `top`-th best of the row: all that can be listed, ties at the edge too.

    Raises ValueError for a top below 1.
    """
    if top < 1:
        raise ValueError(f"top must be 1 or more, not {top}")
    edge = np.partition(scores, -top, axis=1)[:, -top, None] if top < scores.shape[1] else 0.0
    worth: Bools = (scores > 0) & (scores >= edge)
    return worth


def _pairs(snapshot: Snapshot, block: Block, enterprises: Ints, rows: Ints, schools: Ints) -> Iterator[PairScore]:
    sides = (block.enterprise_score, block.school_score, block.coverage, block.supply, block.vacancies)
    figures = (side[rows, schools].tolist() for side in sides)
    ids = (snapshot.ids[schools].tolist(), enterprises[rows].tolist())
    for school, enterprise, ours, theirs, coverage, supply, vacancies in zip(*ids, *figures, strict=True):
        mutual = mutual_score(ours, theirs)
        yield PairScore(school, enterprise, ours, theirs, mutual, coverage, supply, vacancies)


class _SchoolLists:
    """The best enterprises of every school so far; blocks are offered by ascending enterprise ids."""

    def __init__(self, snapshot: Snapshot, top: int) -> None:
        self._snapshot = snapshot
        self._top = top
        self._edge = np.zeros(len(snapshot.ids))
        self._rows = np.empty(0, np.int64)
        self._pairs: list[PairScore] = []

    def offer(self, block: Block, enterprises: Ints) -> None:
        scores = np.ascontiguousarray(block.school_score.T)
        # An equal score does not displace: the enterprise that came first has the smaller id.
        rows, columns = np.nonzero(_worth_a_look(scores, self._top) & (scores > self._edge[:, None]))
        self._pairs += _pairs(self._snapshot, block, enterprises, columns, rows)
        self._rows = np.concatenate((self._rows, rows))
        values = np.array([pair.school_score for pair in self._pairs], np.float64)
        ids = np.array([pair.enterprise for pair in self._pairs], np.int64)
        best = best_per_group(self._rows, values, ids, self._top)
        self._rows = self._rows[best]
        self._pairs = [self._pairs[position] for position in best]
        self._edge[:] = 0.0
        full = np.flatnonzero(np.bincount(self._rows, minlength=len(self._edge)) == self._top)
        ends = np.searchsorted(self._rows, full, side="right") - 1
        self._edge[full] = values[best][ends]

    def lists(self) -> dict[int, list[PairScore]]:
        found: dict[int, list[PairScore]] = {int(school): [] for school in self._snapshot.ids}
        for pair in self._pairs:
            found[pair.school].append(pair)
        return found
