"""Demands as sparse columns over the features of a snapshot.

A score is linear in its features up to the two final formulas, so the demands of one enterprise are summed
here, before any school is looked at, and the sum is exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from matching.engine.catalogue import RUNG_COUNT
from matching.engine.fits import level_factors, level_steps, stated_shares
from matching.engine.index import RUNG_SETS, Snapshot
from matching.engine.profiles import DemandProfile

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """The demands of one enterprise: weights by feature.

    coverage: per place of work, feature → weight, all weights together at most 1; supply: feature → weight;
    headcount: vacancies of all demands (persons).
    """

    headcount: int
    coverage: tuple[tuple[Place, dict[int, float]], ...]
    supply: dict[int, float]


def column_of(snapshot: Snapshot, demands: Sequence[DemandProfile]) -> Column:
    """Sum demands, at least one. Their order is irrelevant to the last bit. Raises UnknownMajor."""
    headcount = sum(demand.headcount for demand in demands)
    supply: dict[int, float] = {}
    coverage: defaultdict[Place, dict[int, float]] = defaultdict(dict)
    for demand in sorted(demands, key=lambda demand: demand.id):
        sums = _Sums(snapshot, demand, coverage[demand.province, demand.city], supply)
        sums.add_majors(demand.headcount / headcount)
        sums.add_skills(demand.headcount / headcount)
    return Column(headcount, tuple((place, coverage[place]) for place in sorted(coverage)), supply)


class _Sums:
    """Adds one demand to the sums of its enterprise; share: of the enterprise's headcount."""

    def __init__(
        self, snapshot: Snapshot, demand: DemandProfile, coverage: dict[int, float], supply: dict[int, float]
    ) -> None:
        self._snapshot = snapshot
        self._demand = demand
        self._factors = level_factors(demand, snapshot.catalogue, snapshot.weights)
        self._steps = level_steps(self._factors)
        self._coverage = coverage
        self._supply = supply

    def add_majors(self, share: float) -> None:
        weights, catalogue = self._snapshot.weights, self._snapshot.catalogue
        stated, _ = stated_shares(self._demand, weights)
        wanted = sorted(set(self._demand.majors))
        for want in map(catalogue.want, wanted):
            for node, increment in zip(want.nodes, weights.coverage.increments, strict=True):
                self._cover(node, share * stated / len(wanted) * increment)
            for node, depth in want.supply:
                for feature, factor in self._supply_features(node):
                    # Graduates that are wanted twice are there once: the maximum, not the sum.
                    weight = stated * factor * weights.supply.increments[depth]
                    self._supply[feature] = max(self._supply.get(feature, 0.0), weight)

    def add_skills(self, share: float) -> None:
        _, stated = stated_shares(self._demand, self._snapshot.weights)
        for skill, part in sorted(self._snapshot.skill_shares(self._demand.skills).items()):
            node = self._snapshot.skills.get(skill)
            if node is None:
                continue  # taught by no school; it stays in the sum of which the others are shares
            self._cover(node, share * stated * part)
            for feature, factor in self._supply_features(node):
                self._supply[feature] = self._supply.get(feature, 0.0) + share * stated * part * factor

    def _cover(self, node: int, weight: float) -> None:
        for rungs, drop in self._steps:
            feature = node * RUNG_SETS + rungs
            self._coverage[feature] = self._coverage.get(feature, 0.0) + weight * drop

    def _supply_features(self, node: int) -> list[tuple[int, float]]:
        return [(node * RUNG_COUNT + rung, factor) for rung, factor in enumerate(self._factors) if factor]
