"""The reference data as the tasks need them; every file is CSV, some packed. All readers raise Unreadable.

Codes of ordinary undergraduate majors are cut to six characters: whether a major is special or controlled (T, K) has
no bearing on who is eligible, and the files do not agree on it. Vocational codes are taken as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from matching.engine.catalogue import Catalogue, Major
from matching.engine.families import major_families
from matching.engine.reading import Row, read_table

JUNIOR_COLLEGE, BACHELOR = "高职专科", "本科"  # as the files write them
_LEVELS = {"中职": "secondary", JUNIOR_COLLEGE: "junior_college", "高职本科": "vocational_bachelor"}
_SIX = 6
_LEARNT = ("posts", "core_courses", "base_courses", "skill_certificates", "qualification_certificates")

# (school code, major code) → graduates
Graduates = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Post:
    """A position of the civil service and what it lists: (code of the province's directory, kind), ascending."""

    code: str
    unit: str
    headcount: int
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MajorProfile:
    """What an official profile says: the level, the occupations it leads to, and what is learnt (posts, courses,
    certificates)."""

    level: str
    occupations: frozenset[str]
    skills: frozenset[str]


def read_catalogue(folder: Path) -> Catalogue:
    """All majors of all levels, with the families that the engine makes of their names."""
    vocational = read_table(folder / "majors_vocational.csv", required=("major_code", "level", "class_code"))
    bachelor = read_table(folder / "majors_undergraduate.csv", required=("major_code", "major_name"))
    majors = {code: _vocational(code, row) for code, row in vocational.distinct("major_code")}
    for row in bachelor.rows:
        code = row.required("major_code")[:_SIX]
        majors.setdefault(code, Major(code, row.text("major_name"), "bachelor", code[:4], code[:2]))
    families = major_families(majors.values())
    return Catalogue.of(replace(major, family=families[code]) for code, major in majors.items())


def read_places(folder: Path, level: str) -> Graduates:
    """Places of the official enrolment plans as the graduates to be expected: the mean over the years known."""
    table = read_table(folder / "enrolment_plans_official.csv.gz", required=("school_code", "plan_count", "year"))
    years: defaultdict[tuple[str, str], defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in table.rows:
        if row.text("major_level") == level and len(row.text("major_code")) >= _SIX and row.text("plan_count"):
            key = row.required("school_code"), _code(row.text("major_code"), level)
            years[key][row.text("year")] += row.amount("plan_count")
    return {key: sum(by_year.values()) / len(by_year) for key, by_year in years.items()}


def read_records(folder: Path, level: str) -> Graduates:
    """Official records of a school's major (one for every province, year and kind of plan) as a measure of its size."""
    table = read_table(folder / "school_majors.csv.gz", required=("school_code", "n_official_records"))
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in table.rows:
        if row.text("major_level") == level and len(row.text("major_code")) >= _SIX:
            key = row.required("school_code"), _code(row.text("major_code"), level)
            found[key] += row.amount("n_official_records")
    return found


def read_expansion(folder: Path, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Code of the province's directory (major, class, category or group) → ministry's codes of undergraduate majors."""
    table = read_table(folder / "gd_code_expansion.csv.gz", required=("level", "gd_code", "moe_major_code"))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in table.rows:
        code = row.text("moe_major_code")[:_SIX]
        if row.text("level") == BACHELOR and code in catalogue.majors:
            found[row.text("gd_code")].add(code)
    return {code: tuple(sorted(codes)) for code, codes in found.items()}


def read_posts(folder: Path, expansion: Mapping[str, object]) -> list[Post]:
    """Posts that list undergraduate majors, by code; items that the directory does not expand are left out."""
    table = read_table(folder / "demand_public_gd_majors_2025.csv.gz", required=("position_code", "gd_code"))
    items: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in table.rows:
        if row.text("level") == BACHELOR and row.text("gd_code") in expansion:
            items[row.text("position_code")].add((row.text("gd_code"), row.text("code_kind")))
    posts = read_table(folder / "demand_public_gd_2025.csv.gz", required=("position_code", "unit", "headcount"))
    return sorted(
        (
            Post(code, row.text("unit"), row.count("headcount", empty=1), tuple(sorted(items[code])))
            for code, row in posts.distinct("position_code")
            if code in items
        ),
        key=lambda post: post.code,
    )


def read_profiles(folder: Path, catalogue: Catalogue) -> dict[str, MajorProfile]:
    """Code → profile of every vocational major that has one."""
    table = read_table(folder / "major_profiles_facts.csv.gz", required=("major_code", "occupations", *_LEARNT))
    profiles: dict[str, MajorProfile] = {}
    for row in table.rows:
        code = row.required("major_code")
        if code in catalogue.majors and code not in profiles:
            skills = frozenset(skill for column in _LEARNT for skill in row.items(column))
            profiles[code] = MajorProfile(catalogue.majors[code].level, frozenset(row.items("occupations")), skills)
    return profiles


def wants_of(item: tuple[str, str], expansion: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A listed item as a demand would say it: a class or category as a prefix, and what it admits beyond, by code."""
    codes = expansion[item[0]]
    digits = {"subject": 4, "discipline": 2}.get(item[1])
    if digits is None or (item[1] == "subject" and len(codes) == 1):
        return codes
    prefix = _most_frequent(code[:digits] for code in codes)
    return (prefix, *(code for code in codes if not code.startswith(prefix)))


def _vocational(code: str, row: Row) -> Major:
    level = _LEVELS.get(row.text("level"))
    if level is None:
        raise row.refuse("level", f"unknown level {row.text('level')!r}")
    return Major(code, row.text("major_name"), level, code[:4], code[:2])


def _code(written: str, level: str) -> str:
    return written[:_SIX] if level == BACHELOR else written


def _most_frequent(texts: Iterator[str]) -> str:
    listed = list(texts)
    return min(set(listed), key=lambda text: (-listed.count(text), text))
