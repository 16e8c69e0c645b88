"""The problem of a partial re-run: some meetings stay, the rest is planned anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace

from events.scheduling.problem import Fixed, Participant, Problem
from events.scheduling.timetable import Timetable

Ends = tuple[int, int]


def with_locked(problem: Problem, timetable: Timetable, locked: Iterable[Ends], *, now: int = 0) -> Problem:
    """The problem in which these pairs keep the slot and table that they have in the timetable.

    What happened before slot `now` stays too, whatever absences, closures, refusals and maxima say since, and nothing
    is added there. A locked meeting that has become impossible makes the musts infeasible: `musts.conflicts` says why.
    Pairs that do not meet are passed over.
    """
    wanted = set(locked)
    stay = [meeting for meeting in timetable.meetings if meeting.slot < now or meeting.ends in wanted]
    happened = [meeting for meeting in stay if meeting.slot < now]
    pairs, past = {meeting.ends for meeting in stay}, {meeting.ends for meeting in happened}
    held = [meeting for meeting in problem.fixed if meeting.ends not in pairs and meeting.slot >= now]
    places = {(meeting.slot, meeting.table) for meeting in happened}
    over = {(slot, table) for slot in range(min(now, len(problem.slots))) for table in range(len(problem.tables))}
    counts = Counter((party, meeting.slot) for meeting in happened for party in meeting.ends)
    return replace(
        problem,
        fixed=(*held, *(Fixed(meeting.school, meeting.enterprise, meeting.slot, meeting.table) for meeting in stay)),
        closed=tuple(sorted((set(problem.closed) | over) - places)),
        forbidden=tuple(pair for pair in problem.forbidden if pair not in past),
        participants=tuple(_holding(each, k, counts) for k, each in enumerate(problem.participants)),
    )


def loosened(problem: Problem, now: int, happened: Collection[Ends]) -> Problem:
    """The problem in which a fixed meeting that cannot take place where it is fixed is only a must.

    So too one whose slot is past although the two are not among those who met: `happened`.
    """
    closed = set(problem.closed)
    full = {slot for slot in range(now, len(problem.slots)) if not problem.open_tables(slot)}

    def impossible(meeting: Fixed) -> bool:
        if meeting.slot < now:
            return meeting.ends not in happened
        here = all(problem.participants[party].capacity[meeting.slot] for party in meeting.ends)
        return not here or meeting.slot in full or (meeting.slot, meeting.table) in closed

    lost = {meeting.ends for meeting in problem.fixed if impossible(meeting)}
    return replace(
        problem,
        must=(*problem.must, *sorted(lost - set(problem.must))),
        fixed=tuple(meeting for meeting in problem.fixed if meeting.ends not in lost),
    )


def _holding(each: Participant, party: int, counts: Counter[tuple[int, int]]) -> Participant:
    """The participant with room for what happened."""
    capacity = tuple(max(held, counts[party, slot]) for slot, held in enumerate(each.capacity))
    happened = sum(counts[party, slot] for slot in range(len(capacity)))
    return replace(each, capacity=capacity, maximum=max(each.maximum, happened))
