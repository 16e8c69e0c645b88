"""A made-up folder of reference data: three universities and three colleges, enough for every task."""

import csv
import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path

BACHELOR = {"080901": "计算机科学与技术", "080902": "软件工程", "120201": "工商管理", "120202": "市场营销"}
COLLEGES = {"510201": "计算机应用技术", "510203": "软件技术", "530701": "电子商务"}
SECONDARY = {"710201": "计算机应用", "730701": "电子商务"}
OCCUPATIONS = tuple(f"职业{number}" for number in range(12))
TAUGHT = {
    "510201": ("网络管理员", "数据库", "计算机网络"),
    "510203": ("程序员", "数据库", "软件测试"),
    "530701": ("网店运营", "客户服务", "商务数据分析"),
}


def make_folder(folder: Path) -> Path:
    """Write all files of the evaluation into the folder and return it."""
    _write(folder / "majors_vocational.csv", "major_code,major_name,level,class_code", _vocational())
    _write(folder / "majors_undergraduate.csv", "major_code,major_name", ((f"{c}K", n) for c, n in BACHELOR.items()))
    _write(folder / "gd_code_expansion.csv.gz", "level,gd_code,moe_major_code", _expansion())
    _write(folder / "demand_public_gd_2025.csv.gz", "position_code,unit,headcount", _posts())
    _write(folder / "demand_public_gd_majors_2025.csv.gz", "position_code,level,gd_code,code_kind", _items())
    plans = "school_code,major_code,major_level,year,plan_count"
    _write(folder / "enrolment_plans_official.csv.gz", plans, _plans())
    _write(folder / "school_majors.csv.gz", "school_code,major_code,major_level,n_official_records", _records())
    profile = "major_code,occupations,posts,core_courses,base_courses,skill_certificates,qualification_certificates"
    _write(folder / "major_profiles_facts.csv.gz", profile, _profiles())
    return folder


def _write(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") if path.suffix == ".gz" else path.open("w", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *rows])


def _vocational() -> Iterable[Sequence[object]]:
    levels = ((COLLEGES, "高职专科"), (SECONDARY, "中职"))
    return [(code, name, level, code[:4]) for majors, level in levels for code, name in majors.items()]


def _expansion() -> Iterable[Sequence[object]]:
    for code in BACHELOR:
        for listed in (f"B{code}", f"B{code[:4]}", f"B{code[:2]}"):
            yield "本科", listed, f"{code}K"
    yield "本科", "B0812", "080902"  # a class of the province's own


def _posts() -> Iterable[Sequence[object]]:
    return [(f"P{number:02d}", f"unit {number % 8}", 1 + number % 3) for number in range(24)]


def _items() -> Iterable[Sequence[object]]:
    for number in range(24):
        yield f"P{number:02d}", "本科", *(("B080901", "major"), ("B0809", "subject"))[number % 2]
        yield f"P{number:02d}", "本科", *(("B120201", "major"), ("B12", "discipline"))[number // 2 % 2]
        yield f"P{number:02d}", "研究生", "A0812", "subject"


def _plans() -> Iterable[Sequence[object]]:
    for school, codes in (("U1", ("080901", "080902")), ("U2", ("080902", "120201")), ("U3", ("120202",))):
        for place, code in enumerate(codes):
            yield school, f"{code}K", "本科", 2024, 40 + place
            yield school, f"{code}K", "本科", 2025, 60 + place


def _records() -> Iterable[Sequence[object]]:
    for school, codes in (("C1", ("510201",)), ("C2", ("510203", "530701")), ("C3", ("530701",))):
        for code in codes:
            yield school, code, "高职专科", 7


def _profiles() -> Iterable[Sequence[object]]:
    for code, (post, course, base) in TAUGHT.items():
        named = [name for number, name in enumerate(OCCUPATIONS) if code != "530701" or number % 2]
        yield code, "|".join(named), post, course, base, "", ""
    for code in SECONDARY:
        yield code, "|".join(OCCUPATIONS), "", "", "", "", ""
