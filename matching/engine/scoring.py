"""The formula, on dense blocks of enterprises × schools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import Floats, SparseRows, accumulate
from matching.engine.columns import Column, Place
from matching.engine.fits import place_factor
from matching.engine.index import Snapshot
from matching.engine.profiles import Weights


@dataclass(frozen=True, slots=True)
class Block:
    """Arrays of shape (columns, schools).

    coverage c and both scores in [0, 1]; supply G: eligible graduates, vacancies V = H·c (persons).
    """

    coverage: Floats
    supply: Floats
    vacancies: Floats
    enterprise_score: Floats
    school_score: Floats


def score_block(snapshot: Snapshot, columns: Sequence[Column]) -> Block:
    """Score every column against every school. A column's row does not depend on the other columns."""
    weights = snapshot.weights
    headcount = np.array([[column.headcount] for column in columns], np.float64)
    coverage = np.minimum(_coverage(snapshot, columns), 1.0)
    # Skills and majors of different demands may claim the same graduates; nobody has more than are there.
    wanted = accumulate(SparseRows.of(column.supply for column in columns), snapshot.supply, len(snapshot.ids))
    supply = np.minimum(wanted, snapshot.graduates)
    return Block(
        coverage=coverage,
        supply=supply,
        vacancies=headcount * coverage,
        enterprise_score=enterprise_score(coverage, supply, headcount, weights),
        school_score=school_score(headcount * coverage, supply, snapshot.graduates, weights),
    )


def enterprise_score(coverage: Floats, supply: Floats, headcount: Floats, weights: Weights) -> Floats:
    """A = √(c · G/(G + κH)), in [0, 1]: how well a school serves an enterprise. Shapes broadcast."""
    score: Floats = np.sqrt(coverage * supply / (supply + weights.kappa * headcount))
    return score


def school_score(vacancies: Floats, supply: Floats, graduates: Floats, weights: Weights) -> Floats:
    """B = .7·V/(V + kv) + .3·G/G_total, in [0, 1], 0 where no vacancy is matched. Shapes broadcast."""
    wanted = supply / np.maximum(graduates, 1.0)
    volume = vacancies / (vacancies + weights.kv)
    score = weights.vacancy_share * volume + (1.0 - weights.vacancy_share) * wanted
    matched: Floats = np.where(vacancies > 0, np.minimum(score, 1.0), 0.0)
    return matched


def mutual_score(enterprise: float, school: float) -> float:
    """Harmonic mean of both sides: a label for a pair, never an order of ranking."""
    return 2 * enterprise * school / (enterprise + school) if enterprise and school else 0.0


def _coverage(snapshot: Snapshot, columns: Sequence[Column]) -> Floats:
    """Σ over places of work of place factor × what the demands there cover."""
    parts = [part for column in columns for part in column.coverage]
    dense = accumulate(SparseRows.of(row for _, row in parts), snapshot.coverage, len(snapshot.ids))
    factors = {place: _place_factors(snapshot, place) for place, _ in parts}
    for number, (place, _) in enumerate(parts):
        dense[number] *= factors[place]
    firsts = np.cumsum([0, *(len(column.coverage) for column in columns)])[:-1]
    summed: Floats = np.add.reduceat(dense, firsts, axis=0)
    return summed


def _place_factors(snapshot: Snapshot, place: Place) -> Floats:
    of_place = np.array([place_factor(own, place, snapshot.weights) for own in snapshot.places], np.float64)
    factors: Floats = of_place[snapshot.place_of]
    return factors
