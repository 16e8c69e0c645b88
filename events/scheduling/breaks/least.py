"""Least breaks of a calendar: cores raise the bound, annealing and models lower the breaks, until both meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events.scheduling.breaks.annealing import anneal
from events.scheduling.breaks.cores import Answer, Cores
from events.scheduling.breaks.encoding import Encoding, Unsatisfiable
from events.scheduling.breaks.model import Calendar, breaks_of_all, kept

FIRST_CONFLICTS = 4000
"""Conflicts of the first calls; each call that ends without an answer doubles them."""
SLICE = 20000
"""Conflicts after which a caller is asked whether it has cancelled."""
STEPS = 2_000_000
"""Of one annealing; they double as well."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Slots of the meetings, and how few breaks there must be."""

    slots: tuple[int, ...] | None
    """None if none are known."""
    breaks: int | None
    breaks_bound: int
    """No slots have fewer breaks."""
    infeasible: bool = False
    """Proven: no slots keep the rules."""
    conflicts: int = 0
    """Work done, the same in every run."""

    @property
    def proven(self) -> bool:
        """Nothing better exists."""
        return self.infeasible or self.breaks == self.breaks_bound


def least_breaks(
    calendar: Calendar,
    *,
    start: Sequence[int] | None = None,
    bound: int = 0,
    budget: int | None = None,
    cancelled: Callable[[], bool] | None = None,
    seed: int = 1,
) -> Proof:
    """Fewest breaks in sum.

    Args: start, slots that keep the rules, if known; bound, breaks known to be necessary; budget, the most conflicts to
    be spent (None: until proven); cancelled is asked between calls of the solver. Deterministic but for `cancelled`.
    """
    try:
        encoding = Encoding(calendar)
    except Unsatisfiable:
        return Proof(None, None, 0, infeasible=True)
    costs = [literal for outputs in encoding.breaks for literal in outputs]
    with Cores(encoding.clauses, encoding.top, costs) as cores:
        return _Search(calendar, encoding, cores, start=start, bound=bound, seed=seed).run(budget, cancelled)


class _Search:
    """The incumbent and the bound of one calendar."""

    def __init__(
        self,
        calendar: Calendar,
        encoding: Encoding,
        cores: Cores,
        *,
        start: Sequence[int] | None,
        bound: int,
        seed: int,
    ) -> None:
        self.calendar = calendar
        self.encoding = encoding
        self.cores = cores
        self.known = bound
        self.seed = seed
        self.best = list(start) if start is not None else None
        self.breaks = sum(breaks_of_all(calendar, self.best)) if self.best is not None else None
        self.seat = self.best
        """Slots from which annealing can start: within choices and capacities."""
        self.conflicts, self.steps = FIRST_CONFLICTS, STEPS
        self.may_anneal = _simple(calendar)

    @property
    def bound(self) -> int:
        return max(self.known, self.cores.bound)

    def run(self, budget: int | None, cancelled: Callable[[], bool] | None) -> Proof:
        while self.breaks is None or self.breaks > self.bound:
            left = SLICE if budget is None else budget - self.cores.conflicts
            if left <= 0 or (cancelled is not None and cancelled()):
                break
            answer = self.cores.step(min(self.conflicts, left) if budget is not None else self.conflicts)
            if answer is Answer.NEVER:
                return Proof(None, None, 0, infeasible=True, conflicts=self.cores.conflicts)
            if answer is Answer.MODEL:
                self._take(self.encoding.slots(self.cores.model))
            elif answer is Answer.UNKNOWN and not self._look_elsewhere():
                return Proof(None, None, 0, infeasible=True, conflicts=self.cores.conflicts)
        slots = None if self.best is None else tuple(self.best)
        return Proof(slots, self.breaks, self.bound, conflicts=self.cores.conflicts)

    def _look_elsewhere(self) -> bool:
        """Seek slots by annealing from any that keep the rules; False if there are none."""
        self.conflicts *= 2
        if self.seat is None:
            answer = self.cores.any_model(self.conflicts)
            if answer is Answer.NEVER:
                return False
            if answer is Answer.MODEL:
                self._take(self.encoding.slots(self.cores.model))
        if self.seat is not None and self.may_anneal:
            found = anneal(self.calendar, self.seat, target=self.bound, steps=self.steps, seed=self.seed)
            self.seed += 1
            self.steps *= 2
            if found is not None:
                self._take(found)
        return True

    def _take(self, slots: list[int]) -> None:
        """Keep slots that are better than the best."""
        if not kept(self.calendar, slots):
            raise RuntimeError("the solver's slots break a rule")
        breaks = sum(breaks_of_all(self.calendar, slots))
        if self.breaks is None or breaks < self.breaks:
            self.best, self.breaks, self.seat = slots, breaks, slots


def _simple(calendar: Calendar) -> bool:
    """Whether annealing can read it: one delegate each, the same single day for everybody, at most 62 slots."""
    everything = [list(range(len(calendar.rooms)))]
    return (
        len(calendar.rooms) <= 62
        and all(max(row, default=0) <= 1 for row in calendar.capacity)
        and all([list(day) for day in days] == everything for days in calendar.days)
    )
