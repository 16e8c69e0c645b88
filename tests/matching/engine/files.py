"""A small set of files for the command line, and running it."""

import gzip
import subprocess
import sys
from pathlib import Path

from matching.engine.__main__ import main

CATALOGUE = """\
major_code,major_name,level,class_code,category_code
460301,机电一体化技术,高职专科,4603,46
460305,工业机器人技术,junior_college,4603,46
510205,大数据技术,大专,5102,51
660301,机电一体化技术应用,中职,6603,66
080901,计算机科学与技术,本科,0809,08
080910T,数据科学与大数据技术,普通本科,0809,08
99J001T,创业管理,本科,99J0,99
"""
OFFERS = """\
school_id,major_code,graduates,skills
s1,460301,60,PLC|CAD 制图
s1,660301,40,
s2,460305,90.5,cad 制图
s3,0809,30,
s4,660301,20,plc
"""
SCHOOLS = """\
school_id,school_name,province,city
s1,一校,广东省,深圳市
s2,二校,广东省,广州市
s3,三校,,
s4,四校,广西壮族自治区,南宁市
s5,五校,广东省,深圳市
"""
DEMANDS = """\
demand_id,enterprise_id,majors,skills,headcount,province,city,levels
d1,e1,460301|660301,plc|ＣＡＤ制图,30,,,
d2,e1,4603,,,广东省,广州市,高职|中职
d3,,080910|51,,5,,,
d4,e2,,plc,2,,,
d5,e3,,,,,,
"""
QUERIES = "query_id,school_id\nq2,s2\nq1,s1\nq9,s1\nq5,s5\n"
FILES = {"catalogue": CATALOGUE, "offers": OFFERS, "schools": SCHOOLS, "demands": DEMANDS, "queries": QUERIES}


def write_files(folder: Path, packed: bool = False, **changed: str | bytes) -> dict[str, Path]:
    """Each file by its name, with some contents replaced."""
    paths = {}
    for name, text in {**FILES, **changed}.items():
        data = text.encode() if isinstance(text, str) else text
        paths[name] = folder / f"{name}.csv{'.gz' if packed else ''}"
        paths[name].write_bytes(gzip.compress(data) if packed else data)
    return paths


def options(paths: dict[str, Path], *names: str) -> list[str]:
    """--catalogue … of these files."""
    return [part for name in names for part in (f"--{name}", str(paths[name]))]


def rank(paths: dict[str, Path], output: Path, *more: str, by: str = "demand") -> int:
    names = ("catalogue", "offers", "demands", "schools", *(("queries",) if by == "school" else ()))
    return main(["rank", *options(paths, *names), "--by", by, "-o", str(output), *more])


def in_a_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matching.engine", *arguments], capture_output=True, check=False, text=True
    )
