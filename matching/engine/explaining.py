"""Why a school and an enterprise meet: worked out from the offers themselves, not from the index.

The contributions are the terms of the sum β·c (see formula.py), so bars drawn from them add up to the coverage that is
shown, or to more where more is met than needed; that the two ways agree is also the standing check of the index.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass

from matching.engine.catalogue import DEPTHS, RUNGS, Depth
from matching.engine.fits import LevelFactors, level_factors, level_steps, mode_factor, place_factor, stated_shares
from matching.engine.index import Snapshot
from matching.engine.profiles import DemandProfile, Offer, SchoolProfile, Skill, Weights
from matching.engine.ranking import PairScore, pair_scores, the_enterprise
from matching.engine.rows import score_row


@dataclass(frozen=True, slots=True)
class MajorMet:
    """A wanted major and the best offer for it; credit (by depth) and level_fit of the offer in [0, 1]."""

    wanted: str
    offer: str
    offer_level: str
    depth: Depth
    credit: float
    level_fit: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """One term of β·c: `kind` is "major" or "skill", `of` the wanted code or the skill's id."""

    demand: int
    kind: str
    of: Skill
    value: float


@dataclass(frozen=True, slots=True)
class Seats:
    """Vacancies of a demand against graduates (persons); the filled ones are min(headcount, graduates)."""

    headcount: int
    exact_graduates: float
    eligible_graduates: float
    filled_exactly: float
    filled: float


@dataclass(frozen=True, slots=True)
class DemandExplanation:
    """One demand; level_fit (of the school's best suited level), region_fit (of its place), mode_fit in [0, 1]."""

    demand: int
    majors_met: tuple[MajorMet, ...]
    majors_missing: tuple[str, ...]
    skills_met: tuple[Skill, ...]
    skills_missing: tuple[Skill, ...]
    level_fit: float
    region_fit: float
    mode_fit: float
    seats: Seats
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A pair's figures as ranked (see PairScore) and their reasons, a demand each, in the order given."""

    school: int
    enterprise: int
    enterprise_score: float
    school_score: float
    mutual: float
    coverage: float
    graduates: float
    vacancies: float
    demands: tuple[DemandExplanation, ...]

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """The terms of β·c over all demands."""
        return tuple(term for demand in self.demands for term in demand.contributions)

    def as_dict(self) -> dict[str, object]:
        """The same as dicts, lists, strings and numbers, ready for JSON."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def explain(snapshot: Snapshot, school_id: int, demands: Sequence[DemandProfile]) -> Explanation:
    """Explain a school to the enterprise of these demands; raises as `explain_schools`."""
    return explain_schools(snapshot, [school_id], demands)[0]


def explain_schools(
    snapshot: Snapshot, school_ids: Sequence[int], demands: Sequence[DemandProfile]
) -> list[Explanation]:
    """Explain several schools, in the order given, to the enterprise of these demands; scored only once.

    Raises UnknownSchool, UnknownMajor, and ValueError for no demands or those of several enterprises.
    """
    if not demands:
        raise ValueError("nothing to explain: no demands")
    the_enterprise(demands)
    columns = snapshot.columns([list(demands), *([demand] for demand in demands)])
    return [
        _explain_school(
            snapshot, school_id, demands, pair_scores(score_row(snapshot.supply, snapshot.row(school_id), columns))
        )
        for school_id in school_ids
    ]


def _explain_school(
    snapshot: Snapshot, school_id: int, demands: Sequence[DemandProfile], scores: Sequence[PairScore]
) -> Explanation:
    """scores: of all demands together, then of each."""
    total = sum(demand.headcount for demand in demands)
    breadth = sum(demand.headcount / total * _breadth(demand, snapshot.weights) for demand in demands)
    school, whole = snapshot.profile(school_id), scores[0]
    explained = tuple(
        _explain_demand(snapshot, school, demand, breadth * demand.headcount / total, alone.graduates)
        for demand, alone in zip(demands, scores[1:], strict=True)
    )
    return Explanation(
        school=school.id,
        enterprise=demands[0].enterprise,
        enterprise_score=whole.enterprise_score,
        school_score=whole.school_score,
        mutual=whole.mutual,
        coverage=whole.coverage,
        graduates=whole.graduates,
        vacancies=whole.vacancies,
        demands=explained,
    )


def _explain_demand(
    snapshot: Snapshot, school: SchoolProfile, demand: DemandProfile, share: float, supply: float
) -> DemandExplanation:
    weights, place = snapshot.weights, (demand.province, demand.city)
    factors = level_factors(demand, snapshot.catalogue, weights)
    region_fit = place_factor((school.province, school.city), place, weights)
    fit = share * region_fit * mode_factor(school.modes, demand.modes, weights)
    for_majors, for_skills = (fit * part for part in stated_shares(demand, weights))
    wanted = tuple(dict.fromkeys(demand.majors))
    best = {want: _best_offer(snapshot, want, school, factors) for want in wanted}
    met = tuple(found for found in best.values() if found)
    shares = snapshot.skill_shares(demand.skills)
    taught = {skill: _threshold_sum(factors, [o for o in school.offers if skill in o.skills]) for skill in shares}
    majors = [
        Contribution(
            demand.id,
            "major",
            found.wanted,
            for_majors / math.sqrt(len(wanted)) * _earned(snapshot, found, school, factors),
        )
        for found in met
    ]
    skills = [
        Contribution(demand.id, "skill", skill, for_skills * shares[skill] * level)
        for skill, level in taught.items()
        if level
    ]
    return DemandExplanation(
        demand=demand.id,
        majors_met=met,
        majors_missing=tuple(want for want, found in best.items() if not found),
        skills_met=tuple(skill for skill, level in taught.items() if level),
        skills_missing=tuple(skill for skill, level in taught.items() if not level),
        level_fit=max((factors[RUNGS[offer.level]] for offer in school.offers), default=0.0),
        region_fit=region_fit,
        mode_fit=mode_factor(school.modes, demand.modes, weights),
        seats=_seats(snapshot, school, demand, factors, supply),
        contributions=(*majors, *skills),
    )


def _breadth(demand: DemandProfile, weights: Weights) -> float:
    """What undoes the root of the number of majors; see formula.py."""
    of_majors, of_skills = stated_shares(demand, weights)
    return of_majors * math.sqrt(len(set(demand.majors))) + of_skills


def _best_offer(snapshot: Snapshot, wanted: str, school: SchoolProfile, factors: LevelFactors) -> MajorMet | None:
    """The offer with most credit × level fit; then the deepest, most graduates, first code."""
    found: list[tuple[tuple[float, float, float, str], MajorMet]] = []
    for offer in school.offers:
        depth = snapshot.catalogue.depth(wanted, offer.major)
        fit = factors[RUNGS[offer.level]]
        if depth is None or not fit:
            continue
        credit = snapshot.weights.coverage.by_depth[DEPTHS.index(depth)]
        key = (-credit * fit, -credit, -offer.graduates, offer.major)
        found.append((key, MajorMet(wanted, offer.major, offer.level, depth, credit, fit)))
    return min(found, key=lambda item: item[0])[1] if found else None


def _earned(snapshot: Snapshot, met: MajorMet, school: SchoolProfile, factors: LevelFactors) -> float:
    """What a wanted major earns from all offers: credit × level fit of the best one if there is one level."""
    earned = 0.0
    for rungs, drop in level_steps(factors):
        depths = [snapshot.catalogue.depth(met.wanted, o.major) for o in school.offers if _in(o, rungs)]
        credits = [snapshot.weights.coverage.by_depth[DEPTHS.index(depth)] for depth in depths if depth]
        earned += drop * max(credits, default=0.0)
    return earned


def _threshold_sum(factors: LevelFactors, offers: Sequence[Offer]) -> float:
    """The level factor of the best suited of these offers; 0 for none."""
    return sum(drop for rungs, drop in level_steps(factors) if any(_in(offer, rungs) for offer in offers))


def _in(offer: Offer, rungs: int) -> bool:
    return bool(rungs >> RUNGS[offer.level] & 1)


def _seats(
    snapshot: Snapshot, school: SchoolProfile, demand: DemandProfile, factors: LevelFactors, supply: float
) -> Seats:
    exact = sum(
        offer.graduates
        for offer in school.offers
        if factors[RUNGS[offer.level]]
        and any(snapshot.catalogue.depth(wanted, offer.major) is Depth.CODE for wanted in demand.majors)
    )
    return Seats(demand.headcount, exact, supply, min(demand.headcount, exact), min(demand.headcount, supply))


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Depth) else value
