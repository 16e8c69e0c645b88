"""Why not higher, and what would help: for one pair, from the side of either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.engine.catalogue import RUNGS, Depth
from matching.engine.explaining import Explanation
from matching.engine.improving import Improvement, Matter, Step, best_of, place_of, with_less, with_more
from matching.engine.profiles import DemandProfile, SchoolProfile
from matching.engine.rows import score_column
from matching.explaining import MOST_DEMANDS, Known, explained_pairs, known_schools, open_demands
from matching.reasons import Names
from matching.standing import Standing
from portal.taxonomy.models import EducationLevel

TOP = 3
MOST_TRIED = 24  # steps of each matter: the rest would cost more time than anybody spends on reading
USUAL_CLASS = 40  # graduates of a new programme where a school has none to go by

OFFERING: dict[Matter, Promise] = {
    Matter.MAJOR: _("Offer the major %(name)s"),
    Matter.SKILL: _("Teach %(name)s"),
}
ASKING: dict[Matter, Promise] = {
    Matter.MAJOR: _("Ask no more for the major %(name)s"),
    Matter.SKILL: _("Ask no more for %(name)s"),
    Matter.LEVEL: _("Accept the level %(name)s too"),
}


@dataclass(frozen=True, slots=True)
class Help:
    """One thing to change, and the place of the school in the enterprise's list after it."""

    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Advice:
    """The place of the school in the enterprise's list (1 is the best) of `ranked` schools, and what would better it.

    people: graduates of a new programme that were assumed; 0 where none was. most: only so many demands were looked at,
    those with the most people; 0: all.
    """

    place: int
    ranked: int
    helps: list[Help]
    people: int = 0
    most: int = 0


def advice_for_school(now: Standing, *, enterprise: int, school: int) -> Advice | None:
    """What the school could offer; None if one of the two has nothing to compare. Six queries."""
    found = _pair(now, enterprise, school)
    if found is None:
        return None
    known, demands, explanation = found
    column = now.column_of(enterprise) if len(demands) == MOST_DEMANDS else None
    column = known.columns([demands]) if column is None else column
    table = score_column(now.supply, column, 0, now.beside)
    before = place_of(table, school)
    people = _usual_class(known.profile(school))
    steps = _within_reach(known, school, _lacking(explanation))
    tried = with_more(now.supply, known.row(school), column, table, steps, people)
    helps = _worded(best_of(tried, before, TOP), OFFERING)
    return Advice(before[0], int((table.enterprise_score > 0).sum()), helps, people)


def advice_for_enterprise(now: Standing, *, enterprise: int, school: int) -> Advice | None:
    """What the enterprise could ask otherwise, so that this school comes higher; None as above. Six queries."""
    found = _pair(now, enterprise, school)
    if found is None:
        return None
    known, demands, explanation = found
    table = score_column(now.supply, known.columns([demands]), 0, now.beside)
    before = place_of(table, school)
    steps = [*_lacking(explanation), *_levels(known.profile(school), demands)]
    tried = with_less(known, now.beside, school, demands, steps)
    helps = _worded(best_of(tried, before, TOP), ASKING)
    most = MOST_DEMANDS if len(demands) == MOST_DEMANDS else 0
    return Advice(before[0], int((table.enterprise_score > 0).sum()), helps, most=most)


def _pair(now: Standing, enterprise: int, school: int) -> tuple[Known, list[DemandProfile], Explanation] | None:
    known, demands = known_schools(now, [school]), open_demands(now.supply.vocabulary, [enterprise])
    explanation = explained_pairs(known, demands, [(enterprise, school)]).get((enterprise, school))
    return (known, demands[enterprise], explanation) if explanation else None


def _lacking(explanation: Explanation) -> list[Step]:
    """The majors that the school does not have exactly and the skills that it does not teach, the demands' order."""
    majors, skills, exact = dict[Step, None](), dict[Step, None](), set[str]()
    for demand in explanation.demands:
        exact |= {met.wanted for met in demand.majors_met if met.depth is Depth.CODE}
        near = (met.wanted for met in demand.majors_met if met.depth is not Depth.CODE)
        majors |= dict.fromkeys(Step(Matter.MAJOR, code) for code in (*near, *demand.majors_missing))
        skills |= dict.fromkeys(Step(Matter.SKILL, skill) for skill in demand.skills_missing)
    wanted = [step for step in majors if step.of not in exact]
    return [*wanted[:MOST_TRIED], *list(skills)[:MOST_TRIED]]


def _within_reach(known: Known, school: int, steps: Sequence[Step]) -> list[Step]:
    """Without the majors of levels that the school does not teach: no secondary school opens a bachelor's course."""
    rungs = {RUNGS[offer.level] for offer in known.profile(school).offers} or set(RUNGS.values())
    return [
        step
        for step in steps
        if step.matter is not Matter.MAJOR or RUNGS[known.catalogue.major(str(step.of)).level] in rungs
    ]


def _levels(profile: SchoolProfile, demands: Sequence[DemandProfile]) -> list[Step]:
    """The levels of the school that some demand does not accept."""
    taught = sorted({offer.level for offer in profile.offers}, key=lambda level: (RUNGS[level], level))
    return [
        Step(Matter.LEVEL, level)
        for level in taught
        if any(demand.levels and level not in demand.levels for demand in demands)
    ]


def _usual_class(profile: SchoolProfile) -> int:
    """Graduates of a programme in the middle of the school's."""
    sizes = [offer.graduates for offer in profile.offers if offer.graduates]
    return int(median_low(sizes)) if sizes else USUAL_CLASS


def _worded(found: Sequence[Improvement], sentences: dict[Matter, Promise]) -> list[Help]:
    names = Names.known(_keys(found, Matter.MAJOR), (int(key) for key in _keys(found, Matter.SKILL)))
    helps = []
    for one in found:
        matter, key = one.step.matter, one.step.of
        if matter is Matter.LEVEL:
            name = str(EducationLevel(str(key)).label)
        else:
            name = names.major(str(key)) if matter is Matter.MAJOR else names.skill(int(key))
        helps.append(Help(str(sentences[matter]) % {"name": name}, one.place))
    return helps


def _keys(found: Iterable[Improvement], matter: Matter) -> list[str]:
    return [str(one.step.of) for one in found if one.step.matter is matter]
