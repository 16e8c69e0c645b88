"""What would help: small changes of the fair, each tried on the timetable as it is, with what it would gain.

A gain is one that is known to be possible: the timetable is re-planned for the changed fair with a few moves, so that
planning anew may gain more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events.scheduling.ideas import HelpKind, Idea, Ideas, for_pair
from events.scheduling.occupancy import Ends
from events.scheduling.problem import Problem
from events.scheduling.replanning.day import Replan, replan
from events.scheduling.timetable import Meeting, Timetable

TRIES = 24
MOVES = 4
EFFORT = 0.3
"""Of one try, in the solver's deterministic unit (about a second)."""


@dataclass(frozen=True, slots=True)
class Help:
    """A change that helps."""

    kind: HelpKind
    detail: str
    """For people, in English, with ids."""
    party: int | None
    """Whose maximum or presence."""
    slots: tuple[int, ...]
    """Of the table, or of the presence."""
    score: int
    """Gained."""
    shortfall: int
    """Meetings by which the minima are served better."""
    added: tuple[Meeting, ...]
    """The meetings that become possible; at a table that is not there yet the index is one beyond the last."""
    moved: int
    """Meetings that change their slot for it."""


def helps(
    problem: Problem,
    timetable: Timetable,
    *,
    pair: Ends | None = None,
    tries: int = TRIES,
    max_moves: int = MOVES,
    effort: float = EFFORT,
) -> tuple[Help, ...]:
    """Changes that would improve a timetable of the problem, the cheapest kind first, then by their gain.

    Args: pair: only what would let these two meet. tries: how many of the most promising changes are looked at.
    """
    ideas = Ideas(problem, timetable).all() if pair is None else for_pair(problem, timetable, pair)
    promising = _shortlist(ideas, tries)
    without = replan(problem, timetable, problem, effort=effort)  # a timetable that is not optimal may gain by itself
    found: list[tuple[Idea, Help]] = []
    for idea in sorted(promising, key=lambda idea: idea.cost):
        tried = replan(problem, timetable, idea.problem, max_moves=max_moves, effort=effort)
        each = _help(idea, without, tried)
        if pair is None and (each.shortfall, each.score) > (0, 0):
            found.append((idea, each))
        if pair is not None and pair in {meeting.ends for meeting in tried.timetable.meetings}:
            found.append((idea, each))
            if idea.kind == HelpKind.MAXIMUM:  # the others would ask for more than that
                break
    return tuple(each for _, each in sorted(found, key=lambda two: (two[0].cost, -two[1].shortfall, -two[1].score)))


def _shortlist(ideas: Iterable[Idea], tries: int) -> list[Idea]:
    """The most promising, a third of each kind at least."""
    ranked = sorted(ideas, key=lambda idea: idea.hope, reverse=True)
    kinds = [[idea for idea in ranked if idea.kind == kind] for kind in HelpKind]
    chosen = [idea for of_kind in kinds for idea in of_kind[: tries // len(kinds)]]
    chosen += [idea for of_kind in kinds for idea in of_kind[tries // len(kinds) :]][: tries - len(chosen)]
    return chosen


def _help(idea: Idea, without: Replan, tried: Replan) -> Help:
    score = tried.after.score - without.after.score
    shortfall = without.after.min_shortfall - tried.after.min_shortfall
    detail = f"{idea.detail}: {score:+} in score"
    if shortfall:
        detail += f", minima served by {shortfall} more"
    if tried.diff.in_time:
        detail += f", {tried.diff.in_time} moved"
    known = {meeting.ends for meeting in without.timetable.meetings}
    added = tuple(meeting for meeting in tried.diff.added if meeting.ends not in known)
    return Help(idea.kind, detail, idea.party, idea.slots, score, shortfall, added, tried.diff.in_time)
