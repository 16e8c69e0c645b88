"""The old timetable in the new problem: what stays, what has lost its place and may find another, what is gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from events.scheduling.problem import Problem
from events.scheduling.timetable import Meeting, Timetable

Ends = tuple[int, int]


class Why(StrEnum):
    """Why a meeting is not where it was."""

    ABSENT = "absent"
    """One of the two is not there in its slot."""
    GONE = "gone"
    """One of the two no longer takes part."""
    TABLE = "table closed"
    SLOT = "slot gone"
    OVERBOOKED = "overbooked"
    """One of the two holds fewer meetings, in the slot or in all."""
    FORBIDDEN = "forbidden"
    UNWISHED = "no longer wished"
    FIXED = "fixed elsewhere"
    GAIN = "gain"
    """It could have stayed: it makes room for more than its moving costs."""
    ROOM = "room"
    """It could have stayed: it makes room for one that could not, which would have been cancelled."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A meeting that does not take place."""

    meeting: Meeting
    """In the indices of the old problem."""
    ids: tuple[str, str]
    why: Why


@dataclass
class Carried:
    """Every old meeting is in one of `stays`, `displaced` and `gone`."""

    stays: dict[Ends, Meeting] = field(default_factory=dict)
    """By pair in new indices: it can remain where it is, and past ones do."""
    displaced: dict[Ends, Why] = field(default_factory=dict)
    """By pair in new indices: it may take place, but not there."""
    gone: list[Cancelled] = field(default_factory=list)
    """It can no longer take place at all."""
    before: dict[Ends, Meeting] = field(default_factory=dict)
    """By pair in new indices the meeting in old indices."""
    place: dict[Ends, Meeting] = field(default_factory=dict)
    """The same in new indices; slot or table -1 if they no longer exist."""
    touched: set[int] = field(default_factory=set)
    """Parties, in new indices, who lose a meeting or the place of one, who are new, or freer than before."""


def carry(problem: Problem, timetable: Timetable, changed: Problem, *, now: int) -> Carried:
    """Sort the old meetings; slots before `now` (of the new problem) are past. Ids and times tell what is the same."""
    carried = Carried()
    _translate(problem, timetable, changed, carried)
    judge = _Judge(changed, now)
    for ends, meeting in sorted(carried.place.items(), key=lambda item: judge.priority(*item)):
        why = judge.objection(ends, meeting)
        if why is None:
            carried.stays[ends] = meeting
            judge.seat(meeting)
        elif judge.possible(ends):
            carried.displaced[ends] = why
        else:
            names = (changed.participants[ends[0]].id, changed.participants[ends[1]].id)
            carried.gone.append(Cancelled(carried.before[ends], names, why))
            carried.touched.update(ends)
    carried.touched.update(party for ends in carried.displaced for party in ends)
    carried.touched |= _freer(problem, changed, now)
    return carried


def happened(problem: Problem, timetable: Timetable, changed: Problem, now: int) -> set[Ends]:
    """The pairs, in new indices, who met before slot `now` of the new problem."""
    carried = Carried()
    _translate(problem, timetable, changed, carried)
    return {ends for ends, meeting in carried.place.items() if 0 <= meeting.slot < now}


def _translate(problem: Problem, timetable: Timetable, changed: Problem, carried: Carried) -> None:
    """The meetings in new indices; those of who no longer takes part are gone."""
    party = {each.id: k for k, each in enumerate(changed.participants)}
    slot = {(each.day, each.start): k for k, each in enumerate(changed.slots)}
    table = {each.id: k for k, each in enumerate(changed.tables)}
    for meeting in timetable.meetings:
        names = (problem.participants[meeting.school].id, problem.participants[meeting.enterprise].id)
        school, enterprise = (party.get(name, -1) for name in names)
        if min(school, enterprise) < 0:
            carried.gone.append(Cancelled(meeting, names, Why.GONE))
            carried.touched.update(index for index in (school, enterprise) if index >= 0)
            continue
        time = problem.slots[meeting.slot]
        at, seat = slot.get((time.day, time.start), -1), table.get(problem.tables[meeting.table].id, -1)
        carried.before[school, enterprise] = meeting
        carried.place[school, enterprise] = Meeting(school, enterprise, at, seat)


def _freer(problem: Problem, changed: Problem, now: int) -> set[int]:
    """The parties of the new problem that are new, can hold more meetings in a slot or in all, or may meet others."""
    slot = {(each.day, each.start): k for k, each in enumerate(problem.slots)}
    old = {each.id: each for each in problem.participants}
    freer = set()
    for party, each in enumerate(changed.participants):
        before = old.get(each.id)
        if before is None or each.maximum > before.maximum:
            freer.add(party)
            continue
        for k in range(now, len(changed.slots)):
            at = slot.get((changed.slots[k].day, changed.slots[k].start))
            if each.capacity[k] > (0 if at is None else before.capacity[at]):
                freer.add(party)
    return freer | _newly_paired(problem, changed)


def _newly_paired(problem: Problem, changed: Problem) -> set[int]:
    """The parties of pairs that may meet, or must, only now."""

    def names(of: Problem, pairs: Iterable[Ends]) -> set[tuple[str, str]]:
        return {(of.participants[i].id, of.participants[j].id) for i, j in pairs}

    new = names(changed, changed.scores) - names(problem, problem.scores)
    new |= names(changed, changed.required) - names(problem, problem.required)
    paired = {name for pair in new for name in pair}
    return {party for party, each in enumerate(changed.participants) if each.id in paired}


class _Judge:
    """Can a meeting remain where it is, all those before it having remained?"""

    def __init__(self, changed: Problem, now: int) -> None:
        self.changed = changed
        self.now = now
        self.scores = changed.scores
        self.required = changed.required
        self.forbidden = set(changed.forbidden)
        self.closed = set(changed.closed)
        self.fixed = {meeting.ends: meeting for meeting in changed.fixed}
        self.reserved = {(each.slot, each.table): each.ends for each in changed.fixed if each.table is not None}
        self.held: dict[tuple[int, int], int] = defaultdict(int)
        self.count: dict[int, int] = defaultdict(int)

    def priority(self, ends: Ends, meeting: Meeting) -> tuple[bool, bool, bool, int, Ends]:
        """The past first, then what has to be, then by score: who comes late may be the one too many."""
        past = 0 <= meeting.slot < self.now
        return not past, ends not in self.fixed, ends not in self.required, -self.scores.get(ends, 0), ends

    def seat(self, meeting: Meeting) -> None:
        """It remains."""
        for party in meeting.ends:
            self.held[party, meeting.slot] += 1
            self.count[party] += 1

    def objection(self, ends: Ends, meeting: Meeting) -> Why | None:
        """Why it cannot remain."""
        if 0 <= meeting.slot < self.now:
            return None
        return self._pair(ends) or self._time(ends, meeting) or self._seat(ends, meeting)

    def possible(self, ends: Ends) -> bool:
        """Whether it may still take place in some slot, were it free."""
        first, second = (self.changed.participants[party] for party in ends)
        if self._pair(ends) or any(self.count[k] >= self.changed.participants[k].maximum for k in ends):
            return False
        return any(first.capacity[slot] and second.capacity[slot] for slot in range(self.now, len(self.changed.slots)))

    def _pair(self, ends: Ends) -> Why | None:
        if ends in self.forbidden:
            return Why.FORBIDDEN
        return None if ends in self.scores else Why.UNWISHED

    def _time(self, ends: Ends, meeting: Meeting) -> Why | None:
        if meeting.slot < 0:
            return Why.SLOT
        parties = [self.changed.participants[party] for party in ends]
        if not all(each.capacity[meeting.slot] for each in parties):
            return Why.ABSENT
        fixed = self.fixed.get(ends)
        if fixed is not None and fixed.slot != meeting.slot:
            return Why.FIXED
        held = zip(ends, parties, strict=True)
        full = any(self.held[k, meeting.slot] >= each.capacity[meeting.slot] for k, each in held)
        over = any(self.count[k] >= each.maximum for k, each in zip(ends, parties, strict=True))
        return Why.OVERBOOKED if full or over else None

    def _seat(self, ends: Ends, meeting: Meeting) -> Why | None:
        """The table is gone, closed, kept for a fixed meeting, or another one is named."""
        place = meeting.slot, meeting.table
        if meeting.table < 0 or place in self.closed:
            return Why.TABLE
        fixed = self.fixed.get(ends)
        elsewhere = fixed is not None and fixed.table not in (None, meeting.table)
        return Why.FIXED if elsewhere or self.reserved.get(place, ends) != ends else None
