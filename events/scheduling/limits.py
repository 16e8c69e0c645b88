"""How much work the stages of the solver may do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much work a stage may do, in its own steps: never in seconds, so that a plan can be repeated."""

    place_steps: int
    polish_rounds: int
    compact_steps: int
    exchange_rounds: int = 100
    break_conflicts: int = 3_000
    """Of the satisfiability solver that proves the fewest breaks of a small fair; 0: nothing is proven of breaks."""
    ruled_rounds: int = 70
    """Neighbourhoods searched for more score under the optional rules."""
    ruled_break_rounds: int = 20
    """The same for fewer breaks."""
    ruled_effort: float = 4.0
    """For solving a small fair under the optional rules as a whole, in the constraint solver's deterministic unit."""

    @classmethod
    def for_meetings(cls, count: int) -> Limits:
        """Enough for a fair of so many meetings; above some thousands the stages stop short of their best."""
        return cls(
            place_steps=max(20_000, min(20_000_000, 400 * count)),
            polish_rounds=max(3, min(300, 300_000 // max(1, count))),
            compact_steps=max(100_000, min(24_000_000, 12_000 * count), min(40_000_000, 1_000 * count)),
        )
