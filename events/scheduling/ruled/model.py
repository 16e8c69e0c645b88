"""A layout as a constraint programme, whole or in part: some pairs are released, all others stay where they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from events.scheduling.control import Control
from events.scheduling.instance import Ints
from events.scheduling.ruled.frame import UNPLACED, Frame
from events.scheduling.ruled.ledger import Ledger

HEARD_EVERY = 0.1
"""Seconds between two questions whether to stop; they change nothing but when a cancelled solver ends."""


@dataclass(frozen=True)
class Weights:
    """The objective, to be minimised: shortfall · (meetings lacking) - score · (sum of scores) + breaks · (breaks)."""

    shortfall: int = 0
    score: int = 0
    breaks: int = 0


@dataclass(frozen=True)
class Solved:
    """What the solver found."""

    status: Any
    layout: Ints | None
    value: int
    """Of the layout, by the weights."""
    bound: int
    """Nothing is less."""


class Model:
    """Cells for the released pairs; `busy`, `at` and `count` are what the rules speak of.

    Args: held: the layout of all pairs that are not released. released: per pair the cells it may take. placed: the
    released pairs that have to get one.
    """

    def __init__(self, frame: Frame, held: Ledger, released: Mapping[int, Sequence[int]], placed: set[int]) -> None:
        self.frame, self.held = frame, held
        self.programme = cp_model.CpModel()
        self.takes: dict[int, dict[int, cp_model.IntVar]] = {}
        self.at: dict[tuple[int, int], dict[int, list[cp_model.IntVar]]] = defaultdict(lambda: defaultdict(list))
        """By (party, slot) and zone: the meetings that may take place there."""
        self.of_party: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        in_pool: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for pair, cells in released.items():
            takes = {cell: self.programme.new_bool_var("") for cell in cells}
            self.takes[pair] = takes
            if pair in placed:
                self.programme.add_exactly_one(takes.values())
            else:
                self.programme.add_at_most_one(takes.values())
            for cell, variable in takes.items():
                in_pool[frame.pool[pair], cell].append(variable)
                slot, zone = divmod(cell, frame.zones)
                for party in frame.ends[pair]:
                    self.at[party, slot][zone].append(variable)
                    self.of_party[party].append(variable)
        for place, variables in in_pool.items():
            self._at_most(variables, held.free.get(place, 0))
        for (party, slot), zones in self.at.items():
            here = held.at[party][slot].total() if slot in held.at[party] else 0
            self._at_most([v for each in zones.values() for v in each], frame.capacity[party][slot] - here)
        for party, variables in self.of_party.items():
            self._at_most(variables, frame.maximum[party] - held.count[party])
        self._busy: dict[tuple[int, int], Any] = {}

    def busy(self, party: int, slot: int) -> Any:
        """Whether a party meets in a slot: 0, 1 or an expression of either value."""
        if slot in self.held.at[party]:
            return 1
        if (party, slot) not in self.at:
            return 0
        if (party, slot) not in self._busy:
            meetings = [v for each in self.at[party, slot].values() for v in each]
            self._busy[party, slot] = self._any(meetings, self.frame.capacity[party][slot])
        return self._busy[party, slot]

    def meetings(self, party: int, slot: int, zone: int) -> Any:
        """How many meetings a party has in a slot and zone."""
        held = self.held.at[party][slot][zone] if slot in self.held.at[party] else 0
        free = self.at[party, slot][zone] if (party, slot) in self.at else []
        return cp_model.LinearExpr.sum([*free, held]) if free else held

    def minimise(self, weights: Weights, breaks: Sequence[Any]) -> None:
        """Set the objective over the released pairs."""
        terms = [weights.breaks * each for each in breaks]
        if weights.score:
            scores = [(self.frame.score[pair], list(takes.values())) for pair, takes in self.takes.items()]
            variables = [variable for _score, row in scores for variable in row]
            factors = [-weights.score * score for score, row in scores for _ in row]
            terms.append(cp_model.LinearExpr.weighted_sum(variables, factors))
        if weights.shortfall:
            terms += [weights.shortfall * each for each in self.lacking()]
        self.programme.minimize(cp_model.LinearExpr.sum(terms))

    def lacking(self) -> list[cp_model.IntVar]:
        """Per party whose minimum is at stake what it lacks."""
        found = []
        for party, variables in self.of_party.items():
            open_yet = int(self.frame.instance.minimum[party]) - self.held.count[party]
            if open_yet > 0:
                lacking = self.programme.new_int_var(0, open_yet, "")
                self.programme.add(lacking + cp_model.LinearExpr.sum(variables) >= open_yet)
                found.append(lacking)
        return found

    def hint(self, layout: Ints) -> None:
        """Start from this layout."""
        for pair, takes in self.takes.items():
            for cell, variable in takes.items():
                self.programme.add_hint(variable, bool(layout[pair] == cell))

    def solve(self, *, effort: float, seed: int, control: Control | None = None) -> Solved:
        """Solve within so much effort (deterministic units, each about a second); cancelled, with what it has."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # more would answer differently from run to run
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = effort
        status = solve_audibly(solver, self.programme, control)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Solved(status, None, 0, 0)
        layout = self.held.layout()
        for pair, takes in self.takes.items():
            layout[pair] = next((cell for cell, variable in takes.items() if solver.value(variable)), UNPLACED)
        return Solved(status, layout, round(solver.objective_value), int(np.ceil(solver.best_objective_bound - 1e-6)))

    def _any(self, meetings: list[cp_model.IntVar], capacity: int) -> Any:
        if capacity <= 1:
            return cp_model.LinearExpr.sum(meetings)
        some = self.programme.new_bool_var("")
        self.programme.add_max_equality(some, meetings)
        return some

    def _at_most(self, variables: list[cp_model.IntVar], limit: int) -> None:
        if limit == 1:
            self.programme.add_at_most_one(variables)
        elif limit < len(variables):
            self.programme.add(cp_model.LinearExpr.sum(variables) <= limit)


def solve_audibly(solver: cp_model.CpSolver, programme: cp_model.CpModel, control: Control | None) -> Any:
    """Solve, and stop early when the caller cancels: the caller is asked in its own thread, the solver has another."""
    if control is None or (control.cancelled is None and control.time_limit is None):
        return solver.solve(programme)
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(solver.solve(programme)))
    thread.start()
    while thread.is_alive():
        thread.join(HEARD_EVERY)
        if control.stopped():
            solver.stop_search()
    if not found:
        raise RuntimeError("the constraint solver failed")
    return found[0]
