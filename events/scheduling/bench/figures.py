"""What a timetable is worth, in the order of the objective."""

from __future__ import annotations

from typing import NamedTuple

from events.scheduling.problem import Problem
from events.scheduling.quality import days_of, presence, waiting
from events.scheduling.timetable import Timetable


class Worth(NamedTuple):
    """The smaller of two is the better one; every part counts only where those before are equal."""

    shortfall: int
    """Meetings lacking to the minima, in sum."""
    lost_score: int
    """The score, negative."""
    breaks: int
    idle: int
    """Slots in all breaks."""
    changes: int
    """Times that a participant's next meeting of the day is at another table."""

    @property
    def score(self) -> int:
        """Sum of the scores of the pairs that meet."""
        return -self.lost_score


def worth_of(problem: Problem, timetable: Timetable) -> Worth:
    """The worth of a timetable of the problem, whether or not it keeps its rules."""
    scores, degrees = problem.scores, [0] * len(problem.participants)
    for meeting in timetable.meetings:
        for party in meeting.ends:
            degrees[party] += 1
    lacking = (max(0, party.minimum - met) for party, met in zip(problem.participants, degrees, strict=True))
    score = sum(scores.get(meeting.ends, 0) for meeting in timetable.meetings)
    waits = _waits(problem, timetable)
    breaks, idle = sum(breaks for breaks, _ in waits), sum(idle for _, idle in waits)
    return Worth(sum(lacking), -score, breaks, idle, _changes(problem, timetable))


def worst_breaks(problem: Problem, timetable: Timetable) -> int:
    """Breaks of the participant that has most."""
    return max((breaks for breaks, _ in _waits(problem, timetable)), default=0)


def _waits(problem: Problem, timetable: Timetable) -> list[tuple[int, int]]:
    """Breaks and idle slots of each participant."""
    busy, days = [0] * len(problem.participants), days_of(problem.slots)
    for meeting in timetable.meetings:
        for party in meeting.ends:
            busy[party] |= 1 << meeting.slot
    return [waiting(bits, present, days) for bits, present in zip(busy, presence(problem), strict=True)]


def _changes(problem: Problem, timetable: Timetable) -> int:
    """Of two delegates at once, the one at the table with the higher number is followed."""
    last: dict[tuple[int, int], int] = {}
    changes = 0
    for meeting in sorted(timetable.meetings, key=lambda each: (each.slot, each.table)):
        for party in meeting.ends:
            place = (party, problem.slots[meeting.slot].day)
            changes += last.get(place, meeting.table) != meeting.table
            last[place] = meeting.table
    return changes
