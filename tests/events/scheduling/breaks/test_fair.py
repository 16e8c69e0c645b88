from __future__ import annotations

from dataclasses import replace

from events.scheduling.breaks.fair import calendar_of, necessary_breaks, prove_least_breaks
from events.scheduling.breaks.model import Calendar, kept
from events.scheduling.problem import Fixed, Pair, Participant, Problem, Rules, Slot, Table

from .calendars import calendar_by_chance, least_by_trying


def _fair(capacities, pairs, *, tables=9, fixed=(), **rules) -> Problem:
    """The first two are schools; slots are halves of two days."""
    slots = len(capacities[0])
    return Problem(
        name="small",
        slots=tuple(Slot(int(t >= slots // 2), 0, 540 + 30 * t) for t in range(slots)),
        tables=tuple(Table(f"T{k}", 0) for k in range(tables)),
        participants=tuple(Participant(f"P{k}", int(k >= 2), 0, slots, tuple(row)) for k, row in enumerate(capacities)),
        pairs=tuple(Pair(i, j, 1) for i, j in pairs),
        fixed=tuple(Fixed(i, j, slot, None) for i, j, slot in fixed),
        rules=Rules(**rules),
    )


def test_necessary_breaks_never_exceed_the_least():
    bounds = []
    for seed in range(60):
        calendar = calendar_by_chance(seed, None, capacity=2, days=1 + seed % 2)
        least = least_by_trying(calendar)
        if least is not None:
            bounds.append((necessary_breaks(calendar), least))
    assert all(bound <= least for bound, least in bounds)
    assert len(bounds) > 10


def test_necessary_breaks_counts_what_a_party_cannot_avoid_alone():
    choices = {(0, 2): [0], (0, 3): [3], (0, 4): [0, 3, 5]}
    calendar = Calendar(
        ends=list(choices),
        choices=list(choices.values()),
        capacity=[[1] * 6] * 5,
        rooms=[2] * 6,
        days=[[range(6)]] * 5,
    )
    assert necessary_breaks(calendar) == 2
    assert necessary_breaks(replace(calendar, days=[[[0, 1, 2], [3, 4, 5]]] * 5)) == 1


def test_prove_least_breaks_finds_the_least():
    pairs = [(0, 2), (0, 3), (0, 4), (1, 2)]
    problem = _fair([[1] * 6] * 5, pairs, tables=1)
    proof = prove_least_breaks(problem, pairs, [0, 2, 4, 3])
    assert (proof.breaks, proof.breaks_bound) == (0, 0)
    assert kept(calendar_of(problem, pairs), proof.slots)


def test_prove_least_breaks_keeps_fixed_slots_and_proves_what_they_cost():
    pairs, start = [(0, 2), (0, 3)], [0, 2]
    fixed = _fair([[1] * 6] * 4, pairs, fixed=[(0, 2, 0), (0, 3, 2)])
    assert prove_least_breaks(fixed, pairs, start).breaks_bound == 1
    assert prove_least_breaks(_fair([[1] * 6] * 4, pairs), pairs, start).breaks == 0


def test_prove_least_breaks_bounds_the_difference():
    pairs = [(0, 2), (0, 3)]
    fixed = [(0, 2, 0), (0, 3, 2)]
    assert prove_least_breaks(
        _fair([[1] * 6] * 4, pairs, fixed=fixed, max_break_difference=0), pairs, [0, 2]
    ).infeasible
    fair_enough = prove_least_breaks(_fair([[1] * 6] * 4, pairs, fixed=fixed, max_break_difference=1), pairs, [0, 2])
    assert (fair_enough.breaks, fair_enough.proven) == (1, True)
