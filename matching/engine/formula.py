"""The formula of both sides, for scalars and compiled, so that whoever scores a pair gets the same bits.

All in single precision. H: vacancies; G: eligible graduates, never more than a school has; c: what is covered of the
demands, each demand by its share of the vacancies:

    c = Σ h/H · ( a · Σ credits of the wanted majors / √n + b · share of the wanted skills )

A list of n majors names alternatives. One of them alone meets the demand, but where demands are summed, who has all of
them should be worth more: hence √n and neither 1 nor n. The breadth β = Σ h/H · (a·√n + b) undoes it for the
enterprise's own order, so that c̄ = min(1, β·c) is 1 for whoever has at least one of the majors of a single list, and
the graduates decide. On the school's side V = H·c counts vacancies.

    A² = c̄ · G/(G + κH)          how well the school serves the enterprise
    B  = s · V/(V + kv) + (1 − s) · G/G_total          what the enterprise offers the school

Constants and their grounds: docs/quality.md.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matching.engine.compiled import compiled, inlined
from matching.engine.profiles import Weights


class Parameters(NamedTuple):
    """The constants of the formula; see `Weights`."""

    kappa: Any
    kv: Any
    vacancy_share: Any
    same_city: Any
    same_province: Any
    elsewhere: Any
    other_mode: Any


def parameters_of(weights: Weights) -> Parameters:
    """The constants in single precision."""
    return Parameters(
        *(
            np.float32(value)
            for value in (
                weights.kappa,
                weights.kv,
                weights.vacancy_share,
                weights.same_city,
                weights.same_province,
                weights.elsewhere,
                weights.other_mode,
            )
        )
    )


@inlined
def covered(coverage: Any, breadth: Any) -> Any:
    """c̄ = min(1, β·c): how much of its demands an enterprise finds at a school."""
    return min(np.float32(1), breadth * coverage)


@inlined
def enterprise_square(coverage: Any, graduates: Any, wanted: Any, breadth: Any) -> Any:
    """A², in [0, 1]; wanted: κH. The root keeps the order."""
    return covered(coverage, breadth) * graduates / (graduates + wanted)


@inlined
def school_value(coverage: Any, graduates: Any, per_graduate: Any, headcount: Any, kv: Any, share: Any) -> Any:
    """B, in [0, 1]; per_graduate: (1 − s)/G_total."""
    vacancies = headcount * coverage
    return min(np.float32(1), share * vacancies / (vacancies + kv) + per_graduate * graduates)


def per_graduate(graduates: Any, vacancy_share: Any) -> Any:
    """(1 − s)/G_total of every school; a school without graduates has no share of them to give."""
    rest = np.float32(1) - np.float32(vacancy_share)
    return np.where(graduates > 0, rest / np.maximum(graduates, np.float32(1)), np.float32(0)).astype(np.float32)


@compiled
def figures(
    coverage: Any, graduates: Any, headcount: Any, breadth: Any, portion: Any, parameters: Parameters, out: Any
) -> None:
    """What is known of pairs: out (5, n) = A, B, their harmonic mean, c̄, min(H, V); all others (n,)."""
    two = np.float32(2)
    for i in range(coverage.shape[0]):
        wanted = parameters.kappa * headcount[i]
        ours = np.sqrt(enterprise_square(coverage[i], graduates[i], wanted, breadth[i]))
        theirs = school_value(
            coverage[i], graduates[i], portion[i], headcount[i], parameters.kv, parameters.vacancy_share
        )
        out[0, i] = ours
        out[1, i] = theirs
        out[2, i] = two * ours * theirs / (ours + theirs) if ours > 0 and theirs > 0 else np.float32(0)
        out[3, i] = covered(coverage[i], breadth[i])
        out[4, i] = min(headcount[i], headcount[i] * coverage[i])
