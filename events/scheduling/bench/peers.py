"""How timetables are made without a solver: by whoever comes first, best first, or round the hall."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from events.scheduling.control import seeded
from events.scheduling.problem import Problem
from events.scheduling.timetable import Meeting, Timetable

Pairs = list[tuple[int, int]]


class Book:
    """An organizer's book: a meeting is entered if a slot is free for both and a table is left. Fixed ones come first.

    Whatever is entered keeps capacities, maxima and tables.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.free = [list(participant.capacity) for participant in problem.participants]
        self.left = [participant.maximum for participant in problem.participants]
        self.tables = [problem.open_tables(slot) for slot in range(len(problem.slots))]
        self.load = [0] * len(problem.slots)
        self.meetings: dict[tuple[int, int], Meeting] = {}
        for fixed in problem.fixed:
            self._enter(*fixed.ends, fixed.slot, fixed.table)

    def first_free(self, pair: tuple[int, int], slots: Iterable[int] | None = None) -> None:
        """Enter a pair into the first possible of these slots (None: of all), or leave it out."""
        i, j = pair
        if pair in self.meetings or not self.left[i] or not self.left[j]:
            return
        for slot in range(len(self.tables)) if slots is None else slots:
            if self.free[i][slot] and self.free[j][slot] and self.tables[slot]:
                self._enter(i, j, slot, None)
                return

    def enter_musts(self) -> None:
        """What has to be comes first, as far as it fits."""
        for pair in sorted(self.problem.must):
            self.first_free(pair)

    def emptiest(self) -> list[int]:
        """The slots, those with the fewest meetings first."""
        return sorted(range(len(self.load)), key=self.load.__getitem__)

    def timetable(self) -> Timetable:
        """What was entered."""
        return Timetable(self.problem.name, tuple(sorted(self.meetings.values())))

    def _enter(self, i: int, j: int, slot: int, table: int | None) -> None:
        chosen = self.tables[slot][0] if table is None else table
        self.tables[slot].remove(chosen)
        self.load[slot] += 1
        self.meetings[i, j] = Meeting(i, j, slot, chosen)
        for party in (i, j):
            self.free[party][slot] -= 1
            self.left[party] -= 1


def first_come(problem: Problem) -> Timetable:
    """Requests in the order of their arrival, which has nothing to do with their worth."""
    book, requests = Book(problem), list(problem.scores)
    book.enter_musts()
    seeded(0).shuffle(requests)
    for pair in requests:
        book.first_free(pair)
    return book.timetable()


def own_calendar(problem: Problem) -> Timetable:
    """Everybody, in the order of arrival, fills the own calendar with the best partners that are left."""
    book, wishes = Book(problem), _by_party(problem)
    book.enter_musts()
    people = list(wishes)
    seeded(0).shuffle(people)
    for party in people:
        for pair in wishes[party]:
            book.first_free(pair)
    return book.timetable()


def greedy(problem: Problem) -> Timetable:
    """The best pairs first, each into its first free slot."""
    book = Book(problem)
    book.enter_musts()
    for pair in _best_first(problem):
        book.first_free(pair)
    return book.timetable()


def greedy_balanced(problem: Problem) -> Timetable:
    """The best pairs first, each into the emptiest slot."""
    book = Book(problem)
    book.enter_musts()
    for pair in _best_first(problem):
        book.first_free(pair, book.emptiest())
    return book.timetable()


def round_robin(problem: Problem) -> Timetable:
    """In every slot all enterprises move on by one school. Who must meet is not asked, so that musts may be broken."""
    book, schools = Book(problem), problem.schools
    enterprises = len(problem.participants) - schools
    may = problem.scores
    for slot in range(len(problem.slots)):
        for i in range(schools if enterprises else 0):
            pair = (i, schools + (i + slot) % enterprises)
            if pair in may:
                book.first_free(pair, (slot,))
    return book.timetable()


PEERS: dict[str, Callable[[Problem], Timetable]] = {
    "first-come": first_come,
    "own-calendar": own_calendar,
    "greedy": greedy,
    "greedy-balanced": greedy_balanced,
    "round-robin": round_robin,
}


def _best_first(problem: Problem) -> Pairs:
    scores = problem.scores
    return sorted(scores, key=lambda pair: (-scores[pair], pair))


def _by_party(problem: Problem) -> dict[int, Pairs]:
    """The pairs of each participant, best first."""
    wishes: dict[int, Pairs] = {}
    for pair in _best_first(problem):
        for party in pair:
            wishes.setdefault(party, []).append(pair)
    return wishes
