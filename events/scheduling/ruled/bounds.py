"""What is proven of every timetable under the optional rules: the flow of `selection`, within what a run allows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from events.scheduling.bounds import Bounds
from events.scheduling.instance import Instance, Ints
from events.scheduling.ownership import NOBODY
from events.scheduling.problem import BREAK_FROM
from events.scheduling.ruled.frame import Frame
from events.scheduling.selection import select


class RuledBounds(Bounds):
    """The flow's bounds, and what solving a fair as a whole has proven."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance, select(instance))
        self.best: tuple[int, int] | None = None
        """(shortfall, score) of a timetable than which none is better."""
        self.line: tuple[int, int] | None = None
        """(prize, top): no timetable scores more than top + prize · its shortfall."""

    def score_at(self, shortfall: int) -> int:
        """None that falls short by at most this scores more."""
        score = super().score_at(shortfall)
        if self.line is not None:
            score = min(score, self.line[1] + self.line[0] * shortfall)
        return self.best[1] if self.best is not None and shortfall <= self.best[0] else score

    def prove(self, shortfall: int, score: int) -> None:
        """Note that no timetable is better than this."""
        self.shortfall, self.best = shortfall, (shortfall, score)


def tightened(frame: Frame) -> Instance:
    """The instance with lower ceilings: nobody meets more than its longest run, or the tables of its pool, allow."""
    instance = frame.instance
    musts = instance.degrees(np.flatnonzero(instance.must))  # a select that cannot keep them would not be one
    ceiling = np.minimum(instance.ceiling, _within_runs(frame))
    if frame.problem.rules.break_for_all:
        ceiling = np.minimum(ceiling, _with_breaks(frame))
    return replace(instance, ceiling=np.maximum(ceiling, musts), rooms=_rooms(frame))


def _within_runs(frame: Frame) -> Ints:
    """(N,) most meetings of each party with no more than `max_run` slots in a row, by dynamic programming."""
    capacity, longest = frame.instance.capacity, frame.problem.rules.max_run
    most = np.zeros(len(capacity), np.int64)
    for day in frame.days:
        limit = len(day) if longest is None else longest
        # best[r]: most meetings of the day so far, if the last r slots had one
        best = np.full((len(capacity), limit + 1), np.iinfo(np.int64).min // 2, np.int64)
        best[:, 0] = 0
        for slot in day:
            idle = best.max(1)
            best[:, 1:] = best[:, :-1] + np.where(capacity[:, slot] > 0, capacity[:, slot], -(10**9))[:, None]
            best[:, 0] = idle
        most += best.max(1)
    return most


def _with_breaks(frame: Frame) -> Ints:
    """(N,) most meetings of each party with a break on every day on which it meets in many slots."""
    most = np.zeros(frame.instance.parties, np.int64)
    for party, row in enumerate(frame.capacity):
        for day in frame.days:
            held = [row[slot] for slot in day]
            few = sum(sorted(held)[-(BREAK_FROM - 1) :])
            rests = [row[slot] for slot in day[1:-1] if frame.present[party][slot]]
            most[party] += max(few, sum(held) - min(rests)) if rests else few
    return most


def _rooms(frame: Frame) -> Ints:
    """(T,) meetings of a slot at most: those of owners, and the tables that belong to nobody."""
    rooms = frame.instance.rooms.copy()
    owned = list(frame.problem.owned)
    if owned:
        for slot in range(frame.instance.slots):
            shared = sum(
                count for (pool, cell), count in frame.tables.items() if pool == NOBODY and frame.slot(cell) == slot
            )
            rooms[slot] = min(rooms[slot], int(frame.instance.capacity[owned, slot].sum()) + shared)
    return rooms
