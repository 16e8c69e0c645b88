"""How timetables are made without a solver; every result passes the checker as well."""

import random
from collections.abc import Callable, Iterable, Sequence

from events.scheduling.problem import Problem
from events.scheduling.timetable import Meeting, Timetable


class Book:
    """An organizer's book: a meeting is entered if a slot is free for both and a table is left."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.scores = problem.scores
        self.free = [list(participant.capacity) for participant in problem.participants]
        self.left = [participant.maximum for participant in problem.participants]
        self.tables = [problem.open_tables(slot) for slot in range(len(problem.slots))]
        self.meetings: dict[tuple[int, int], Meeting] = {}
        for fixed in problem.fixed:
            self._enter(*fixed.ends, fixed.slot, fixed.table)
        for pair in sorted(problem.must):
            self.first_free(pair)

    def first_free(self, pair: tuple[int, int], slots: Iterable[int] | None = None) -> None:
        """Enter a pair into the first possible of these slots, or leave it out."""
        i, j = pair
        if pair in self.meetings or not self.left[i] or not self.left[j]:
            return
        for slot in range(len(self.tables)) if slots is None else slots:
            if self.free[i][slot] and self.free[j][slot] and self.tables[slot]:
                self._enter(i, j, slot, None)
                return

    def emptiest(self) -> list[int]:
        """The slots, those with the most tables left first."""
        return sorted(range(len(self.tables)), key=lambda slot: -len(self.tables[slot]))

    def timetable(self) -> Timetable:
        return Timetable(self.problem.name, tuple(sorted(self.meetings.values())))

    def _enter(self, i: int, j: int, slot: int, table: int | None) -> None:
        chosen = self.tables[slot][0] if table is None else table
        self.tables[slot].remove(chosen)
        self.meetings[i, j] = Meeting(i, j, slot, chosen)
        for party in (i, j):
            self.free[party][slot] -= 1
            self.left[party] -= 1


def by_score(problem: Problem, pairs: Iterable[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    scores = problem.scores
    return sorted(pairs, key=lambda pair: (-scores[pair], pair))


def first_come(problem: Problem) -> Timetable:
    """Requests in the order of their arrival, which has nothing to do with their worth."""
    book, requests = Book(problem), list(problem.scores)
    random.Random(0).shuffle(requests)
    for pair in requests:
        book.first_free(pair)
    return book.timetable()


def own_calendar(problem: Problem) -> Timetable:
    """Everybody, in the order of arrival, fills the own calendar with the best partners that are left."""
    book, people = Book(problem), list(range(len(problem.participants)))
    random.Random(0).shuffle(people)
    for party in people:
        for pair in by_score(problem, (pair for pair in problem.scores if party in pair)):
            book.first_free(pair)
    return book.timetable()


def greedy(problem: Problem) -> Timetable:
    """The best pairs first, each into its first free slot."""
    book = Book(problem)
    for pair in by_score(problem, problem.scores):
        book.first_free(pair)
    return book.timetable()


def greedy_balanced(problem: Problem) -> Timetable:
    """The best pairs first, each into the emptiest slot."""
    book = Book(problem)
    for pair in by_score(problem, problem.scores):
        book.first_free(pair, book.emptiest())
    return book.timetable()


BASELINES: tuple[Callable[[Problem], Timetable], ...] = (first_come, own_calendar, greedy, greedy_balanced)
