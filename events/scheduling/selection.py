"""Which pairs meet: a maximum-weight b-matching, exactly, as a min-cost flow in which one side keeps its slots.

    source → slot → school → enterprise → sink, or source → slot → enterprise → school → sink, a unit of flow a meeting

The flow of greatest weight is integral (totally unimodular), so the optimum is found and proven in polynomial time. It
forgets only when the other side is absent: so it serves as a bound for the whole problem, the tighter of the two, and
is attained where every chosen meeting finds a slot.
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
    schools = instance.problem.schools
    sides = np.arange(schools), np.arange(schools, instance.parties)
    both = [_select(instance, side, minima=minima) for side in sides]

    def worth(pairs: Ints) -> tuple[int, int]:
        return (instance.shortfall(pairs) if minima else 0), -instance.total(pairs)

    return max(both, key=worth)  # either is a bound, and a bound that is worse is closer to the truth


def _select(instance: Instance, side: Ints, *, minima: bool) -> Ints:
    """The best pairs if only the parties of this side had slots; the units come in through them."""
    musts = np.flatnonzero(instance.must)
    pairs = np.flatnonzero(instance.allowed.any(1) & ~instance.must)
    if not len(pairs):
        return musts
    parties, slots = instance.parties, instance.slots
    nearer, farther = (instance.school, instance.enterprise) if 0 in side else (instance.enterprise, instance.school)
    seats, source, sink = parties + np.arange(parties), 2 * parties + slots, 2 * parties + slots + 1
    wanted = np.minimum(instance.minimum, instance.ceiling) if minima else np.zeros_like(instance.minimum)
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = _add(flow, nearer[pairs], farther[pairs], np.ones_like(pairs), -instance.score[pairs])
    near = np.isin(np.arange(parties), side)
    tails = np.where(near, seats, np.arange(parties))
    heads = np.where(near, np.arange(parties), sink)
    _add(flow, tails, heads, wanted, np.full(parties, -_prize(instance, pairs)))
    _add(flow, tails, heads, instance.ceiling - wanted)
    who, when = np.nonzero(instance.capacity[side])
    _add(flow, 2 * parties + when, seats[side][who], instance.capacity[side][who, when])
    _add(flow, np.full(slots, source), 2 * parties + np.arange(slots), instance.rooms)
    total = int(instance.rooms.sum())
    _add(flow, np.array([source]), np.array([sink]), np.array([total]))
    # A must flows of itself: what comes to its nearer end stays there, and leaves from its farther end.
    supplies = np.zeros(2 * parties + slots + 2, np.int64)
    supplies[source], supplies[sink] = total, -total
    np.add.at(supplies, nearer[musts], -1)
    np.add.at(supplies, farther[musts], 1)
    flow.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    return np.concatenate([musts, pairs[_solved(flow, arcs)]])


def match(instance: Instance, pairs: Ints, most: Ints, wanted: Ints, total: int) -> Ints:
    """The best of these pairs: least shortfall of `wanted`, then greatest score.

    Args: pairs (K,) indices; most and wanted (N,) meetings per party; total: meetings in all.
    Returns: indices of the chosen pairs, in the order given.
    """
    most = np.maximum(0, most)
    schools, parties = instance.problem.schools, instance.parties
    total = max(0, min(int(most[:schools].sum()), int(most[schools:].sum()), total))
    if not len(pairs) or not total:
        return pairs[:0]
    source, entry, sink = parties, parties + 1, parties + 2
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = _add(flow, instance.school[pairs], instance.enterprise[pairs], np.ones_like(pairs), -instance.score[pairs])
    each = np.arange(parties)
    tails, heads = np.where(each < schools, entry, each), np.where(each < schools, each, sink)
    wanted = np.minimum(wanted, most)
    _add(flow, tails, heads, wanted, np.full(parties, -_prize(instance, pairs)))
    _add(flow, tails, heads, most - wanted)
    # What is not used goes straight to the sink.
    _add(flow, np.array([source, source]), np.array([entry, sink]), np.array([total, total]))
    flow.set_node_supply(source, total)
    flow.set_node_supply(sink, -total)
    return pairs[_solved(flow, arcs)]


def _prize(instance: Instance, pairs: Ints) -> int:
    """Worth of one served minimum, above all the score that serving it can cost.

    Serving it changes the flow along one alternating path, which visits no party twice, so that it gives up at
    most as many pairs as the smaller side has parties, and one.
    """
    schools = instance.problem.schools
    return (int(instance.score[pairs].max()) + 1) * (2 * min(schools, instance.parties - schools) + 2)


def _add(
    flow: min_cost_flow.SimpleMinCostFlow, tails: Ints, heads: Ints, most: Ints, costs: Ints | None = None
) -> Ints:
    """Arcs of the flow, at no cost unless one is given; returns their numbers."""
    costs = np.zeros_like(most) if costs is None else costs
    arcs: Ints = flow.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), most.astype(np.int64), costs.astype(np.int64)
    )
    return arcs


def _solved(flow: min_cost_flow.SimpleMinCostFlow, arcs: Ints) -> Bools:
    """Whether each of these arcs is used."""
    status = flow.solve()
    if status != flow.OPTIMAL:  # the bypass makes every flow feasible, MAX_SCORE keeps the costs in range
        raise RuntimeError(f"min-cost flow ended with status {status}")
    used: Bools = flow.flows(arcs) > 0
    return used
