"""The engine's explanation in words: names instead of codes, and how near each match is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.taxonomy.models import EducationLevel, Major

DEPTHS: dict[str, Promise] = {
    "same code": _("same major"),
    "same family": _("same family of majors, other level"),
    "same class": _("same class of majors"),
    "same category": _("same category of majors"),
}


@dataclass(frozen=True, slots=True)
class MetMajor:
    """A wanted major and the school's major that meets it."""

    wanted: str
    offered: str
    level: str
    depth: Promise | str
    exact: bool


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a school stands where it stands in a demand's list. Persons where people are counted.

    coverage_percent: how much of what is asked for the school meets, level and place counted in.
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


def reasons_of(explanations: Iterable[dict[str, Any]]) -> list[Reasons]:
    """Word the explanations, each of one demand; one query for all names."""
    given = list(explanations)
    names = _names_of(code for explanation in given for code in _codes_in(explanation["demands"][0]))
    return [_reasons(explanation, names) for explanation in given]


def _codes_in(demand: dict[str, Any]) -> Iterable[str]:
    for met in demand["majors_met"]:
        yield met["wanted"]
        yield met["offer"]
    yield from demand["majors_missing"]


def _names_of(codes: Iterable[str]) -> dict[str, str]:
    return dict(Major.objects.filter(pk__in=set(codes)).values_list("code", "name"))


def _reasons(explanation: dict[str, Any], names: dict[str, str]) -> Reasons:
    demand = explanation["demands"][0]
    seats = demand["seats"]
    return Reasons(
        coverage_percent=round(100 * explanation["coverage"]),
        majors_met=[_met(met, names) for met in demand["majors_met"]],
        majors_missing=[names.get(code, code) for code in demand["majors_missing"]],
        skills_met=demand["skills_met"],
        skills_missing=demand["skills_missing"],
        headcount=seats["headcount"],
        exact_graduates=seats["exact_graduates"],
        eligible_graduates=round(seats["eligible_graduates"]),
        level_fit_percent=round(100 * demand["level_fit"]),
        region_fit_percent=round(100 * demand["region_fit"]),
    )


def _met(met: dict[str, Any], names: dict[str, str]) -> MetMajor:
    return MetMajor(
        wanted=names.get(met["wanted"], met["wanted"]),
        offered=names.get(met["offer"], met["offer"]),
        level=str(EducationLevel(met["offer_level"]).label),
        depth=DEPTHS.get(met["depth"], met["depth"]),
        exact=met["depth"] == "same code",
    )
