"""The engine's explanation in words: names instead of codes, and how near each match is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.engine.profiles import Weights
from portal.taxonomy.models import EducationLevel, Major, Skill

DEPTHS: dict[str, Promise] = {
    "same code": _("same major"),
    "same family": _("same family of majors, other level"),
    "same class": _("same class of majors"),
    "same category": _("same category of majors"),
}
_NEARNESS = list(DEPTHS)


class Step(NamedTuple):
    """A name for scores from `least` on; `kind` names its look."""

    least: float
    kind: str
    word: Promise


# What a fit is called is said by example: as good as a school that covers this share of the demands with so many
# graduates for each seat, or as an enterprise with so many matched vacancies that wants this share of the graduates.
# The last example is a full bar. The scores of the examples follow the constants of the formula.
_WORDS = (
    ("very-good", pgettext_lazy("fit", "very good")),
    ("good", pgettext_lazy("fit", "good")),
    ("fair", pgettext_lazy("fit", "fair")),
)
_FOR_ENTERPRISE = ((0.8, 5), (0.5, 3), (0.25, 2)), (1.0, 10)
_FOR_SCHOOL = ((20, 0.3), (8, 0.2), (3, 0.1)), (50, 0.5)
_WEAK = Step(0.0, "weak", pgettext_lazy("fit", "weak"))
MUTUAL = 0.25  # harmonic mean of both scores from which on a fit is said to be good for both


@dataclass(frozen=True, slots=True)
class Scale:
    """The names of one side's scores, the best first, and the score at which the bar is full."""

    steps: tuple[Step, ...]
    full: float

    @classmethod
    def of(cls, scores: Sequence[float], full: float) -> Scale:
        named = (Step(score, *words) for score, words in zip(scores, _WORDS, strict=True))
        return cls((*named, _WEAK), full)


def _enterprise_score(covered: float, graduates_a_seat: float) -> float:
    """A of the example; see matching.engine.formula."""
    return math.sqrt(covered * graduates_a_seat / (graduates_a_seat + Weights().kappa))


def _school_score(vacancies: float, wanted: float) -> float:
    """B of the example."""
    share = Weights().vacancy_share
    return share * vacancies / (vacancies + Weights().kv) + (1 - share) * wanted


ENTERPRISE_SCALE, SCHOOL_SCALE = (
    Scale.of([score(*example) for example in examples], score(*most))
    for score, (examples, most) in ((_enterprise_score, _FOR_ENTERPRISE), (_school_score, _FOR_SCHOOL))
)


@dataclass(frozen=True, slots=True)
class Fit:
    """A score as a word and a bar; percent: of the bar, 0 to 100."""

    word: Promise
    kind: str
    percent: int

    @classmethod
    def for_enterprise(cls, score: float) -> Fit:
        """Of A, in [0, 1]."""
        return cls._on(ENTERPRISE_SCALE, score)

    @classmethod
    def for_school(cls, score: float) -> Fit:
        """Of B, in [0, 1]."""
        return cls._on(SCHOOL_SCALE, score)

    @classmethod
    def _on(cls, scale: Scale, score: float) -> Fit:
        step = next(step for step in scale.steps if score >= step.least)
        percent = min(100, max(1, round(100 * score / scale.full))) if score > 0 else 0
        return cls(step.word, step.kind, percent)


@dataclass(frozen=True, slots=True)
class MetMajor:
    """A wanted major and the school's major that meets it."""

    wanted: str
    offered: str
    level: str
    depth: Promise | str
    exact: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """What one wanted major or skill adds to the coverage, in percent of it all."""

    of: str
    kind: str
    percent: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a school stands where it stands in a demand's list. Persons where people are counted.

    coverage_percent: how much of what is asked for the school meets, level and place counted in; the bars add up to it.
    """

    coverage_percent: int
    majors_met: list[MetMajor]
    majors_missing: list[str]
    skills_met: list[str]
    skills_missing: list[str]
    headcount: int
    exact_graduates: int
    eligible_graduates: int
    level_fit_percent: int
    region_fit_percent: int
    bars: list[Bar]


@dataclass(slots=True)
class Meeting:
    """What meets and what is missing between two, over all demands looked at."""

    majors_met: list[MetMajor] = field(default_factory=list)
    majors_missing: list[str] = field(default_factory=list)
    skills_met: list[str] = field(default_factory=list)
    skills_missing: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Names:
    """Names by code of major and by key of skill."""

    majors: Mapping[str, str]
    skills: Mapping[int, str]

    @classmethod
    def of(cls, demands: Iterable[Mapping[str, Any]]) -> Names:
        """Of all that these explained demands name; one query."""
        codes: set[str] = set()
        skills: set[int] = set()
        for demand in demands:
            codes |= {code for met in demand["majors_met"] for code in (met["wanted"], met["offer"])}
            codes |= set(demand["majors_missing"])
            skills |= {*demand["skills_met"], *demand["skills_missing"]}
        return cls.known(codes, skills)

    @classmethod
    def known(cls, codes: Iterable[str], skills: Iterable[int]) -> Names:
        """Of these majors and skills; one query."""
        majors = Major.objects.filter(pk__in=set(codes)).order_by().values_list(Value("major"), "code", "name", "level")
        taught = Skill.objects.filter(pk__in=set(skills)).order_by()
        keyed = taught.values_list(Value("skill"), Cast("pk", CharField()), "name", Value(""))
        found = list(majors.union(keyed, all=True))
        of_majors = {code: (name, level) for kind, code, name, level in found if kind == "major"}
        return cls(_told_apart(of_majors), {int(key): name for kind, key, name, _level in found if kind == "skill"})

    def major(self, code: str) -> str:
        """The name, or the code where the list has none (any more)."""
        return self.majors.get(code, code)

    def skill(self, key: int) -> str:
        """The name of a skill."""
        return self.skills.get(key, str(key))


def demand_reasons(demand: Mapping[str, Any], coverage: float, names: Names) -> Reasons:
    """Word one demand of an explanation; coverage: what it covers, at most 1, to which the bars add up.

    Where more is met than is needed, what each contributes is cut in proportion.
    """
    seats, total = demand["seats"], sum(term["value"] for term in demand["contributions"])
    scale = coverage / total if total > 0 else 0.0
    return Reasons(
        coverage_percent=round(100 * coverage),
        majors_met=[_met(met, names) for met in demand["majors_met"]],
        majors_missing=[names.major(code) for code in demand["majors_missing"]],
        skills_met=[names.skill(key) for key in demand["skills_met"]],
        skills_missing=[names.skill(key) for key in demand["skills_missing"]],
        headcount=seats["headcount"],
        exact_graduates=seats["exact_graduates"],
        eligible_graduates=round(seats["eligible_graduates"]),
        level_fit_percent=round(100 * demand["level_fit"]),
        region_fit_percent=round(100 * demand["region_fit"]),
        bars=[_bar(term, scale, names) for term in demand["contributions"]],
    )


def meeting_of(demands: Sequence[Mapping[str, Any]], names: Names) -> Meeting:
    """What meets and what is missing over several explained demands: met once is met, and the nearest match counts."""
    best: dict[str, Mapping[str, Any]] = {}
    for met in (met for demand in demands for met in demand["majors_met"]):
        known = best.get(met["wanted"])
        if known is None or _NEARNESS.index(met["depth"]) < _NEARNESS.index(known["depth"]):
            best[met["wanted"]] = met
    nearest = sorted(best.values(), key=lambda met: _NEARNESS.index(met["depth"]))
    taught = dict.fromkeys(key for demand in demands for key in demand["skills_met"])
    wanted = dict.fromkeys(code for demand in demands for code in demand["majors_missing"])
    lacking = dict.fromkeys(key for demand in demands for key in demand["skills_missing"])
    return Meeting(
        majors_met=[_met(met, names) for met in nearest],
        majors_missing=[names.major(code) for code in wanted if code not in best],
        skills_met=[names.skill(key) for key in taught],
        skills_missing=[names.skill(key) for key in lacking if key not in taught],
    )


def _told_apart(majors: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Code → name, with the level where two of them have the same name: many majors are taught at several levels."""
    times = Counter(name for name, _level in majors.values())
    return {
        code: name if times[name] == 1 else f"{name}（{EducationLevel(level).label}）"
        for code, (name, level) in majors.items()
    }


def _bar(term: Mapping[str, Any], scale: float, names: Names) -> Bar:
    name = names.major(term["of"]) if term["kind"] == "major" else names.skill(term["of"])
    return Bar(name, term["kind"], round(100 * scale * term["value"], 1))


def _met(met: Mapping[str, Any], names: Names) -> MetMajor:
    return MetMajor(
        wanted=names.major(met["wanted"]),
        offered=names.major(met["offer"]),
        level=str(EducationLevel(met["offer_level"]).label),
        depth=DEPTHS.get(met["depth"], met["depth"]),
        exact=met["depth"] == "same code",
    )
