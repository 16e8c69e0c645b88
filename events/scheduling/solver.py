"""From a problem to a timetable: select, place, (repair,) compact, seat."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np

from events.scheduling.bounds import Bounds
from events.scheduling.compaction import compact
from events.scheduling.control import Cancelled, Control
from events.scheduling.incumbent import Incumbent
from events.scheduling.instance import Ints, build
from events.scheduling.laying_out import Planner
from events.scheduling.limits import Limits
from events.scheduling.musts import Infeasible, keep_musts
from events.scheduling.problem import Problem
from events.scheduling.ruled.frame import binding
from events.scheduling.selection import select
from events.scheduling.timetable import Timetable

__all__ = ["Cancelled", "Infeasible", "Limits", "plan"]

PROVABLE = 2_500
"""Meetings times slots up to which the fewest breaks are looked for, and proven, exactly."""
BOUNDED = 400_000
"""The same up to which it is counted what each party alone cannot avoid."""
WHO_MEETS = 0.8
"""Share of a time limit after which no better pairs are looked for: a plan full of breaks serves nobody."""


def plan(
    problem: Problem,
    *,
    seed: int = 1,
    progress: Callable[[str, float], None] | None = None,
    improved: Callable[[Timetable], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    limits: Limits | None = None,
    time_limit: float | None = None,
    clock: Callable[[], float] = perf_counter,
) -> Timetable:
    """A timetable that keeps every hard rule, with the best objective that was found and what is proven of it.

    Args: seed: of all random choices; the same problem, seed and limits give the same timetable, but for the seconds in
    its report. progress(stage, done) is called between steps, done from 0 to 1; improved(timetable) with the first
    complete timetable and with better ones, the last being the one returned. cancelled() is asked between steps: once
    it says yes, the best timetable so far is returned. time_limit: seconds, after which it is returned too, at the
    price of repeatability; a first one is waited for. clock: seconds.

    Raises: Infeasible if the musts cannot all be kept, proving.Undecided if even that cannot be found out, Cancelled if
    cancelled before there was a complete timetable.
    """
    control = Control(progress, cancelled, clock, time_limit)
    control.report("prepare", 0.0)
    instance = build(problem)
    if binding(problem):
        from events.scheduling.ruled.planning import plan_ruled  # constraint programming, which few fairs need

        limits = limits or Limits.for_meetings(int(instance.rooms.sum()))
        return plan_ruled(instance, seed=seed, control=control, limits=limits, improved=improved)
    must_slots = keep_musts(instance)
    control.proceed()
    control.report("select", 0.05)
    pairs = select(instance)
    control.proceed()
    limits = limits or Limits.for_meetings(len(pairs))
    bounds = Bounds(instance, pairs)
    incumbent = Incumbent(instance, bounds, seed, control, improved)
    control.share = WHO_MEETS
    pairs, slots = Planner(instance, must_slots, bounds, limits, seed, control, incumbent).lay_out(pairs)
    control.share = 1.0
    control.report("compact", 0.4)
    steps = limits.compact_steps
    slots = compact(instance, pairs, slots, steps=steps, seed=seed, control=control, incumbent=incumbent)
    if limits.break_conflicts and len(pairs) * instance.slots <= BOUNDED and not control.stopped():
        slots = _prove_breaks(incumbent, pairs, slots, limits.break_conflicts)
    control.report("tables", 0.95)
    timetable = incumbent.final(pairs, slots)
    control.report("done", 1.0)
    return timetable


def _prove_breaks(incumbent: Incumbent, pairs: Ints, slots: Ints, conflicts: int) -> Ints:
    """The slots, or, in a small fair, others with the fewest breaks; what is proven of breaks is noted."""
    from events.scheduling.breaks.fair import calendar_of, necessary_breaks, prove_least_breaks  # a SAT solver

    instance, stopped = incumbent.instance, incumbent.control.stopped
    ends = list(zip(instance.school[pairs].tolist(), instance.enterprise[pairs].tolist(), strict=True))
    breaks = incumbent.report(pairs, slots).breaks
    incumbent.breaks_bound = necessary_breaks(calendar_of(instance.problem, ends))
    if breaks == incumbent.breaks_bound or len(pairs) * instance.slots > PROVABLE:
        return slots
    found = prove_least_breaks(instance.problem, ends, slots.tolist(), cancelled=stopped, budget=conflicts)
    incumbent.breaks_bound = max(incumbent.breaks_bound, found.breaks_bound)
    if found.slots is None or found.breaks is None or found.breaks >= breaks:
        return slots  # others with as many breaks might be borne by fewer parties
    return np.array(found.slots, np.int64)
