"""A problem as arrays: what every stage of the solver reads and none changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from events.scheduling.ownership import seated_capacity
from events.scheduling.problem import Problem

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Instance:
    """M pairs that may meet, N participants ("parties"), T slots; a meeting is named by the index of its pair."""

    problem: Problem
    school: Ints
    """(M,) index of the school of each pair."""
    enterprise: Ints
    """(M,) index of the enterprise."""
    score: Ints
    """(M,)"""
    must: Bools
    """(M,) musts and fixed meetings."""
    allowed: Bools
    """(M, T) both are present and a table is open; a fixed meeting has its slot only."""
    capacity: Ints
    """(N, T) meetings at once, at tables of its own where it owns some."""
    rooms: Ints
    """(T,) meetings that a slot can hold: open tables, or fewer if fewer people are there."""
    minimum: Ints
    """(N,) as wished."""
    ceiling: Ints
    """(N,) meetings that a party can have at all: its maximum, or its presence when a partner is present."""

    @property
    def parties(self) -> int:
        """N"""
        return len(self.capacity)

    @property
    def slots(self) -> int:
        """T"""
        return len(self.rooms)

    def degrees(self, pairs: Ints) -> Ints:
        """(N,) meetings of each party if these pairs meet."""
        ends = np.concatenate([self.school[pairs], self.enterprise[pairs]])
        return np.bincount(ends, minlength=self.parties).astype(np.int64)

    def shortfall(self, pairs: Ints) -> int:
        """Meetings lacking to the minima if these pairs meet."""
        return int(np.maximum(0, self.minimum - self.degrees(pairs)).sum())

    def total(self, pairs: Ints) -> int:
        """Sum of the scores of these pairs."""
        return int(self.score[pairs].sum())


def build(problem: Problem) -> Instance:
    """The arrays of a problem. Pairs are in the order of `Problem.scores`."""
    scores = problem.scores
    ends = np.array(list(scores), np.int64).reshape(-1, 2)
    school, enterprise = ends[:, 0], ends[:, 1]
    capacity = seated_capacity(problem)
    rooms = _rooms(problem, capacity)
    allowed = (np.minimum(capacity[school], capacity[enterprise]) > 0) & (rooms > 0)
    _keep_fixed_slots(problem, scores, allowed)
    usable = np.zeros(capacity.shape, np.bool_)
    np.logical_or.at(usable, school, allowed)
    np.logical_or.at(usable, enterprise, allowed)
    maximum = np.array([party.maximum for party in problem.participants], np.int64)
    return Instance(
        problem=problem,
        school=school,
        enterprise=enterprise,
        score=np.array(list(scores.values()), np.int64),
        must=np.array([pair in problem.required for pair in scores], np.bool_),
        allowed=allowed,
        capacity=capacity,
        rooms=rooms,
        minimum=np.array([party.minimum for party in problem.participants], np.int64),
        ceiling=np.minimum(maximum, (capacity * usable).sum(1)),
    )


def _rooms(problem: Problem, capacity: Ints) -> Ints:
    """(T,) open tables, bounded by what each side can attend."""
    tables = np.full(len(problem.slots), len(problem.tables), np.int64)
    for slot, _table in set(problem.closed):
        tables[slot] -= 1
    schools = problem.schools
    people = np.minimum(capacity[:schools].sum(0), capacity[schools:].sum(0))
    rooms: Ints = np.minimum(tables, people)
    return rooms


def _keep_fixed_slots(problem: Problem, scores: dict[tuple[int, int], int], allowed: Bools) -> None:
    """Leave a fixed meeting no slot but its own."""
    row = {pair: k for k, pair in enumerate(scores)}
    for meeting in problem.fixed:
        if meeting.ends in row:
            k = row[meeting.ends]
            here = allowed[k, meeting.slot]
            allowed[k] = False
            allowed[k, meeting.slot] = here
