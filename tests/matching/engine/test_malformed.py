"""Files that cannot be used: each kind is told as `file:line: column: what is wrong`, and nothing is written.

Beside every kind stands the same set of files without the fault, which ranks.
"""

import gzip
import re

import pytest

from tests.matching.engine.files import CATALOGUE, DEMANDS, FILES, OFFERS, QUERIES, SCHOOLS, rank, write_files

TOLD = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): (?P<column>[^:]+): (?P<wrong>.+)\n")
PACKED = gzip.compress(DEMANDS.encode())


def plus(text: str, line: str) -> str:
    return f"{text}{line}\n"


def column(text: str, name: str, other: str) -> str:
    """The same file with a column called otherwise."""
    header, rest = text.split("\n", 1)
    return "\n".join((",".join(other if each == name else each for each in header.split(",")), rest))


# kind: file, content, line, column, what is wrong
KINDS = {
    # the file as a whole
    "empty file": ("demands", "", 1, "file", "is empty"),
    "only blank lines": ("demands", "\n \n\n", 1, "file", "is empty"),
    "only a byte order mark": ("offers", b"\xef\xbb\xbf", 1, "file", "is empty"),
    "cut gzip": ("demands", PACKED[:-12], 6, "file", "the gzip data end too early"),
    "gzip head only": ("demands", PACKED[:6], 1, "file", "the gzip data end too early"),
    "damaged gzip": ("demands", PACKED[:30] + b"\0\0\0" + PACKED[33:], 1, "file", "no gzip data"),
    "gzip with a wrong checksum": ("demands", PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], 1, "file", "no gzip data"),
    "text after gzip": ("demands", PACKED + b"d6,e1,,,,,,\n", 7, "file", "no gzip data"),
    "another encoding": ("demands", DEMANDS.encode("gb18030"), 2, "row", "is not UTF-8"),
    "UTF-16": ("offers", OFFERS.encode("utf-16"), 1, "row", "byte 0xff is not UTF-8"),
    "half a character": ("schools", SCHOOLS.encode()[:-3], 6, "row", "is not UTF-8"),
    "NUL": ("demands", plus(DEMANDS, "d6,e1,4603\0,,,,,"), 7, "row", "holds a NUL character"),
    "a spreadsheet": ("offers", b"PK\x03\x04\x14\x00\x06\x00\xff", 1, "row", "is not UTF-8"),
    # quotes and cells
    "unclosed quote": ("demands", plus(DEMANDS, 'd6,"e1,4603,,,,,'), 7, "row", "a quote is not closed"),
    "text after a quote": ("demands", plus(DEMANDS, 'd6,"e1"x,4603,,,,,'), 7, "row", "expected after"),
    "too many cells": ("demands", plus(DEMANDS, "d6,e1,4603,,,,,,"), 7, "row", "9 cells under 8 columns"),
    "too few cells": ("offers", plus(OFFERS, "s1,460301"), 7, "graduates", "the line ends before this column"),
    "one cell": ("queries", plus(QUERIES, "q7"), 6, "school_id", "the line ends before this column"),
    "semicolons": ("offers", OFFERS.replace(",", ";"), 1, "school_id", "the column is missing"),
    "tabs": ("catalogue", CATALOGUE.replace(",", "\t"), 1, "major_code", "the column is missing"),
    "huge cell": ("demands", plus(DEMANDS, f"d6,e1,,{'x' * 200_000},,,,"), 7, "row", "field larger"),
    # header
    "no header": ("catalogue", CATALOGUE.split("\n", 1)[1], 1, "major_code", "the column is missing"),
    "no major_code in catalogue": ("catalogue", column(CATALOGUE, "major_code", "code"), 1, "major_code", "missing"),
    "no level": ("catalogue", column(CATALOGUE, "level", "rung"), 1, "level", "the column is missing"),
    "no class_code": ("catalogue", column(CATALOGUE, "class_code", "class"), 1, "class_code", "is missing"),
    "no category_code": ("catalogue", column(CATALOGUE, "category_code", "x"), 1, "category_code", "is missing"),
    "no school_id in offers": ("offers", column(OFFERS, "school_id", "id"), 1, "school_id", "the column is missing"),
    "no graduates": ("offers", column(OFFERS, "graduates", "n"), 1, "graduates", "the column is missing"),
    "no school_id in schools": ("schools", column(SCHOOLS, "school_id", "id"), 1, "school_id", "is missing"),
    "no id of demands": ("demands", column(DEMANDS, "demand_id", "id"), 1, "query_id", "and so is demand_id"),
    "no query_id in queries": ("queries", column(QUERIES, "query_id", "id"), 1, "query_id", "is missing"),
    "column twice": ("demands", column(DEMANDS, "city", "province"), 1, "province", "the column is there twice"),
    "column without a name": ("demands", column(DEMANDS, "skills", " "), 1, "row", "column 4 has no name"),
    # ids
    "major twice": ("catalogue", plus(CATALOGUE, "460301,x,大专,4603,46"), 9, "major_code", "first in line 2"),
    "school twice": ("schools", plus(SCHOOLS, "s2,x,,"), 7, "school_id", "'s2' is given twice, first in line 3"),
    "demand twice": ("demands", plus(DEMANDS, "d1,e9,4603,,,,,"), 7, "demand_id", "given twice, first in line 2"),
    "query twice": ("queries", plus(QUERIES, "q1,s2"), 6, "query_id", "'q1' is given twice, first in line 3"),
    "empty demand id": ("demands", plus(DEMANDS, ",e1,4603,,,,,"), 7, "demand_id", "is empty"),
    "demand id of spaces": ("demands", plus(DEMANDS, "  ,e1,4603,,,,,"), 7, "demand_id", "is empty"),
    "empty school id": ("offers", plus(OFFERS, ",460301,5,"), 7, "school_id", "is empty"),
    "empty major code": ("offers", plus(OFFERS, "s1,,5,"), 7, "major_code", "is empty"),
    "empty query id": ("queries", plus(QUERIES, ",s1"), 6, "query_id", "is empty"),
    "empty school of a query": ("queries", plus(QUERIES, "q7,"), 6, "school_id", "is empty"),
    "query for nobody": ("queries", plus(QUERIES, "q7,s8"), 6, "school_id", "no school 's8'"),
    "enterprise that is a demand": ("demands", plus(DEMANDS, "d6,d3,4603,,,,,"), 7, "enterprise_id", "also a demand"),
    # catalogue
    "no code": ("catalogue", plus(CATALOGUE, "4603,x,大专,4603,46"), 9, "major_code", "is no code of a major"),
    "class of another major": ("catalogue", plus(CATALOGUE, "460309,x,大专,5102,46"), 9, "class_code", "beginning"),
    "category of another": ("catalogue", plus(CATALOGUE, "460309,x,大专,4603,51"), 9, "category_code", "beginning"),
    "unknown level": ("catalogue", plus(CATALOGUE, "460309,x,硕士,4603,46"), 9, "level", "unknown level '硕士'"),
    "empty level": ("catalogue", plus(CATALOGUE, "460309,x,,4603,46"), 9, "level", "is empty"),
    "code of another level": ("catalogue", plus(CATALOGUE, "100309,x,中职,1003,10"), 9, "level", "is no code of level"),
    # numbers
    "negative graduates": ("offers", plus(OFFERS, "s1,460305,-5,"), 7, "graduates", "'-5' is no number of persons"),
    "graduates in words": ("offers", plus(OFFERS, "s1,460305,many,"), 7, "graduates", "'many' is no number"),
    "no graduates said": ("offers", plus(OFFERS, "s1,460305,,"), 7, "graduates", "is empty"),
    "graduates NaN": ("offers", plus(OFFERS, "s1,460305,nan,"), 7, "graduates", "'nan' is no number"),
    "graduates infinite": ("offers", plus(OFFERS, "s1,460305,inf,"), 7, "graduates", "'inf' is no number"),
    "too many graduates": ("offers", plus(OFFERS, "s1,460305,1000001,"), 7, "graduates", "is above 1000000"),
    "graduates 1e9": ("offers", plus(OFFERS, "s1,460305,1e9,"), 7, "graduates", "'1e9' is no number"),
    "negative headcount": ("demands", plus(DEMANDS, "d6,e1,,,-1,,,"), 7, "headcount", "'-1' is no whole number"),
    "headcount 0": ("demands", plus(DEMANDS, "d6,e1,,,0,,,"), 7, "headcount", "0 is not between 1 and 1000000"),
    "half a head": ("demands", plus(DEMANDS, "d6,e1,,,2.5,,,"), 7, "headcount", "'2.5' is no whole number"),
    "headcount NaN": ("demands", plus(DEMANDS, "d6,e1,,,NaN,,,"), 7, "headcount", "'NaN' is no whole number"),
    "headcount 1e9": ("demands", plus(DEMANDS, "d6,e1,,,1e9,,,"), 7, "headcount", "'1e9' is no whole number"),
    "too large a headcount": ("demands", plus(DEMANDS, "d6,e1,,,9999999999,,,"), 7, "headcount", "not between"),
    "headcount in full-width": ("demands", plus(DEMANDS, "d6,e1,,,３,,,"), 7, "headcount", "is no whole number"),
    "headcount with a separator": ("demands", plus(DEMANDS, "d6,e1,,,1_000,,,"), 7, "headcount", "no whole number"),
    "headcount in words": ("demands", plus(DEMANDS, "d6,e1,,,若干,,,"), 7, "headcount", "'若干' is no whole number"),
    # codes and levels that are nowhere
    "offer of an unknown code": ("offers", plus(OFFERS, "s1,999999,5,"), 7, "major_code", "unknown code '999999'"),
    "offer of a name": ("offers", plus(OFFERS, "s1,机电,5,"), 7, "major_code", "unknown code '机电'"),
    "wanted code unknown": ("demands", plus(DEMANDS, "d6,e1,4603|990001,,,,,"), 7, "majors", "code '990001'"),
    "wanted class unknown": ("demands", plus(DEMANDS, "d6,e1,4699,,,,,"), 7, "majors", "unknown code '4699'"),
    "wanted category unknown": ("demands", plus(DEMANDS, "d6,e1,47,,,,,"), 7, "majors", "unknown code '47'"),
    "code without its zero": ("demands", plus(DEMANDS, "d6,e1,80901,,,,,"), 7, "majors", "unknown code '80901'"),
    "codes joined by commas": ("demands", plus(DEMANDS, 'd6,e1,"4603,5102",,,,,'), 7, "majors", "unknown code"),
    "demand of an unknown level": ("demands", plus(DEMANDS, "d6,e1,,,,,,本科以上"), 7, "levels", "unknown level"),
    "fault after a cell of two lines": (
        "demands",
        plus(plus(DEMANDS, 'd6,e1,,"a\nb",,,,'), "d7,e1,,,0,,,"),
        9,
        "headcount",
        "not between",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_malformed_file_is_told_and_nothing_is_written(kind, tmp_path, capsys):
    name, content, line, column, wrong = KINDS[kind]
    paths = write_files(tmp_path, **{name: content})
    output = tmp_path / "out.csv"
    assert rank(paths, output, by="school") == 2
    told = capsys.readouterr()
    assert told.out == ""
    found = TOLD.fullmatch(told.err)
    assert found, told.err
    assert found["file"] == str(paths[name])
    assert (int(found["line"]), found["column"]) == (line, column)
    assert wrong in found["wrong"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{each}.csv" for each in FILES)


@pytest.mark.parametrize("packed", [False, True])
def test_files_without_a_fault_are_ranked(packed, tmp_path, capsys):
    output = tmp_path / "out.csv"
    assert rank(write_files(tmp_path, packed), output, by="school") == 0
    assert capsys.readouterr() == ("", "")
    assert len(output.read_text().splitlines()) > 3


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_told(name, tmp_path, capsys):
    paths = write_files(tmp_path)
    paths[name].unlink()
    assert rank(paths, tmp_path / "out.csv", by="school") == 2
    assert capsys.readouterr() == ("", f"{paths[name]}:0: file: No such file or directory\n")
    assert not (tmp_path / "out.csv").exists()


def test_folder_is_no_file(tmp_path, capsys):
    paths = {**write_files(tmp_path), "offers": tmp_path}
    assert rank(paths, tmp_path / "out.csv") == 2
    assert capsys.readouterr() == ("", f"{tmp_path}:0: file: Is a directory\n")


def test_old_output_stays_if_the_input_is_malformed(tmp_path):
    output = tmp_path / "out.csv"
    output.write_text("old")
    assert rank(write_files(tmp_path, demands=""), output) == 2
    assert output.read_text() == "old"
    assert rank(write_files(tmp_path), output) == 0
    assert output.read_text().startswith("query_id,doc_id,score\n")


def test_output_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path, capsys):
    paths = write_files(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert rank(paths, tmp_path / "none" / "out.csv") == 2
    assert capsys.readouterr().err == f"{tmp_path / 'none' / 'out.csv'}:0: file: No such file or directory\n"
    (tmp_path / "folder").mkdir()
    assert rank(paths, tmp_path / "folder") == 2
    assert capsys.readouterr().err == f"{tmp_path / 'folder'}:0: file: Is a directory\n"
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "folder"])


@pytest.mark.parametrize(
    "wrong",
    [
        ["--top", "0"],
        ["--top", "-1"],
        ["--top", "many"],
        ["--by", "enterprise"],
        ["--queries", "queries.csv"],
        ["--nonsense"],
    ],
)
def test_wrong_usage_is_told(wrong, tmp_path, capsys):
    output = tmp_path / "out.csv"
    with pytest.raises(SystemExit) as ended:
        rank(write_files(tmp_path), output, *wrong)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
    assert not output.exists()
