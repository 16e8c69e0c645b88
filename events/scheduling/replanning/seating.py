"""Tables for the meetings that have a new place: the one they had, else one where the two sit anyway."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from events.scheduling.problem import Problem
from events.scheduling.replanning.options import Ends, Group, group_of
from events.scheduling.timetable import Meeting


def seated(
    problem: Problem,
    stays: Mapping[Ends, Meeting],
    places: Mapping[Ends, tuple[int, Group]],
    old: Mapping[Ends, Meeting],
) -> dict[Ends, Meeting]:
    """A meeting for each of `places` at a free table of its group; what stays keeps its own.

    Args: old: where pairs met before, table -1 if it is no more. Those with a table of their own to keep choose first.
    """
    named = {meeting.ends: meeting.table for meeting in problem.fixed if meeting.table is not None}
    free: dict[tuple[int, Group], list[int]] = defaultdict(list)
    taken = {(meeting.slot, meeting.table) for meeting in stays.values()} | set(problem.closed)
    taken |= {(places[ends][0], table) for ends, table in named.items() if ends in places}
    for slot in {slot for slot, _group in places.values()}:
        for table in range(len(problem.tables)):
            if (slot, table) not in taken:
                free[slot, group_of(problem, table)].append(table)
    sits = _Sits(problem, stays)
    seats = {ends: Meeting(*ends, places[ends][0], table) for ends, table in named.items() if ends in places}
    for ends in sorted(places.keys() - seats.keys(), key=lambda pair: (pair not in old, places[pair][0], pair)):
        slot, group = places[ends]
        before = old[ends].table if ends in old else -1
        table = min(free[slot, group], key=lambda each: (each != before, *sits.cost(ends, slot, each), each))
        free[slot, group].remove(table)
        seats[ends] = Meeting(*ends, slot, table)
        sits.add(seats[ends])
    return seats


class _Sits:
    """Where everybody sits, to count changes of table and zone."""

    def __init__(self, problem: Problem, stays: Mapping[Ends, Meeting]) -> None:
        self.problem = problem
        self.of_party: dict[int, list[Meeting]] = defaultdict(list)
        for meeting in stays.values():
            self.add(meeting)

    def add(self, meeting: Meeting) -> None:
        for party in meeting.ends:
            self.of_party[party].append(meeting)

    def cost(self, ends: Ends, slot: int, table: int) -> tuple[int, int]:
        """Changes of table and of zone from each party's nearest other meeting of the day."""
        changes = walks = 0
        for party in ends:
            day = self.problem.slots[slot].day
            others = [each for each in self.of_party[party] if self.problem.slots[each.slot].day == day]
            if others:
                nearest = min(others, key=lambda each: (abs(each.slot - slot), each))
                changes += nearest.table != table
                walks += self.problem.tables[nearest.table].zone != self.problem.tables[table].zone
        return changes, walks
