"""Which slot for each chosen pair: list edge colouring by tabu search.

Partial colouring: every step places one unplaced pair and throws out whom it collides with. Thrown-out pairs grow
harder to throw out again, and may not return to that slot for some steps. Tables are left aside but for the start:
without them the problem is easier, and Kempe chains almost always make the room afterwards.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from events.scheduling.compiled import compiled
from events.scheduling.kernels_chance import below

NOWHERE = -1
"""The slot of a pair that found none."""
WAITING, LACKING, LEAST, STEP = range(4)
"""What is at which place of `Tabu.state`: pairs that wait, their weight, the least there was, the steps so far."""
BAN = 10
"""Steps for which a thrown-out pair keeps away at least."""


class Tabu(NamedTuple):
    """K pairs of parties 0 … N - 1 in slots 0 … T - 1."""

    ends: Any
    """(K, 2)"""
    starts: Any
    """(K + 1,) where the slots of a pair begin in `choices`"""
    choices: Any
    capacity: Any
    """(N, T)"""
    rooms: Any
    """(T,)"""
    weights: Any
    """(K,) int64"""
    worth: Any
    """(K,) int64, weight, and 1 for every time thrown out"""
    slot: Any
    """(K,)"""
    best: Any
    """(K,) the slots when the least weight waited"""
    at: Any
    """(N, T, C) the pairs of a party in a slot, closed up"""
    met: Any
    """(N, T) how many"""
    load: Any
    """(T,) pairs in each slot, kept during the start only"""
    waiting: Any
    """(K,) the unplaced, closed up"""
    banned: Any
    """(K, T) the step until which the pair may not come back"""
    state: Any
    """(4,) int64, see WAITING …"""
    chance: Any
    """(1,) uint64"""


@compiled
def start(tabu: Tabu, order: Any) -> None:
    """Greedy: in this order each pair into the emptiest slot for the tables it has; who finds none waits."""
    tabu.load[:] = 0
    for k in range(len(order)):
        pair = order[k]
        slot = _emptiest(tabu, pair)
        if slot == NOWHERE:
            tabu.waiting[tabu.state[WAITING]] = pair
            tabu.state[WAITING] += 1
            tabu.state[LACKING] += tabu.weights[pair]
        else:
            tabu.load[slot] += 1
            _seat(tabu, pair, slot)
    tabu.state[LEAST] = tabu.state[LACKING]
    _keep(tabu)


@compiled
def _emptiest(tabu: Tabu, pair: int) -> int:
    """Among the slots where both are free and a table is, or NOWHERE."""
    best, least = NOWHERE, 2.0
    for z in range(tabu.starts[pair], tabu.starts[pair + 1]):
        slot = tabu.choices[z]
        filled = tabu.load[slot] / tabu.rooms[slot]
        if tabu.load[slot] < tabu.rooms[slot] and filled < least and _free(tabu, pair, slot):
            best, least = slot, filled
    return best


@compiled
def _free(tabu: Tabu, pair: int, slot: int) -> bool:
    """Whether neither party would have to throw anybody out."""
    first, second = tabu.ends[pair]
    free: bool = (
        tabu.met[first, slot] < tabu.capacity[first, slot] and tabu.met[second, slot] < tabu.capacity[second, slot]
    )
    return free


@compiled
def search(tabu: Tabu, steps: int) -> None:
    """So many steps more, or until nobody waits."""
    state = tabu.state
    for _ in range(steps):
        if state[WAITING] == 0:
            return
        state[STEP] += 1
        place = below(tabu.chance, state[WAITING])
        pair = tabu.waiting[place]
        slot = _cheapest(tabu, pair)
        if slot == NOWHERE:
            continue
        state[WAITING] -= 1
        tabu.waiting[place] = tabu.waiting[state[WAITING]]
        for end in range(2):
            _throw_out(tabu, tabu.ends[pair, end], slot)
        _seat(tabu, pair, slot)
        state[LACKING] -= tabu.weights[pair]
        if state[LACKING] < state[LEAST]:
            state[LEAST] = state[LACKING]
            _keep(tabu)


@compiled
def _cheapest(tabu: Tabu, pair: int) -> int:
    """The slot that throws out the least; ties are drawn. NOWHERE if the pair is banned from all."""
    least, best, ties = np.int64(0), NOWHERE, 0
    first, second = tabu.ends[pair]
    for z in range(tabu.starts[pair], tabu.starts[pair + 1]):
        slot = tabu.choices[z]
        if tabu.banned[pair, slot] > tabu.state[STEP]:
            continue
        cost = _price(tabu, first, slot) + _price(tabu, second, slot)
        if best == NOWHERE or cost < least:
            least, best, ties = cost, slot, 1
        elif cost == least:
            ties += 1
            if below(tabu.chance, ties) == 0:
                best = slot
    return best


@compiled
def _price(tabu: Tabu, party: int, slot: int) -> Any:
    """Worth of the pair that the party would throw out of the slot."""
    if tabu.met[party, slot] < tabu.capacity[party, slot]:
        return np.int64(0)
    return tabu.worth[_lightest(tabu, party, slot)]


@compiled
def _lightest(tabu: Tabu, party: int, slot: int) -> int:
    lightest: int = tabu.at[party, slot, 0]
    for k in range(1, tabu.met[party, slot]):
        other = tabu.at[party, slot, k]
        if tabu.worth[other] < tabu.worth[lightest]:
            lightest = other
    return lightest


@compiled
def _throw_out(tabu: Tabu, party: int, slot: int) -> None:
    """Make room for one more meeting of the party, if it has none."""
    if tabu.met[party, slot] < tabu.capacity[party, slot]:
        return
    state, pair = tabu.state, _lightest(tabu, party, slot)
    for end in range(2):
        other = tabu.ends[pair, end]
        tabu.met[other, slot] -= 1
        k = 0
        while tabu.at[other, slot, k] != pair:
            k += 1
        tabu.at[other, slot, k] = tabu.at[other, slot, tabu.met[other, slot]]
    tabu.slot[pair] = NOWHERE
    tabu.worth[pair] += 1
    tabu.banned[pair, slot] = state[STEP] + BAN + below(tabu.chance, BAN) + state[WAITING]
    tabu.waiting[state[WAITING]] = pair
    state[WAITING] += 1
    state[LACKING] += tabu.weights[pair]


@compiled
def _keep(tabu: Tabu) -> None:
    """The slots are the best so far."""
    for pair in range(len(tabu.slot)):
        tabu.best[pair] = tabu.slot[pair]


@compiled
def _seat(tabu: Tabu, pair: int, slot: int) -> None:
    tabu.slot[pair] = slot
    for end in range(2):
        party = tabu.ends[pair, end]
        tabu.at[party, slot, tabu.met[party, slot]] = pair
        tabu.met[party, slot] += 1
