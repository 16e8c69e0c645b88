"""Rules about a participant's day as constraints for CP-SAT: runs, changes of zone, precedences.

Shared by what decides about few meetings exactly: musts (contradictions) and re-planning. The verifier has its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any

from ortools.sat.python import cp_model

from events.scheduling.problem import Problem
from events.scheduling.quality import days_of

Ends = tuple[int, int]
Term = cp_model.IntVar | int
"""A meeting that may take place somewhere (0 or 1), or one that does (1)."""
Literal = Any
"""A variable, its negation, or True or False: OR-Tools' own type for these also allows numpy's integers."""
Literals = Sequence[Literal]


def solver_of(effort: float, seed: int = 1) -> cp_model.CpSolver:
    """A solver that answers the same from run to run; effort is in its deterministic unit, about a second."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    solver.parameters.linearization_level = 2  # these are nearly flows, whose relaxation is nearly integral
    solver.parameters.cp_model_probing_level = 0
    return solver


class Sheet:
    """Which meetings may take place where, by party, slot and zone; every rule becomes constraints on them.

    A rule with `when` holds only if all these literals do.
    """

    def __init__(self, model: cp_model.CpModel, problem: Problem, capacity: Sequence[Sequence[int]]) -> None:
        self.model = model
        self.problem = problem
        self.capacity = capacity
        self.days = days_of(problem.slots)
        self.cells: dict[tuple[int, int], dict[int, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self.of_pair: dict[Ends, dict[int, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._busy: dict[tuple[int, int], Literal] = {}

    def enter(self, ends: Ends, slot: int, zone: int, term: Term) -> None:
        """Say that these two may (a variable) or do (1) meet in this slot and zone."""
        for party in ends:
            self.cells[party, slot][zone].append(term)
        self.of_pair[ends][slot].append(term)

    def terms(self, party: int, slot: int) -> list[Term]:
        """All that a party may have in a slot."""
        zones = self.cells.get((party, slot))
        return [term for terms in zones.values() for term in terms] if zones else []

    def open_to_change(self, party: int) -> bool:
        """Whether anything of this party is left to decide."""
        return any(
            not isinstance(term, int) for slot in range(len(self.problem.slots)) for term in self.terms(party, slot)
        )

    def busy(self, party: int, slot: int) -> Literal:
        """Whether the party meets in the slot."""
        if (party, slot) not in self._busy:
            terms = self.terms(party, slot)
            self._busy[party, slot] = self._any(terms)
        return self._busy[party, slot]

    def _any(self, terms: Sequence[Term]) -> Literal:
        variables = [term for term in terms if not isinstance(term, int)]
        if len(variables) < len(terms):
            return True
        if not variables:
            return False
        if len(variables) == 1:
            return variables[0]
        either = self.model.new_bool_var("")
        self.model.add_max_equality(either, variables)
        return either

    def parties(self) -> list[int]:
        """Those of whom something is left to decide, ascending."""
        return [party for party in range(len(self.problem.participants)) if self.open_to_change(party)]

    def add_runs(self, longest: int, when: Literals = ()) -> None:
        """Nobody meets in more than so many consecutive slots of a day."""
        for party in self.parties():
            for day in self.days:
                for start in range(len(day) - longest):
                    run = [self.busy(party, slot) for slot in day[start : start + longest + 1]]
                    if not any(busy is False for busy in run):
                        self.model.add_bool_or([~busy if busy is not True else False for busy in run]).only_enforce_if(
                            *when
                        )

    def add_zones(self, gap: int, when: Literals = ()) -> None:
        """Nobody changes the zone without so many free slots between, each delegate counted by itself."""
        for party in self.parties():
            for day in self.days:
                for earlier, later in combinations(day, 2):
                    if later - earlier - 1 < gap:
                        self._keep_zone(party, earlier, later, when)

    def _keep_zone(self, party: int, earlier: int, later: int, when: Literals) -> None:
        """Two slots that follow each other: the delegates suffice for all zones of both."""
        first, second = self.cells.get((party, earlier)), self.cells.get((party, later))
        if not first or not second or len({*first, *second}) < 2:
            return
        free = [self._not(self.busy(party, slot)) for slot in range(earlier + 1, later)]
        if any(literal is False for literal in free):
            return
        limit = max(self.capacity[party][earlier], self.capacity[party][later])
        needed = []
        for zone in sorted({*first, *second}):
            most = self.model.new_int_var(0, limit, "")
            needed.append(most)
            for here in (first.get(zone, []), second.get(zone, [])):
                self.model.add(most >= sum(here)).only_enforce_if(*when, *free)
        self.model.add(sum(needed) <= limit).only_enforce_if(*when, *free)

    def _not(self, literal: Literal) -> Literal:
        return not literal if isinstance(literal, bool) else ~literal

    def add_precedence(self, first: Ends, second: Ends, when: Literals = ()) -> None:
        """If both pairs meet, the first does so in an earlier slot."""
        for slot, terms in self.of_pair.get(first, {}).items():
            for other, others in self.of_pair.get(second, {}).items():
                if slot >= other:
                    for term in terms:
                        for later in others:
                            if not (isinstance(term, int) and isinstance(later, int)):
                                self.model.add(term + later <= 1).only_enforce_if(*when)

    def present(self, party: int, day: Sequence[int]) -> list[int]:
        """The slots of a day in which a party is there."""
        return [slot for slot in day if self.capacity[party][slot] or self.terms(party, slot)]

    def breaks(self, party: int) -> Iterator[tuple[Any, Any]]:
        """Per day (starts of runs, whether it meets at all): their difference is the number of breaks."""
        for day in self.days:
            busy = [self.busy(party, slot) for slot in self.present(party, day)]
            if not busy:
                continue
            starts: list[Any] = [busy[0]]
            for before, here in pairwise(busy):
                start = self.model.new_bool_var("")
                self.model.add(start >= here - before)
                self.model.add(start <= here)
                self.model.add(start <= 1 - before)
                starts.append(start)
            meets = self.model.new_bool_var("")
            self.model.add_max_equality(meets, busy)
            yield sum(starts), meets
