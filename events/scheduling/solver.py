"""From a problem to a timetable: select, place, (repair,) compact, seat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from events.scheduling.compaction import compact
from events.scheduling.control import Cancelled, Control
from events.scheduling.instance import Instance, Ints, build
from events.scheduling.musts import Infeasible, keep_musts
from events.scheduling.placement import NOWHERE, fits, place
from events.scheduling.polishing import improve, polish, settle
from events.scheduling.problem import Problem
from events.scheduling.quality import days_of, waiting_of_all
from events.scheduling.selection import select
from events.scheduling.tables import assign_tables
from events.scheduling.timetable import Meeting, Report, Timetable

__all__ = ["Cancelled", "Infeasible", "Limits", "UnsupportedRule", "plan"]


class UnsupportedRule(Exception):
    """The problem asks for a hard rule that the solver cannot hold yet. The verifier does know it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much work a stage may do, in its own steps: never in seconds, so that a plan can be repeated."""

    place_steps: int
    polish_rounds: int
    compact_steps: int

    @classmethod
    def for_meetings(cls, count: int) -> Limits:
        """Enough for a fair of so many meetings; above some thousands the stages stop short of their best."""
        return cls(
            place_steps=max(2_000, min(200_000, 10 * count)),
            polish_rounds=max(3, min(300, 300_000 // max(1, count))),
            compact_steps=max(20_000, min(3_000_000, 2_000 * count)),
        )


@dataclass
class _Bounds:
    """What is proven of every timetable."""

    shortfall: int
    """None falls short of the minima by less."""
    flow_shortfall: int
    flow_score: int
    """None that falls short by only `flow_shortfall` scores more."""
    score: int
    """None scores more."""
    by_class: Callable[[int], int] | None = None
    """None that falls short by at most the argument scores more than this returns."""

    def score_at(self, shortfall: int) -> int:
        """None that falls short by at most this scores more."""
        score = self.flow_score if shortfall <= self.flow_shortfall else self.score
        return score if self.by_class is None else min(score, self.by_class(shortfall))

    def reached(self, instance: Instance, pairs: Ints) -> bool:
        """Whether no timetable can be better than one of these pairs."""
        shortfall = instance.shortfall(pairs)
        return shortfall == self.shortfall and instance.total(pairs) >= self.score_at(shortfall)


def plan(
    problem: Problem,
    *,
    seed: int = 1,
    progress: Callable[[str, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    limits: Limits | None = None,
    clock: Callable[[], float] = perf_counter,
) -> Timetable:
    """A timetable that keeps every hard rule, with the best objective that was found and what is proven of it.

    Args: seed: of all random choices; the same problem, seed and limits give the same timetable, but for the seconds in
    its report. progress(stage, done) is called between steps, done from 0 to 1. cancelled() is asked between steps:
    once it says yes, the best timetable so far is returned. clock: seconds, for the report alone.

    Raises: Infeasible if the musts cannot all be kept, proving.Undecided if even that cannot be found out, Cancelled if
    cancelled before there was a complete timetable, UnsupportedRule for rules that this solver does not know.
    """
    refuse_unsupported(problem)
    control = Control(progress, cancelled, clock)
    control.report("prepare", 0.0)
    instance = build(problem)
    must_slots = keep_musts(instance)
    control.proceed()
    control.report("select", 0.05)
    pairs, bounds = _select(instance)
    control.proceed()
    limits = limits or Limits.for_meetings(len(pairs))
    planner = _Planner(instance, must_slots, bounds, limits, seed, control)
    pairs, slots = planner.lay_out(pairs)
    control.report("compact", 0.4)
    slots = compact(instance, pairs, slots, steps=limits.compact_steps, seed=seed, control=control)
    control.report("tables", 0.95)
    tables = assign_tables(instance, pairs, slots)
    report = planner.report(pairs, slots)
    control.report("done", 1.0)
    rows = zip(instance.school[pairs], instance.enterprise[pairs], slots, tables, strict=True)
    return Timetable(problem.name, tuple(sorted(Meeting(*map(int, row)) for row in rows)), report)


def refuse_unsupported(problem: Problem) -> None:
    """Raise UnsupportedRule unless every rule asked for is held by this solver, or holds of itself."""
    rules = problem.rules
    if rules.precedences:
        raise UnsupportedRule("precedences between meetings are not supported")
    if rules.max_break_difference is not None:
        raise UnsupportedRule("a bound on the difference of breaks (max_break_difference) is not supported")
    longest = max((len(day) for day in days_of(problem.slots)), default=0)
    if rules.max_run is not None and rules.max_run < longest:
        raise UnsupportedRule(f"a longest run of meetings (max_run {rules.max_run}) is not supported")
    if rules.zone_change_gap and len({table.zone for table in problem.tables}) > 1:
        raise UnsupportedRule("a gap before a change of zone (zone_change_gap) is not supported with several zones")


def _select(instance: Instance) -> tuple[Ints, _Bounds]:
    """The pairs that would be best if all of them found a slot, and what follows from them."""
    pairs = select(instance)
    alone = select(instance, minima=False)
    shortfall = instance.shortfall(pairs)
    return pairs, _Bounds(shortfall, shortfall, instance.total(pairs), instance.total(alone))


@dataclass
class _Planner:
    """Everything that the stages between the selection and the compaction share."""

    instance: Instance
    must_slots: Ints
    bounds: _Bounds
    limits: Limits
    seed: int
    control: Control

    def lay_out(self, pairs: Ints) -> tuple[Ints, Ints]:
        """The selected pairs and their slots if they can all be placed, else the best found in their stead."""
        self.control.report("place", 0.1)
        slots = self._place(pairs)
        if fits(self.instance, slots):
            return pairs, slots
        layout = self._settled(pairs, slots)
        self.control.report("repair", 0.15)
        if not self.control.stopped():
            layout = min(layout, self._by_class(layout), key=self._worth)
        layout = improve(
            self.instance, layout, rounds=self.limits.polish_rounds, seed=self.seed, enough=self._nothing_better
        )
        chosen = np.flatnonzero(layout != NOWHERE)
        return chosen, layout[chosen]

    def report(self, pairs: Ints, slots: Ints) -> Report:
        """The figures of a layout."""
        instance = self.instance
        busy = [0] * instance.parties
        for pair, slot in zip(pairs.tolist(), slots.tolist(), strict=True):
            busy[instance.school[pair]] |= 1 << slot
            busy[instance.enterprise[pair]] |= 1 << slot
        waiting = waiting_of_all(instance.problem, busy)
        score, shortfall = instance.total(pairs), instance.shortfall(pairs)
        upper_bound = self.bounds.score_at(shortfall)
        return Report(
            score=score,
            upper_bound=upper_bound,
            gap=round((upper_bound - score) / max(1, upper_bound), 6),
            optimal=self.bounds.reached(instance, pairs),
            min_shortfall=shortfall,
            min_shortfall_bound=self.bounds.shortfall,
            breaks=waiting.breaks,
            idle=waiting.idle,
            seconds=round(self.control.seconds(), 3),
            seed=self.seed,
        )

    def _place(self, pairs: Ints) -> Ints:
        """Slots for these pairs, musts before all others."""
        score = self.instance.score
        weights = score + np.where(self.instance.must, int(score.sum()) + 1, 0)
        return place(self.instance, pairs, weights[pairs], steps=self.limits.place_steps, seed=self.seed)

    def _settled(self, pairs: Ints, slots: Ints) -> Ints:
        """A complete layout from a placement that is not."""
        return polish(self.instance, settle(self.instance, self.must_slots, pairs, slots))

    def _by_class(self, layout: Ints) -> Ints:
        """A layout by classes of slots, whose relaxation also tightens the bounds; the given one if it is too large."""
        from events.scheduling import classes  # SciPy takes a second to import, and most fairs do without

        selection = classes.select_by_class(self.instance)
        if selection is None:
            return layout
        self.bounds.by_class = selection.bound
        self.bounds.shortfall = max(self.bounds.shortfall, classes.least_shortfall(self.instance))
        if selection.integral:
            steps = self.limits.place_steps
            slots = classes.place_classes(self.instance, selection, steps=steps, seed=self.seed)
        else:
            slots = self._place(selection.pairs)
        return self._settled(selection.pairs, slots)

    def _worth(self, layout: Ints) -> tuple[int, int]:
        """The objective of a layout, less being better."""
        pairs = np.flatnonzero(layout != NOWHERE)
        return self.instance.shortfall(pairs), -self.instance.total(pairs)

    def _nothing_better(self, pairs: Ints) -> bool:
        """Whether the search for better pairs can end."""
        return self.bounds.reached(self.instance, pairs) or self.control.stopped()
