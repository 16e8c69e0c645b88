"""A table for every meeting: slot after slot the assignment with the fewest changes of table, then of zone."""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from events.scheduling.instance import Bools, Instance, Ints

TABLE_CHANGE = 1000
"""Cost of changing the table, where changing the zone costs 1: fewer than 1000 parties meet in one slot's tables."""


def assign_tables(instance: Instance, pairs: Ints, slots: Ints) -> Ints:
    """(K,) table of each pair in its slot; open, used once a slot, and the one that a fixed meeting names.

    Changes are counted within a day: on another day nobody walks from the last table.
    """
    problem = instance.problem
    named = {meeting.ends: meeting.table for meeting in problem.fixed if meeting.table is not None}
    ends = list(zip(instance.school[pairs].tolist(), instance.enterprise[pairs].tolist(), strict=True))
    zones = np.array([table.zone for table in problem.tables], np.int64)
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
        costs = np.array([_costs(ends[k], last, zones)[open_tables] for k in unseated], np.int64)
        tables[unseated] = np.array(open_tables, np.int64)[_cheapest(costs)]
        last.update(_seats(ends, here, tables))
    return tables


def _costs(ends: tuple[int, int], last: dict[int, list[int]], zones: Ints) -> Ints:
    """(tables,) what each table costs the two: nothing if they sit there already or have not sat that day."""
    costs = np.zeros(len(zones), np.int64)
    for party in ends:
        if party in last:
            stays = np.zeros(len(zones), np.bool_)
            stays[last[party]] = True
            costs += np.where(stays, 0, TABLE_CHANGE) + ~np.isin(zones, zones[last[party]])
    return costs


def _cheapest(costs: Ints) -> Ints:
    """(K,) a column for every row of (K, L), K ≤ L, no column twice, at the least cost in sum."""
    if not costs.size:
        return np.zeros(0, np.int64)
    rows, columns = costs.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    row, column = (each.reshape(-1).astype(np.int32) for each in np.indices(costs.shape))
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        row, (rows + column).astype(np.int32), np.ones(costs.size, np.int64), costs.reshape(-1)
    )
    sink = rows + columns
    for each in range(columns):
        flow.add_arc_with_capacity_and_unit_cost(rows + each, sink, 1, 0)
    flow.set_nodes_supplies(np.arange(rows, dtype=np.int32), np.ones(rows, np.int64))
    flow.set_node_supply(sink, -rows)
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("more meetings than tables in a slot")
    used: Bools = flow.flows(arcs) > 0
    return column[used][np.argsort(row[used])].astype(np.int64)


def _seats(ends: list[tuple[int, int]], here: list[int], tables: Ints) -> dict[int, list[int]]:
    """The tables of everybody who meets in this slot."""
    seats: dict[int, list[int]] = {}
    for k in here:
        for party in ends[k]:
            seats.setdefault(party, []).append(int(tables[k]))
    return seats
