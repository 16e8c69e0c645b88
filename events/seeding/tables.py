"""The rows of the Bao'an scene as shipped in data/ (see its README)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.taxonomy.tables import flag, list_of, optional, read_table, text, whole

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True)
class SchoolRow:
    school_code: str
    name: str
    short_name: str
    level: str
    province_code: str
    city_code: str
    sample: bool


@dataclass(frozen=True, slots=True)
class SchoolMajorRow:
    """Graduates of the class of the fair (persons)."""

    school_code: str
    major_code: str
    graduates: int
    major_sample: bool
    graduates_sample: bool


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    enterprise_code: str
    name: str
    short_name: str
    uscc: str
    industry_code: str
    region_code: str
    profile: str
    sample: bool


@dataclass(frozen=True, slots=True)
class DemandRow:
    demand_code: str
    enterprise_code: str
    title: str
    major_codes: tuple[str, ...]
    levels: tuple[str, ...]
    headcount: int
    skills: tuple[str, ...]
    salary_min: int
    salary_max: int
    cooperation_kinds: tuple[str, ...]
    workplace_code: str
    sample: bool


def read_schools() -> Iterator[SchoolRow]:
    columns = dict.fromkeys(("school_code", "name", "short_name", "level", "province_code", "city_code"), text)
    return read_table(DATA / "schools.csv", columns | {"sample": flag}, SchoolRow, key=("school_code",))


def read_school_majors() -> Iterator[SchoolMajorRow]:
    columns = {
        "school_code": text,
        "major_code": text,
        "graduates": whole,
        "major_sample": flag,
        "graduates_sample": flag,
    }
    return read_table(DATA / "school_majors.csv", columns, SchoolMajorRow, key=("school_code", "major_code"))


def read_enterprises() -> Iterator[EnterpriseRow]:
    columns = {
        "enterprise_code": text,
        "name": text,
        "short_name": text,
        "uscc": optional(text),
        "industry_code": text,
        "region_code": text,
        "profile": text,
        "sample": flag,
    }
    return read_table(DATA / "enterprises.csv", columns, EnterpriseRow, key=("enterprise_code",))


def read_demands() -> Iterator[DemandRow]:
    columns = {
        "demand_code": text,
        "enterprise_code": text,
        "title": text,
        "major_codes": list_of(text),
        "levels": list_of(text),
        "headcount": whole,
        "skills": list_of(text),
        "salary_min": whole,
        "salary_max": whole,
        "cooperation_kinds": list_of(text),
        "workplace_code": text,
        "sample": flag,
    }
    return read_table(DATA / "demands.csv", columns, DemandRow, key=("demand_code",))
