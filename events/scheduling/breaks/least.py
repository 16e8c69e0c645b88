"""Least breaks of a calendar: cores raise the bound until there are slots that need no more breaks than it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events.scheduling.breaks.cores import Answer, Cores
from events.scheduling.breaks.encoding import Encoding, Unsatisfiable
from events.scheduling.breaks.model import Calendar, breaks_of_all, kept

SLICE = 20_000
"""Conflicts after which a caller is asked whether it has cancelled."""
UNLIMITED = 2**31 - 1
"""Conflicts of one call, as many as the solver can be given."""


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
) -> Proof:
    """Fewest breaks in sum.

    Args: start, slots that keep the rules, if known; bound, breaks known to be necessary; budget, the most conflicts to
    be spent (None: until proven); cancelled is asked between calls of the solver. Deterministic but for `cancelled`.
    """
    try:
        encoding = Encoding(calendar)
    except Unsatisfiable:
        return Proof(None, None, 0, infeasible=True)
    best = None if start is None else tuple(start)
    breaks = None if best is None else sum(breaks_of_all(calendar, best))
    costs = [literal for outputs in encoding.breaks for literal in outputs]
    with Cores(encoding.clauses, encoding.top, costs) as cores:
        while breaks is None or breaks > max(bound, cores.bound):
            left = _left(cores.conflicts, budget, asked=cancelled is not None)
            if left <= 0 or (cancelled is not None and cancelled()):
                break
            answer = cores.step(left)
            if answer is Answer.NEVER:
                return Proof(None, None, 0, infeasible=True, conflicts=cores.conflicts)
            if answer is Answer.MODEL:
                best = tuple(encoding.slots(cores.model))
                breaks = sum(breaks_of_all(calendar, best))
                if not kept(calendar, best):
                    raise RuntimeError("the solver's slots break a rule")
        return Proof(best, breaks, max(bound, cores.bound), conflicts=cores.conflicts)


def _left(spent: int, budget: int | None, *, asked: bool) -> int:
    """Conflicts of the next call."""
    left = UNLIMITED if budget is None else budget - spent
    return min(left, SLICE) if asked else left
