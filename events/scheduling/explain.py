"""Why a wish was not met: for every pair that wished to meet and does not, what stands in its way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from events.scheduling.problem import Problem
from events.scheduling.timetable import Meeting, Timetable


class Reason(StrEnum):
    """What stands in the way of a wish, the first that applies."""

    FORBIDDEN = "forbidden"
    """One of the two said no."""
    NO_COMMON_SLOT = "no common slot"
    """There is no slot in which both are present and a table is open."""
    BOTH_FULL = "both full"
    SCHOOL_FULL = "school full"
    """It has its maximum of meetings, or one in every slot in which it is present."""
    ENTERPRISE_FULL = "enterprise full"
    OUTBID = "outbid"
    """Both have time left, but in each slot that they share one of them meets another, or all tables are taken."""
    POSSIBLE = "possible"
    """Nothing: the meeting could be added as it is. Never so in a timetable that is proven optimal."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish that was not met."""

    school: int
    enterprise: int
    must: bool
    reason: Reason
    detail: str
    """For people, in English, with the participants' ids."""
    by: tuple[Meeting, ...]
    """The meetings that stand in the way, those of the lowest score first: cancelling one may make room."""


def unmet(problem: Problem, timetable: Timetable) -> list[Unmet]:
    """Every must and every pair of `problem.pairs` that does not meet, in the order of their indices.

    The timetable has to be one of the problem's (see `verify.violations`), but need not keep its rules.
    """
    met = {meeting.ends for meeting in timetable.meetings}
    wishes = {pair.ends for pair in problem.pairs} | problem.required
    explanation = _Explanation(problem, timetable)
    return [explanation.of(ends) for ends in sorted(wishes - met)]


class _Explanation:
    """Who is busy when, and with whom."""

    def __init__(self, problem: Problem, timetable: Timetable) -> None:
        self.problem = problem
        self.scores = problem.scores
        self.forbidden = set(problem.forbidden)
        self.tables = [len(problem.open_tables(slot)) for slot in range(len(problem.slots))]
        self.load = Counter(meeting.slot for meeting in timetable.meetings)
        self.in_slot: list[list[Meeting]] = [[] for _ in problem.slots]
        self.of_party: list[list[Meeting]] = [[] for _ in problem.participants]
        for meeting in timetable.meetings:
            self.in_slot[meeting.slot].append(meeting)
            for party in meeting.ends:
                self.of_party[party].append(meeting)

    def of(self, ends: tuple[int, int]) -> Unmet:
        """Why these two do not meet."""
        reason, by = self._reason(ends)
        by = sorted(by, key=lambda meeting: (self.scores.get(meeting.ends, 0), meeting))
        return Unmet(*ends, ends in self.problem.required, reason, self._detail(ends, reason, by), tuple(by))

    def _reason(self, ends: tuple[int, int]) -> tuple[Reason, Sequence[Meeting]]:
        first, second = ends
        open_slots = [slot for slot, tables in enumerate(self.tables) if tables]
        common = [slot for slot in open_slots if self._present(first, slot) and self._present(second, slot)]
        if ends in self.forbidden:
            return Reason.FORBIDDEN, []
        if not common:
            return Reason.NO_COMMON_SLOT, []
        full = [party for party in ends if self._full(party)]
        by = {meeting for party in full for meeting in self.of_party[party]}
        if len(full) == 2:
            return Reason.BOTH_FULL, list(by)
        if full:
            return Reason.SCHOOL_FULL if full == [first] else Reason.ENTERPRISE_FULL, list(by)
        obstacles = [self._obstacles(ends, slot) for slot in common]
        if not all(obstacles):
            return Reason.POSSIBLE, []
        return Reason.OUTBID, list(set().union(*obstacles))

    def _present(self, party: int, slot: int) -> bool:
        return self.problem.participants[party].capacity[slot] > 0

    def _here(self, party: int, slot: int) -> list[Meeting]:
        return [meeting for meeting in self.of_party[party] if meeting.slot == slot]

    def _free(self, party: int, slot: int) -> bool:
        return len(self._here(party, slot)) < self.problem.participants[party].capacity[slot]

    def _full(self, party: int) -> bool:
        """Whether the party can take no further meeting, with whomever."""
        if len(self.of_party[party]) >= self.problem.participants[party].maximum:
            return True
        return not any(tables and self._free(party, slot) for slot, tables in enumerate(self.tables))

    def _obstacles(self, ends: tuple[int, int], slot: int) -> set[Meeting]:
        """The meetings that keep two parties, both present, from meeting in this slot."""
        busy = {meeting for party in ends if not self._free(party, slot) for meeting in self._here(party, slot)}
        if busy or self.load[slot] < self.tables[slot]:
            return busy
        return set(self.in_slot[slot])

    def _detail(self, ends: tuple[int, int], reason: Reason, by: Sequence[Meeting]) -> str:
        names = [self.problem.participants[party].id for party in ends]
        text = f"{'–'.join(names)}: {reason}"
        if reason in (Reason.SCHOOL_FULL, Reason.ENTERPRISE_FULL, Reason.BOTH_FULL):
            counts = (f"{self.problem.participants[p].id} has {len(self.of_party[p])} meetings" for p in ends)
            text += f" ({', '.join(counts)})"
        if by:
            first = "–".join(self.problem.participants[party].id for party in by[0].ends)
            text += f"; least of the {len(by)} in the way: {first} in slot {by[0].slot}"
        return text
