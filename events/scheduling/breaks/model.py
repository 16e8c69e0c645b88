"""What is asked: meetings with the slots that each may have, and whose breaks are counted where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Calendar:
    """K meetings of N parties in T slots; only the slots of the meetings are sought."""

    ends: Sequence[tuple[int, int]]
    """(K) the two parties of each meeting."""
    choices: Sequence[Sequence[int]]
    """(K) the slots that a meeting may have, ascending."""
    capacity: Sequence[Sequence[int]]
    """(N, T) meetings of a party at once."""
    rooms: Sequence[int]
    """(T) meetings at once in all."""
    days: Sequence[Sequence[Sequence[int]]]
    """(N) per party its days, each the slots that count, in the order of time: a break is a maximal row of free ones
    of a day between two busy ones. Every slot in which the party may meet is in one of its days."""
    before: Sequence[tuple[int, int]] = ()
    """(i, j): meeting i has an earlier slot than meeting j."""
    fairness: int | None = None
    """Greatest difference between the breaks of any two parties."""

    @property
    def of_party(self) -> list[list[int]]:
        """(N) the meetings of each party."""
        meetings: list[list[int]] = [[] for _ in self.capacity]
        for meeting, ends in enumerate(self.ends):
            for party in ends:
                meetings[party].append(meeting)
        return meetings


def breaks_of(days: Sequence[Sequence[int]], busy: set[int]) -> int:
    """Breaks of one party that is busy in these slots."""
    breaks = 0
    for day in days:
        row = [slot in busy for slot in day]
        starts = sum(now and not earlier for earlier, now in zip([False, *row], row, strict=False))
        breaks += max(0, starts - 1)
    return breaks


def breaks_of_all(calendar: Calendar, slots: Sequence[int]) -> list[int]:
    """(N) breaks of each party if the meetings have these slots."""
    busy: list[set[int]] = [set() for _ in calendar.capacity]
    for ends, slot in zip(calendar.ends, slots, strict=True):
        for party in ends:
            busy[party].add(slot)
    return [breaks_of(days, met) for days, met in zip(calendar.days, busy, strict=True)]


def kept(calendar: Calendar, slots: Sequence[int]) -> bool:
    """Whether these slots keep every rule of the calendar."""
    held: dict[tuple[int, int], int] = {}
    load = [0] * len(calendar.rooms)
    for ends, slot, choices in zip(calendar.ends, slots, calendar.choices, strict=True):
        if slot not in choices:
            return False
        load[slot] += 1
        for party in ends:
            held[party, slot] = held.get((party, slot), 0) + 1
    breaks = breaks_of_all(calendar, slots)
    return (
        all(count <= room for count, room in zip(load, calendar.rooms, strict=True))
        and all(count <= calendar.capacity[party][slot] for (party, slot), count in held.items())
        and all(slots[first] < slots[second] for first, second in calendar.before)
        and (calendar.fairness is None or max(breaks, default=0) - min(breaks, default=0) <= calendar.fairness)
    )
