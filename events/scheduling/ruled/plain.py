"""A fair without optional rules laid out: the way of the solver up to the compaction, without a report."""

from __future__ import annotations

from events.scheduling.bounds import Bounds
from events.scheduling.compaction import compact
from events.scheduling.control import Control
from events.scheduling.incumbent import Incumbent
from events.scheduling.instance import build
from events.scheduling.laying_out import Planner
from events.scheduling.limits import Limits
from events.scheduling.musts import keep_musts
from events.scheduling.problem import Problem
from events.scheduling.selection import select

Seats = list[tuple[tuple[int, int], int]]
"""Who meets, and in which slot."""


def lay_out_plainly(problem: Problem, *, seed: int, control: Control, limits: Limits, compacted: bool) -> Seats:
    """The best layout, compacted if wished. Raises Infeasible, proving.Undecided, Cancelled."""
    instance = build(problem)
    must_slots = keep_musts(instance)
    pairs = select(instance)
    control.proceed()
    bounds = Bounds(instance, pairs)
    incumbent = Incumbent(instance, bounds, seed, control, None)
    pairs, slots = Planner(instance, must_slots, bounds, limits, seed, control, incumbent).lay_out(pairs)
    if compacted:
        slots = compact(instance, pairs, slots, steps=limits.compact_steps, seed=seed, control=control)
    ends = zip(instance.school[pairs].tolist(), instance.enterprise[pairs].tolist(), strict=True)
    return list(zip(ends, slots.tolist(), strict=True))
