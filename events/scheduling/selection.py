"""Which pairs meet, if slots did not matter: a maximum-weight b-matching, exactly, as a min-cost flow.

    source → school → enterprise → sink, a unit of flow a meeting

The flow of greatest weight is integral (totally unimodular), so the optimum is found and proven in polynomial time. It
serves as a bound for the whole problem, and is attained where every chosen meeting finds a slot.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from events.scheduling.instance import Bools, Instance, Ints


def select(instance: Instance, *, minima: bool = True) -> Ints:
    """The pairs of the best b-matching: all musts, within every party's ceiling and the tables of all slots.

    With `minima` the least shortfall comes first, then the score; without, the score alone. Musts have to be keepable.
    Returns: indices of pairs, musts first. No timetable is better.
    """
    musts = np.flatnonzero(instance.must)
    free = np.flatnonzero(instance.allowed.any(1) & ~instance.must)
    taken = instance.degrees(musts)
    wanted = np.maximum(0, instance.minimum - taken) if minima else np.zeros_like(taken)
    chosen = match(instance, free, instance.ceiling - taken, wanted, int(instance.rooms.sum()) - len(musts))
    return np.concatenate([musts, chosen])


def match(instance: Instance, pairs: Ints, most: Ints, wanted: Ints, total: int) -> Ints:
    """The best of these pairs: least shortfall of `wanted`, then greatest score.

    Args: pairs (K,) indices; most and wanted (N,) meetings per party; total: meetings in all.
    Returns: indices of the chosen pairs, in the order given.
    """
    most = np.maximum(0, most)
    schools = instance.problem.schools
    total = max(0, min(int(most[:schools].sum()), int(most[schools:].sum()), total))
    if not len(pairs) or not total:
        return pairs[:0]
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        instance.school[pairs].astype(np.int32),
        instance.enterprise[pairs].astype(np.int32),
        np.ones(len(pairs), np.int64),
        -instance.score[pairs],
    )
    _add_party_arcs(flow, schools, most, np.minimum(wanted, most), _prize(instance, pairs))
    _add_source(flow, instance.parties, total)
    status = flow.solve()
    if status != flow.OPTIMAL:  # the bypass makes every flow feasible, MAX_SCORE keeps the costs in range
        raise RuntimeError(f"min-cost flow ended with status {status}")
    used: Bools = flow.flows(arcs) > 0
    return pairs[used]


def _prize(instance: Instance, pairs: Ints) -> int:
    """Worth of one served minimum, above all the score that serving it can cost.

    Serving it changes the flow along one alternating path, which visits no party twice, so that it gives up at
    most as many pairs as the smaller side has parties, and one.
    """
    schools = instance.problem.schools
    return (int(instance.score[pairs].max()) + 1) * (2 * min(schools, instance.parties - schools) + 2)


def _add_party_arcs(flow: min_cost_flow.SimpleMinCostFlow, schools: int, most: Ints, wanted: Ints, prize: int) -> None:
    """Two arcs a party: its wanted meetings earn the prize, the rest up to the most nothing."""
    parties = len(most)
    entry, sink = parties + 1, parties + 2
    each = np.arange(parties, dtype=np.int32)
    tails = np.where(each < schools, entry, each).astype(np.int32)
    heads = np.where(each < schools, each, sink).astype(np.int32)
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, wanted, np.full(parties, -prize, np.int64))
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, most - wanted, np.zeros(parties, np.int64))


def _add_source(flow: min_cost_flow.SimpleMinCostFlow, parties: int, total: int) -> None:
    """At most `total` units enter; what is not used goes straight to the sink."""
    source, entry, sink = parties, parties + 1, parties + 2
    flow.add_arc_with_capacity_and_unit_cost(source, entry, total, 0)
    flow.add_arc_with_capacity_and_unit_cost(source, sink, total, 0)
    flow.set_node_supply(source, total)
    flow.set_node_supply(sink, -total)
