"""Why a wish was not met: for every pair that wished to meet and does not, what stands in its way, and its price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from events.scheduling.occupancy import Occupancy
from events.scheduling.problem import Problem
from events.scheduling.timetable import Meeting, Timetable
from events.scheduling.verify import violations


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
    RULE = "rule"
    """There is a place for it, but one of the optional rules (runs, zones, precedences, breaks) forbids it there."""
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
    """The meetings that stand in the way, those of the lowest score first."""
    instead: tuple[Meeting, ...] = ()
    """The meetings to cancel so that it could be forced, in `slot`, at the least cost; no musts."""
    slot: int | None = None
    """None if nothing but cancelling musts, or not even that, would make room."""
    cost: int | None = None
    """By how much it was outbid: the score of `instead` less its own. Forcing it costs so much at most, as others may
    take what then is free."""
    shortfall: int = 0
    """What the minima would lack then, more than now."""


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
        self.timetable = timetable
        self.occupancy = Occupancy(problem, timetable)
        self.forbidden = set(problem.forbidden)
        rules = problem.rules
        self.ruled = bool(rules.precedences or rules.zone_change_gap or rules.break_for_all)
        self.ruled = self.ruled or rules.max_run is not None or rules.max_break_difference is not None

    def of(self, ends: tuple[int, int]) -> Unmet:
        """Why these two do not meet."""
        reason, by = self._reason(ends)
        by = sorted(by, key=lambda meeting: (self.occupancy.worth(meeting), meeting))
        required = ends in self.problem.required
        room = None if reason in (Reason.FORBIDDEN, Reason.NO_COMMON_SLOT) else self.occupancy.room_for(ends)
        detail = self._detail(ends, reason, by)
        if not by or room is None:
            detail += "; only musts are in its way" if by else ""
            return Unmet(*ends, required, reason, detail, tuple(by))
        others = ", ".join(self._names(meeting.ends) for meeting in room.cancelled)
        detail += f"; forcing it in slot {room.slot} instead of {others} would cost {room.cost} in score at most"
        if room.shortfall > 0:
            detail += f" and leave minima short by {room.shortfall}"
        return Unmet(*ends, required, reason, detail, tuple(by), room.cancelled, room.slot, room.cost, room.shortfall)

    def _reason(self, ends: tuple[int, int]) -> tuple[Reason, Sequence[Meeting]]:
        occupancy = self.occupancy
        common = occupancy.common_slots(ends)
        if ends in self.forbidden:
            return Reason.FORBIDDEN, []
        if not common:
            return Reason.NO_COMMON_SLOT, []
        full = [party for party in ends if occupancy.full(party)]
        by = {meeting for party in full for meeting in occupancy.of_party[party]}
        if len(full) == 2:
            return Reason.BOTH_FULL, list(by)
        if full:
            return Reason.SCHOOL_FULL if full == [ends[0]] else Reason.ENTERPRISE_FULL, list(by)
        obstacles = [occupancy.obstacles(ends, slot) for slot in common]
        if all(obstacles):
            return Reason.OUTBID, list(set().union(*obstacles))
        free = [slot for slot, meetings in zip(common, obstacles, strict=True) if not meetings]
        return (Reason.RULE if self.ruled and self._ruled_out(ends, free) else Reason.POSSIBLE), []

    def _ruled_out(self, ends: tuple[int, int], slots: Sequence[int]) -> bool:
        """Whether the meeting would break a rule wherever there is a place for it."""
        before = {(each.rule, each.message) for each in violations(self.problem, self._with())}
        for slot in slots:
            for table in self.occupancy.free_tables(ends, slot):
                after = violations(self.problem, self._with(Meeting(*ends, slot, table)))
                if {(each.rule, each.message) for each in after} <= before:
                    return False
        return True

    def _with(self, *more: Meeting) -> Timetable:
        return Timetable(self.timetable.fair, (*self.timetable.meetings, *more))

    def _names(self, ends: tuple[int, int]) -> str:
        return "–".join(self.problem.participants[party].id for party in ends)

    def _detail(self, ends: tuple[int, int], reason: Reason, by: Sequence[Meeting]) -> str:
        text = f"{self._names(ends)}: {reason}"
        if reason in (Reason.SCHOOL_FULL, Reason.ENTERPRISE_FULL, Reason.BOTH_FULL):
            count = self.occupancy.count
            counts = (f"{self.problem.participants[party].id} has {count(party)} meetings" for party in ends)
            text += f" ({', '.join(counts)})"
        if by:
            text += f"; least of the {len(by)} in the way: {self._names(by[0].ends)} in slot {by[0].slot}"
        return text
