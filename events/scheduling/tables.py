"""A table for every meeting: slot after slot the assignment with the fewest changes of table, then of zone."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from events.scheduling.instance import Bools, Instance, Ints
from events.scheduling.ownership import NOBODY

TABLE_CHANGE = 1000
"""Cost of changing the table, where changing the zone costs 1: fewer than 1000 parties meet in one slot's tables."""

UNUSABLE = 10**9
"""Cost of a table that may not be taken, above that of all other seats of a slot."""


def assign_tables(instance: Instance, pairs: Ints, slots: Ints, zones: Ints | None = None) -> Ints:
    """(K,) table of each pair in its slot: open, used once a slot, its owner's, the one that a fixed meeting names.

    Args: zones: (K,) the zone in which each pair has to sit, if that matters. Raises RuntimeError where there are not
    enough such tables.

    Changes are counted within a day: on another day nobody walks from the last table.
    """
    problem = instance.problem
    named = {meeting.ends: meeting.table for meeting in problem.fixed if meeting.table is not None}
    ends = list(zip(instance.school[pairs].tolist(), instance.enterprise[pairs].tolist(), strict=True))
    zone_of = np.array([table.zone for table in problem.tables], np.int64)
    usable = _usable(instance, pairs, zone_of, zones)
    tables = np.full(len(pairs), -1, np.int64)
    last: dict[int, list[int]] = {}
    day = None
    for slot in range(instance.slots):
        if problem.slots[slot].day != day:
            day, last = problem.slots[slot].day, {}
        here = np.flatnonzero(slots == slot).tolist()
        for k in here:
            tables[k] = named.get(ends[k], -1)
        open_tables = [table for table in problem.open_tables(slot) if table not in tables[here]]
        unseated = [k for k in here if tables[k] < 0]
        costs = np.array([_costs(ends[k], last, zone_of)[open_tables] for k in unseated], np.int64)
        tables[unseated] = np.array(open_tables, np.int64)[_cheapest(costs, usable[np.ix_(unseated, open_tables)])]
        last.update(_seats(ends, here, tables))
    return tables


def _usable(instance: Instance, pairs: Ints, zone_of: Ints, zones: Ints | None) -> Bools:
    """(K, tables) whether a pair may sit there: at home if one of the two owns tables, else where nobody does."""
    owner_of = np.array([NOBODY if t.owner is None else t.owner for t in instance.problem.tables], np.int64)
    owners = np.full(len(pairs), NOBODY, np.int64)
    for party in (instance.school[pairs], instance.enterprise[pairs]):
        owners = np.where(np.isin(party, list(instance.problem.owned)), party, owners)
    usable: Bools = owners[:, None] == owner_of
    return usable if zones is None else usable & (zones[:, None] == zone_of)


def _costs(ends: tuple[int, int], last: dict[int, list[int]], zones: Ints) -> Ints:
    """(tables,) what each table costs the two: nothing if they sit there already or have not sat that day."""
    costs = np.zeros(len(zones), np.int64)
    for party in ends:
        if party in last:
            stays = np.zeros(len(zones), np.bool_)
            stays[last[party]] = True
            costs += np.where(stays, 0, TABLE_CHANGE) + ~np.isin(zones, zones[last[party]])
    return costs


def _cheapest(costs: Ints, usable: Bools) -> Ints:
    """(K,) a usable column for every row of (K, L), no column twice, at the least cost in sum."""
    if not costs.size:
        if len(costs):
            raise RuntimeError("more meetings than tables in a slot")
        return np.zeros(0, np.int64)
    row, column = optimize.linear_sum_assignment(np.where(usable, costs, UNUSABLE))
    if len(row) < len(costs) or not usable[row, column].all():
        raise RuntimeError("more meetings than tables in a slot")
    chosen: Ints = column.astype(np.int64)
    return chosen


def _seats(ends: list[tuple[int, int]], here: list[int], tables: Ints) -> dict[int, list[int]]:
    """The tables of everybody who meets in this slot."""
    seats: dict[int, list[int]] = {}
    for k in here:
        for party in ends[k]:
            seats.setdefault(party, []).append(int(tables[k]))
    return seats
