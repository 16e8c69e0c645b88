"""Layouts for the kernels: a Board of given pairs in given slots."""

from __future__ import annotations

from typing import Any

import numpy as np

from events.scheduling.instance import Instance, Ints
from events.scheduling.kernels_board import LONGEST_CHAIN, Board, fill
from events.scheduling.kernels_chance import seeded


def ends_of(instance: Instance, pairs: Ints) -> Any:
    """(K, 2) int32, the parties of each pair."""
    return np.column_stack([instance.school[pairs], instance.enterprise[pairs]]).astype(np.int32)


def choices_of(allowed: Any) -> tuple[Any, Any]:
    """Of (K, T): (K + 1,) where the slots of each pair begin, and the slots one after the other; both int32."""
    starts = np.concatenate([[0], np.cumsum(allowed.sum(1))]).astype(np.int32)
    return starts, allowed.nonzero()[1].astype(np.int32)


def widest(instance: Instance) -> int:
    """The greatest number of meetings of anybody in a slot, at least 1."""
    return max(1, int(instance.capacity.max(initial=1)))


def board_of(instance: Instance, pairs: Ints, slots: Ints, *, seed: int) -> Board:
    """The pairs (K,) in the slots (K,), which have to be within every party's presence."""
    count, parties, width = len(pairs), instance.parties, widest(instance)
    ends, allowed = ends_of(instance, pairs), instance.allowed[pairs]
    starts, choices = choices_of(allowed)
    order = np.argsort(ends.reshape(-1), kind="stable")
    degrees = np.bincount(ends.reshape(-1), minlength=parties)
    board = Board(
        ends=ends,
        allowed=allowed,
        starts=starts,
        choices=choices,
        capacity=instance.capacity.astype(np.int32),
        rooms=instance.rooms.astype(np.int32),
        slot=np.array(slots, np.int32),
        at=np.zeros((parties, instance.slots, width), np.int32),
        met=np.zeros((parties, instance.slots), np.int32),
        held=np.zeros((instance.slots, count), np.int32),
        load=np.zeros(instance.slots, np.int32),
        place=np.zeros(count, np.int32),
        own_starts=np.concatenate([[0], np.cumsum(degrees)]).astype(np.int32),
        own=(order // 2).astype(np.int32),
        chance=seeded(seed),
        chain=np.zeros(6, np.int64),
        path=np.zeros(LONGEST_CHAIN, np.int32),
        moving=np.zeros(count, np.int64),
        touched=np.zeros(2 * LONGEST_CHAIN, np.int32),
        seen=np.zeros(parties, np.int64),
        gain=np.zeros((parties, 2), np.int32),
    )
    fill(board)
    return board
