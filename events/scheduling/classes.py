"""Which pair meets in which class of slots: where the relaxation is integral, edge colouring places it exactly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from events.scheduling.colouring import colour
from events.scheduling.instance import Instance, Ints
from events.scheduling.placement import balance
from events.scheduling.relaxation import Floats, Model, slot_classes, too_large

MOST_CLASSES = 8
"""With more classes the integral problem rarely ends within its nodes."""
NODES = 200
"""Of the search for an integral solution."""
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class ClassSelection:
    """Pairs by class, and what is proven: score ≤ objective + prize · shortfall for every timetable."""

    objective: float
    prize: int
    pairs: Ints
    """(K,) chosen pairs; where the solution is not integral, those that are chosen by more than half."""
    groups: Ints
    """(K,) the class of each."""
    integral: bool
    reduced: Floats
    """Reduced cost of each possible (pair, slot), row by row."""

    def bound(self, shortfall: int) -> int:
        """No timetable with at most this shortfall scores more."""
        exact = self.objective + self.prize * shortfall
        return floor(exact + 1e-3 + 1e-9 * abs(exact))  # what the solver may have lost by rounding


def select_by_class(instance: Instance, seconds: float | None = None) -> ClassSelection | None:
    """The relaxation's best selection; None if it is too large to try, or if HiGHS gives up or the time is over."""
    classes = slot_classes(instance)
    if too_large(instance, classes) or not instance.allowed.any():
        return None
    model = Model(instance, classes)
    relaxed = model.relax(model.costs, seconds)
    if relaxed is None:
        return None
    objective, values = relaxed.objective, relaxed.values[: len(model.pair)]
    if _fractional(values) and len(model.classes) <= MOST_CLASSES:
        whole = model.solve(NODES, seconds)
        if whole is not None:
            objective, values = min(objective, -whole.mip_dual_bound), whole.x[: len(model.pair)]
    pairs, groups = _chosen(model, values)
    reduced = _by_slot(instance, model, relaxed.reduced)
    return ClassSelection(objective, model.prize, pairs, groups, not _fractional(values), reduced)


def least_shortfall(instance: Instance, seconds: float | None = None) -> int:
    """A bound: no timetable falls short of the minima by less; 0 if the relaxation cannot tell."""
    classes = slot_classes(instance)
    if too_large(instance, classes):
        return 0
    model = Model(instance, classes)
    solved = model.relax(np.where(np.arange(len(model.costs)) < len(model.pair), 0.0, 1.0), seconds)
    return 0 if solved is None else max(0, ceil(-solved.objective - 1e-3))


def place_classes(instance: Instance, selection: ClassSelection, *, steps: int, seed: int) -> Ints:
    """Slots for an integral selection: exactly coloured class by class, then balanced over the tables."""
    slots = np.empty(len(selection.pairs), np.int64)
    for group, members in enumerate(slot_classes(instance)):
        here = np.flatnonzero(selection.groups == group)
        slots[here] = np.array(members, np.int64)[_coloured(instance, selection.pairs[here], members)]
    return balance(instance, selection.pairs, slots, steps=steps, seed=seed)


def _chosen(model: Model, values: Floats) -> tuple[Ints, Ints]:
    """(pairs, classes): of each pair that is chosen by more than half, the class that has the most of it."""
    chosen = np.zeros(len(model.instance.score))
    np.add.at(chosen, model.pair, values)
    order = np.lexsort((-values, model.pair))
    _, firsts = np.unique(model.pair[order], return_index=True)
    best = order[firsts]
    best = best[chosen[model.pair[best]] > 0.5]
    return model.pair[best], model.group[best]


def _by_slot(instance: Instance, model: Model, reduced: Floats) -> Floats:
    """The reduced costs of classes for each of their slots."""
    costs = np.zeros(instance.allowed.shape)
    for group, members in enumerate(model.classes):
        columns = np.flatnonzero(model.group == group)
        costs[np.ix_(model.pair[columns], np.array(members))] = reduced[columns, None]
    by_slot: Floats = costs[instance.allowed]
    return by_slot


def _coloured(instance: Instance, pairs: Ints, members: list[int]) -> list[int]:
    """A place in `members` for each pair; a delegate of a delegation is a node of its own."""
    node_of: dict[tuple[int, int], int] = {}
    met: dict[int, int] = defaultdict(int)

    def node(party: int) -> int:
        delegate = met[party] // len(members)
        met[party] += 1
        return node_of.setdefault((party, delegate), len(node_of))

    ends = [(node(int(instance.school[k])), node(int(instance.enterprise[k]))) for k in pairs]
    return colour(ends, len(node_of), len(members))


def _fractional(values: Floats) -> bool:
    return bool(((values > TOLERANCE) & (values < 1 - TOLERANCE)).any())
