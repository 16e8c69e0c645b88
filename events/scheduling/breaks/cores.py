"""Lower bounds by unsatisfiable cores: every core says that one more break cannot be avoided.

OLL (A. Morgado, C. Dodaro, J. Marques-Silva, CP 2014) for soft literals of weight 1: the literals of a core are
replaced by the outputs of a counter over them, of which one may be true for nothing, and each further one costs 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from types import TracebackType
from typing import Self

from pysat.card import ITotalizer
from pysat.solvers import Solver

SOLVER = "cadical195"
"""Of those of python-sat that take a budget, by far the fastest on the published instances."""


class Answer(Enum):
    """What one call of the solver ended with."""

    MODEL = auto()
    CORE = auto()
    NEVER = auto()
    """The clauses have no model at all."""
    UNKNOWN = auto()
    """The conflicts were used up."""


class Cores:
    """A solver that holds the clauses, and the soft literals as far as they are still to be kept."""

    def __init__(self, clauses: Sequence[Sequence[int]], top: int, costs: Iterable[int]) -> None:
        """Args: clauses over the variables 1 … top; costs, literals that cost 1 each if true."""
        self.solver = Solver(name=SOLVER, bootstrap_with=clauses)
        self.top = top
        self.bound = 0
        """No model is cheaper."""
        self.model: list[int] = []
        self.conflicts = 0
        self._kept: dict[int, tuple[ITotalizer, int] | None] = {-cost: None for cost in costs}
        self._counters: list[ITotalizer] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for counter in self._counters:
            counter.delete()
        self.solver.delete()

    def step(self, conflicts: int) -> Answer:
        """Ask for a model of cost `bound`; if there is none, raise the bound. Args: conflicts, the most to be spent."""
        answer = self._solve(list(self._kept), conflicts)
        if answer is Answer.CORE:
            self._relax(sorted(self.solver.get_core(), key=abs))
        return answer

    def _solve(self, assumptions: list[int], conflicts: int) -> Answer:
        self.solver.conf_budget(conflicts)
        answer = self.solver.solve_limited(assumptions=assumptions)
        self.conflicts = self.solver.accum_stats()["conflicts"]
        if answer is None:
            return Answer.UNKNOWN
        if answer:
            self.model = self.solver.get_model()
            return Answer.MODEL
        return Answer.CORE if assumptions and self.solver.get_core() else Answer.NEVER

    def _relax(self, core: list[int]) -> None:
        """Count the literals of the core instead of keeping them."""
        self.bound += 1
        for literal in core:
            counted = self._kept.pop(literal)
            if counted is not None:
                self._keep_next(*counted)
        if len(core) == 1:
            self.solver.add_clause([-core[0]])
            return
        counter = ITotalizer(lits=[-literal for literal in core], ubound=len(core), top_id=self.top)
        self._counters.append(counter)
        self.top = max(self.top, counter.top_id)
        for clause in counter.cnf.clauses:
            self.solver.add_clause(clause)
        self.solver.add_clause([-literal for literal in core])
        self._keep_next(counter, 0)

    def _keep_next(self, counter: ITotalizer, index: int) -> None:
        if index + 1 < len(counter.rhs):
            self._kept[-counter.rhs[index + 1]] = (counter, index + 1)
