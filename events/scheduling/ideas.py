"""Small changes of a fair that could let more wishes be met, before any of them is tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from events.scheduling.occupancy import Ends, Occupancy
from events.scheduling.problem import Problem, Table
from events.scheduling.timetable import Timetable

EXTRA = "+1"
"""The id of a table that is tried."""


class HelpKind(StrEnum):
    """What is changed, cheapest first."""

    MAXIMUM = "maximum"
    """One meeting more for somebody who is there anyway."""
    TABLE = "table"
    """One more table in a slot."""
    PRESENCE = "presence"
    """Somebody is there for one slot more, or until the end of a session."""


@dataclass(frozen=True, slots=True)
class Idea:
    """A change to be tried."""

    kind: HelpKind
    detail: str
    problem: Problem
    hope: tuple[bool, int]
    """Whether it may serve a minimum, and the best score that it may add by itself."""
    party: int | None = None
    slots: tuple[int, ...] = ()

    @property
    def cost(self) -> tuple[int, int]:
        """The cheapest kind first, then the shortest presence."""
        return list(HelpKind).index(self.kind), len(self.slots)


class Ideas:
    """What stands in the way of wishes, one change each."""

    def __init__(self, problem: Problem, timetable: Timetable) -> None:
        self.problem = problem
        self.occupancy = occupancy = Occupancy(problem, timetable)
        met = {meeting.ends for meeting in timetable.meetings}
        self.unmet = [ends for ends in problem.scores if ends not in met]
        self.slots = range(len(problem.slots))
        self.spare = [
            0 if occupancy.at_maximum(party) else self._free(party) for party in range(len(problem.participants))
        ]
        self.open = {
            owner: sum(1 << slot for slot in self.slots if len(occupancy.in_slot[owner][slot]) < len(tables[slot]))
            for owner, tables in occupancy.tables.items()
        }

    def _free(self, party: int) -> int:
        """The slots in which a party is there and free, as bits."""
        return sum(1 << slot for slot in self.slots if self.occupancy.free(party, slot))

    def all(self) -> Iterator[Idea]:
        """Every change that would let a wish be met as things stand."""
        yield from self._maxima()
        yield from self._tables()
        yield from self._presences()

    def _hope(self, pairs: list[Ends]) -> tuple[bool, int]:
        lacking = any(
            self.occupancy.count(party) < self.problem.participants[party].minimum for ends in pairs for party in ends
        )
        return lacking, max(self.problem.scores[ends] for ends in pairs)

    def _maxima(self) -> Iterator[Idea]:
        wishes: dict[int, list[Ends]] = {}
        for ends in self.unmet:
            for party, other in (ends, ends[::-1]):
                if self.occupancy.at_maximum(party):
                    free = self._free(party) & self.spare[other] & self.open[self.occupancy.owner(ends)]
                    if free:
                        wishes.setdefault(party, []).append(ends)
        for party, pairs in wishes.items():
            each = self.problem.participants[party]
            told = f"a maximum of {each.maximum + 1} for {each.id}"
            changed = _with(self.problem, party, maximum=each.maximum + 1)
            yield Idea(HelpKind.MAXIMUM, told, changed, self._hope(pairs), party)

    def _tables(self) -> Iterator[Idea]:
        for slot in self.slots:
            crowded = [
                ends
                for ends in self.unmet
                if (self.spare[ends[0]] & self.spare[ends[1]] & ~self.open[self.occupancy.owner(ends)]) >> slot & 1
                and self.occupancy.owner(ends) not in self.problem.owned
            ]
            if crowded:
                told = f"one more table in {_named(self.problem, slot)}"
                changed = _with_table(self.problem, slot)
                yield Idea(HelpKind.TABLE, told, changed, self._hope(crowded), None, (slot,))

    def _presences(self) -> Iterator[Idea]:
        wishes: dict[tuple[int, int], list[Ends]] = {}
        for ends in self.unmet:
            for party, other in (ends, ends[::-1]):
                if not self.occupancy.at_maximum(party):
                    bits = self.spare[other] & self.open[self.occupancy.owner(ends)]
                    for slot in self.slots:
                        if bits >> slot & 1 and not self.occupancy.present(party, slot):
                            wishes.setdefault((party, slot), []).append(ends)
        for (party, slot), pairs in wishes.items():
            for slots in self._spans(party, slot):
                told, changed = _present(self.problem, party, slots)
                yield Idea(HelpKind.PRESENCE, told, changed, self._hope(pairs), party, slots)

    def _spans(self, party: int, slot: int) -> list[tuple[int, ...]]:
        """The slot itself, and all absences of the session if it is the first of them."""
        session = self.problem.slots[slot]
        alike = [
            at
            for at in self.slots
            if (self.problem.slots[at].day, self.problem.slots[at].session) == (session.day, session.session)
            and not self.occupancy.present(party, at)
        ]
        return [(slot,), tuple(alike)] if alike[0] == slot and len(alike) > 1 else [(slot,)]


def for_pair(problem: Problem, timetable: Timetable, ends: Ends) -> Iterator[Idea]:
    """Changes that could let these two meet, who then have to: maxima, and one thing more."""
    occupancy = Occupancy(problem, timetable)
    base, told, party = replace(problem, must=(*problem.must, ends)), "", None
    for full in (each for each in ends if occupancy.at_maximum(each)):
        more = problem.participants[full].maximum + 1
        base, party = _with(base, full, maximum=more), full
        told += f"{' and ' if told else ''}a maximum of {more} for {problem.participants[full].id}"
    if told:
        yield Idea(HelpKind.MAXIMUM, told, base, (True, 0), party)
        told += " and "
    for slot in occupancy.common_slots(ends):
        if occupancy.crowded(ends, slot) and occupancy.owner(ends) not in problem.owned:
            more_tables = f"{told}one more table in {_named(problem, slot)}"
            yield Idea(HelpKind.TABLE, more_tables, _with_table(base, slot), (True, 0), None, (slot,))
    for absent, other in (ends, ends[::-1]):
        for slot in range(len(problem.slots)):
            if occupancy.present(other, slot) and not occupancy.present(absent, slot):
                there, changed = _present(base, absent, (slot,))
                yield Idea(HelpKind.PRESENCE, told + there, changed, (True, 0), absent, (slot,))


def _named(problem: Problem, *slots: int) -> str:
    """Slots with the times of day at which they start."""
    times = [divmod(problem.slots[slot].start, 60) for slot in slots]
    words = [f"{slot} ({hour:02}:{minute:02})" for slot, (hour, minute) in zip(slots, times, strict=True)]
    return f"slot {words[0]}" if len(words) == 1 else f"slots {', '.join(words)}"


def _with_table(problem: Problem, slot: int) -> Problem:
    """The problem with a further table, open in this slot only."""
    last = len(problem.tables)
    closed = ((at, last) for at in range(len(problem.slots)) if at != slot)
    return replace(problem, tables=(*problem.tables, Table(EXTRA, 0)), closed=(*problem.closed, *closed))


def _present(problem: Problem, party: int, slots: tuple[int, ...]) -> tuple[str, Problem]:
    """The problem in which a participant is there in these slots too, and how to say that."""
    each = problem.participants[party]
    capacity = tuple(max(held, int(at in slots)) for at, held in enumerate(each.capacity))
    return f"{each.id} there in {_named(problem, *slots)}", _with(problem, party, capacity=capacity)


def _with(
    problem: Problem, party: int, *, maximum: int | None = None, capacity: tuple[int, ...] | None = None
) -> Problem:
    """The problem with one participant changed."""
    parties = list(problem.participants)
    each = parties[party]
    parties[party] = replace(
        each,
        maximum=each.maximum if maximum is None else maximum,
        capacity=each.capacity if capacity is None else capacity,
    )
    return replace(problem, participants=tuple(parties))
