"""How good a layout is: breaks and idle slots of a participant's day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from events.scheduling.problem import Problem, Slot


class Waiting(NamedTuple):
    """What a participant waits through between its meetings."""

    breaks: int
    idle: int


def days_of(slots: Sequence[Slot]) -> list[list[int]]:
    """The indices of the slots of each day, in the order of time."""
    days: dict[int, list[int]] = {}
    for index, slot in enumerate(slots):
        days.setdefault(slot.day, []).append(index)
    return list(days.values())


def waiting(busy: int, present: int, days: Sequence[Sequence[int]]) -> Waiting:
    """Breaks and idle slots of one participant; `busy` and `present` are bit sets of slots."""
    breaks = idle = 0
    for day in days:
        free, met = 0, False
        for slot in day:
            if busy >> slot & 1:
                if met and free:
                    breaks += 1
                    idle += free
                free, met = 0, True
            elif present >> slot & 1:
                free += 1
    return Waiting(breaks, idle)


def presence(problem: Problem) -> list[int]:
    """Per participant the bit set of the slots in which it is present."""
    return [sum(1 << t for t, capacity in enumerate(p.capacity) if capacity) for p in problem.participants]


def waiting_of_each(problem: Problem, busy: Sequence[int]) -> list[Waiting]:
    """Breaks and idle slots of each participant, if they are busy in these slots (bit sets)."""
    days = days_of(problem.slots)
    return [waiting(bits, present, days) for bits, present in zip(busy, presence(problem), strict=True)]


def waiting_of_all(problem: Problem, busy: Sequence[int]) -> Waiting:
    """Breaks and idle slots in sum, if each participant is busy in these slots (bit sets)."""
    each = waiting_of_each(problem, busy)
    return Waiting(sum(w.breaks for w in each), sum(w.idle for w in each))
