"""Fewest breaks for the pairs that meet: the annealing of `kernels_anneal`, in chunks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from events.scheduling.control import Control
from events.scheduling.incumbent import Incumbent
from events.scheduling.instance import Instance, Ints
from events.scheduling.kernels_anneal import BEST, Waits, account, anneal
from events.scheduling.kernels_board import Board
from events.scheduling.layouts import board_of
from events.scheduling.quality import days_of

CHUNK = 100_000
"""Steps between two reports and questions whether to stop: some hundredths of a second."""
SHARES = (0.1, 1.0)
"""Of the steps: where few absences stand in the way, a short annealing removes all breaks, and the long one nothing."""
BEGIN, END = 0.4, 0.9
"""The share of all work that is done before and after."""


def compact(
    instance: Instance,
    pairs: Ints,
    slots: Ints,
    *,
    steps: int,
    seed: int,
    control: Control,
    incumbent: Incumbent | None = None,
) -> Ints:
    """The same pairs in slots with fewer breaks, or as few, and these spread over more parties.

    Args: pairs (K,), slots (K,) within all presences and tables. the incumbent is told of better ones now and then.
    Returns: (K,) the best slots met. Stops early without breaks, or when told to, at least one chunk of steps later.
    """
    compactor = _Compactor(instance, pairs, seed, control, incumbent, int(sum(SHARES) * steps))
    for share in SHARES:
        if not len(pairs) or control.stopped():
            break
        slots = compactor.annealed(slots, int(share * steps))
    return slots


@dataclass
class _Compactor:
    """Anneals one layout after the other."""

    instance: Instance
    pairs: Ints
    seed: int
    control: Control
    incumbent: Incumbent | None
    all_steps: int
    steps_done: int = 0

    def annealed(self, slots: Ints, steps: int) -> Ints:
        """The best slots of one annealing."""
        board = board_of(self.instance, self.pairs, slots, seed=self.seed)
        waits = waits_of(self.instance, board)
        account(board, waits)
        least = waits.state[BEST]
        for first in range(0, steps, CHUNK):
            last = min(steps, first + CHUNK)
            if anneal(board, waits, first, last, steps) < last or self.control.stopped():
                break
            self.steps_done += last - first
            self.control.report("compact", BEGIN + (END - BEGIN) * self.steps_done / self.all_steps)
            if self.incumbent is not None and waits.state[BEST] < least and self.incumbent.due():
                least = waits.state[BEST]
                self.incumbent.tell(self.pairs, waits.best.astype(np.int64))
        best: Ints = waits.best.astype(np.int64)
        return best


def waits_of(instance: Instance, board: Board) -> Waits:
    """Where the annealing keeps its account of the board, which `account` fills."""
    parties, count = instance.parties, len(board.slot)
    days = days_of(instance.problem.slots)
    present = np.array([party.capacity for party in instance.problem.participants], np.int64) > 0
    return Waits(
        present=present.reshape(parties, instance.slots),
        day=np.repeat(np.arange(len(days)), [len(day) for day in days]).astype(np.int32),
        bounds=np.cumsum([0, *(len(day) for day in days)]).astype(np.int32),
        breaks=np.zeros((parties, len(days) + 1), np.int64),
        idle=np.zeros((parties, len(days) + 1), np.int64),
        cost=np.zeros(parties),
        waiting=np.zeros(parties, np.int32),
        place=np.zeros(parties, np.int32),
        best=np.zeros(count, np.int32),
        changed=np.zeros(count, np.int32),
        marked=np.zeros(count, np.int8),
        state=np.zeros(4, np.int64),
    )
