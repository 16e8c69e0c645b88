"""How a school's level and place fit a demand: small pure rules, shared by scoring and explaining."""

from __future__ import annotations

from collections.abc import Set
from itertools import pairwise

from matching.engine.catalogue import RUNG_COUNT, RUNGS, Catalogue
from matching.engine.profiles import DemandProfile, Weights

# Factor of each rung of the ladder, in [0, 1]; 0 = not eligible.
LevelFactors = tuple[float, ...]
# (bit set of rungs, drop): an offer's factor is the sum of the drops of the sets that hold its rung.
LevelSteps = tuple[tuple[int, float], ...]


def level_factors(demand: DemandProfile, catalogue: Catalogue, weights: Weights) -> LevelFactors:
    """The factor of every rung for one demand.

    No accepted levels: 1 everywhere. Else a demand's own rungs are those of the majors it names, as far as it
    accepts them, or else all it accepts: they count 1. The next rung above, and any accepted one further up,
    counts `level_above`; a rung below only if accepted, `level_below`. Raises UnknownMajor.
    """
    named = {rung for major in demand.majors for rung in catalogue.want(major).rungs}
    if not demand.levels:
        return (1.0,) * RUNG_COUNT
    accepted = {RUNGS[level] for level in demand.levels}
    own = named & accepted or accepted
    return tuple(_level_factor(rung, own, accepted, weights) for rung in range(RUNG_COUNT))


def _level_factor(rung: int, own: set[int], accepted: set[int], weights: Weights) -> float:
    if rung in own:
        return weights.own_level
    if rung - 1 in own or (rung in accepted and rung > min(own)):
        return weights.level_above
    return weights.level_below if rung in accepted else 0.0


def level_steps(factors: LevelFactors) -> LevelSteps:
    """Factors as nested sets of rungs: {best}, {best, next}, … each with the drop to the factor after it.

    For a school with one level this is exactly factor × credit. For several it credits each threshold with
    the best offer above it: still linear, monotone, and never below what the best single offer earns.
    """
    limits = [*sorted({factor for factor in factors if factor > 0}, reverse=True), 0.0]
    return tuple(
        (sum(1 << rung for rung, factor in enumerate(factors) if factor >= high), high - low)
        for high, low in pairwise(limits)
    )


def stated_shares(demand: DemandProfile, weights: Weights) -> tuple[float, float]:
    """(weight of majors, weight of skills); what alone is stated takes all, nothing stated nothing."""
    if not demand.skills:
        return (1.0, 0.0) if demand.majors else (0.0, 0.0)
    return (1.0 - weights.skill, weights.skill) if demand.majors else (0.0, 1.0)


def place_factor(school: tuple[str, str], demand: tuple[str, str], weights: Weights) -> float:
    """Factor of a school's (province, city) for a demand's; one without a province has every school in its city."""
    if not demand[0]:
        return weights.same_city
    if school[0] != demand[0]:
        return weights.elsewhere
    return weights.same_city if demand[1] and school == demand else weights.same_province


def mode_factor(offered: Set[str], wanted: Set[str], weights: Weights) -> float:
    """Factor of the kinds of cooperation that a school offers; less if a demand wants some and finds none."""
    return weights.other_mode if wanted and not wanted & offered else 1.0
