"""Questions to the engine that pages ask as they are shown: some milliseconds each, always from the present standing.

The stored lists answer "who are my best partners"; here is answered what they cannot: the best partners among those
that a filter leaves, the fit between the parties of a fair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from matching.engine.columns import Columns
from matching.engine.lists import PairTable
from matching.engine.packed import Int64s
from matching.engine.rows import SchoolRow, score_column
from matching.packing import pack_schools
from matching.standing import Standing, standing


def schools_for_enterprise(*, enterprise_id: int, among: Iterable[int], top: int) -> PairTable:
    """The best of some schools for all open demands of an enterprise, best first. Raises NoRun."""
    now = standing()
    table = _against_schools(now, now.column_of(enterprise_id))
    return table.take(np.isin(table.school, _ids(among))).best_for_enterprise(top)


def enterprises_for_school(*, school_id: int, among: Iterable[int], top: int) -> PairTable:
    """The best of some enterprises for a school, best first. Raises NoRun."""
    now = standing()
    row = now.rows.get(school_id) or stored_row(now, school_id)
    table = now.against_enterprises(row)
    return table.take(np.isin(table.enterprise, _ids(among))).best_for_school(top)


def scores_between(*, schools: Collection[int], enterprises: Collection[int]) -> PairTable:
    """Every pair of these with a score above 0 for either side, by enterprise and school. Raises NoRun."""
    now, wanted = standing(), _ids(schools)
    tables = [PairTable.empty()]
    for enterprise_id in sorted(enterprises):
        table = _against_schools(now, now.column_of(enterprise_id))
        tables.append(table.take(np.isin(table.school, wanted) & (table.school_score > 0)))
    found = PairTable.concatenate(tables)
    return found.take(np.lexsort((found.school, found.enterprise)))


def stored_row(now: Standing, school_id: int) -> SchoolRow:
    """The features of a school as its rows say; none at all if it is not approved."""
    schools, offers = pack_schools(now.supply.vocabulary, school_id)
    place, modes = (-1, -1), 0
    if len(schools.ids):
        place, modes = (int(schools.province[0]), int(schools.city[0])), int(schools.modes[0])
    return SchoolRow.of(now.supply.vocabulary, school_id, place, modes, offers)


def _against_schools(now: Standing, column: Columns | None) -> PairTable:
    """A column, or none, against every school as it is now."""
    if column is None or not len(column):
        return PairTable.empty()
    return score_column(now.supply, column, 0, now.beside)


def _ids(ids: Iterable[int]) -> Int64s:
    return np.fromiter(ids, np.int64)
