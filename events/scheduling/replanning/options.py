"""What may still be decided: which meetings may move, which pairs may be added, and into which slots."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from events.scheduling.ownership import NOBODY
from events.scheduling.problem import Problem
from events.scheduling.replanning.carrying import Carried
from events.scheduling.timetable import Meeting

Ends = tuple[int, int]
Group = tuple[int, int]
"""(owner of the tables or NOBODY, zone): tables alike for all rules. The zone is 0 where zones do not matter."""
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MOST_PLACES = 40_000
"""Places, a pair in a slot, that are looked at for new meetings: those of the best pairs."""


@dataclass
class Options:
    """Everything open; what is not here stays as it is."""

    problem: Problem
    movable: dict[Ends, Meeting] = field(default_factory=dict)
    """Meetings that could stay where they are, and may move if that is worth it."""
    places: dict[Ends, list[tuple[int, Group]]] = field(default_factory=dict)
    """Where each movable, displaced or possible new meeting may go, by slot; for a movable one its own slot is left
    out."""
    stays: dict[Ends, Meeting] = field(default_factory=dict)
    """Meetings that do not move."""
    slot_before: dict[Ends, int] = field(default_factory=dict)
    """The slot of each displaced meeting, if there still is such a slot."""


def zones_matter(problem: Problem) -> bool:
    """Whether a change of zone can break a rule."""
    return problem.rules.zone_change_gap > 0 and len({table.zone for table in problem.tables}) > 1


def group_of(problem: Problem, table: int) -> Group:
    """The group of a table."""
    each = problem.tables[table]
    return NOBODY if each.owner is None else each.owner, each.zone if zones_matter(problem) else 0


def owner_of(problem: Problem, ends: Ends) -> int:
    """Whose tables these two have to use."""
    return next((party for party in ends if party in problem.owned), NOBODY)


def open_groups(problem: Problem) -> dict[Group, Ints]:
    """(T,) open tables in each slot of every group."""
    opened: dict[Group, Ints] = {}
    for table in range(len(problem.tables)):
        group = group_of(problem, table)
        opened.setdefault(group, np.zeros(len(problem.slots), np.int64))
        opened[group] += 1
    for slot, table in set(problem.closed):
        opened[group_of(problem, table)][slot] -= 1
    return opened


def options(
    problem: Problem, carried: Carried, *, now: int, locked: Collection[Ends], movable: Collection[Ends]
) -> Options:
    """The options if these of the staying meetings may move, unless past, fixed or locked."""
    fixed = {meeting.ends for meeting in problem.fixed}
    free = {ends for ends in movable if carried.stays[ends].slot >= now} - fixed - set(locked)
    found = Options(problem)
    for ends, meeting in carried.stays.items():
        (found.movable if ends in free else found.stays)[ends] = meeting
    spare = _Spare(problem, found, now)
    gone = {each.ids for each in carried.gone}
    names = [each.id for each in problem.participants]
    for ends in sorted(found.movable):
        found.places[ends] = spare.places(ends, without=found.movable[ends].slot)
    for ends in sorted(carried.displaced):
        found.places[ends] = spare.places(ends)
        found.slot_before[ends] = carried.place[ends].slot
    left = MOST_PLACES
    for ends in spare.candidates(problem, set(carried.stays) | set(carried.displaced)):
        places = [] if (names[ends[0]], names[ends[1]]) in gone else spare.places(ends)
        if places and (left > 0 or ends in problem.required):
            found.places[ends] = places
            left -= len(places)
    return found


class _Spare:
    """What is left by all who stay."""

    def __init__(self, problem: Problem, found: Options, now: int) -> None:
        self.problem = problem
        parties, slots = len(problem.participants), len(problem.slots)
        self.capacity = np.array([each.capacity for each in problem.participants], np.int64).reshape(parties, slots)
        self.most = np.array([each.maximum for each in problem.participants], np.int64)
        self.tables = open_groups(problem)
        self.fixed = {meeting.ends: meeting for meeting in problem.fixed}
        for meeting in found.stays.values():
            self.capacity[list(meeting.ends), meeting.slot] -= 1
            self.most[list(meeting.ends)] -= 1
            self.tables[group_of(problem, meeting.table)][meeting.slot] -= 1
        for meeting in found.movable.values():
            self.most[list(meeting.ends)] -= 1
        self.capacity[:, :now] = 0
        self.groups: dict[int, list[Group]] = {}
        for group in sorted(self.tables):
            self.groups.setdefault(group[0], []).append(group)

    def places(self, ends: Ends, without: int | None = None) -> list[tuple[int, Group]]:
        """Where both could meet if all others than the staying made room."""
        both = np.minimum(self.capacity[ends[0]], self.capacity[ends[1]]) > 0
        fixed = self.fixed.get(ends)
        slots = [slot for slot in np.flatnonzero(both).tolist() if slot != without]
        groups = self.groups.get(owner_of(self.problem, ends), [])
        if fixed is not None:
            slots = [slot for slot in slots if slot == fixed.slot]
            groups = groups if fixed.table is None else [group_of(self.problem, fixed.table)]
        return [(slot, group) for slot in slots for group in groups if self.tables[group][slot] > 0]

    def candidates(self, problem: Problem, met: set[Ends]) -> list[Ends]:
        """Pairs that do not meet and both have room for one more, musts first, then by score."""
        scores = problem.scores
        ends = np.array(list(scores), np.int64).reshape(-1, 2)
        room = np.minimum(self.most[ends[:, 0]], self.most[ends[:, 1]]) > 0
        here = self.capacity > 0
        room[room] = (here[ends[room, 0]] & here[ends[room, 1]]).any(1)
        pairs = [(i, j) for i, j in ends[room].tolist() if (i, j) not in met]
        return sorted(pairs, key=lambda pair: (pair not in problem.required, -scores[pair], pair))
