"""What a process knows of the current run: its snapshot from the store, and what has changed since, from the database.

The snapshot never changes; changes are numbered, so a process fetches only those that it has not seen.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from matching.engine.catalogue import Catalogue
from matching.engine.columns import Columns
from matching.engine.lists import PairTable
from matching.engine.packed import Float32s, Int64s
from matching.engine.rows import SchoolRow, score_row
from matching.engine.supply import Supply
from matching.locking import last_change
from matching.models import EnterpriseRanking, MatchRun, RunState, SchoolRanking
from matching.packing import catalogue
from matching.store import SUPPLY, FileMissing, columns_file, load_run_file

GONE = b""  # the column of an enterprise that asks for nobody any more


class NoRun(LookupError):
    """Nobody has been ranked yet, or the run's files are not there: a rebuild has to come first."""


@dataclass(frozen=True)
class Edges:
    """Where lists were cut: by ascending ids of the owners, the score and the other party of the last one kept."""

    ids: Int64s
    scores: Float32s
    others: Int64s

    @classmethod
    def of(cls, cut: dict[int, tuple[float, int]]) -> Edges:
        """From owner → (score, other party)."""
        ids = sorted(cut)
        scores, others = ([cut[owner][part] for owner in ids] for part in (0, 1))
        return cls(np.array(ids, np.int64), np.array(scores, np.float32), np.array(others, np.int64))

    def changed(self, cut: dict[int, tuple[float, int]]) -> Edges:
        """The same with some lists cut elsewhere, or new."""
        if not cut:
            return self
        new = Edges.of(cut)
        kept = ~np.isin(self.ids, new.ids)
        ids = np.concatenate((self.ids[kept], new.ids))
        order = np.argsort(ids)
        scores = np.concatenate((self.scores[kept], new.scores))
        return Edges(ids[order], scores[order], np.concatenate((self.others[kept], new.others))[order])

    def within(self, owners: Int64s, scores: Float32s, others: Int64s) -> Any:
        """Mask of the candidates that do not come after the edge of their list, if it has one; arrays (n,)."""
        if not len(self.ids):
            return np.ones(len(owners), bool)
        place = np.searchsorted(self.ids, owners).clip(max=len(self.ids) - 1)
        edge = np.where(self.ids[place] == owners, self.scores[place], np.float32(0))
        return (edge == 0) | (scores > edge) | ((scores == edge) & (others <= self.others[place]))


@dataclass
class Standing:
    """The run's snapshot and the changes up to number `change`.

    rows: schools that changed since the run; columns: enterprises that did, None for one that asks for nobody.
    """

    run: MatchRun
    supply: Supply
    change: int = 0
    rows: dict[int, SchoolRow] = field(default_factory=dict)
    columns: dict[int, Columns | None] = field(default_factory=dict)

    @cached_property
    def pieces(self) -> list[Columns]:
        """The columns of all enterprises as the run saw them, ascending, a piece a shard, mapped from the store.

        Raises NoRun if the store has lost them.
        """
        numbers = self.run.shards.order_by("number").values_list("number", flat=True)
        try:
            return [Columns.from_bytes(load_run_file(self.run, columns_file(number))) for number in numbers]
        except FileMissing as error:
            raise NoRun from error

    @cached_property
    def changed(self) -> Columns | None:
        """The columns of the enterprises that changed since, in one piece; None if there are none."""
        asking = [self.columns[enterprise] for enterprise in sorted(self.columns)]
        found = [column for column in asking if column is not None]
        return Columns.concatenate(found) if found else None

    @cached_property
    def catalogue(self) -> Catalogue:
        """The majors' catalogue, for explanations."""
        return catalogue()

    @cached_property
    def school_edges(self) -> Edges:
        """Where the schools' lists were cut."""
        rows = SchoolRanking.objects.values_list("school_id", "edge", "edge_enterprise")
        return Edges.of({school: (edge, other) for school, edge, other in rows})

    @cached_property
    def enterprise_edges(self) -> Edges:
        """Where the enterprises' lists were cut."""
        rows = EnterpriseRanking.objects.values_list("enterprise_id", "edge", "edge_school")
        return Edges.of({enterprise: (edge, other) for enterprise, edge, other in rows})

    @property
    def beside(self) -> list[SchoolRow]:
        """The changed schools, by id."""
        return [self.rows[school] for school in sorted(self.rows)]

    def against_enterprises(self, row: SchoolRow) -> PairTable:
        """A school against every enterprise as it is now, those without a score too."""
        tables = [PairTable.empty(), *(score_row(self.supply, row, piece) for piece in self.pieces)]
        table = PairTable.concatenate(tables)
        if not self.columns:
            return table
        table = table.take(~np.isin(table.enterprise, list(self.columns)))
        changed = self.changed
        return table if changed is None else PairTable.concatenate([table, score_row(self.supply, row, changed)])

    def column_of(self, enterprise: int) -> Columns | None:
        """The column of one enterprise as it is now; None if it asks for nobody."""
        if enterprise in self.columns:
            return self.columns[enterprise]
        for piece in self.pieces:
            place = int(np.searchsorted(piece.enterprises, enterprise))
            if place < len(piece) and piece.enterprises[place] == enterprise:
                return piece.take(np.array([place], np.int64))
        return None


_known: Standing | None = None
_loading = threading.Lock()


def standing() -> Standing:
    """The present standing, kept in the process and brought up to date; raises NoRun.

    Within a transaction that holds the lists it is exact; otherwise it is what was committed a moment ago.
    """
    global _known  # noqa: PLW0603 — one value per process, replaced whole
    with _loading:
        run = _current_run()
        while True:
            known = _known if _known is not None and _known.run.pk == run.pk else Standing(run, _supply_of(run))
            change = last_change()
            if change == known.change:
                break
            known = _caught_up(known, change)
            current = _current_run()
            if current.pk == run.pk:
                break
            run = current  # it took over in between: what has just been read counts by its numbers, not the old ones
        _known = known
        return known


def _current_run() -> MatchRun:
    run = next(iter(MatchRun.objects.filter(state=RunState.CURRENT).order_by()), None)
    if run is None:
        raise NoRun
    return run


def remember(before: Standing, change: int, enterprise: int, column: Columns | None, edge: tuple[float, int]) -> None:
    """Note a change of an enterprise that this process has just committed, so that it need not be read back.

    Only for one that moved no school's edge; and only if nobody has changed anything since `before`.
    """
    global _known  # noqa: PLW0603
    with _loading:
        if _known is before and change == before.change + 1:
            columns = {**before.columns, enterprise: column}
            _known = _followed(before, Standing(before.run, before.supply, change, before.rows, columns))
            if "enterprise_edges" in _known.__dict__:
                _known.__dict__["enterprise_edges"] = before.enterprise_edges.changed({enterprise: edge})


def _followed(known: Standing, fresh: Standing) -> Standing:
    """The fresh standing with what was loaded for the one known and holds for it too, but for the edges that moved."""
    names = ("pieces", "catalogue", "school_edges", "enterprise_edges")
    fresh.__dict__.update((name, known.__dict__[name]) for name in names if name in known.__dict__)
    return fresh


def forget_standing() -> None:
    """Forget what the process knows; for tests, whose numbers of changes come again."""
    global _known  # noqa: PLW0603
    _known = None


def _supply_of(run: MatchRun) -> Supply:
    try:
        return Supply.from_bytes(load_run_file(run, SUPPLY))
    except FileMissing as error:
        raise NoRun from error


def _caught_up(known: Standing, change: int) -> Standing:
    """A new standing with the changes after the one known; whoever uses the old one keeps it as it was."""
    seen = known.change if change > known.change else 0
    rows, columns = (dict(known.rows), dict(known.columns)) if seen else ({}, {})
    school_edges: dict[int, tuple[float, int]] = {}
    enterprise_edges: dict[int, tuple[float, int]] = {}
    schools = SchoolRanking.objects.filter(change__gt=seen)
    for school, row, edge, other in schools.values_list("school_id", "row", "edge", "edge_enterprise"):
        school_edges[school] = (edge, other)
        if row is not None:
            rows[school] = SchoolRow.from_bytes(bytes(row))
    enterprises = EnterpriseRanking.objects.filter(change__gt=seen)
    for enterprise, column, edge, other in enterprises.values_list("enterprise_id", "column", "edge", "edge_school"):
        enterprise_edges[enterprise] = (edge, other)
        if column is not None:
            columns[enterprise] = Columns.from_bytes(bytes(column)) if bytes(column) != GONE else None
    fresh = _followed(known, Standing(known.run, known.supply, change, rows, columns))
    for name, moved in (("school_edges", school_edges), ("enterprise_edges", enterprise_edges)):
        if name in fresh.__dict__:
            edges = fresh.__dict__.pop(name)
            if seen:
                fresh.__dict__[name] = edges.changed(moved)
    return fresh
