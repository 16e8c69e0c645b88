"""Which slot for each chosen pair: list edge colouring by tabu search, then Kempe chains until the tables suffice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from events.scheduling.instance import Instance, Ints
from events.scheduling.kernels_board import loosen
from events.scheduling.kernels_chance import seeded
from events.scheduling.kernels_place import NOWHERE, WAITING, Tabu, search, start
from events.scheduling.layouts import board_of, choices_of, ends_of, widest

__all__ = ["NOWHERE", "balance", "fits", "place"]

CHUNK = 20_000
"""Steps between two questions whether to stop: some hundredths of a second."""


def _never() -> bool:
    return False


def place(
    instance: Instance, pairs: Ints, weights: Ints, *, steps: int, seed: int, stopped: Callable[[], bool] = _never
) -> Ints:
    """Give each pair a slot in which both are present, and not more pairs to a slot than it has tables.

    Args: weights (K,) of the pairs: where not all can be placed, the heavier are. steps: limit of either search.
    Returns: (K,) slots. All placed within the tables, or some at NOWHERE, or (the search for room having failed) some
    slots holding more than their tables: `fits` tells.
    """
    if not len(pairs):
        return np.zeros(0, np.int64)
    tabu = _tabu(instance, pairs, weights, seed)
    start(tabu, np.argsort(np.diff(tabu.starts), kind="stable"))
    for done in range(0, steps, CHUNK):
        if not tabu.state[WAITING] or stopped():
            break
        search(tabu, min(CHUNK, steps - done))
    slots: Ints = tabu.best.astype(np.int64)
    if (slots == NOWHERE).any():
        return slots
    return balance(instance, pairs, slots, steps=steps, seed=seed, stopped=stopped)


def fits(instance: Instance, slots: Ints) -> bool:
    """Whether every pair has a slot and no slot more pairs than tables."""
    if (slots == NOWHERE).any():
        return False
    return bool((np.bincount(slots, minlength=instance.slots) <= instance.rooms).all())


def balance(
    instance: Instance, pairs: Ints, slots: Ints, *, steps: int, seed: int, stopped: Callable[[], bool] = _never
) -> Ints:
    """Move pairs out of slots with too few tables, by random chains that never raise the excess."""
    if fits(instance, slots):
        return slots
    board = board_of(instance, pairs, slots, seed=seed)
    for done in range(0, steps, CHUNK):
        if stopped() or loosen(board, min(CHUNK, steps - done), True) < min(CHUNK, steps - done):
            break
    balanced: Ints = board.slot.astype(np.int64)
    return balanced


def _tabu(instance: Instance, pairs: Ints, weights: Ints, seed: int) -> Tabu:
    count = len(pairs)
    starts, choices = choices_of(instance.allowed[pairs])
    return Tabu(
        ends=ends_of(instance, pairs),
        starts=starts,
        choices=choices,
        capacity=instance.capacity.astype(np.int32),
        rooms=instance.rooms.astype(np.int32),
        weights=weights.astype(np.int64),
        worth=weights.astype(np.int64),
        slot=np.full(count, NOWHERE, np.int32),
        best=np.full(count, NOWHERE, np.int32),
        at=np.zeros((instance.parties, instance.slots, widest(instance)), np.int32),
        met=np.zeros((instance.parties, instance.slots), np.int32),
        load=np.zeros(instance.slots, np.int32),
        waiting=np.zeros(count, np.int32),
        banned=np.zeros((count, instance.slots), np.int32),
        state=np.zeros(4, np.int64),
        chance=seeded(seed),
    )
