"""Questions to the engine that pages ask as they are shown: some milliseconds each, always from the present standing.

The stored lists answer "who are my best partners"; here is answered what they cannot: the schools for one demand, the
best partners among those that a filter leaves, the fit between the parties of a fair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from matching.engine.columns import Columns, build_columns
from matching.engine.explaining import Explanation, explain, explain_schools
from matching.engine.index import Snapshot
from matching.engine.lists import PairTable
from matching.engine.packed import Int64s
from matching.engine.profiles import DemandProfile
from matching.engine.rows import SchoolRow, score_column
from matching.packing import pack_demands, pack_schools
from matching.profiles import CodeNumbers, school_profiles
from matching.standing import Standing, standing


def schools_for_demand(*, demand_id: int, enterprise_id: int, top: int) -> PairTable:
    """The best schools for one open demand alone, best first; none if it is not open. Raises NoRun."""
    now = standing()
    demands = pack_demands(now.supply.vocabulary, enterprise_id)
    column = build_columns(now.supply, demands.where(demands.ids == demand_id))
    return _against_schools(now, column).best_for_enterprise(top)


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


def explained(*, school_ids: Sequence[int], demands: Sequence[DemandProfile]) -> list[Explanation]:
    """Why these schools, in this order, suit the enterprise of these demands; schools not approved are left out."""
    snapshot = _snapshot_of(school_ids)
    return explain_schools(snapshot, [school for school in school_ids if school in snapshot.schools], demands)


def explained_one_by_one(*, school_id: int, demands: Sequence[DemandProfile]) -> list[Explanation]:
    """Each demand by itself against the school; none if it is not approved."""
    snapshot = _snapshot_of([school_id])
    return [explain(snapshot, school_id, [demand]) for demand in demands if school_id in snapshot.schools]


def stored_row(now: Standing, school_id: int) -> SchoolRow:
    """The features of a school as its rows say; none at all if it is not approved."""
    schools, offers = pack_schools(now.supply.vocabulary, school_id)
    place, modes = (-1, -1), 0
    if len(schools.ids):
        place, modes = (int(schools.province[0]), int(schools.city[0])), int(schools.modes[0])
    return SchoolRow.of(now.supply.vocabulary, school_id, place, modes, offers)


def _snapshot_of(school_ids: Sequence[int]) -> Snapshot:
    now = standing()
    return Snapshot(now.catalogue, now.supply, CodeNumbers(), school_profiles(school_ids))


def _against_schools(now: Standing, column: Columns | None) -> PairTable:
    """A column, or none, against every school as it is now."""
    if column is None or not len(column):
        return PairTable.empty()
    return score_column(now.supply, column, 0, now.beside)


def _ids(ids: Iterable[int]) -> Int64s:
    return np.fromiter(ids, np.int64)
