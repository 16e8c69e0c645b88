"""Ranked arrays → rows of a run's new tables, by binary COPY."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from matching.binary import write_rows
from matching.engine.lists import NOBODY, PairTable, SchoolLists
from matching.engine.packed import Int64s
from matching.engine.supply import Supply
from matching.listing import PER_ENTERPRISE
from matching.models import EnterpriseRanking, Match, MatchRun, SchoolRanking, Side
from matching.rebuilding.tables import Successor
from matching.stamps import Stamps

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # from which PostgreSQL counts its microseconds
_MICROSECOND = timedelta(microseconds=1)


def write_pairs(run: MatchRun, side: Side, pairs: PairTable) -> None:
    """Lists of one side into the run's table of matches."""
    columns: dict[str, Any] = {
        "side": np.full(len(pairs), side.value.encode()),
        "enterprise_id": pairs.enterprise,
        "school_id": pairs.school,
    }
    for name in ("enterprise_score", "school_score", "mutual", "coverage", "graduates", "vacancies"):
        columns[name] = getattr(pairs, name)
    write_rows(Successor(Match, run).name, columns, len(pairs))


def write_enterprises(run: MatchRun, enterprises: Int64s, stamps: Stamps, pairs: PairTable) -> None:
    """The rankings of these enterprises, ascending; `pairs`: their lists, one after the other, best first."""
    last = np.searchsorted(pairs.enterprise, enterprises, side="right")
    is_full = last - np.searchsorted(pairs.enterprise, enterprises) == PER_ENTERPRISE
    place = np.where(is_full, last - 1, 0)
    edge, other = (_at(values, place, is_full) for values in (pairs.enterprise_score, pairs.school))
    own = stamps.stamps[np.searchsorted(stamps.ids, enterprises)]
    columns = {"enterprise_id": enterprises, "stamp": own, "edge": edge, "edge_school": other, "column": None}
    _write_rankings(Successor(EnterpriseRanking, run), columns, len(enterprises))


def write_schools(run: MatchRun, supply: Supply, stamps: Stamps, lists: SchoolLists) -> None:
    """The rankings of all schools; a list is cut where its last place is taken."""
    last = lists.enterprise[:, -1]
    own = stamps.stamps[np.searchsorted(stamps.ids, supply.ids)]
    edge = np.where(last == NOBODY, 0, lists.score[:, -1]).astype(np.float32)
    other = np.where(last == NOBODY, 0, last)
    columns = {"school_id": supply.ids, "stamp": own, "edge": edge, "edge_enterprise": other, "row": None}
    _write_rankings(Successor(SchoolRanking, run), columns, len(supply))


def _at(values: Any, place: Int64s, there: Any) -> Any:
    """values[place], 0 where there is none."""
    if not len(values):
        return np.zeros(len(place), values.dtype)
    return np.where(there, values[place], values.dtype.type(0))


def _write_rankings(table: Successor, columns: dict[str, Any], count: int) -> None:
    at = (table.run.created_at - _EPOCH) // _MICROSECOND  # the rows are those of that time
    common = {"change": np.zeros(count, np.int64), "computed_at": np.full(count, at, np.int64)}
    write_rows(table.name, columns | common, count)
