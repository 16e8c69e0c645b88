"""The four files of the command line as profiles: catalogue, offers (with schools), demands, queries.

Ids are free text. Inside they are numbered by ascending text, so that ties by number are ties by id. Skills are
compared without regard to width, case and spaces.

A code that the catalogue lacks: admissions are often by class or category, so an offer may be one; and catalogues lag
behind, so a six-digit code under a class that is known counts as a major of that class, and a note says so. Any other
code is an error: it would match nothing, and a slip of the pen would pass for a bad ranking.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from matching.engine.catalogue import LEVELS, Catalogue, Major, level_free
from matching.engine.families import major_families
from matching.engine.index import Snapshot
from matching.engine.profiles import DemandProfile, Offer, SchoolProfile
from matching.engine.reading import Row, Table, Unreadable, read_table

_CHINESE_LEVELS = {
    "中职": "secondary",
    "中专": "secondary",
    "职高": "secondary",
    "技工": "technician",
    "技校": "technician",
    "高职专科": "junior_college",
    "高职高专": "junior_college",
    "高职": "junior_college",
    "大专": "junior_college",
    "专科": "junior_college",
    "高职本科": "vocational_bachelor",
    "职教本科": "vocational_bachelor",
    "职业本科": "vocational_bachelor",
    "本科": "bachelor",
    "普通本科": "bachelor",
}
_LEVEL_OF: Mapping[str, str] = {**{level: level for level in LEVELS}, **_CHINESE_LEVELS}
_BRACKETS = str.maketrans("", "", "()")
_CODE = re.compile(r"[0-9]{2}[0-9A-Z]{4,7}", re.ASCII)
_CLASS, _CATEGORY = 4, 2  # digits


class Codes:
    """What the codes in offers and demands mean; it grows by codes that stand under a known class."""

    def __init__(self, majors: Iterable[Major]) -> None:
        self._majors = {major.code: major for major in majors}
        self._below = {code[:length]: major for code, major in self._majors.items() for length in (_CLASS, _CATEGORY)}
        by_digits: defaultdict[str, list[str]] = defaultdict(list)
        for code in self._majors:
            by_digits[_digits(code)].append(code)
        self._by_digits = {digits: codes[0] for digits, codes in by_digits.items() if len(codes) == 1}
        self.unlisted: list[str] = []

    def wanted(self, written: str) -> str | None:
        """The code, or prefix, that a demand means; None if there is nothing of that kind."""
        return self._listed(written) or (written if written in self._below else self._under_class(written))

    def offered(self, written: str) -> str | None:
        """The code that an offer means: one whose last digits are dashes if it names a class or category."""
        found = self._listed(written)
        if found or written not in self._below:
            return found or self._under_class(written)
        code = written.ljust(_CLASS, "-").ljust(6, "-")
        return self._add(code, code[:_CLASS], self._below[written])

    def level(self, code: str) -> str:
        """The level of a code that `offered` has given."""
        return self._majors[code].level

    def catalogue(self) -> Catalogue:
        """The catalogue with all that was asked for so far."""
        return Catalogue.of(self._majors.values())

    def _listed(self, written: str) -> str | None:
        """The code as the catalogue has it, with or without the letters that mark it as special or controlled."""
        return written if written in self._majors else self._by_digits.get(_digits(written))

    def _under_class(self, written: str) -> str | None:
        near = self._below.get(written[:_CLASS])
        if near is None or not _CODE.fullmatch(written):
            return None
        self.unlisted.append(written)
        return self._add(written, near.class_code, near)

    def _add(self, code: str, class_code: str, near: Major) -> str:
        self._majors.setdefault(code, Major(code, "", near.level, class_code, near.category_code))
        return code


def _digits(code: str) -> str:
    return code.rstrip("TK")


@dataclass(frozen=True)
class Inputs:
    """All files together.

    school_ids, demand_ids, enterprise_ids: texts by number; names: of schools, as far as known; demands: in the order
    of their file, their enterprises numbered in that order if each stands alone; notes: what is not wrong, but should
    be known.
    """

    snapshot: Snapshot
    school_ids: Sequence[str]
    names: Mapping[str, str]
    demands: Sequence[DemandProfile]
    demand_ids: Sequence[str]
    enterprise_ids: Sequence[str]
    notes: Sequence[str]


def read_inputs(catalogue: Path, offers: Path, demands: Path, schools: Path | None, *, alone: bool) -> Inputs:
    """Read everything before anything is ranked; alone: every demand is an enterprise of its own. Raises Unreadable."""
    codes = Codes(_majors(read_table(catalogue, required=("major_code", "level", "class_code", "category_code"))))
    known = read_table(schools, required=("school_id",)) if schools else None
    offered = read_table(offers, required=("school_id", "major_code", "graduates"))
    profiles, names, strangers = _schools(codes, offered, known)
    asked = read_table(demands, required=())
    rows = dict(asked.distinct(_id_column(asked)))
    owners = list(rows) if alone else [_owner(row, own, rows) for own, row in rows.items()]
    enterprises = owners if alone else sorted(set(owners))
    numbered = _numbers(sorted(rows)), _numbers(enterprises)
    listed = [
        _demand(codes, row, numbered[0][own], numbered[1][owner])
        for (own, row), owner in zip(rows.items(), owners, strict=True)
    ]
    return Inputs(
        snapshot=Snapshot.of(codes.catalogue(), profiles),
        school_ids=sorted(names),
        names=names,
        demands=listed,
        demand_ids=sorted(rows),
        enterprise_ids=enterprises,
        notes=[*_notes(codes), *strangers],
    )


def read_queries(path: Path, school_ids: Iterable[str]) -> list[tuple[str, str]]:
    """(query, school) in the order of the file; raises Unreadable, also for a school that is not there."""
    known = set(school_ids)
    queries = []
    for query, row in read_table(path, required=("query_id", "school_id")).distinct("query_id"):
        if row.required("school_id") not in known:
            raise row.refuse("school_id", f"no school {row.text('school_id')!r} in the files")
        queries.append((query, row.text("school_id")))
    return queries


def _notes(codes: Codes) -> list[str]:
    unlisted = sorted(set(codes.unlisted))
    return [f"not in the catalogue, taken as majors of their classes: {', '.join(unlisted)}"] if unlisted else []


def _numbers(texts: Iterable[str]) -> dict[str, int]:
    return {text: number for number, text in enumerate(texts)}


def _majors(table: Table) -> list[Major]:
    majors = [_major(row, code.upper()) for code, row in table.distinct("major_code")]
    families = major_families(majors)
    return [replace(major, family=families[major.code]) for major in majors]


def _major(row: Row, code: str) -> Major:
    if not _CODE.fullmatch(code):
        raise row.refuse("major_code", f"{code!r} is no code of a major: six digits or letters, or a few more")
    for column, length in (("class_code", _CLASS), ("category_code", _CATEGORY)):
        if row.required(column) != code[:length]:
            raise row.refuse(column, f"{row.text(column)!r} is not the beginning of {code}")
    level = _level(row, "level", row.required("level"))
    try:
        level_free(code, level)
    except ValueError as error:
        raise row.refuse("level", str(error)) from error
    return Major(code, row.text("major_name"), level, code[:_CLASS], code[:_CATEGORY])


def _level(row: Row, column: str, written: str) -> str:
    level = _LEVEL_OF.get(_folded(written).translate(_BRACKETS))  # 高职（专科）
    if level is None:
        raise row.refuse(column, f"unknown level {written!r}")
    return level


def _schools(codes: Codes, offers: Table, known: Table | None) -> tuple[list[SchoolProfile], dict[str, str], list[str]]:
    """The schools of the list, or else those that offer something; their names; a note on who is not in the list.

    A list of schools says who is ranked: offers of others are read, since they may be wrong, but left out.
    """
    listed = dict(known.distinct("school_id")) if known else None
    offered: defaultdict[str, list[Offer]] = defaultdict(list)
    for row in offers.rows:
        offered[row.required("school_id")].append(_offer(codes, row))
    strangers = sorted(set(offered) - set(listed)) if listed is not None else []
    notes = [f"{known.path} does not list, so left out: {', '.join(strangers)}"] if known and strangers else []
    rows = listed if listed is not None else dict.fromkeys(offered)
    profiles = [
        SchoolProfile(number, *_place(rows[school]), tuple(offered.get(school, ())))
        for number, school in enumerate(sorted(rows))
    ]
    return profiles, {school: row.text("school_name") if row else "" for school, row in rows.items()}, notes


def _place(row: Row | None) -> tuple[str, str]:
    return (row.text("province"), row.text("city")) if row else ("", "")


def _offer(codes: Codes, row: Row) -> Offer:
    written = row.required("major_code").upper()
    code = codes.offered(written)
    if code is None:
        raise row.refuse("major_code", f"unknown code {written!r}")
    return Offer(code, codes.level(code), row.amount("graduates"), frozenset(_skills(row)))


def _skills(row: Row) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_folded, row.items("skills"))))


@lru_cache(1 << 16)
def _folded(skill: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", skill).casefold().split())


def _id_column(demands: Table) -> str:
    """A demand's id is its query's, or its own; where neither column is there, the one that is asked for is missing."""
    for name in ("query_id", "demand_id"):
        if name in demands.columns:
            return name
    raise Unreadable(demands.path, 1, "query_id", "the column is missing, and so is demand_id")


def _owner(row: Row, own: str, demands: Mapping[str, Row]) -> str:
    """The enterprise of a demand; one that names none stands for itself, by its own id."""
    owner = row.text("enterprise_id") or own
    if owner != own and owner in demands and not demands[owner].text("enterprise_id"):
        raise row.refuse("enterprise_id", f"{owner!r} is also a demand that names no enterprise")
    return owner


def _demand(codes: Codes, row: Row, number: int, enterprise: int) -> DemandProfile:
    return DemandProfile(
        id=number,
        enterprise=enterprise,
        majors=tuple(dict.fromkeys(_want(codes, row, written.upper()) for written in row.items("majors"))),
        skills=_skills(row),
        levels=frozenset(_level(row, "levels", written) for written in row.items("levels")),
        headcount=row.count("headcount", empty=1),
        province=row.text("province"),
        city=row.text("city"),
    )


def _want(codes: Codes, row: Row, written: str) -> str:
    want = codes.wanted(written)
    if want is None:
        raise row.refuse("majors", f"unknown code {written!r}")
    return want
