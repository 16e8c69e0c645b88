"""A timetable under the optional rules, from the musts to the last break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from ortools.sat.python import cp_model

from events.scheduling.control import Control
from events.scheduling.incumbent import Incumbent
from events.scheduling.instance import Instance, Ints
from events.scheduling.limits import Limits
from events.scheduling.ruled.bounds import RuledBounds, tightened
from events.scheduling.ruled.couplings import couple
from events.scheduling.ruled.feasible import Window, breaks_of, keep_ruled_musts, window_of
from events.scheduling.ruled.frame import UNPLACED, Frame, frame_of
from events.scheduling.ruled.ledger import Ledger, holding
from events.scheduling.ruled.model import Model, Solved, Weights
from events.scheduling.ruled.neighbourhoods import Released, Search, everything
from events.scheduling.ruled.plain import Seats, lay_out_plainly
from events.scheduling.ruled.restriction import in_cells, restricted
from events.scheduling.tables import assign_tables
from events.scheduling.timetable import Meeting, Timetable

WHOLE = 4000
"""Pairs times cells up to which a fair is also solved whole, for the proof."""
COMPACT_SHARE = 4
"""Part of the usual compaction that the restricted fair is worth, as the search undoes some of it."""
FIRST_ROUNDS = 8
"""Neighbourhoods searched before that, from which it starts."""
EFFORT = 0.2
"""Of a neighbourhood, in the constraint solver's deterministic unit (about a second)."""
QUIET = 0.3
"""Seconds at least between two timetables told during the search."""


def plan_ruled(
    instance: Instance,
    *,
    seed: int,
    control: Control,
    limits: Limits,
    improved: Callable[[Timetable], None] | None = None,
) -> Timetable:
    """A timetable that keeps every rule of the instance's problem, as the checker judges it.

    The same for the same seed and limits. Told to stop after there is a first layout, it returns the best so far.
    Raises: Infeasible if the musts cannot be kept under the rules, proving.Undecided, Cancelled.
    """
    frame = frame_of(instance)
    base, window = keep_ruled_musts(frame, control)
    control.report("select", 0.05)
    teller = _Teller(frame, RuledBounds(tightened(frame)), seed, control, improved)
    planner = _Planner(frame, window, teller, seed, control, limits)
    layout = planner.start(base)
    teller.tell(layout)
    layout = planner.improve(layout, range(min(FIRST_ROUNDS, limits.ruled_rounds)))
    layout = planner.whole(layout)
    layout = planner.improve(layout, range(FIRST_ROUNDS, limits.ruled_rounds))
    layout = planner.compact(layout)
    control.report("tables", 0.95)
    timetable = teller.tell(layout)
    control.report("done", 1.0)
    return timetable


@dataclass
class _Teller:
    """Makes timetables of layouts, and tells of those that are better than the last."""

    frame: Frame
    bounds: RuledBounds
    seed: int
    control: Control
    improved: Callable[[Timetable], None] | None
    _told: tuple[int, int, int] | None = None
    _told_at: float = 0.0

    def tell(self, layout: Ints) -> Timetable:
        """The timetable of a layout that keeps every rule."""
        frame = self.frame
        pairs = np.flatnonzero(layout != UNPLACED)
        cells = layout[pairs]
        slots, zones = cells // frame.zones, None
        if frame.zones > 1:
            zones = np.array(frame.zone_names, np.int64)[cells % frame.zones]
        tables = assign_tables(frame.instance, pairs, slots, zones)
        report = Incumbent(frame.instance, self.bounds, self.seed, self.control, None).report(pairs, slots)
        rows = zip(frame.instance.school[pairs], frame.instance.enterprise[pairs], slots, tables, strict=True)
        timetable = Timetable(frame.problem.name, tuple(sorted(Meeting(*map(int, row)) for row in rows)), report)
        worth = report.min_shortfall, -report.score, report.breaks
        if self.improved is not None and (self._told is None or worth < self._told):
            self._told = worth
            self.improved(timetable)
        return timetable

    def tell_in_time(self, layout: Ints) -> None:
        """The same while a search is running, but not too often."""
        if self.improved is not None and self.control.seconds() - self._told_at >= QUIET:
            self._told_at = self.control.seconds()
            self.tell(layout)


@dataclass
class _Planner:
    """A layout that keeps every rule at each moment, and gets better."""

    frame: Frame
    window: Window
    teller: _Teller
    seed: int
    control: Control
    limits: Limits
    search: Search = field(init=False)

    def __post_init__(self) -> None:
        self.search = Search(self.frame, self.seed)
        self.prize = int(self.frame.instance.score.sum()) + 1

    def start(self, base: Ints) -> Ints:
        """What of the restricted fair's plan keeps the rules, filled up; the base's musts if not all of it does."""
        self.control.report("place", 0.1)
        instance = self.frame.instance
        wanted = in_cells(self.frame, self._restricted_seats(base))
        by_score = np.argsort(-instance.score, kind="stable").tolist()
        ledger = Ledger(self.frame, self.window)
        if self.window is None or not self.window[0]:
            ledger = holding(self.frame, wanted, self.window)
            ledger.cut()
        if any(ledger.cell[pair] == UNPLACED for pair in np.flatnonzero(instance.must).tolist()):
            ledger = holding(self.frame, base, self.window)
            for _ in range(2):  # the second time with what came about in the first
                ledger.fill([pair for pair in by_score if wanted[pair] != UNPLACED], wanted)
        if not self.control.stopped():
            ledger.fill(by_score)
        return ledger.layout()

    def whole(self, layout: Ints) -> Ints:
        """A small fair solved at once, which also tightens the bounds."""
        if sum(map(len, self.frame.cells)) > WHOLE or self._reached(layout) or self.control.stopped():
            return layout
        solved = self._solve(
            layout, everything(self.frame), Weights(self.prize, 1), None, effort=self.limits.ruled_effort
        )
        if solved.layout is None:
            return layout
        shortfall, negated = self.frame.worth(solved.layout)
        unseen = self.prize * shortfall + negated - solved.value  # of parties that no pair could serve
        bounds = self.teller.bounds
        bounds.line = self.prize, -(solved.bound + unseen)
        if solved.status == cp_model.OPTIMAL:
            bounds.prove(shortfall, -negated)
        layout = self._better(layout, solved)
        self.window = window_of(self.frame, layout)
        return layout

    def improve(self, layout: Ints, rounds: range) -> Ints:
        """One neighbourhood after the other, for less shortfall and more score."""
        for step in rounds:
            if self._reached(layout) or self.control.stopped():
                break
            self.control.report("repair", 0.15 + 0.6 * step / self.limits.ruled_rounds)
            released = self.search.for_score(layout, step)
            layout = self._better(layout, self._solve(layout, released, Weights(self.prize, 1), self.window))
            self.teller.tell_in_time(layout)
        return layout

    def compact(self, layout: Ints) -> Ints:
        """The same pairs in other cells, for fewer breaks."""
        for step in range(self.limits.ruled_break_rounds):
            breaks = breaks_of(self.frame, layout)
            if not sum(breaks) or self.control.stopped():
                break
            self.control.report("compact", 0.75 + 0.2 * step / self.limits.ruled_break_rounds)
            released = self.search.for_breaks(layout, breaks)
            solved = self._solve(layout, released, Weights(breaks=1), self.window, placed=set(released))
            if solved.layout is not None and sum(breaks_of(self.frame, solved.layout)) <= sum(breaks):
                layout = solved.layout
                self.teller.tell_in_time(layout)
        return layout

    def _restricted_seats(self, base: Ints) -> Seats:
        """The plan of the restricted fair. Breaks are as welcome as not where everybody is to have one."""
        control = Control(None, self.control.cancelled, self.control.clock, self._half_of_time())
        limits = replace(self.limits, compact_steps=self.limits.compact_steps // COMPACT_SHARE)
        compacted = not self.frame.problem.rules.break_for_all
        fair = restricted(self.frame, base)
        return lay_out_plainly(fair, seed=self.seed, control=control, limits=limits, compacted=compacted)

    def _half_of_time(self) -> float | None:
        left = self.control.left()
        return None if left is None else left / 2

    def _solve(
        self,
        layout: Ints,
        released: Released,
        weights: Weights,
        window: Window,
        *,
        placed: set[int] | None = None,
        effort: float = EFFORT,
    ) -> Solved:
        """The best of a neighbourhood."""
        rest = layout.copy()
        rest[list(released)] = UNPLACED
        if placed is None:
            placed = {pair for pair in released if self.frame.instance.must[pair]}
        model = Model(self.frame, holding(self.frame, rest, None), released, placed)
        model.minimise(weights, couple(model, window, count_breaks=bool(weights.breaks)))
        model.hint(layout)
        return model.solve(effort=effort, seed=self.seed, control=self.control)

    def _better(self, layout: Ints, solved: Solved) -> Ints:
        """The solved layout unless it is worse."""
        if solved.layout is None or self.frame.worth(solved.layout) > self.frame.worth(layout):
            return layout
        return solved.layout

    def _reached(self, layout: Ints) -> bool:
        return self.teller.bounds.reached(np.flatnonzero(layout != UNPLACED))
