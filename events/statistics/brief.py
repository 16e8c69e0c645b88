"""The brief of a fair (简报): its figures at this moment, each of them a query over the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum, Value
from django.db.models.functions import Coalesce, Left, NullIf

from events.fairs.models import Fair
from events.statistics import figures
from events.statistics.figures import Scope, measured, scope_of
from portal.taxonomy.models import EducationLevel, Major, Region

MOST_MAJORS = 5


@dataclass(frozen=True, slots=True)
class SoughtMajor:
    """A major whatever the level, by the code and name of its family, and how much it is asked for."""

    code: str
    name: str
    people: int
    demands: int


@dataclass(frozen=True, slots=True)
class LevelRow:
    """Schools of one level and their graduates."""

    level: str
    schools: int
    graduates: int

    @property
    def label(self) -> str:
        """The level in the reader's language; a school without a profile has none."""
        return str(EducationLevel(self.level).label) if self.level else "–"


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """Schools of one province and their graduates."""

    code: str
    name: str
    schools: int
    graduates: int


@dataclass(frozen=True, slots=True)
class Brief:
    """The figures of a fair. Shares are between 0 and 1, money is yuan, people and the rest are counted."""

    schools: int
    provinces: int
    enterprises: int
    share_secondary_and_technician: float
    graduates: int
    framework_agreements: int
    funding_yuan: int | Decimal
    schools_with_intent: int
    enterprises_with_consensus: int
    intent_agreements: int
    secondary_and_technician_schools: int
    meetings_planned: int
    meetings_held: int
    wishes: int
    wishes_met: int
    people_promised: int
    demands: int
    people_sought: int
    top_majors: tuple[SoughtMajor, ...]
    graduates_by_level: tuple[LevelRow, ...]
    schools_by_province: tuple[ProvinceRow, ...]

    def as_dict(self) -> dict[str, Any]:
        """All figures as plain values that JSON knows, in the order of the fields."""
        return asdict(self) | {"funding_yuan": as_number(self.funding_yuan)}


def as_number(amount: int | Decimal) -> int | float:
    """Yuan as a number of JSON: whole where it is; a float keeps two decimal places up to ten billions and beyond."""
    return amount if isinstance(amount, int) else float(amount)


def brief(fair: Fair) -> Brief:
    """The figures of a fair as its rows are now; at most seven queries, whatever its size."""
    scope = scope_of(fair)
    counted: dict[str, Any] = measured(scope)
    schools, secondary = counted["schools"], counted["secondary_and_technician_schools"]
    levels, provinces = _tables(scope)
    return Brief(
        **counted,
        share_secondary_and_technician=round(secondary / schools, 4) if schools else 0.0,
        top_majors=_top_majors(scope),
        graduates_by_level=levels,
        schools_by_province=provinces,
    )


def _top_majors(scope: Scope) -> tuple[SoughtMajor, ...]:
    """The majors for which most people are sought, across levels; a demand counts once for each family it accepts."""
    family = Coalesce(NullIf("majors__family_code", Value("")), "majors__code")
    accepted = figures.demands(scope).annotate(family=family).exclude(family=None).order_by()
    people: Counter[str] = Counter()
    demands: Counter[str] = Counter()
    for _pk, code, headcount in accepted.values_list("pk", "family", "headcount").distinct():
        people[code] += headcount
        demands[code] += 1
    leading = sorted(people, key=lambda code: (-people[code], -demands[code], code))[:MOST_MAJORS]
    names = dict(Major.objects.filter(pk__in=leading).values_list("code", "name"))
    return tuple(SoughtMajor(code, names.get(code, code), people[code], demands[code]) for code in leading)


def _tables(scope: Scope) -> tuple[tuple[LevelRow, ...], tuple[ProvinceRow, ...]]:
    """Schools and graduates by level, lowest first, and by province, most schools first; three queries."""
    level, province = "organization__school__level", Left("organization__region_id", 2)
    schools = figures.schools(scope).order_by().values_list(level, province).annotate(count=Count("pk"))
    school_level, school_province = "programme__school__school__level", Left("programme__school__region_id", 2)
    supply = figures.supply(scope).order_by().values_list(school_level, school_province)
    by_level: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    by_province: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for column, found in enumerate((schools, supply.annotate(count=Sum("graduating")))):
        for level_code, province_code, count in found:
            by_level[level_code or ""][column] += count
            by_province[province_code][column] += count
    order = {value: place for place, value in enumerate(EducationLevel.values)}
    levels = sorted(by_level.items(), key=lambda row: order.get(row[0], len(order)))
    return tuple(LevelRow(code, *counts) for code, counts in levels), _named(by_province)


def _named(by_province: dict[str, list[int]]) -> tuple[ProvinceRow, ...]:
    codes = [f"{prefix}0000" for prefix in by_province]
    names = dict(Region.objects.filter(pk__in=codes).values_list("code", "name"))
    rows = [ProvinceRow(f"{p}0000", names.get(f"{p}0000", p), *counts) for p, counts in by_province.items()]
    return tuple(sorted(rows, key=lambda row: (-row.schools, -row.graduates, row.code)))
