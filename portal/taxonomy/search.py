"""Find code-list rows by what people type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from portal.taxonomy.models import EducationLevel, Industry, Major, Region, Skill
from portal.taxonomy.names import closeness, matches
from portal.taxonomy.naming import Suggestion

LIMIT = 20  # answers of a search


@dataclass(frozen=True, slots=True)
class Option:
    """What a choice posts and what a person reads."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class SearchKind:
    """A list to choose from: its rows, the field that a choice posts (also searched by), and how a row reads."""

    rows: Callable[[], QuerySet[Any]]
    value: str
    label: Callable[[Any], str]
    first: Q = field(default_factory=Q)  # the rows offered before anything is typed
    reads_as_posted: bool = False  # the label is the value

    def option(self, row: Any) -> Option:
        return Option(str(getattr(row, self.value)), self.label(row))


def major_label(major: Major) -> str:
    return f"{major.name} · {major.code} · {major.get_level_display()}"


def suggestion_label(found: Suggestion) -> str:
    """As `major_label`; a skill has neither code nor level."""
    return f"{found.name} · {found.key} · {EducationLevel(found.level).label}" if found.level else found.name


def region_label(region: Region) -> str:
    return region.full_name or region.name


def industry_label(industry: Industry) -> str:
    return f"{industry.code} {industry.name}"


def skill_label(skill: Skill) -> str:
    return skill.name


KINDS: dict[str, SearchKind] = {
    "majors": SearchKind(lambda: Major.objects.filter(retired_on=None), "code", major_label),
    "regions": SearchKind(lambda: Region.objects.filter(retired_on=None), "code", region_label, Q(level=1)),
    "industries": SearchKind(lambda: Industry.objects.filter(retired_on=None), "code", industry_label, Q(level=1)),
    "skills": SearchKind(Skill.objects.listed, "name", skill_label, reads_as_posted=True),
}


def search(kind: str, text: str) -> list[Option]:
    """At most 20 choices, the closest first (the list's first for an empty text); KeyError for an unknown kind.

    Characters anywhere in a present or old name; the beginning of pinyin, initials or code.
    """
    searched = KINDS[kind]
    if not text.strip():
        return [searched.option(row) for row in searched.rows().filter(searched.first).order_by(searched.value)[:LIMIT]]
    code = searched.value if searched.value == "code" else ""
    rows = searched.rows().filter(matches(text, code=code))
    found = rows.order_by(closeness(text, code=code), Length("name"), searched.value)[:LIMIT]
    return [searched.option(row) for row in found]
