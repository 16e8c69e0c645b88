"""The levels of a demand as factors of rungs and of sets of rungs, compiled; what they mean: fits.py, supply.py."""

from __future__ import annotations

from typing import Any

from matching.engine.compiled import compiled


@compiled
def level_factors(factors: Any, named: int, accepted: int, levels: Any) -> None:
    """Factor of every rung, as `fits.level_factors` defines it; 0 = not eligible. Bit sets of rungs."""
    own = named & accepted
    if own == 0:
        own = accepted
    lowest = 0
    while accepted and not (own >> lowest) & 1:
        lowest += 1
    for rung in range(factors.shape[0]):
        if accepted == 0:
            factors[rung] = 1.0
        elif (own >> rung) & 1:
            factors[rung] = levels[0]
        elif (rung > 0 and (own >> (rung - 1)) & 1) or ((accepted >> rung) & 1 and rung > lowest):
            factors[rung] = levels[1]
        else:
            factors[rung] = levels[2] if (accepted >> rung) & 1 else 0.0


@compiled
def set_factors(sets: Any, factors: Any, used: Any) -> None:
    """What each set of rungs contributes, so that over the sets that a school has, the sum is its best factor.

    Inclusion and exclusion: max(a, b) = a + b − min(a, b), and so on.
    """
    for number in range(sets.shape[0]):
        least = 2.0
        size = 0
        for rung in range(factors.shape[0]):
            if ((number + 1) >> rung) & 1:
                least = min(least, factors[rung])
                size += 1
        sets[number] = 0.0
        if used[number]:
            sets[number] = least if size % 2 == 1 else -least
