"""From a problem to a timetable: select, place, (repair,) compact, seat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
    score: int
    """With that least shortfall."""
    score_alone: int
    """With any shortfall."""
    by_class: Callable[[int], int] | None = field(default=None)

    def score_at(self, shortfall: int) -> int:
        """No timetable that falls short by at most this scores more."""
        score = self.score if shortfall <= self.shortfall else self.score_alone
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
    pairs, slots = _lay_out(instance, pairs, must_slots, bounds, seed, limits, control)
    control.report("compact", 0.4)
    slots = compact(instance, pairs, slots, steps=limits.compact_steps, seed=seed, control=control)
    control.report("tables", 0.95)
    tables = assign_tables(instance, pairs, slots)
    report = _report(instance, pairs, slots, bounds, seed, control)
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
    return pairs, _Bounds(instance.shortfall(pairs), instance.total(pairs), instance.total(alone))


def _lay_out(
    instance: Instance, pairs: Ints, must_slots: Ints, bounds: _Bounds, seed: int, limits: Limits, control: Control
) -> tuple[Ints, Ints]:
    """Pairs and their slots: those selected if they can be placed, else the best found in their stead."""
    control.report("place", 0.1)
    weights = instance.score + np.where(instance.must, int(instance.score.sum()) + 1, 0)
    slots = place(instance, pairs, weights[pairs], steps=limits.place_steps, seed=seed)
    if fits(instance, slots):
        return pairs, slots
    layout = polish(instance, settle(instance, must_slots, pairs, slots))
    control.report("repair", 0.15)
    layout = _by_class(instance, layout, must_slots, bounds, seed, limits, control)

    def enough(chosen: Ints) -> bool:
        return bounds.reached(instance, chosen) or control.stopped()

    layout = improve(instance, layout, rounds=limits.polish_rounds, seed=seed, best_possible=enough)
    chosen = np.flatnonzero(layout != NOWHERE)
    return chosen, layout[chosen]


def _by_class(
    instance: Instance, layout: Ints, must_slots: Ints, bounds: _Bounds, seed: int, limits: Limits, control: Control
) -> Ints:
    """The better of this layout and one by classes of slots, which also tightens the bounds."""
    if control.stopped():
        return layout
    from events.scheduling import classes  # SciPy takes a second to import, and most fairs do without

    selection = classes.select_by_class(instance)
    if selection is None:
        return layout
    bounds.by_class = selection.bound
    bounds.shortfall = max(bounds.shortfall, classes.least_shortfall(instance))
    if selection.integral:
        slots = classes.place_classes(instance, selection, steps=limits.place_steps, seed=seed)
    else:
        weights = instance.score + np.where(instance.must, int(instance.score.sum()) + 1, 0)
        slots = place(instance, selection.pairs, weights[selection.pairs], steps=limits.place_steps, seed=seed)
    other = polish(instance, settle(instance, must_slots, selection.pairs, slots))
    return min(layout, other, key=lambda each: _worth(instance, each))


def _worth(instance: Instance, layout: Ints) -> tuple[int, int]:
    """The objective of a layout, less being better."""
    pairs = np.flatnonzero(layout != NOWHERE)
    return instance.shortfall(pairs), -instance.total(pairs)


def _report(
    instance: Instance, pairs: Ints, slots: Ints, bounds: _Bounds, seed: int, control: Control
) -> Report:
    """The figures of a layout."""
    busy = [0] * instance.parties
    for pair, slot in zip(pairs.tolist(), slots.tolist(), strict=True):
        busy[instance.school[pair]] |= 1 << slot
        busy[instance.enterprise[pair]] |= 1 << slot
    waiting = waiting_of_all(instance.problem, busy)
    score, shortfall = instance.total(pairs), instance.shortfall(pairs)
    upper_bound = bounds.score_at(shortfall)
    return Report(
        score=score,
        upper_bound=upper_bound,
        gap=round((upper_bound - score) / max(1, upper_bound), 6),
        optimal=bounds.reached(instance, pairs),
        min_shortfall=shortfall,
        min_shortfall_bound=bounds.shortfall,
        breaks=waiting.breaks,
        idle=waiting.idle,
        seconds=round(control.seconds(), 3),
        seed=seed,
    )
