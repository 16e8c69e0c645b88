"""Who is busy when, with whom, and what making room for another meeting costs: lookups in a timetable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from events.scheduling.problem import Problem
from events.scheduling.timetable import Meeting, Timetable

Ends = tuple[int, int]
NOBODY = -1
"""The owner of the tables that belong to nobody."""


class Room(NamedTuple):
    """A slot in which a pair could meet if these meetings were cancelled."""

    shortfall: int
    """What the minima would lack more than now."""
    cost: int
    """The score of the cancelled meetings less that of the pair."""
    slot: int
    cancelled: tuple[Meeting, ...]


class Occupancy:
    """The lookups. Musts and fixed meetings count as meetings that cannot be cancelled."""

    def __init__(self, problem: Problem, timetable: Timetable) -> None:
        self.problem = problem
        self.scores = problem.scores
        self.required = problem.required
        slots = range(len(problem.slots))
        owners = (NOBODY, *problem.owned)
        self.tables: dict[int, list[list[int]]] = {owner: [[] for _ in slots] for owner in owners}
        for slot in slots:
            for table in problem.open_tables(slot):
                owner = problem.tables[table].owner
                self.tables[NOBODY if owner is None else owner][slot].append(table)
        self.in_slot: dict[int, list[list[Meeting]]] = {owner: [[] for _ in slots] for owner in owners}
        self.here: list[list[list[Meeting]]] = [[[] for _ in slots] for _ in problem.participants]
        self.of_party: list[list[Meeting]] = [[] for _ in problem.participants]
        self.seats = {(meeting.slot, meeting.table) for meeting in timetable.meetings}
        for meeting in timetable.meetings:
            self.in_slot[self.owner(meeting.ends)][meeting.slot].append(meeting)
            for party in meeting.ends:
                self.of_party[party].append(meeting)
                self.here[party][meeting.slot].append(meeting)

    def owner(self, ends: Ends) -> int:
        """Whose tables these two use."""
        return next((party for party in ends if party in self.problem.owned), NOBODY)

    def worth(self, meeting: Meeting) -> int:
        """The score of a meeting."""
        return self.scores.get(meeting.ends, 0)

    def count(self, party: int) -> int:
        """Meetings of a party."""
        return len(self.of_party[party])

    def present(self, party: int, slot: int) -> bool:
        """Whether it is there."""
        return self.problem.participants[party].capacity[slot] > 0

    def free(self, party: int, slot: int) -> bool:
        """Whether it could take another meeting in the slot, its maximum apart."""
        return len(self.here[party][slot]) < self.problem.participants[party].capacity[slot]

    def at_maximum(self, party: int) -> bool:
        """Whether it has as many meetings as it may have."""
        return self.count(party) >= self.problem.participants[party].maximum

    def common_slots(self, ends: Ends) -> list[int]:
        """The slots in which both are there and a table that they may use is open."""
        tables = self.tables[self.owner(ends)]
        return [slot for slot, here in enumerate(tables) if here and all(self.present(party, slot) for party in ends)]

    def full(self, party: int) -> bool:
        """Whether the party can take no further meeting, with whomever."""
        if self.at_maximum(party):
            return True
        groups = [party] if party in self.problem.owned else list(self.tables)
        return not any(
            self.free(party, slot) and any(self.tables[owner][slot] for owner in groups)
            for slot in range(len(self.problem.slots))
        )

    def crowded(self, ends: Ends, slot: int) -> bool:
        """Whether all tables that these two may use are taken."""
        owner = self.owner(ends)
        return len(self.in_slot[owner][slot]) >= len(self.tables[owner][slot])

    def free_tables(self, ends: Ends, slot: int) -> list[int]:
        """The tables left for these two."""
        return [table for table in self.tables[self.owner(ends)][slot] if (slot, table) not in self.seats]

    def obstacles(self, ends: Ends, slot: int) -> set[Meeting]:
        """The meetings that keep two parties, both present, from meeting in this slot."""
        busy = {meeting for party in ends if not self.free(party, slot) for meeting in self.here[party][slot]}
        if busy or not self.crowded(ends, slot):
            return busy
        return set(self.in_slot[self.owner(ends)][slot])

    def room_for(self, ends: Ends) -> Room | None:
        """The cheapest way to make room for a pair by cancelling meetings that are no musts; None if there is none."""
        rooms = (room for slot in self.common_slots(ends) for room in self._rooms(ends, slot))
        return min(rooms, default=None)

    def _rooms(self, ends: Ends, slot: int) -> Iterable[Room]:
        """Of each party the cheapest meeting in its way is cancelled, here or (for its maximum) anywhere."""
        crowded, owner = self.crowded(ends, slot), self.owner(ends)
        for first in self._choices(ends[0], slot):
            for second in self._choices(ends[1], slot):
                cancelled = {*first, *second}
                if crowded and not any(each.slot == slot and self.owner(each.ends) == owner for each in cancelled):
                    cancelled |= set(self._cheapest(self.in_slot[owner][slot]))
                    if not any(each.slot == slot for each in cancelled):
                        continue  # only musts sit there
                yield self._room(ends, slot, cancelled)

    def _choices(self, party: int, slot: int) -> list[list[Meeting]]:
        """Ways to let a party take a meeting in a slot; empty if only cancelling a must would."""
        if not self.free(party, slot):
            least = self._cheapest(self.here[party][slot])
            return [least] if least else []
        if not self.at_maximum(party):
            return [[]]
        ways = (self._cheapest(meetings) for meetings in (self.of_party[party], self.here[party][slot]))
        return [least for least in ways if least]

    def _cheapest(self, meetings: Iterable[Meeting]) -> list[Meeting]:
        """The meeting of the least score that is no must, if there is one."""
        free = [(self.worth(meeting), meeting) for meeting in meetings if meeting.ends not in self.required]
        return [min(free)[1]] if free else []

    def _room(self, ends: Ends, slot: int, cancelled: set[Meeting]) -> Room:
        change = dict.fromkeys(ends, 1)
        for meeting in cancelled:
            for party in meeting.ends:
                change[party] = change.get(party, 0) - 1
        shortfall = sum(self._lacking(party, gain) - self._lacking(party, 0) for party, gain in change.items())
        cost = sum(map(self.worth, cancelled)) - self.scores.get(ends, 0)
        return Room(shortfall, cost, slot, tuple(sorted(cancelled)))

    def _lacking(self, party: int, gain: int) -> int:
        return max(0, self.problem.participants[party].minimum - self.count(party) - gain)
