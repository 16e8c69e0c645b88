"""A pair demand by demand, with what each adds to the coverage of the whole."""

from __future__ import annotations

from dataclasses import dataclass

from matching.explaining import MOST_DEMANDS, demands_in, explained_pairs, known_schools, open_demands
from matching.reasons import Names, Reasons, demand_reasons
from matching.standing import standing
from portal.demands.models import TalentDemand


@dataclass(frozen=True, slots=True)
class DemandReasons:
    """One demand of the enterprise against the school; `reasons.coverage_percent` is its part of the whole."""

    demand: int
    title: str
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class PairReasons:
    """The demands, those that add most first; the parts add up to coverage_percent.

    most: so many demands were looked at, those with the most people; 0: all.
    """

    coverage_percent: int
    demands: list[DemandReasons]
    most: int


def pair_reasons(*, enterprise: int, school: int) -> PairReasons | None:
    """Why these two, or None if there is nothing to compare. Nine queries. Raises NoRun."""
    now = standing()
    known, demands = known_schools(now, [school]), open_demands(now.supply.vocabulary, [enterprise])
    explanation = explained_pairs(known, demands, [(enterprise, school)]).get((enterprise, school))
    if explanation is None:
        return None
    plain = demands_in(explanation)
    names, titles = Names.of(plain), _titles([demand["demand"] for demand in plain])
    sums = [sum(term["value"] for term in demand["contributions"]) for demand in plain]
    scale = explanation.coverage / sum(sums) if sum(sums) > 0 else 0.0
    parts = [(scale * part, demand) for part, demand in zip(sums, plain, strict=True)]
    parts.sort(key=lambda part: (-part[0], part[1]["demand"]))
    return PairReasons(
        coverage_percent=round(100 * explanation.coverage),
        demands=[
            DemandReasons(demand["demand"], titles.get(demand["demand"], ""), demand_reasons(demand, part, names))
            for part, demand in parts
        ],
        most=MOST_DEMANDS if len(plain) == MOST_DEMANDS else 0,
    )


def _titles(ids: list[int]) -> dict[int, str]:
    return dict(TalentDemand.objects.filter(pk__in=ids).values_list("pk", "title"))
