"""The formula written out plainly, in double precision: the oracle of the engine's tests.

It shares no code with the engine but its input: no nodes, no sums of increments, no index, only "the best offer".
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matching.engine import Credits, DemandProfile, Offer, SchoolProfile, Weights
from tests.matching.engine.worlds import MAJORS

KINDS = ("code", "family", "major_class", "category")
RUNG = {"secondary": 0, "technician": 0, "junior_college": 1, "vocational_bachelor": 2, "bachelor": 2}
SHIFT = {"secondary": -20, "vocational_bachelor": 20}
Schools = Sequence[SchoolProfile]


@dataclass(frozen=True)
class Figures:
    coverage: float
    graduates: float
    vacancies: float
    enterprise_score: float
    school_score: float


def plain_figures(
    everybody: Schools, school: SchoolProfile, asked: list[DemandProfile], weights: Weights | None = None
) -> Figures:
    """What is known of a school and an enterprise, by its definition."""
    w = weights or Weights()
    heads = sum(demand.headcount for demand in asked)
    coverage = sum(d.headcount / heads * plain_fit(everybody, school, d, w) for d in asked)
    breadth = sum(d.headcount / heads * _breadth(d, w) for d in asked)
    total = sum(offer.graduates for offer in school.offers)
    eligible = sum(o.graduates * _eligible(everybody, o, asked, heads, w) for o in school.offers)
    graduates = min(total, eligible) if coverage else 0.0
    vacancies = heads * coverage
    covered = min(1.0, breadth * coverage)
    ours = math.sqrt(covered * graduates / (graduates + w.kappa * heads))
    theirs = w.vacancy_share * vacancies / (vacancies + w.kv)
    theirs += (1 - w.vacancy_share) * (graduates / total if total else 0)
    return Figures(covered, graduates, min(heads, vacancies), ours, theirs)


def plain_fit(everybody: Schools, school: SchoolProfile, demand: DemandProfile, w: Weights) -> float:
    """place × cooperation × (majors and skills as stated), each the best of the school's offers by their levels."""
    major, skill = _parts(demand, w)
    fit = 0.0
    for wanted in set(demand.majors):
        earned = [(_level(demand, o, w), _credit(w.coverage, _near(wanted, o.major))) for o in school.offers]
        fit += major / math.sqrt(len(set(demand.majors))) * _best(earned)
    for name, share in _shares(everybody, demand).items():
        fit += skill * share * _best([(_level(demand, o, w), 1.0) for o in school.offers if name in o.skills])
    return fit * _place(school, demand, w) * (w.other_mode if demand.modes and not demand.modes & school.modes else 1)


def best_single_offer(school: SchoolProfile, demand: DemandProfile, wanted: str, w: Weights) -> float:
    """The largest level factor × credit of any one offer."""
    earned = [_level(demand, o, w) * _credit(w.coverage, _near(wanted, o.major)) for o in school.offers]
    return max(earned, default=0.0)


def _best(earned: list[tuple[float, float]]) -> float:
    """Level factor by level factor, from the highest: the drop to the next × the best credit down to here."""
    limits = [*sorted({factor for factor, _ in earned}, reverse=True), 0.0]
    total = 0.0
    for limit, lower in pairwise(limits):
        total += (limit - lower) * max(credit for factor, credit in earned if factor >= limit)
    return total


def _eligible(everybody: Schools, offer: Offer, asked: list[DemandProfile], heads: int, w: Weights) -> float:
    """Share of an offer's graduates that are eligible: by nearness the best of all demands, by skills the mean."""
    share = 0.0
    for place, kind in enumerate(KINDS):
        reached = KINDS[: place + 1]
        share += max(
            (
                _parts(d, w)[0] * _level(d, offer, w) * _step(w.supply, kind, len(set(d.majors)))
                for d in asked
                for x in d.majors
                if _near(x, offer.major) in reached
            ),
            default=0.0,
        )
    for demand in asked:
        taught = sum(part for name, part in _shares(everybody, demand, 2).items() if name in offer.skills)
        share += demand.headcount / heads * _parts(demand, w)[1] * _level(demand, offer, w) * taught
    return share


def _credit(credits: Credits, kind: str) -> float:
    return getattr(credits, kind) if kind else 0.0


def _step(credits: Credits, kind: str, wants: int) -> float:
    """By how much a kind of nearness is worth more than the next: all but the same code are divided by the wants."""
    worth = [_credit(credits, each) / (1 if each == "code" else wants) for each in KINDS] + [0.0]
    return worth[KINDS.index(kind)] - worth[KINDS.index(kind) + 1]


def _breadth(demand: DemandProfile, w: Weights) -> float:
    """What one of the wanted majors and all of the skills come to 1 by."""
    major, skill = _parts(demand, w)
    return major * math.sqrt(len(set(demand.majors))) + skill


def _near(wanted: str, offered: str) -> str:
    """The nearest of all pairs (code under the want, offered code); "" if even the categories differ."""
    below = [major for major in MAJORS if major.code == wanted or (len(wanted) < 6 and major.code.startswith(wanted))]
    ours = next(major for major in MAJORS if major.code == offered)
    for kind, key in (
        ("code", lambda major: major.code),
        ("family", lambda major: major.family or major.code),
        ("major_class", lambda major: _level_free(major.class_code, major.level)),
        ("category", lambda major: _level_free(major.category_code, major.level)),
    ):
        if any(key(major) == key(ours) for major in below):
            return kind
    return ""


def _level_free(code: str, level: str) -> str:
    return code if level == "bachelor" else str(int(code[:2]) + SHIFT.get(level, 0)) + code[2:]


def _level(demand: DemandProfile, offer: Offer, w: Weights) -> float:
    rung = RUNG[offer.level]
    accepted = {RUNG[level] for level in demand.levels}
    named = {RUNG[m.level] for m in MAJORS for wanted in demand.majors if m.code.startswith(wanted)}
    own = (named & accepted) or accepted
    if not accepted:
        return 1.0
    if rung in own:
        return w.own_level
    if rung - 1 in own or (rung in accepted and rung > min(own)):
        return w.level_above
    return w.level_below if rung in accepted else 0.0


def _place(school: SchoolProfile, demand: DemandProfile, w: Weights) -> float:
    if not demand.province or (demand.city and (school.province, school.city) == (demand.province, demand.city)):
        return w.same_city
    return w.same_province if school.province == demand.province else w.elsewhere


def _parts(demand: DemandProfile, w: Weights) -> tuple[float, float]:
    if demand.majors and demand.skills:
        return 1 - w.skill, w.skill
    return float(bool(demand.majors)), float(bool(demand.skills))


def _shares(everybody: Schools, demand: DemandProfile, power: int = 1) -> dict[str, float]:
    count = len(everybody)
    idf = {}
    for name in set(demand.skills):
        df = sum(any(name in offer.skills for offer in school.offers) for school in everybody)
        idf[name] = math.log(1 + (count - df + 0.5) / (df + 0.5)) ** power
    return {name: value / sum(idf.values()) for name, value in idf.items()}
