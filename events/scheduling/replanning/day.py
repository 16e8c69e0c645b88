"""A timetable for a fair that is not what it was: as little as possible is different, nothing is cancelled for gain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from time import perf_counter

from events.scheduling.problem import Problem
from events.scheduling.quality import waiting_of_all
from events.scheduling.replanning.carrying import Ends, carry, happened
from events.scheduling.replanning.diff import Diff, difference
from events.scheduling.replanning.locking import loosened, with_locked
from events.scheduling.replanning.search import Search
from events.scheduling.replanning.seating import seated
from events.scheduling.timetable import Timetable

EFFORT = 0.9
"""Limit of one search, in the solver's deterministic unit (about a second)."""
PRICE_SHARE = 10
"""A move costs, unless said otherwise, one so-manieth of an average meeting."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a timetable is, in the order of the objective."""

    meetings: int
    min_shortfall: int
    score: int
    breaks: int
    idle: int


@dataclass(frozen=True, slots=True)
class Replan:
    """A proposal: nothing is stored by making it."""

    timetable: Timetable
    """Of the new problem, without a report."""
    problem: Problem
    """What the timetable keeps, for `verify.violations`: the new problem with the past and the locked meetings fixed,
    less the musts in `unkept`."""
    diff: Diff
    before: Figures
    """Of the old timetable in the old problem."""
    remaining: Figures
    """Of what is left of it in the new problem, before anything was moved or added."""
    after: Figures
    unkept: tuple[Ends, ...]
    """Musts that do not meet, in the indices of the new problem."""
    proven: bool
    """Whether no plan is better, given what was allowed to move."""
    seconds: float


def replan(
    problem: Problem,
    timetable: Timetable,
    changed: Problem,
    *,
    now: int = 0,
    locked: Iterable[Ends] = (),
    max_moves: int = 0,
    price: int | None = None,
    effort: float = EFFORT,
    seed: int = 1,
    clock: Callable[[], float] = perf_counter,
) -> Replan:
    """Carry a timetable of `problem` over to the `changed` problem.

    Participants and tables are the same if their ids are, slots if their day and start are. What lies before slot `now`
    (of the changed problem) stays, as do locked pairs (indices of `problem`) where they still can. A meeting that can
    take place where it was is never cancelled; a fixed one that cannot is only a must from then on. One that has lost
    its place changes the table, else the slot; only if there is no such place others make room for it, as few as
    possible, and nothing else moves. Otherwise at most `max_moves` meetings of the parties to whom something happened
    change their slot (0: free places are filled, no more), for minima first, then for score, each at the `price`; the
    other party of such a meeting, to whom nothing happened, is disturbed only if it gets a further meeting.

    The timetable has to be one of the problem's. The same arguments give the same answer, the seconds apart.
    """
    started = clock()
    changed = loosened(changed, now, happened(problem, timetable, changed, now))
    carried = carry(problem, timetable, changed, now=now)
    held = _held(problem, changed, locked)
    price = _price(problem, timetable) if price is None else price
    search = Search(changed, carried, now, held, price, effort, seed)
    wanted, decided = search.best(max_moves)
    meetings = wanted.stays | {ends: meeting for ends, meeting in wanted.movable.items() if ends not in decided.places}
    meetings |= seated(changed, meetings, decided.places, carried.place)
    planned = Timetable(changed.name, tuple(sorted(meetings.values())))
    unkept = tuple(sorted(changed.required - meetings.keys()))
    return Replan(
        timetable=planned,
        problem=with_locked(_without(changed, unkept), planned, held, now=now),
        diff=difference(problem, changed, carried, meetings, search.making_room),
        before=figures(problem, timetable),
        remaining=figures(changed, Timetable(changed.name, tuple(carried.stays.values()))),
        after=figures(changed, planned),
        unkept=unkept,
        proven=decided.proven,
        seconds=round(clock() - started, 3),
    )


def figures(problem: Problem, timetable: Timetable) -> Figures:
    """The figures of a timetable, whoever made it."""
    busy, count = [0] * len(problem.participants), [0] * len(problem.participants)
    for meeting in timetable.meetings:
        for party in meeting.ends:
            busy[party] |= 1 << meeting.slot
            count[party] += 1
    waiting = waiting_of_all(problem, busy)
    shortfall = sum(max(0, each.minimum - met) for each, met in zip(problem.participants, count, strict=True))
    score = sum(problem.scores.get(meeting.ends, 0) for meeting in timetable.meetings)
    return Figures(len(timetable.meetings), shortfall, score, waiting.breaks, waiting.idle)


def _held(problem: Problem, changed: Problem, locked: Iterable[Ends]) -> frozenset[Ends]:
    """The locked pairs in the indices of the changed problem; who no longer takes part is left out."""
    index = {each.id: k for k, each in enumerate(changed.participants)}
    named = [tuple(index.get(problem.participants[party].id, -1) for party in ends) for ends in locked]
    return frozenset((ends[0], ends[1]) for ends in named if min(ends) >= 0)


def _price(problem: Problem, timetable: Timetable) -> int:
    """A share of the average score."""
    total = sum(problem.scores.get(meeting.ends, 0) for meeting in timetable.meetings)
    return max(1, total // (PRICE_SHARE * max(1, len(timetable.meetings))))


def _without(problem: Problem, unkept: Iterable[Ends]) -> Problem:
    """The problem less the musts that cannot be kept."""
    dropped = set(unkept)
    return replace(
        problem,
        must=tuple(ends for ends in problem.must if ends not in dropped),
        fixed=tuple(meeting for meeting in problem.fixed if meeting.ends not in dropped),
    )
