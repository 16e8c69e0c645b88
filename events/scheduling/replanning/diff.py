"""What a re-planned timetable does differently: meeting by meeting, party by party."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from events.scheduling.problem import Problem
from events.scheduling.replanning.carrying import Cancelled, Carried, Ends, Why
from events.scheduling.timetable import Meeting


@dataclass(frozen=True, slots=True)
class Moved:
    """A meeting with another slot or, in the same slot, another table."""

    before: Meeting
    """In the indices of the old problem."""
    after: Meeting
    """In the indices of the new problem."""
    why: Why
    later: bool
    """Whether the slot is another one, and not only the table."""


@dataclass(frozen=True, slots=True)
class PartyChange:
    """What changes for one participant: numbers of meetings."""

    touched: bool
    """It is itself away, or loses a meeting or the place of one, or is new."""
    moved: int
    cancelled: int
    added: int
    gain: int
    """Score of the added meetings less that of the cancelled ones."""


@dataclass(frozen=True, slots=True)
class Diff:
    """The difference of two timetables."""

    kept: tuple[Meeting, ...]
    moved: tuple[Moved, ...]
    cancelled: tuple[Cancelled, ...]
    added: tuple[Meeting, ...]
    parties: Mapping[str, PartyChange]
    """By id, those for whom something changes or who are touched."""

    @property
    def in_time(self) -> int:
        """Meetings that change their slot, and not only the table."""
        return sum(each.later for each in self.moved)


def difference(
    problem: Problem, changed: Problem, carried: Carried, meetings: Mapping[Ends, Meeting], making_room: bool
) -> Diff:
    """What `meetings` of the changed problem do differently from the timetable that was carried over."""
    names = [each.id for each in changed.participants]
    cancelled = list(carried.gone)
    moved, kept = [], []
    for ends, before in sorted(carried.before.items()):
        after, place = meetings.get(ends), carried.place[ends]
        if after == place:
            kept.append(after)
        elif after is not None:
            why = carried.displaced.get(ends, Why.ROOM if making_room else Why.GAIN)
            moved.append(Moved(before, after, why, after.slot != place.slot))
        elif ends in carried.displaced:
            cancelled.append(Cancelled(before, (names[ends[0]], names[ends[1]]), carried.displaced[ends]))
    added = [meeting for ends, meeting in sorted(meetings.items()) if ends not in carried.before]
    counts = _Counts(names, changed.scores, problem.scores)
    parties = counts.of(moved, cancelled, added, {names[party] for party in carried.touched})
    return Diff(
        tuple(kept), tuple(moved), tuple(sorted(cancelled, key=lambda each: each.meeting)), tuple(added), parties
    )


@dataclass
class _Counts:
    """Counts the changes of each party."""

    names: Sequence[str]
    """By index of the new problem."""
    scores: Mapping[Ends, int]
    old_scores: Mapping[Ends, int]

    def of(
        self, moved: Iterable[Moved], cancelled: Iterable[Cancelled], added: Iterable[Meeting], touched: set[str]
    ) -> dict[str, PartyChange]:
        """Per id, in the order of the new problem, then those who are gone."""
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for move in moved:
            for party in move.after.ends:
                counts[self.names[party]][0] += 1
        for each in cancelled:
            for name in each.ids:
                counts[name][1] += 1
                counts[name][3] -= self.old_scores.get(each.meeting.ends, 0)
        for meeting in added:
            for party in meeting.ends:
                counts[self.names[party]][2] += 1
                counts[self.names[party]][3] += self.scores.get(meeting.ends, 0)
        concerned = set(counts) | touched
        order = [*self.names, *sorted(concerned - set(self.names))]
        return {name: PartyChange(name in touched, *counts[name]) for name in order if name in concerned}
