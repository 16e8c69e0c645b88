"""Which pair meets in which class of slots: slots with the same people, tables and locks are one class.

A linear relaxation whose bound counts absences, which the flow of `selection` cannot; and where its solution is
integral, edge colouring places it exactly. SciPy's HiGHS solves it, as it can stand beside OR-Tools in one process.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, sparse

from events.scheduling.colouring import colour
from events.scheduling.control import seeded
from events.scheduling.instance import Instance, Ints
from events.scheduling.placement import balance

LARGEST = 600_000
"""Columns times classes, a little above a fair of 57 × 100 where no two slots are alike (2 seconds). Beyond this the
relaxation can take minutes, in which nobody can cancel it."""
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

    def bound(self, shortfall: int) -> int:
        """No timetable with at most this shortfall scores more."""
        exact = self.objective + self.prize * shortfall
        return floor(exact + 1e-3 + 1e-9 * abs(exact))  # what the solver may have lost by rounding


def slot_classes(instance: Instance) -> list[list[int]]:
    """Slots with the same capacities and tables; a slot with a fixed meeting stands alone."""
    locked = {meeting.slot for meeting in instance.problem.fixed}
    groups: dict[tuple[bytes, int, int], list[int]] = defaultdict(list)
    for slot in range(instance.slots):
        key = (instance.capacity[:, slot].tobytes(), int(instance.rooms[slot]), slot if slot in locked else -1)
        groups[key].append(slot)
    return list(groups.values())


def select_by_class(instance: Instance) -> ClassSelection | None:
    """The relaxation's best selection; None if it is too large to try, or if HiGHS gives up."""
    model = _Model(instance, slot_classes(instance))
    if model.too_large or not len(model.pair):
        return None
    relaxed = model.solve(model.costs)
    if relaxed is None:
        return None
    objective, values = -relaxed.fun, relaxed.x[: len(model.pair)]
    if _fractional(values) and len(model.classes) <= MOST_CLASSES:
        whole = model.solve(model.costs, integral=True)
        if whole is not None:
            objective, values = min(objective, -whole.mip_dual_bound), whole.x[: len(model.pair)]
    return model.selection(objective, values)


def least_shortfall(instance: Instance) -> int:
    """A bound: no timetable falls short of the minima by less; 0 if the relaxation cannot tell."""
    model = _Model(instance, slot_classes(instance))
    if model.too_large:
        return 0
    solved = model.solve(np.where(np.arange(len(model.costs)) < len(model.pair), 0.0, 1.0))
    return 0 if solved is None else ceil(solved.fun - 1e-3)


def place_classes(instance: Instance, selection: ClassSelection, *, steps: int, seed: int) -> Ints:
    """Slots for an integral selection: exactly coloured class by class, then balanced over the tables."""
    slots = np.empty(len(selection.pairs), np.int64)
    for group, members in enumerate(slot_classes(instance)):
        here = np.flatnonzero(selection.groups == group)
        slots[here] = np.array(members, np.int64)[_coloured(instance, selection.pairs[here], members)]
    return balance(instance, selection.pairs, slots, steps=steps, random=seeded(seed))


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


def _fractional(values: np.typing.NDArray[np.float64]) -> bool:
    return bool(((values > TOLERANCE) & (values < 1 - TOLERANCE)).any())


class _Model:
    """Columns: (pair, class) that is possible, then the shortfall of each party that has a minimum."""

    def __init__(self, instance: Instance, classes: list[list[int]]) -> None:
        self.instance = instance
        self.classes = classes
        first = np.array([members[0] for members in classes], np.int64)
        self.sizes = np.array([len(members) for members in classes], np.int64)
        self.pair, self.group = np.nonzero(instance.allowed[:, first])
        self.needy = np.flatnonzero(instance.minimum > 0)
        self.prize = 20 * int(instance.score.max(initial=1))
        self.costs = np.concatenate(
            [-instance.score[self.pair].astype(np.float64), np.full(len(self.needy), float(self.prize))]
        )
        self.rows, self.lower, self.upper = self._rows(instance.capacity[:, first], instance.rooms[first])

    @property
    def too_large(self) -> bool:
        """Whether solving it would take too long."""
        return len(self.pair) * len(self.classes) > LARGEST

    def solve(self, costs: np.typing.NDArray[np.float64], *, integral: bool = False) -> Any:
        """SciPy's result, or None if there is no solution in it."""
        most = np.concatenate([np.ones(len(self.pair)), self.instance.minimum[self.needy].astype(np.float64)])
        solved = optimize.milp(
            costs,
            constraints=optimize.LinearConstraint(self.rows, self.lower, self.upper),
            bounds=optimize.Bounds(0, most),
            integrality=np.where(np.arange(len(costs)) < len(self.pair), int(integral), 0),
            options={"mip_rel_gap": 0.0, "node_limit": NODES},
        )
        proven = integral or solved.status == 0  # only an optimal relaxation is a bound; a search has one of its own
        return solved if proven and solved.x is not None else None

    def selection(self, objective: float, values: np.typing.NDArray[np.float64]) -> ClassSelection:
        """The chosen columns: of each pair that is chosen by more than half, the class that has the most of it."""
        chosen = np.zeros(len(self.instance.score))
        np.add.at(chosen, self.pair, values)
        order = np.lexsort((-values, self.pair))
        _, firsts = np.unique(self.pair[order], return_index=True)
        best = order[firsts]
        best = best[chosen[self.pair[best]] > 0.5]
        return ClassSelection(objective, self.prize, self.pair[best], self.group[best], not _fractional(values))

    def _rows(self, capacity: Ints, rooms: Ints) -> tuple[Any, Any, Any]:
        """The constraints as (sparse matrix, lower, upper); capacity (N, G) and rooms (G,) of one slot a class."""
        instance, columns, groups = self.instance, np.arange(len(self.pair)), len(self.classes)
        ends = (instance.school[self.pair], instance.enterprise[self.pair])
        need = np.full(instance.parties, -1)
        need[self.needy] = np.arange(len(self.needy))
        served = [(need[end][need[end] >= 0], columns[need[end] >= 0]) for end in ends]
        lacking = (np.arange(len(self.needy)), len(columns) + np.arange(len(self.needy)))
        blocks = [
            _Block([(self.pair, columns)], instance.must, np.ones(len(instance.must))),
            _Block([(end * groups + self.group, columns) for end in ends], None, (capacity * self.sizes).reshape(-1)),
            _Block([(self.group, columns)], None, rooms * self.sizes),
            _Block([(end, columns) for end in ends], None, instance.ceiling),
            _Block([*served, lacking], instance.minimum[self.needy], np.full(len(self.needy), np.inf)),
        ]
        return _stacked(blocks, len(columns) + len(self.needy))


class _Block(NamedTuple):
    """Rows of constraints: least ≤ sum of the columns entered ≤ most."""

    entries: list[tuple[Ints, Ints]]
    """(row, column) of every 1."""
    least: np.typing.NDArray[Any] | None
    most: np.typing.NDArray[Any]


def _stacked(blocks: list[_Block], columns: int) -> tuple[Any, Any, Any]:
    """The blocks one below the other: (sparse matrix, lower, upper)."""
    starts = np.cumsum([0, *(len(block.most) for block in blocks)])
    rows = np.concatenate([row + at for at, block in zip(starts, blocks, strict=False) for row, _ in block.entries])
    entered = np.concatenate([column for block in blocks for _, column in block.entries])
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, entered)), shape=(starts[-1], columns))
    lower = [np.zeros(len(block.most)) if block.least is None else block.least for block in blocks]
    return matrix, np.concatenate(lower).astype(np.float64), np.concatenate([block.most for block in blocks])
