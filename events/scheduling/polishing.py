"""Better pairs for a layout that is complete but not proven best: slots solved exactly one by one, between shuffles.

With all other slots held, the best pairs of one slot are a flow again; so a layout only ever improves (shortfall first,
then score). Kempe chains reorder it in between without changing what it is worth, which opens other exchanges.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from events.scheduling.instance import Instance, Ints
from events.scheduling.kernels_board import loosen
from events.scheduling.kernels_place import NOWHERE
from events.scheduling.layouts import board_of
from events.scheduling.selection import match

MOVES = 20
"""Chains tried in a shuffle, for each meeting."""


def settle(instance: Instance, must_slots: Ints, pairs: Ints, slots: Ints) -> Ints:
    """A layout within all limits that keeps what it can of a placement which is not.

    Args: must_slots: a slot for every must, in their order; pairs (K,) and slots (K,) of the placement.
    Returns: (M,) slot of every pair or NOWHERE. The musts stay where the placement has them if that is possible for
    all, the rest are kept by score.
    """
    wanted = np.full(len(instance.score), NOWHERE, np.int64)
    wanted[pairs] = slots
    musts = np.flatnonzero(instance.must)
    found = _taken(instance, musts, wanted)
    if (found[musts] == NOWHERE).any():
        wanted[musts] = must_slots
    rest = pairs[~instance.must[pairs]]
    rest = rest[np.argsort(-instance.score[rest], kind="stable")]
    return _taken(instance, np.concatenate([musts, rest]), wanted)


def polish(instance: Instance, layout: Ints, stopped: Callable[[], bool] = lambda: False) -> Ints:
    """Solve every slot once, exactly, with all others held; musts stay in their slots. Never worse."""
    layout = layout.copy()
    degrees = instance.degrees(np.flatnonzero(layout != NOWHERE))
    load = np.bincount(layout[layout != NOWHERE], minlength=instance.slots)
    for slot in np.argsort(load - instance.rooms, kind="stable"):
        if stopped():
            break
        here = layout == slot
        locked, movable = np.flatnonzero(here & instance.must), np.flatnonzero(here & ~instance.must)
        degrees -= instance.degrees(movable)
        most = np.minimum(instance.capacity[:, slot] - instance.degrees(locked), instance.ceiling - degrees)
        most = np.maximum(0, most)
        open_pairs = ((layout == NOWHERE) | here) & instance.allowed[:, slot] & ~instance.must
        open_pairs &= (most[instance.school] > 0) & (most[instance.enterprise] > 0)
        wanted = np.maximum(0, instance.minimum - degrees)
        rooms = int(instance.rooms[slot]) - len(locked)
        chosen = match(instance, np.flatnonzero(open_pairs), most, wanted, rooms)
        layout[movable] = NOWHERE
        layout[chosen] = slot
        degrees += instance.degrees(chosen)
    return layout


def shuffle(instance: Instance, layout: Ints, seed: int) -> Ints:
    """The same pairs in other slots, by random chains within all tables."""
    pairs = np.flatnonzero(layout != NOWHERE)
    if not len(pairs):
        return layout
    board = board_of(instance, pairs, layout[pairs], seed=seed)
    loosen(board, MOVES * len(pairs), False)
    shuffled = layout.copy()
    shuffled[pairs] = board.slot
    return shuffled


def improve(
    instance: Instance,
    layout: Ints,
    *,
    rounds: int,
    seed: int,
    enough: Callable[[Ints], bool],
    stopped: Callable[[], bool],
) -> Ints:
    """Shuffle and polish again for so many rounds, or until `enough(layout)`, or `stopped()`."""
    for turn in range(rounds):
        if enough(layout):
            break
        layout = polish(instance, shuffle(instance, layout, seed * rounds + turn), stopped)
    return layout


def _taken(instance: Instance, order: Ints, wanted: Ints) -> Ints:
    """(M,) the slots of those pairs which, taken in this order, still find their wanted slot free."""
    layout = np.full(len(instance.score), NOWHERE, np.int64)
    capacity, rooms, most = instance.capacity.copy(), instance.rooms.copy(), instance.ceiling.copy()
    for pair in order.tolist():
        slot = wanted[pair]
        ends = [instance.school[pair], instance.enterprise[pair]]
        if slot == NOWHERE or not rooms[slot] or not capacity[ends, slot].all() or not most[ends].all():
            continue
        layout[pair] = slot
        rooms[slot] -= 1
        capacity[ends, slot] -= 1
        most[ends] -= 1
    return layout
