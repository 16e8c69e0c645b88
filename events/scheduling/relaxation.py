"""The linear relaxation over classes of slots: slots with the same people, tables and locks are one class.

Its optimum counts absences, which the flow of `selection` cannot, and is attained by most fairs; its reduced costs say
which (pair, slot) can be in a best timetable at all. SciPy's HiGHS solves it, as it can stand beside OR-Tools in one
process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, sparse

from events.scheduling.instance import Instance, Ints

Floats = np.typing.NDArray[np.float64]

LARGEST = 1_200_000
"""Columns times classes, some times a fair of 57 × 100 where no two slots are alike (2 seconds). Beyond this the
relaxation can take minutes, in which nobody can cancel it."""


class Relaxed(NamedTuple):
    """An optimum of the relaxation."""

    objective: float
    values: Floats
    """(columns,)"""
    reduced: Floats
    """(columns,) what a timetable loses, at least, by each column that it takes."""


def slot_classes(instance: Instance) -> list[list[int]]:
    """Slots with the same capacities and tables; a slot with a fixed meeting stands alone."""
    locked = {meeting.slot for meeting in instance.problem.fixed}
    groups: dict[tuple[bytes, int, int], list[int]] = defaultdict(list)
    for slot in range(instance.slots):
        key = (instance.capacity[:, slot].tobytes(), int(instance.rooms[slot]), slot if slot in locked else -1)
        groups[key].append(slot)
    return list(groups.values())


def too_large(instance: Instance, classes: Sequence[Sequence[int]]) -> bool:
    """Whether solving the relaxation over these classes would take too long."""
    columns = int(instance.allowed[:, [members[0] for members in classes]].sum())
    return columns * len(classes) > LARGEST


class Model:
    """Columns: (pair, class) that is possible, then the shortfall of each party that has a minimum."""

    def __init__(self, instance: Instance, classes: Sequence[Sequence[int]]) -> None:
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
        self.most = np.concatenate([np.ones(len(self.pair)), instance.minimum[self.needy].astype(np.float64)])
        self.rows, self.lower, self.upper = self._rows(instance.capacity[:, first], instance.rooms[first])

    def relax(self, costs: Floats, seconds: float | None = None) -> Relaxed | None:
        """The optimum without integrality; None if HiGHS gives up or the time is over."""
        same = self.lower == self.upper
        above, below = np.isfinite(self.upper) & ~same, (self.lower > 0) & ~same
        solved = optimize.linprog(
            costs,
            A_ub=sparse.vstack([self.rows[above], -self.rows[below]]),
            b_ub=np.concatenate([self.upper[above], -self.lower[below]]),
            A_eq=self.rows[same],
            b_eq=self.upper[same],
            bounds=np.column_stack([np.zeros(len(self.most)), self.most]),
            method="highs-ds",
            options={} if seconds is None else {"time_limit": seconds},
        )
        if solved.status != 0:
            return None
        least = self.rows[below].T @ solved.ineqlin.marginals[above.sum() :]
        shadows = self.rows[above].T @ solved.ineqlin.marginals[: above.sum()] - least
        return Relaxed(-solved.fun, solved.x, costs - shadows - self.rows[same].T @ solved.eqlin.marginals)

    def solve(self, nodes: int, seconds: float | None = None) -> Any:
        """SciPy's result of a search for the best integral solution, its bound valid in any case; None without one."""
        solved = optimize.milp(
            self.costs,
            constraints=optimize.LinearConstraint(self.rows, self.lower, self.upper),
            bounds=optimize.Bounds(0, self.most),
            integrality=np.arange(len(self.costs)) < len(self.pair),
            options={"mip_rel_gap": 0.0, "node_limit": nodes} | ({} if seconds is None else {"time_limit": seconds}),
        )
        return solved if solved.x is not None else None

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
