"""Fewest breaks: simulated annealing over Kempe chains, aimed at the participants who wait.

Which pairs meet (hence shortfall and score) stays as it is. A chain changes the calendar of two parties only, those at
its ends; so most proposals start at a party that waits, and are dropped early if they do not help it. Where all tables
are taken, a chain that would overfill a slot is continued with a second one that makes the room.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from events.scheduling.compiled import compiled
from events.scheduling.kernels_board import (
    LENGTH,
    NET,
    SOURCE,
    STAMP,
    TARGET,
    TOUCHED,
    Board,
    any_choice,
    apply,
    begin,
    extend,
    overload,
    shorten,
)
from events.scheduling.kernels_chance import below, unit

IDLE_SLOT = 0.2
"""Cost of an idle slot, where a first break costs 1. That much leads the search through shorter breaks to none; what
counts as best is first the breaks, then how evenly they are borne, then the idle slots."""
UNFAIR = 0.1
"""What a party's break costs more for each that it has already."""
HOT, COLD = 0.5, 0.15
"""First and last temperature, in breaks; between them it falls geometrically."""
STRAY = 0.3
"""The share of proposals that start anywhere is this by the number of parties that wait: the fewer they are, the more
the others have to move before there is a way."""
SWAPS = 0.3
"""Share of those proposals kept that change only the order of the party's meetings."""
PARTNERS = 8
"""Second chains tried before a chain without room is given up."""
A_BREAK, A_PAIR = np.int64(1) << 44, np.int64(1) << 22
"""In a rank: a break outweighs any pair of breaks of one party, and that any idle slot; there are never 4 million."""
WAITING, CHANGED, RANK, BEST = range(4)
"""What is at which place of `Waits.state`: parties that wait, meetings moved since the best, ranks now and at best."""


class Waits(NamedTuple):
    """What the layout costs each party 0 … N - 1 on days 0 … D - 1, and the best layout met."""

    present: Any
    """(N, T) whether a party is there, with a table or not"""
    day: Any
    """(T,) the day of each slot"""
    bounds: Any
    """(D + 1,) the first slot of each day"""
    breaks: Any
    """(N, D + 1) on each day, and in sum"""
    idle: Any
    """(N, D + 1)"""
    cost: Any
    """(N,) float64"""
    waiting: Any
    """(N,) the parties that wait, closed up"""
    place: Any
    """(N,) where a party stands there, or -1"""
    best: Any
    """(K,) slots"""
    changed: Any
    """(K,) the meetings moved since the best, closed up"""
    marked: Any
    """(K,) whether a meeting is among them"""
    state: Any
    """(4,) int64, see WAITING …"""


@compiled
def account(board: Board, waits: Waits) -> None:
    """Count everything anew; the layout becomes the best."""
    waits.state[:] = 0
    waits.place[:] = -1
    waits.breaks[:] = 0
    waits.idle[:] = 0
    for party in range(len(waits.cost)):
        for day in range(len(waits.bounds) - 1):
            _enter_day(board, waits, party, day)
        _enter_party(waits, party)
    waits.state[BEST] = waits.state[RANK]
    waits.marked[:] = 0
    for meeting in range(len(board.slot)):
        waits.best[meeting] = board.slot[meeting]


@compiled
def _enter_party(waits: Waits, party: int) -> None:
    """Keep cost, rank and the list of those that wait after the party's days changed."""
    state, days = waits.state, len(waits.bounds) - 1
    breaks, idle = waits.breaks[party, days], waits.idle[party, days]
    waits.cost[party] = _cost(breaks, idle)
    place = waits.place[party]
    if breaks and place < 0:
        waits.place[party] = state[WAITING]
        waits.waiting[state[WAITING]] = party
        state[WAITING] += 1
    elif not breaks and place >= 0:
        state[WAITING] -= 1
        last = waits.waiting[state[WAITING]]
        waits.waiting[place] = last
        waits.place[last] = place
        waits.place[party] = -1


@compiled
def _enter_day(board: Board, waits: Waits, party: int, day: int) -> None:
    """Count one day of a party anew, and the difference in its sums and the rank."""
    days = len(waits.bounds) - 1
    before = _rank(waits.breaks[party, days], waits.idle[party, days])
    breaks, idle = _count(board, waits, party, day, False)
    waits.breaks[party, days] += breaks - waits.breaks[party, day]
    waits.idle[party, days] += idle - waits.idle[party, day]
    waits.breaks[party, day], waits.idle[party, day] = breaks, idle
    waits.state[RANK] += _rank(waits.breaks[party, days], waits.idle[party, days]) - before


@compiled
def _cost(breaks: int, idle: int) -> float:
    return breaks + UNFAIR * breaks * (breaks - 1) + IDLE_SLOT * idle


@compiled
def _rank(breaks: int, idle: int) -> Any:
    return breaks * A_BREAK + breaks * (breaks - 1) // 2 * A_PAIR + idle


@compiled
def _count(board: Board, waits: Waits, party: int, day: int, moved: bool) -> tuple[int, int]:
    """Breaks and idle slots of a party on a day; with `moved`, once the chain in hand is applied."""
    source, target = board.chain[SOURCE], board.chain[TARGET]
    breaks, idle, free = 0, 0, -1  # free slots since the last meeting; -1 before the first
    for slot in range(waits.bounds[day], waits.bounds[day + 1]):
        met = board.met[party, slot]
        if moved and slot == source:
            met += board.gain[party, 0]
        elif moved and slot == target:
            met += board.gain[party, 1]
        if met:
            if free > 0:
                breaks += 1
                idle += free
            free = 0
        elif free >= 0 and waits.present[party, slot]:
            free += 1
    return breaks, idle


@compiled
def _cost_after(board: Board, waits: Waits, party: int) -> float:
    """What the party costs once the chain in hand is applied."""
    days = len(waits.bounds) - 1
    first, second = waits.day[board.chain[SOURCE]], waits.day[board.chain[TARGET]]
    breaks, idle = _count(board, waits, party, first, True)
    breaks += waits.breaks[party, days] - waits.breaks[party, first]
    idle += waits.idle[party, days] - waits.idle[party, first]
    if second != first:
        more, longer = _count(board, waits, party, second, True)
        breaks += more - waits.breaks[party, second]
        idle += longer - waits.idle[party, second]
    return _cost(breaks, idle)


@compiled
def _delta(board: Board, waits: Waits) -> float:
    """What applying the chain costs."""
    delta = 0.0
    for k in range(board.chain[TOUCHED]):
        party = board.touched[k]
        if board.gain[party, 0] or board.gain[party, 1]:
            delta += _cost_after(board, waits, party) - waits.cost[party]
    return delta


@compiled
def anneal(board: Board, waits: Waits, first: int, last: int, steps: int) -> int:
    """The steps first … last - 1 of `steps` in all; stops where nobody waits. Returns the step it stopped before."""
    temperature = HOT
    for step in range(first, last):
        if waits.state[WAITING] == 0:
            return step
        if step == first or step % 64 == 0:
            temperature = HOT * (COLD / HOT) ** (step / steps)
        threshold = -temperature * np.log(1.0 - unit(board.chance))
        if _propose(board, waits, threshold) and _acceptable(board, waits, threshold):
            _take(board, waits)
    return last


@compiled
def _propose(board: Board, waits: Waits, threshold: float) -> bool:
    """A chain that begins with a meeting of a party that waits and can gain by it, now and then with any."""
    if unit(board.chance) * waits.state[WAITING] <= STRAY:
        meeting = below(board.chance, len(board.slot))
        target = any_choice(board, meeting)
        begin(board, board.slot[meeting], target)
        return bool(target != board.slot[meeting]) and extend(board, meeting)
    party = waits.waiting[below(board.chance, waits.state[WAITING])]
    first = board.own_starts[party]
    meeting = board.own[first + below(board.chance, board.own_starts[party + 1] - first)]
    source, target = board.slot[meeting], any_choice(board, meeting)
    if target == source:
        return False
    begin(board, source, target)
    if board.met[party, target]:
        return unit(board.chance) < SWAPS and extend(board, meeting)
    board.gain[party, 0], board.gain[party, 1] = -1, 1
    return _cost_after(board, waits, party) - waits.cost[party] <= threshold and extend(board, meeting)


@compiled
def _acceptable(board: Board, waits: Waits, threshold: float) -> bool:
    """Whether the chain costs less than the threshold; one without room is continued until it has it."""
    if _delta(board, waits) > threshold:
        return False
    if overload(board) <= 0:
        return True
    chain = board.chain
    length, touched = chain[LENGTH], chain[TOUCHED]
    crowd = chain[TARGET] if chain[NET] > 0 else chain[SOURCE]
    for _ in range(PARTNERS):
        second = board.held[crowd, below(board.chance, board.load[crowd])]
        if board.moving[second] == chain[STAMP]:
            continue
        if extend(board, second) and overload(board) <= 0 and _delta(board, waits) <= threshold:
            return True
        shorten(board, length, touched)
    return False


@compiled
def _take(board: Board, waits: Waits) -> None:
    """Apply the chain and keep account."""
    state, chain = waits.state, board.chain
    apply(board)
    first, second = waits.day[chain[SOURCE]], waits.day[chain[TARGET]]
    for k in range(chain[TOUCHED]):
        party = board.touched[k]
        if board.gain[party, 0] or board.gain[party, 1]:
            _enter_day(board, waits, party, first)
            if second != first:
                _enter_day(board, waits, party, second)
            _enter_party(waits, party)
    for k in range(chain[LENGTH]):
        meeting = board.path[k]
        if not waits.marked[meeting]:
            waits.marked[meeting] = 1
            waits.changed[state[CHANGED]] = meeting
            state[CHANGED] += 1
    if state[RANK] < state[BEST]:
        _remember(board, waits)


@compiled
def _remember(board: Board, waits: Waits) -> None:
    """The layout is the best so far."""
    for k in range(waits.state[CHANGED]):
        meeting = waits.changed[k]
        waits.best[meeting] = board.slot[meeting]
        waits.marked[meeting] = 0
    waits.state[CHANGED] = 0
    waits.state[BEST] = waits.state[RANK]
