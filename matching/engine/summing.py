"""The inner loop of columns.py, compiled: demands → sums of weights by feature.

Levels: every rung has a factor for a demand (`level_factors`); a school with a node at several rungs is credited with
the best of them. Coverage is summed over demands by their share of the vacancies. Supply counts graduates, and who is
wanted twice is there once: over the majors of an enterprise it is the maximum; over skills, the sum.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matching.engine.compiled import compiled
from matching.engine.level_sets import level_factors, set_factors
from matching.engine.vocabulary import SETS


class Asked(NamedTuple):
    """The demands in hand: see packed.Demands; starts are offsets into wants and skills."""

    headcount: Any
    levels: Any
    want_starts: Any
    wants: Any
    skill_starts: Any
    skills: Any


class Tree(NamedTuple):
    """Where wants lie: see Vocabulary."""

    want_nodes: Any
    want_rungs: Any
    take_starts: Any
    take_nodes: Any
    take_depths: Any
    node_count: int


class Constants(NamedTuple):
    """idf by skill, last that of a skill nobody teaches; sets of rungs in use; credits by depth; weight of skills;
    factors of the own level, of one above, of one below."""

    idf: Any
    sets: Any
    cover_credits: Any
    supply_credits: Any
    skill: float
    levels: Any


class Sums(NamedTuple):
    """Sums by feature of the enterprise in hand, and which features have any; both empty between enterprises."""

    cover: Any
    supply: Any
    cover_touched: Any
    supply_touched: Any
    counts: Any  # (features touched by cover, by supply)


class Demand(NamedTuple):
    """One demand while it is summed: its number, its share of the vacancies, factors by rung and by set of rungs."""

    number: int
    share: float
    of_majors: float
    of_skills: float
    rungs: Any
    sets: Any


class Entries(NamedTuple):
    """What comes of it: entries of columns, filled from the front."""

    features: Any
    cover: Any
    supply: Any


@compiled
def _open(number: int, total: float, asked: Any, tree: Any, constants: Any, rungs: Any, sets: Any) -> Any:
    """The demand with its factors and shares; what alone is stated, majors or skills, takes all the weight."""
    wants = asked.want_starts[number + 1] - asked.want_starts[number]
    skills = asked.skill_starts[number + 1] - asked.skill_starts[number]
    named = 0
    for place in range(asked.want_starts[number], asked.want_starts[number + 1]):
        named |= tree.want_rungs[asked.wants[place]]
    level_factors(rungs, named, int(asked.levels[number]), constants.levels)
    set_factors(sets, rungs, constants.sets)
    of_skills = 0.0
    if skills > 0:
        of_skills = constants.skill if wants > 0 else 1.0
    of_majors = 1.0 - of_skills if wants > 0 else 0.0
    return Demand(number, asked.headcount[number] / total, of_majors, of_skills, rungs, sets)


@compiled
def _cover(sums: Any, demand: Any, node: int, weight: float) -> None:
    if weight == 0.0:  # a feature without a weight is not touched: what is touched counts as new while it is 0
        return
    for number in range(demand.sets.shape[0]):
        if demand.sets[number] != 0.0:
            feature = node * SETS + number
            if sums.cover[feature] == 0.0:
                sums.cover_touched[sums.counts[0]] = feature
                sums.counts[0] += 1
            sums.cover[feature] += weight * demand.sets[number]


@compiled
def _supply(sums: Any, demand: Any, node: int, weight: float, largest: bool) -> None:
    """Add a weight of supply at every eligible rung of a node; with `largest`, keep the larger one instead."""
    if weight == 0.0:
        return
    for rung in range(demand.rungs.shape[0]):
        if demand.rungs[rung] > 0.0:
            feature = node * SETS + (1 << rung) - 1
            if sums.supply[feature] == 0.0:
                sums.supply_touched[sums.counts[1]] = feature
                sums.counts[1] += 1
            value = weight * demand.rungs[rung]
            sums.supply[feature] = max(sums.supply[feature], value) if largest else sums.supply[feature] + value


@compiled
def _increment(credits: Any, depth: int, wants: int) -> float:
    """What the node of a depth adds to the next wider one, where all but the deepest are divided by `wants`."""
    own = credits[0] if depth == 0 else credits[depth] / wants
    wider = credits[depth + 1] / wants if depth + 1 < credits.shape[0] else 0.0
    return float(own - wider)


@compiled
def _supply_of(sums: Any, demand: Any, asked: Any, tree: Any, constants: Any) -> None:
    """The graduates behind what is wanted. The longer the list of majors, the less those near to it count: it has said
    what is near. Skills by the squares of their idf: who learnt what everybody learns mostly studied something else."""
    wants = asked.want_starts[demand.number + 1] - asked.want_starts[demand.number]
    for place in range(asked.want_starts[demand.number], asked.want_starts[demand.number + 1]):
        want = asked.wants[place]
        for taken in range(tree.take_starts[want], tree.take_starts[want + 1]):
            weight = demand.of_majors * _increment(constants.supply_credits, tree.take_depths[taken], wants)
            _supply(sums, demand, tree.take_nodes[taken], weight, True)
    total = _idf_total(demand, asked, constants, 2)
    for place in range(asked.skill_starts[demand.number], asked.skill_starts[demand.number + 1]):
        skill = asked.skills[place]
        if skill >= 0:
            weight = demand.share * demand.of_skills * (constants.idf[skill] ** 2 / total)
            _supply(sums, demand, tree.node_count + skill, weight, False)


@compiled
def _idf_total(demand: Any, asked: Any, constants: Any, power: int) -> float:
    """Sum of a power of the idf of the wanted skills; one that nobody teaches (the last of idf) is met by no one."""
    total = 0.0
    for place in range(asked.skill_starts[demand.number], asked.skill_starts[demand.number + 1]):
        total += constants.idf[asked.skills[place]] ** power
    return total


@compiled
def _cover_of(sums: Any, demand: Any, asked: Any, tree: Any, constants: Any) -> None:
    wants = asked.want_starts[demand.number + 1] - asked.want_starts[demand.number]
    for place in range(asked.want_starts[demand.number], asked.want_starts[demand.number + 1]):
        nodes = tree.want_nodes[asked.wants[place]]
        for depth in range(nodes.shape[0]):
            increment = _increment(constants.cover_credits, depth, 1)
            _cover(sums, demand, nodes[depth], demand.share * demand.of_majors / np.sqrt(wants) * increment)
    total = _idf_total(demand, asked, constants, 1)
    for place in range(asked.skill_starts[demand.number], asked.skill_starts[demand.number + 1]):
        skill = asked.skills[place]
        if skill >= 0:
            _cover(
                sums, demand, tree.node_count + skill, demand.share * demand.of_skills * (constants.idf[skill] / total)
            )


@compiled
def _write_part(sums: Any, entries: Any, count: int) -> int:
    """Write what the demands of one part cover, with the supply of the same features; returns the new count."""
    for place in range(sums.counts[0]):
        feature = sums.cover_touched[place]
        if sums.cover[feature] != 0.0:
            entries.features[count] = feature
            entries.cover[count] = sums.cover[feature]
            entries.supply[count] = sums.supply[feature]
            count += 1
        sums.cover[feature] = 0.0
        sums.supply[feature] = 0.0
    sums.counts[0] = 0
    return count


@compiled
def _write_rest(sums: Any, entries: Any, count: int) -> int:
    """Write the supply that no part has taken along; returns the new count."""
    for place in range(sums.counts[1]):
        feature = sums.supply_touched[place]
        if sums.supply[feature] != 0.0:
            entries.features[count] = feature
            entries.cover[count] = 0.0
            entries.supply[count] = sums.supply[feature]
            count += 1
        sums.supply[feature] = 0.0
    sums.counts[1] = 0
    return count


@compiled
def _vacancies(mine: Any, asked: Any) -> float:
    total = 0.0
    for number in mine:
        total += asked.headcount[number]
    return total


@compiled
def _sum_supply(
    sums: Any, mine: Any, total: float, asked: Any, tree: Any, constants: Any, rungs: Any, sets: Any
) -> float:
    """Supply of the demands of one enterprise, before any part of it is covered; returns its breadth (formula.py)."""
    broad = 0.0
    for number in mine:
        demand = _open(number, total, asked, tree, constants, rungs, sets)
        wants = asked.want_starts[number + 1] - asked.want_starts[number]
        broad += demand.share * (demand.of_majors * np.sqrt(wants) + demand.of_skills)
        _supply_of(sums, demand, asked, tree, constants)
    return broad


@compiled
def _no_sums(feature_count: int) -> Any:
    return Sums(
        np.zeros(feature_count),
        np.zeros(feature_count),
        np.empty(feature_count, np.int32),
        np.empty(feature_count, np.int32),
        np.zeros(2, np.int64),
    )


@compiled
def _copied(entries: Any, count: int) -> Any:
    """The entries written, without the room that was left."""
    return entries.features[:count].copy(), entries.cover[:count].copy(), entries.supply[:count].copy()


@compiled
def sum_demands(
    edges: Any, order: Any, part: Any, asked: Any, tree: Any, constants: Any, feature_count: int, room: int
) -> Any:
    """(part_starts, number of each part, starts, features, cover, supply, headcount, breadth); see `Columns`.

    Demands of enterprise e are order[edges[e]:edges[e+1]], those of one part beside each other; at most `room` entries.
    """
    sums = _no_sums(feature_count)
    entries = Entries(np.empty(room, np.int32), np.empty(room, np.float32), np.empty(room, np.float32))
    rungs, sets = np.zeros(constants.levels.shape[0]), np.zeros(SETS)
    part_starts = np.zeros(len(edges), np.int64)
    headcount, breadth = np.zeros(len(edges) - 1, np.float32), np.zeros(len(edges) - 1, np.float32)
    parts = np.empty(len(order), np.int32)
    starts = np.zeros(len(order) + 1, np.int64)
    written, count = 0, 0
    for enterprise in range(len(edges) - 1):
        mine = order[edges[enterprise] : edges[enterprise + 1]]
        total = _vacancies(mine, asked)
        headcount[enterprise] = total
        breadth[enterprise] = _sum_supply(sums, mine, total, asked, tree, constants, rungs, sets)
        for place in range(len(mine)):
            number = mine[place]
            _cover_of(sums, _open(number, total, asked, tree, constants, rungs, sets), asked, tree, constants)
            if place + 1 == len(mine) or part[mine[place + 1]] != part[number]:
                count = _write_part(sums, entries, count)
                if place + 1 == len(mine):
                    count = _write_rest(sums, entries, count)
                parts[written] = part[number]
                written += 1
                starts[written] = count
        part_starts[enterprise + 1] = written
    features, cover, supply = _copied(entries, count)
    parts, starts = parts[:written].copy(), starts[: written + 1].copy()
    return part_starts, parts, starts, features, cover, supply, headcount, breadth
