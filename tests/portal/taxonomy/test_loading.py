"""Loading the code lists: whole, again, changed, spoiled."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portal.taxonomy import readers
from portal.taxonomy.loading import Count, load_code_lists
from portal.taxonomy.models import LoadedCodeLists, Major, MajorAlias, Region, Skill
from portal.taxonomy.services import decide_alias
from portal.taxonomy.tables import CodeListError

pytestmark = pytest.mark.django_db

# A small folder: two majors of one class, one renamed; everything else as short as it can be.
LISTS = {
    "regions.csv": """\
code,name,level,parent_code,edition
440000,广东省,1,,2023
440300,深圳市,2,440000,2023
440306,宝安区,3,440300,2023
110000,北京市,1,,2023
110100,市辖区,2,110000,2023
110101,东城区,3,110100,2023
""",
    "industries.csv": """\
code,name,level,parent_code,edition
C,制造业,1,,GB/T 4754-2017
39,计算机制造业,2,C,GB/T 4754-2017
""",
    "occupations.csv": """\
code,name,group_name,edition
6-18-01-01,车工,机械冷加工人员,2022
""",
    "certificates.csv": """\
name,kind,levels
数控车铣加工,skill_level,secondary
""",
    "cooperation_kinds.csv": """\
code,name_zh,name_en,measures
order_class,订单培养项目,Order-based training,classes|students
""",
    "major_aliases.csv": """\
alias,major_code,level,edition,kind,ambiguous
通信技术,510301,junior_college,test,old_name,0
""",
    "skills.csv": """\
name,kind
PLC应用技术,course
光纤通信,course
""",
    "major_skills.csv": """\
major_code,skill,source
510301,光纤通信,profile
510301,PLC应用技术,profile
""",
    "major_occupations.csv": """\
major_code,occupation
510301,车工
""",
}
SIZES = {"regions": 6, "industries": 2, "occupations": 1, "certificates": 1, "cooperation_kinds": 1, "majors": 2}
SIZES |= {"major_aliases": 1, "skills": 3, "major_skills": 3}


def majors_csv(*names: tuple[str, str]) -> str:
    """The list of majors with the header of the shipped one, whatever columns it has."""
    header = (readers.DATA / "majors.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    lines = [",".join(header)]
    for code, name in names:
        cells = {
            "code": code,
            "name": name,
            "level": "junior_college",
            "category_code": code[:2],
            "category": "电子与信息大类",
            "class_code": code[:4],
            "class_name": "通信类",
            "edition": "test",
            "state_controlled": "0",
            "family_code": code,
        }
        lines.append(",".join(cells[column] for column in header))
    return "\n".join(lines) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in LISTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "majors.csv").write_text(majors_csv(("510301", "现代通信技术"), ("510302", "现代移动通信技术")))
    return tmp_path


def test_load_writes_every_list(folder: Path, noon: datetime) -> None:
    assert load_code_lists(at=noon, folder=folder) == {name: Count(created=size) for name, size in SIZES.items()}
    major = Major.objects.get(code="510301")
    assert (major.name, major.pinyin, major.initials) == ("现代通信技术", "xiandaitongxinjishu", "xdtxjs")
    assert major.search_text == "现代通信技术\n通信技术\n"
    assert [skill.name for skill in major.skills.order_by("name")] == ["PLC应用技术", "光纤通信", "车工"]
    assert Skill.objects.get(name="车工").kind == "occupation"
    assert Region.objects.get(code="440306").full_name == "广东省深圳市宝安区"
    assert Region.objects.get(code="110101").full_name == "北京市东城区"


def test_load_again_is_skipped_by_the_digest(folder: Path, noon: datetime, django_assert_num_queries: Callable) -> None:
    load_code_lists(at=noon, folder=folder)
    with django_assert_num_queries(1):
        assert load_code_lists(at=noon, folder=folder) == {}


def test_load_forced_leaves_unchanged_rows_untouched(folder: Path, noon: datetime) -> None:
    load_code_lists(at=noon, folder=folder)
    before = dict(Major.objects.extra(select={"xmin": "xmin::text"}).values_list("code", "xmin"))
    counts = load_code_lists(at=noon, folder=folder, force=True)
    assert counts == {name: Count(unchanged=size) for name, size in SIZES.items()}
    assert dict(Major.objects.extra(select={"xmin": "xmin::text"}).values_list("code", "xmin")) == before


def test_load_new_edition_changes_retires_and_brings_back(folder: Path, noon: datetime) -> None:
    load_code_lists(at=noon, folder=folder)
    (folder / "majors.csv").write_text(majors_csv(("510301", "通信新技术"), ("510303", "通信软件技术")))
    assert load_code_lists(at=noon, folder=folder)["majors"] == Count(created=1, changed=1, retired=1)
    retired = dict(Major.objects.values_list("code", "retired_on"))
    assert retired == {"510301": None, "510302": noon.date(), "510303": None}
    (folder / "majors.csv").write_text(majors_csv(("510301", "通信新技术"), ("510302", "现代移动通信技术")))
    assert load_code_lists(at=noon, folder=folder)["majors"] == Count(changed=1, unchanged=1, retired=1)
    assert Major.objects.get(code="510302").retired_on is None


def test_load_keeps_what_the_staff_decided(folder: Path, noon: datetime) -> None:
    load_code_lists(at=noon, folder=folder)
    decide_alias(text="通讯", major=Major.objects.get(code="510301"), actor=None, at=noon)
    (folder / "major_aliases.csv").write_text("alias,major_code,level,edition,kind,ambiguous\n")
    counts = load_code_lists(at=noon, folder=folder)
    assert counts["major_aliases"] == Count(retired=1)
    assert list(MajorAlias.objects.values_list("text", "kind")) == [("通讯", "decided")]
    assert Major.objects.get(code="510301").search_text == "现代通信技术\n通讯\n"


def test_load_removes_links_that_the_list_no_longer_has(folder: Path, noon: datetime) -> None:
    load_code_lists(at=noon, folder=folder)
    (folder / "major_skills.csv").write_text("major_code,skill,source\n510302,光纤通信,profile\n")
    assert load_code_lists(at=noon, folder=folder)["major_skills"] == Count(created=1, unchanged=1, retired=2)
    assert list(Skill.objects.get(name="光纤通信").majors.values_list("code", flat=True)) == ["510302"]


def test_load_of_a_spoiled_list_changes_nothing(folder: Path, noon: datetime) -> None:
    (folder / "skills.csv").write_text("name,kind\nPLC应用技术,talent\n")
    with pytest.raises(CodeListError, match=r"^skills\.csv:2: kind: must be one of"):
        load_code_lists(at=noon, folder=folder)
    assert (Region.objects.count(), LoadedCodeLists.objects.count()) == (0, 0)
    (folder / "skills.csv").write_text(LISTS["skills.csv"])
    assert load_code_lists(at=noon, folder=folder)["skills"] == Count(created=3)


def test_command_prints_counts_then_that_all_is_up_to_date(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_taxonomy", folder=folder)
    assert "majors: 2 new, 0 changed, 0 unchanged, 0 retired\n" in capsys.readouterr().out
    call_command("load_taxonomy", folder=folder)
    assert capsys.readouterr().out == "Code lists: up to date.\n"


def test_command_tells_file_line_and_column(folder: Path) -> None:
    (folder / "skills.csv").write_text("name,kind\nPLC应用技术,talent\n")
    with pytest.raises(CommandError, match=r"^skills\.csv:2: kind"):
        call_command("load_taxonomy", folder=folder)


def test_shipped_lists_load_within_seconds(tmp_path: Path, noon: datetime) -> None:
    shutil.copytree(readers.DATA, tmp_path / "data")
    counts = load_code_lists(at=noon, folder=tmp_path / "data")
    assert {name: count.created for name, count in counts.items()}["majors"] == 2334
    assert Major.objects.exclude(pinyin="").exclude(grams=[]).count() == 2334
