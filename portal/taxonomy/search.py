"""Find code-list rows by what people type, and the major that a name stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from portal.taxonomy.models import EducationLevel, Industry, Major, MajorAlias, Region, Skill
from portal.taxonomy.names import bare_form, closeness, grams, likeness, matches, normal_form

LIMIT = 20  # answers of a search
SUGGESTIONS = 5


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

    def option(self, row: Any) -> Option:
        return Option(str(getattr(row, self.value)), self.label(row))


def major_label(major: Major) -> str:
    return f"{major.name} · {major.code} · {major.get_level_display()}"


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
    "skills": SearchKind(Skill.objects.all, "name", skill_label),
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


def listed_level(level: str | None) -> str | None:
    """The level whose catalogue lists a level's majors: technician schools use the secondary codes here."""
    return EducationLevel.SECONDARY if level == EducationLevel.TECHNICIAN else level


def resolve_major(text: str, level: str | None = None) -> Major | list[Major]:
    """The major that a code, a present name or an alias stands for, else suggestions, the likeliest first.

    With `level` only majors of that level are considered. A name that stands for several majors (at several
    levels, or one that was split) decides nothing: they are the suggestions. Text that only resembles a name
    never decides either.
    """
    majors = Major.objects.filter(retired_on=None)
    wanted = listed_level(level)
    if wanted is not None:
        majors = majors.filter(level=wanted)
    for condition in (Q(code=text.strip().upper()), _named(text), _once_named(text)):
        found = list(majors.filter(condition).order_by("code")[:SUGGESTIONS])
        if len(found) == 1:
            return found[0]
        if found:
            return found
    return _similar(text, majors)


def _named(text: str) -> Q:
    # The catalogue's names are in compatibility form already, some with brackets that belong to the name.
    return Q(name__in={text.strip(), normal_form(text), bare_form(text)})


def _once_named(text: str) -> Q:
    return Q(pk__in=MajorAlias.objects.filter(normalised=bare_form(text)).values("major"))


def _similar(text: str, majors: QuerySet[Major]) -> list[Major]:
    """The majors with the likeliest names, present or old; only a name that shares a pair of characters counts."""
    asked = set(grams([bare_form(text)]))
    near = majors.filter(grams__overlap=[gram for gram in asked if len(gram) == 2])
    weighed = [(max(likeness(asked, name) for name in major.search_text.splitlines()), major) for major in near]
    return [major for _, major in sorted(weighed, key=lambda pair: (-pair[0], pair[1].code))[:SUGGESTIONS]]
