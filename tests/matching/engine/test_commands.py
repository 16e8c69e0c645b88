"""The command line: its formats, what it ranks, and that it needs nothing but files."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from matching.engine import Catalogue, DemandProfile, Major, Offer, SchoolProfile, Snapshot, rank_schools, score_all
from matching.engine.__main__ import main
from tests.matching.engine.files import DEMANDS, FILES, OFFERS, in_a_process, options, rank, write_files

CATALOGUE = Catalogue.of(
    [
        Major("460301", "", "junior_college", "4603", "46"),
        Major("460305", "", "junior_college", "4603", "46"),
        Major("510205", "", "junior_college", "5102", "51"),
        Major("660301", "", "secondary", "6603", "66", family="460301"),
        Major("080901", "", "bachelor", "0809", "08"),
        Major("080910T", "", "bachelor", "0809", "08"),
        Major("0809--", "", "bachelor", "0809", "08"),
    ]
)
SCHOOLS = [
    SchoolProfile(
        1,
        "广东省",
        "深圳市",
        (Offer("460301", "junior_college", 60, frozenset({"plc", "cad制图"})), Offer("660301", "secondary", 40)),
    ),
    SchoolProfile(2, "广东省", "广州市", (Offer("460305", "junior_college", 90.5, frozenset({"cad制图"})),)),
    SchoolProfile(3, "", "", (Offer("0809--", "bachelor", 30),)),
    SchoolProfile(4, "广西壮族自治区", "南宁市", (Offer("660301", "secondary", 20, frozenset({"plc"})),)),
    SchoolProfile(5, "广东省", "深圳市", ()),
]


def asked(number: int, enterprise: int, majors: str, skills: str, headcount: int, **more) -> DemandProfile:
    return DemandProfile(
        number,
        enterprise,
        tuple(filter(None, majors.split("|"))),
        tuple(filter(None, skills.split("|"))),
        more.get("levels", frozenset()),
        headcount,
        more.get("province", ""),
        more.get("city", ""),
    )


ASKED = [
    asked(1, 1, "460301|660301", "plc|cad制图", 30),
    asked(2, 1, "4603", "", 1, province="广东省", city="广州市", levels=frozenset({"junior_college", "secondary"})),
    asked(3, 4, "080910T|51", "", 5),
    asked(4, 2, "", "plc", 2),
    asked(5, 3, "", "", 1),
]
NO_SPACE = {"offers": OFFERS.replace("CAD 制图", "CAD制图").replace("cad 制图", "cad制图")}


def lists(output: Path) -> dict[str, list[tuple[str, float]]]:
    """query → (document, score), in the order of the file."""
    with (gzip.open if output.suffix == ".gz" else open)(output, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(list(row) == ["query_id", "doc_id", "score"] for row in rows)
    found: dict[str, list[tuple[str, float]]] = {}
    for row in rows:
        found.setdefault(row["query_id"], []).append((row["doc_id"], float(row["score"])))
    assert [row["query_id"] for row in rows] == [query for query, listed in found.items() for _ in listed]
    return found


def ranked(paths: dict[str, Path], *more: str, by: str = "demand") -> dict[str, list[tuple[str, float]]]:
    output = paths["demands"].parent / "out.csv"
    assert rank(paths, output, *more, by=by) == 0
    return lists(output)


def told(score: float) -> float:
    return float(f"{score:.9g}")


def test_rank_by_demand_lists_the_schools_of_each_demand_alone(tmp_path):
    snapshot = Snapshot.of(CATALOGUE, SCHOOLS)
    expected = {
        f"d{demand.id}": [
            (f"s{pair.school}", told(pair.enterprise_score)) for pair in rank_schools(snapshot, demand, 100)
        ]
        for demand in ASKED
    }
    assert expected.pop("d5") == []
    assert all(expected.values())
    assert ranked(write_files(tmp_path, **NO_SPACE)) == expected


def test_rank_by_school_lists_enterprises_with_their_demands_summed(tmp_path):
    by_enterprise = {n: [demand for demand in ASKED if demand.enterprise == n] for n in (1, 2, 3, 4)}
    _, by_school = score_all(Snapshot.of(CATALOGUE, SCHOOLS), by_enterprise, 100)
    names = {1: "e1", 2: "e2", 4: "d3"}  # d3 names no enterprise and stands for itself
    expected = {
        school: [(names[pair.enterprise], told(pair.school_score)) for pair in by_school[school]]
        for school in (1, 2, 3, 4)
    }
    assert all(expected.values())
    paths = write_files(tmp_path, **NO_SPACE)
    assert ranked(paths, by="school") == {"q2": expected[2], "q1": expected[1], "q9": expected[1]}
    output = tmp_path / "all.csv"
    arguments = options(paths, "catalogue", "offers", "demands", "schools")
    assert main(["rank", *arguments, "--by", "school", "-o", str(output)]) == 0
    assert lists(output) == {f"s{school}": pairs for school, pairs in expected.items()}


def test_scores_are_in_order_and_top_cuts_the_lists(tmp_path):
    paths = write_files(tmp_path)
    whole = ranked(paths)
    for listed in whole.values():
        assert listed == sorted(listed, key=lambda pair: (-pair[1], pair[0]))
        assert all(0 < score <= 1 for _, score in listed)
    assert ranked(paths, "--top", "1") == {query: listed[:1] for query, listed in whole.items()}
    assert any(len(listed) > 1 for listed in whole.values())


def test_ties_go_by_the_text_of_the_ids(tmp_path):
    twins = "school_id,major_code,graduates\n" + "".join(f"{s},460301,40\n" for s in ("b", "a9", "学校", "a10", "B"))
    both = "demand_id,enterprise_id,majors\n" + "".join(f"{d},{d},460301\n" for d in ("e2", "e10", "企业", "E"))
    paths = write_files(tmp_path, offers=twins, demands=both, queries="query_id,school_id\nq,b\n")
    for by, expected in (("demand", ["B", "a10", "a9", "b", "学校"]), ("school", ["E", "e10", "e2", "企业"])):
        output = tmp_path / "out.csv"
        names = ("catalogue", "offers", "demands", *(["queries"] if by == "school" else []))
        assert main(["rank", *options(paths, *names), "--by", by, "-o", str(output)]) == 0
        [first, *_] = found = list(lists(output).values())
        assert [document for document, _ in first] == expected
        assert len(set(first)) == len({score for _, score in first}) + len(expected) - 1
        assert all(listed == first for listed in found)


def test_queries_come_in_the_order_of_their_files(tmp_path):
    paths = write_files(tmp_path)
    assert list(ranked(paths)) == ["d1", "d2", "d3", "d4"]
    turned = "\n".join([DEMANDS.splitlines()[0], *reversed(DEMANDS.splitlines()[1:])])
    assert list(ranked(write_files(tmp_path, demands=turned))) == ["d4", "d3", "d2", "d1"]
    assert list(ranked(paths, by="school")) == ["q2", "q1", "q9"]


def test_packed_and_plain_files_say_the_same(tmp_path):
    plain = ranked(write_files(tmp_path))
    packed, again = tmp_path / "a.csv.gz", tmp_path / "b.csv.gz"
    paths = write_files(tmp_path, packed=True)
    assert rank(paths, packed) == rank(paths, again) == 0
    assert lists(packed) == plain
    assert packed.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    "rewritten",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),  # as spreadsheets write it
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace("\n", "\n\n").encode(),  # blank lines
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace(",", " , ").encode(),
        lambda text: "\n".join(f'"{line}"' for line in text.replace(",", '","').splitlines()).encode(),
        lambda text: "\n".join(f"{line},x" for line in text.splitlines()).replace(",x", ",remark", 1).encode(),
        lambda text: gzip.compress(text[:40].encode()) + gzip.compress(text[40:].encode()),  # packed, two members
    ],
)
def test_ways_of_writing_a_file_make_no_difference(rewritten, tmp_path):
    plain = ranked(write_files(tmp_path))
    assert ranked(write_files(tmp_path, **{name: rewritten(text) for name, text in FILES.items()})) == plain
    assert plain


def test_columns_but_the_id_may_be_missing_or_empty(tmp_path):
    short = "query_id,majors\nd1,460301\nd2,\n"
    full = "query_id,enterprise_id,majors,skills,headcount,position,duty,province,city,levels\n"
    full += "d1,,460301,,,,,,,\nd2,,,,1,技师,安装,,,\n"
    found = ranked(write_files(tmp_path, demands=short))
    assert found == ranked(write_files(tmp_path, demands=full))
    assert list(found) == ["d1"]
    assert ranked(write_files(tmp_path, demands="demand_id\nd1\n")) == {}
    assert ranked(write_files(tmp_path, demands="demand_id,majors\n")) == {}


def test_codes_are_found_with_or_without_their_letters(tmp_path):
    written = ("080910T", "080910t", "080910", "080910TK")
    demands = "demand_id,majors\n" + "".join(f"{n},{code}\n" for n, code in enumerate(written))
    found = ranked(write_files(tmp_path, demands=demands, offers="school_id,major_code,graduates\ns1,080910K,30\n"))
    assert len(found) == 4
    assert {tuple(listed) for listed in found.values()} == {tuple(found["0"])}
    assert found["0"][0][0] == "s1"


def test_offer_by_class_is_one_of_its_class(tmp_path):
    # Admission is by class; the major is chosen later.
    demands = "demand_id,majors\nexact,0809\nnear,080901\nother,08\n"
    found = ranked(write_files(tmp_path, demands=demands, offers="school_id,major_code,graduates\ns1,0809,30\n"))
    exact, near, other = (found[query][0][1] for query in ("exact", "near", "other"))
    assert exact == other > near
    wider = ranked(write_files(tmp_path, demands=demands, offers="school_id,major_code,graduates\ns1,08,30\n"))
    assert wider["other"][0][1] == exact
    assert wider["exact"][0][1] == wider["near"][0][1] < near


def test_code_that_the_catalogue_lacks_counts_as_one_of_its_class_and_is_named(tmp_path, capsys):
    offers = "school_id,major_code,graduates\ns1,460399,30\ns2,460305,30\n"
    paths = write_files(tmp_path, offers=offers, demands="demand_id,majors\nd1,460399\nd2,460388\n")
    found = ranked(paths)
    assert [document for document, _ in found["d1"]] == ["s1", "s2"]
    assert found["d1"][1][1] == found["d2"][0][1] < found["d1"][0][1]
    assert capsys.readouterr() == ("", "not in the catalogue, taken as majors of their classes: 460388, 460399\n")


def test_offers_of_schools_that_are_not_listed_are_left_out_and_named(tmp_path, capsys):
    offers = "school_id,major_code,graduates\ns1,460301,30\nelsewhere,460301,300\n"
    paths = write_files(tmp_path, offers=offers, demands="demand_id,majors\nd1,460301\n")
    found = ranked(paths)
    assert [document for document, _ in found["d1"]] == ["s1"]
    assert capsys.readouterr().err.endswith("schools.csv does not list, so left out: elsewhere\n")


@pytest.mark.parametrize("level", ["中职", "中专", "Secondary", "技工", "technician", "（中职）"])
def test_levels_are_read_in_both_languages(level, tmp_path):
    demands = f"demand_id,majors,levels\nd1,660301,{level}\n"
    assert [document for document, _ in ranked(write_files(tmp_path, demands=demands))["d1"]] == ["s1", "s4", "s2"]
    bachelors = demands.replace("660301", "4603").replace(level, "本科|职教本科|bachelor")
    assert ranked(write_files(tmp_path, demands=bachelors)) == {}


def test_headcount_may_be_written_as_a_decimal_or_left_out(tmp_path):
    demands = "demand_id,majors,headcount\na,460301,3\nb,460301,3.0\nc,460301,1\nd,460301,\n"
    found = ranked(write_files(tmp_path, demands=demands))
    assert found["a"] == found["b"]
    assert found["c"] == found["d"]
    assert found["a"] != found["c"]


def test_more_demands_than_are_ranked_at_once_make_no_difference(tmp_path, monkeypatch):
    paths = write_files(tmp_path)
    whole = ranked(paths)
    monkeypatch.setattr("matching.engine.commands._AT_ONCE", 2)
    assert ranked(paths) == whole


def explained(paths: dict[str, Path], *more: str) -> list[str]:
    return ["explain", *options(paths, "catalogue", "offers", "demands", "schools"), *more]


def test_explain_tells_the_parts_of_the_score(tmp_path, capsys):
    paths = write_files(tmp_path, **NO_SPACE)
    score = dict(ranked(paths)["d1"])["s1"]
    assert main(explained(paths, "--school", "s1", "--demand", "d1", "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["school"], found["enterprise"]) == ("s1", "d1")
    assert told(found["enterprise_score"]) == score
    [demand] = found["demands"]
    assert demand["demand"] == "d1"
    assert {term["of"] for term in demand["contributions"]} == {"460301", "660301", "plc", "cad制图"}
    assert main(explained(paths, "--school", "s2", "--enterprise", "e1")) == 0
    text = capsys.readouterr().out
    assert text.startswith("s2 二校\n")
    for part in ("demand d1:", "demand d2:", "major 4603 by 460305 工业机器人技术, same code", "missing  skill plc"):
        assert part in text


def test_explain_refuses_ids_that_are_nowhere(tmp_path, capsys):
    paths = write_files(tmp_path)
    for wrong, message in (
        (["--school", "s8", "--demand", "d1"], "no school 's8'\n"),
        (["--school", "s1", "--demand", "e1"], "no demand or enterprise 'e1'\n"),
        (["--school", "s1", "--enterprise", "d1"], "no demand or enterprise 'd1'\n"),
    ):
        assert main(explained(paths, *wrong)) == 2
        assert capsys.readouterr() == ("", message)
    with pytest.raises(SystemExit):
        main(explained(paths, "--school", "s1"))


def test_command_line_runs_as_a_module_and_loads_no_django(tmp_path):
    paths, output = write_files(tmp_path), tmp_path / "out.csv"
    arguments = ["rank", *options(paths, "catalogue", "offers", "demands"), "--by", "demand", "-o", str(output)]
    done = in_a_process(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert lists(output)
    assert in_a_process("rank").returncode == 2
    assert in_a_process("--help").returncode == 0
    for elsewhere in ("evaluate", "bench"):
        assert f"matching.engine {elsewhere}" in in_a_process(elsewhere, "--help").stdout
    program = "import sys; from matching.engine.__main__ import main; main(sys.argv[1:]); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, check=True, text=True
    ).stdout.split()
    assert "matching.engine.commands" in loaded
    assert not [name for name in loaded if name.split(".")[0] in {"django", "rest_framework", "celery", "psycopg"}]
    assert not {"matching.engine.evaluation", "matching.engine.benchmark"} & set(loaded)
