"""Better pairs for a layout, several slots at a time: all that happens in them is chosen anew, exactly, the rest held.

A neighbourhood search over integral programmes. What makes them small is the relaxation: a (pair, slot) whose reduced
cost exceeds what the layout lacks to the bound is in no better timetable, and those of little reduced cost suffice to
look at nearly always. A layout only ever improves.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
from scipy import optimize

from events.scheduling.instance import Bools, Instance, Ints
from events.scheduling.kernels_place import NOWHERE
from events.scheduling.relaxation import Floats, Model

SETTINGS = ((0.2, 30.0), (0.3, 10.0), (0.4, 30.0), (0.4, 1.0))
"""(share of the slots, greatest reduced cost in thousandths of the best score) taken in turn."""
PATIENCE = 8
"""Rounds without a better layout before the next setting; half as many once the layout is close to the bound."""
CLOSE = 0.0005
"""Share of the bound."""
NODES = 50
"""Of the search in one round; most need none."""


class Exchange:
    """A layout, (M,) slot of every pair or NOWHERE, that keeps every limit."""

    def __init__(self, instance: Instance, layout: Ints, reduced: Floats, bound: float, seed: int) -> None:
        """Args: reduced: reduced cost of each possible (pair, slot), row by row; bound: on the score."""
        self.instance = instance
        self.layout = layout
        self.bound = bound
        self.model = Model(instance, [[slot] for slot in range(instance.slots)])
        self.reduced = reduced
        self.columns = self.model.rows.tocsc()
        self.place = np.full(instance.allowed.shape, -1, np.int64)
        self.place[self.model.pair, self.model.group] = np.arange(len(self.model.pair))
        self.setting = 0
        self.random = np.random.default_rng(seed)

    def run(self, rounds: int, enough: Callable[[Ints], bool], seconds: Callable[[], float | None]) -> Ints:
        """So many rounds, or until `enough(layout)`, or until nothing helps.

        seconds() are what is left of the time, if it is limited.
        """
        failures = 0
        for _ in range(rounds):
            patience = PATIENCE // 2 if self._lacking() <= CLOSE * self.bound else PATIENCE
            if enough(self.layout) or failures >= patience * len(SETTINGS):
                break
            share, reach = SETTINGS[self.setting]
            failures = 0 if self.step(share, reach, seconds()) else failures + 1
            if failures and failures % patience == 0:
                self.setting = (self.setting + 1) % len(SETTINGS)
        return self.layout

    def step(self, share: float, reach: float, seconds: float | None) -> bool:
        """Solve a random share of the slots anew; returns whether the layout is better for it."""
        instance, model = self.instance, self.model
        count = max(2, ceil(share * instance.slots))
        if count >= instance.slots:
            chosen = np.ones(instance.slots, np.bool_)
        else:
            chosen = np.isin(np.arange(instance.slots), self.random.choice(instance.slots, count, replace=False))
        movable = (self.layout == NOWHERE) | chosen[self.layout]
        taken = self.layout[model.pair] == model.group
        within = self.reduced <= min(self._lacking(), reach * instance.score.max() / 1000)
        columns = np.flatnonzero(movable[model.pair] & chosen[model.group] & (within | taken))
        found = self._solved(columns, taken & ~movable[model.pair], seconds)
        if found is None:
            return False
        layout = np.where(movable, NOWHERE, self.layout)
        layout[model.pair[found]] = model.group[found]
        before, after = self._worth(self.layout), self._worth(layout)
        if after <= before:
            self.layout = layout
        return after < before

    def _solved(self, columns: Ints, held: Bools, seconds: float | None) -> Ints | None:
        """The best of these columns beside those held; None if the search found nothing."""
        model = self.model
        lacking = np.arange(len(model.pair), len(model.costs))
        used = model.rows[:, : len(held)] @ held.astype(np.float64)
        both = np.concatenate([columns, lacking])
        part = self.columns[:, both].tocsr()
        rows = np.diff(part.indptr) > 0
        options: dict[str, Any] = {"mip_rel_gap": 0.0, "node_limit": NODES}
        if seconds is not None:
            options["time_limit"] = seconds
        solved = optimize.milp(
            model.costs[both],
            constraints=optimize.LinearConstraint(part[rows], (model.lower - used)[rows], (model.upper - used)[rows]),
            bounds=optimize.Bounds(0, model.most[both]),
            integrality=np.arange(len(both)) < len(columns),
            options=options,
        )
        return None if solved.x is None else columns[solved.x[: len(columns)] > 0.5]

    def _lacking(self) -> float:
        """By how much the layout scores less than the bound."""
        return max(0.0, self.bound - self.instance.total(np.flatnonzero(self.layout != NOWHERE)))

    def _worth(self, layout: Ints) -> tuple[int, int]:
        """The objective, less being better."""
        pairs = np.flatnonzero(layout != NOWHERE)
        return self.instance.shortfall(pairs), -self.instance.total(pairs)
