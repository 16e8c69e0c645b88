"""The shipped code lists: what they hold, that they agree with each other, and how a wrong cell is told."""

from __future__ import annotations

import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.taxonomy import readers
from portal.taxonomy.tables import CodeListError

READERS: dict[str, tuple[Callable[[Path], Iterator[object]], int]] = {
    "majors.csv": (readers.read_majors, 2334),
    "major_aliases.csv": (readers.read_major_aliases, 552),
    "regions.csv": (readers.read_regions, 3351),
    "industries.csv": (readers.read_industries, 1969),
    "occupations.csv": (readers.read_occupations, 1639),
    "certificates.csv": (readers.read_certificates, 422),
    "cooperation_kinds.csv": (readers.read_cooperation_kinds, 12),
    "skills.csv": (readers.read_skills, 3059),
    "major_skills.csv": (readers.read_major_skills, 7022),
    "major_occupations.csv": (readers.read_major_occupations, 791),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped lists that a test may spoil."""
    for path in readers.DATA.glob("*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


def names_of(alias: str) -> dict[str, str]:
    """Present name by code of all majors an alias stands for."""
    name_of = {major.code: major.name for major in readers.read_majors()}
    return {row.major_code: name_of[row.major_code] for row in readers.read_major_aliases() if row.alias == alias}


@pytest.mark.parametrize("name", READERS)
def test_shipped_list_reads_whole(name: str) -> None:
    read, rows = READERS[name]
    assert len(list(read(readers.DATA))) == rows


def test_every_shipped_list_has_a_reader() -> None:
    assert {path.name for path in readers.DATA.glob("*.csv")} == set(READERS)


def test_shipped_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in readers.DATA.rglob("*.csv")) < 3_000_000


def test_majors_count_by_level_as_the_catalogues() -> None:
    assert Counter(major.level for major in readers.read_majors()) == {
        "secondary": 368,
        "junior_college": 801,
        "vocational_bachelor": 321,
        "bachelor": 844,
    }


def test_majors_codes_begin_with_class_and_category() -> None:
    majors = list(readers.read_majors())
    assert [m.code for m in majors if not m.code.startswith(m.class_code)] == []
    assert [m.code for m in majors if not m.class_code.startswith(m.category_code)] == []


def test_majors_class_code_has_one_name() -> None:
    named = {(major.class_code, major.class_name) for major in readers.read_majors()}
    assert [code for code, times in Counter(code for code, _ in named).items() if times > 1] == []


def test_majors_state_control_follows_the_code() -> None:
    majors = {major.code: major for major in readers.read_majors()}
    assert majors["580101K"].state_controlled is True
    assert majors["510205"].state_controlled is False
    assert [m.code for m in majors.values() if m.state_controlled != m.code.endswith("K")] == []


@pytest.mark.parametrize(
    ("wording", "expected"),
    [
        ("智能终端技术与应用", {"510108": "智能产品开发与应用"}),
        (
            "智能终端维修技术",
            {
                "710105": "电子电器应用与维修",
                "710211": "计算机与数码设备维修",
                "510108": "智能产品开发与应用",
            },
        ),
        ("通信设备制造", {"710301": "现代通信技术应用", "510301": "现代通信技术"}),
        ("大数据技术与应用", {"710205": "大数据技术应用", "510205": "大数据技术"}),
        ("机械制造与自动化", {"660101": "机械制造技术", "460104": "机械制造及自动化"}),
    ],
)
def test_aliases_resolve_the_sought_after_majors(wording: str, expected: dict[str, str]) -> None:
    assert names_of(wording) == expected


def test_aliases_vehicle_repair_is_a_present_name() -> None:
    majors = {major.code: major.name for major in readers.read_majors()}
    assert majors["500211"] == "汽车检测与维修技术"
    assert names_of("汽车检测与维修技术") == {"700206": "汽车运用与维修"}


def test_aliases_agree_with_the_majors() -> None:
    level_of = {major.code: major.level for major in readers.read_majors()}
    aliases = list(readers.read_major_aliases())
    assert [row for row in aliases if level_of.get(row.major_code) != row.level] == []


def test_aliases_split_name_is_ambiguous_and_renamed_one_is_not() -> None:
    ambiguous = {(row.alias, row.major_code): row.ambiguous for row in readers.read_major_aliases()}
    assert ambiguous["水土保持", "090203"] is False  # 450401 is of another level
    assert ambiguous["飞行技术", "500403"] is True
    assert ambiguous["飞行技术", "500404"] is True
    assert ambiguous["化学制药技术", "490201"] is True  # the present name of 490204


def test_regions_count_by_level() -> None:
    regions = {region.code: region for region in readers.read_regions()}
    assert Counter(region.level for region in regions.values()) == {1: 34, 2: 342, 3: 2975}
    assert (regions["440306"].name, regions["440306"].parent_code) == ("宝安区", "440300")


def test_industries_count_by_level() -> None:
    industries = {industry.code: industry for industry in readers.read_industries()}
    assert Counter(industry.level for industry in industries.values()) == {1: 20, 2: 97, 3: 473, 4: 1379}
    assert industries["3922"].name == "通信终端设备制造"


def test_cooperation_kinds_are_the_twelve_in_order() -> None:
    kinds = list(readers.read_cooperation_kinds())
    assert [(kind.position, kind.code) for kind in kinds] == [
        (1, "industry_college"),
        (2, "internship"),
        (3, "order_class"),
        (4, "apprenticeship"),
        (5, "real_project"),
        (6, "training_base"),
        (7, "textbook"),
        (8, "staff_training"),
        (9, "industry_teacher"),
        (10, "teacher_practice"),
        (11, "mutual_appointment"),
        (12, "joint_rnd"),
    ]
    assert kinds[0].measures == ("colleges", "students", "yuan")


def test_skills_are_in_compatibility_form() -> None:
    names = [skill.name for skill in readers.read_skills()]
    assert [name for name in names if unicodedata.normalize("NFKC", name) != name] == []
    assert Counter(skill.kind for skill in readers.read_skills()) == {
        "course": 2130,
        "post": 551,
        "certificate": 378,
    }


def test_skills_of_kind_certificate_are_certificates() -> None:
    certificates = {certificate.name for certificate in readers.read_certificates()}
    wanted = {skill.name for skill in readers.read_skills() if skill.kind == "certificate"}
    assert wanted - certificates == set()


def test_major_skills_name_known_majors_and_every_skill() -> None:
    pairs = list(readers.read_major_skills())
    assert {row.major_code for row in pairs} - {major.code for major in readers.read_majors()} == set()
    assert {row.skill for row in pairs} == {skill.name for skill in readers.read_skills()}


def test_major_skills_reach_the_sought_after_majors() -> None:
    taught = Counter(row.major_code for row in readers.read_major_skills())
    codes = [
        "710105",
        "510108",
        "710301",
        "510301",
        "710205",
        "510205",
        "660101",
        "460104",
        "700206",
        "500211",
    ]
    assert [code for code in codes if taught[code] < 6] == []


@pytest.mark.parametrize(
    ("name", "line", "spoiled", "message"),
    [
        ("majors.csv", 1, "code,name", "majors.csv:1: header: must be code,name,level,"),
        ("majors.csv", 3, "610102,作物生产技术", "majors.csv:3: row: has 2 cells instead of 10"),
        (
            "majors.csv",
            3,
            "61010X,作物生产技术,secondary,61,农,6101,农业类,e,0,610102",
            "majors.csv:3: code: must have the shape [0-9]{2}[0-9J][0-9]{3,4}T?K?, not '61010X'",
        ),
        (
            "majors.csv",
            3,
            "610102,,secondary,61,农,6101,农业类,e,0,610102",
            "majors.csv:3: name: is empty",
        ),
        (
            "majors.csv",
            3,
            "610102,作物生产技术 ,secondary,61,农,6101,农业类,e,0,610102",
            "majors.csv:3: name: has spaces around it: '作物生产技术 '",
        ),
        (
            "majors.csv",
            3,
            "610102,作物生产技术,technician,61,农,6101,农业类,e,0,610102",
            "majors.csv:3: level: must be one of secondary, junior_college, vocational_bachelor",
        ),
        (
            "majors.csv",
            3,
            "610102,作物生产技术,secondary,61,农,6101,农业类,e,no,610102",
            "majors.csv:3: state_controlled: must be 0 or 1, not 'no'",
        ),
        (
            "majors.csv",
            3,
            "610101,作物生产技术,secondary,61,农,6101,农业类,e,0,610102",
            "majors.csv:3: code: stands in line 2 already: 610101",
        ),
        (
            "regions.csv",
            3,
            "110100,市辖区,zwei,110000,2023",
            "regions.csv:3: level: must be a whole number",
        ),
        (
            "regions.csv",
            3,
            "110100,市辖区,2,990000,2023",
            "regions.csv:3: parent_code: no row above has",
        ),
        (
            "certificates.csv",
            2,
            "甲,qualification,secondary|secondary",
            "certificates.csv:2: levels: names something twice: 'secondary|secondary'",
        ),
        (
            "skills.csv",
            2,
            "甲,talent",
            "skills.csv:2: kind: must be one of course, certificate, post",
        ),
        ("skills.csv", 2, '"甲,course', "skills.csv:"),
    ],
)
def test_malformed_list_says_file_line_and_column(
    folder: Path, name: str, line: int, spoiled: str, message: str
) -> None:
    read, rows = READERS[name]
    assert len(list(read(folder))) == rows
    lines = (folder / name).read_text(encoding="utf-8").split("\n")
    lines[line - 1] = spoiled
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CodeListError) as raised:
        list(read(folder))
    assert str(raised.value).startswith(message)


def test_malformed_bytes_are_told_as_such(folder: Path) -> None:
    (folder / "skills.csv").write_bytes("name,kind\n数控,course\n".encode("gb18030"))
    with pytest.raises(CodeListError, match=r"^skills\.csv:1: row: cannot be read: 'utf-8' codec"):
        list(readers.read_skills(folder))


def test_missing_list_is_not_found(folder: Path) -> None:
    (folder / "skills.csv").unlink()
    with pytest.raises(FileNotFoundError):
        list(readers.read_skills(folder))
