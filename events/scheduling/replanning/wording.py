"""A re-planned timetable in English: what moves, what falls away, what is new, and what that gains."""

from __future__ import annotations

from collections.abc import Iterator

from events.scheduling.problem import Problem
from events.scheduling.replanning.day import Figures, Replan
from events.scheduling.timetable import Meeting


def lines(problem: Problem, changed: Problem, planned: Replan) -> Iterator[str]:
    """One line for every difference, then who is disturbed although nothing happened to it, then the figures."""
    diff = planned.diff
    for gone in diff.cancelled:
        yield f"cancelled {'–'.join(gone.ids)} in slot {gone.meeting.slot} ({gone.why})"
    for move in diff.moved:
        places = f"{_place(problem, move.before)} → {_place(changed, move.after)}"
        yield f"moved {_pair(changed, move.after)}: {places} ({move.why})"
    for meeting in diff.added:
        score = changed.scores.get(meeting.ends, 0)
        yield f"added {_pair(changed, meeting)}: {_place(changed, meeting)}, score {score}"
    for name, change in diff.parties.items():
        if change.moved and not change.touched:
            yield f"{name} is moved for its gain: {change.moved} moved, {change.added} added, {change.gain:+} in score"
    for ends in planned.unkept:
        yield f"must not kept: {'–'.join(changed.participants[party].id for party in ends)}"
    yield f"{len(diff.kept)} kept, {len(diff.moved)} moved, {len(diff.cancelled)} cancelled, {len(diff.added)} added"
    for name, figures in (("before", planned.before), ("left", planned.remaining), ("now", planned.after)):
        yield f"{name}: {_figures(figures)}"
    yield f"{'best possible with these moves' if planned.proven else 'best found'}, {planned.seconds} s"


def _pair(problem: Problem, meeting: Meeting) -> str:
    return "–".join(problem.participants[party].id for party in meeting.ends)


def _place(problem: Problem, meeting: Meeting) -> str:
    return f"slot {meeting.slot} table {problem.tables[meeting.table].id}"


def _figures(figures: Figures) -> str:
    return (
        f"{figures.meetings} meetings, minima short by {figures.min_shortfall}, score {figures.score}, "
        f"{figures.breaks} breaks"
    )
