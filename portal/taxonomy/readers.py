"""Reading the shipped code lists (data/*.csv) as typed rows, without Django and without the database.

All readers raise tables.CodeListError, worded `file:line: column: what is wrong`, at the first wrong cell.
They yield rows as they go: a caller that must have all or nothing works in a transaction.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from portal.taxonomy.tables import Parse, flag, list_of, one_of, optional, read_table, shaped, text, whole

DATA = Path(__file__).resolve().parent / "data"
LEVELS = ("secondary", "junior_college", "vocational_bachelor", "bachelor")  # of majors; lowest first


@dataclass(frozen=True, slots=True)
class MajorRow:
    """A major of the national catalogues; class and category are prefixes of the code within one level.

    `family_code`: the junior-college code that a major of another level belongs to, else its own.
    """

    code: str
    name: str
    level: str
    category_code: str
    category: str
    class_code: str
    class_name: str
    edition: str
    state_controlled: bool
    family_code: str


@dataclass(frozen=True, slots=True)
class MajorAliasRow:
    """Another name of a major. `ambiguous`: at this level the text stands for other majors too."""

    alias: str
    major_code: str
    level: str
    edition: str
    kind: str
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A region (levels 1 to 3) or an industry (levels 1 to 4); `parent_code` is empty at level 1."""

    code: str
    name: str
    level: int
    parent_code: str
    edition: str


@dataclass(frozen=True, slots=True)
class OccupationRow:
    """An occupation; its group is the code's first seven characters."""

    code: str
    name: str
    group_name: str
    edition: str


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate and the levels whose majors name it."""

    name: str
    kind: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CooperationKindRow:
    """One of the twelve kinds. `position`: from 1, in the order of the file; `measures`: what is counted."""

    code: str
    name_zh: str
    name_en: str
    measures: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A word of the skill vocabulary, in compatibility form (NFKC)."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class MajorSkillRow:
    """A major teaches a skill, by its own profile (`profile`) or by that of its nearest kin (`kin`)."""

    major_code: str
    skill: str
    source: str


MAJOR_CODE = shaped(r"[0-9]{2}[0-9J][0-9]{3,4}T?K?")  # 99J001T: a bachelor's major across disciplines
LEVEL = one_of(*LEVELS)


def read_majors(folder: Path = DATA) -> Iterator[MajorRow]:
    """The four catalogues, by level and code."""
    columns = {
        "code": MAJOR_CODE,
        "name": text,
        "level": LEVEL,
        "category_code": shaped(r"[0-9]{2}"),
        "category": text,
        "class_code": shaped(r"[0-9]{2}[0-9J][0-9]"),
        "class_name": text,
        "edition": text,
        "state_controlled": flag,
        "family_code": MAJOR_CODE,
    }
    return read_table(folder / "majors.csv", columns, MajorRow, key=("code",))


def read_major_aliases(folder: Path = DATA) -> Iterator[MajorAliasRow]:
    """Old and other names; an old name that was split has one row for each of its majors."""
    columns = {
        "alias": text,
        "major_code": MAJOR_CODE,
        "level": LEVEL,
        "edition": text,
        "kind": one_of("old_name", "decided"),
        "ambiguous": flag,
    }
    return read_table(folder / "major_aliases.csv", columns, MajorAliasRow, key=("alias", "major_code"))


def _read_tree(path: Path, code: Parse) -> Iterator[TreeRow]:
    columns = {"code": code, "name": text, "level": whole, "parent_code": optional(code), "edition": text}
    return read_table(path, columns, TreeRow, key=("code",), parent="parent_code")


def read_regions(folder: Path = DATA) -> Iterator[TreeRow]:
    """Provinces, cities, counties; a parent comes before its children."""
    return _read_tree(folder / "regions.csv", shaped(r"[0-9]{6}"))


def read_industries(folder: Path = DATA) -> Iterator[TreeRow]:
    """Sections, divisions, groups, classes; a parent comes before its children."""
    return _read_tree(folder / "industries.csv", shaped(r"[A-T]|[0-9]{2,4}"))


def read_occupations(folder: Path = DATA) -> Iterator[OccupationRow]:
    """The occupations, by code."""
    columns = {
        "code": shaped(r"[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}"),
        "name": text,
        "group_name": text,
        "edition": text,
    }
    return read_table(folder / "occupations.csv", columns, OccupationRow, key=("code",))


def read_occupations_as_skills(folder: Path = DATA) -> Iterator[SkillRow]:
    """The occupations as words of the vocabulary of skills, the Chinese names in compatibility form."""
    return (SkillRow(unicodedata.normalize("NFKC", row.name), "occupation") for row in read_occupations(folder))


def read_certificates(folder: Path = DATA) -> Iterator[CertificateRow]:
    """The certificates, by kind and name."""
    columns = {"name": text, "kind": one_of("skill_level", "qualification"), "levels": list_of(LEVEL)}
    return read_table(folder / "certificates.csv", columns, CertificateRow, key=("name",))


def read_cooperation_kinds(folder: Path = DATA) -> Iterator[CooperationKindRow]:
    """The twelve kinds of cooperation in their order."""
    columns = {
        "code": shaped(r"[a-z_]+"),
        "name_zh": text,
        "name_en": text,
        "measures": list_of(shaped(r"[a-z]+")),
    }
    unplaced = partial(CooperationKindRow, position=0)
    rows = read_table(folder / "cooperation_kinds.csv", columns, unplaced, key=("code",))
    return (replace(row, position=position) for position, row in enumerate(rows, start=1))


def read_skills(folder: Path = DATA) -> Iterator[SkillRow]:
    """The vocabulary of skills, by name."""
    columns = {"name": text, "kind": one_of("course", "certificate", "post")}
    return read_table(folder / "skills.csv", columns, SkillRow, key=("name",))


def read_major_skills(folder: Path = DATA) -> Iterator[MajorSkillRow]:
    """Which major teaches which skill, by major."""
    columns = {"major_code": MAJOR_CODE, "skill": text, "source": one_of("profile", "kin")}
    return read_table(folder / "major_skills.csv", columns, MajorSkillRow, key=("major_code", "skill"))


def read_major_occupations(folder: Path = DATA) -> Iterator[MajorSkillRow]:
    """Which major's profile names which occupation, by major; the occupation as a word of the skills."""
    columns = {"major_code": MAJOR_CODE, "occupation": text}
    key = ("major_code", "occupation")
    return read_table(folder / "major_occupations.csv", columns, _trained_for, key=key)


def _trained_for(major_code: str, occupation: str) -> MajorSkillRow:
    return MajorSkillRow(major_code, unicodedata.normalize("NFKC", occupation), "profile")
