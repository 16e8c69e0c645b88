"""The command line: files in, files out, and exit codes."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from events.scheduling.__main__ import main
from events.scheduling.problem import Pair, Problem, Rules
from events.scheduling.timetable import Timetable
from events.scheduling.verify import violations
from tests.events.scheduling.fairs import fair, with_party

PROBLEM = fair(2, 2, [2, 1], tables=1, pairs=(Pair(0, 2, 3), Pair(0, 3, 2), Pair(1, 2, 2), Pair(1, 3, 1)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fair.json").write_text(PROBLEM.to_json(), encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> int:
    return main([str(folder / each) if each.endswith(".json") else each for each in arguments])


def write(folder: Path, problem: Problem) -> None:
    (folder / "fair.json").write_text(problem.to_json(), encoding="utf-8")


def test_plan_writes_a_timetable_that_check_finds_good(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "plan", "fair.json", "-o", "timetable.json", "--seed", "5") == 0
    timetable = Timetable.from_json((folder / "timetable.json").read_bytes())
    assert violations(PROBLEM, timetable) == []
    assert timetable.report is not None
    assert (timetable.report.score, timetable.report.optimal, timetable.report.seed) == (7, True, 5)
    assert run(folder, "check", "fair.json", "timetable.json") == 0
    assert capsys.readouterr().out.endswith("3 meetings keep every hard rule\n")
    assert sorted(path.name for path in folder.iterdir()) == ["fair.json", "timetable.json"]


def test_check_lists_what_is_broken(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "plan", "fair.json", "-o", "timetable.json")
    write(folder, replace(PROBLEM, forbidden=((0, 2),)))
    capsys.readouterr()
    assert run(folder, "check", "fair.json", "timetable.json") == 1
    assert capsys.readouterr().out == "forbidden: S0–E0 must not meet ($.meetings[0])\n"


def test_explain_says_why_a_wish_was_not_met(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "plan", "fair.json", "-o", "timetable.json")
    capsys.readouterr()
    assert run(folder, "explain", "fair.json", "timetable.json") == 0
    assert capsys.readouterr().out.startswith("ok S1–E1: outbid; least of the 3 in the way: ")


def test_infeasible_musts_exit_with_3_and_write_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "explain", "fair.json") == 0
    assert capsys.readouterr().out == "all 0 musts can be kept\n"
    write(folder, with_party(replace(PROBLEM, must=((0, 2), (0, 3))), 0, maximum=1))
    message = "conflict (maximum): S0 has 2 musts, but a maximum of 1\n"
    assert run(folder, "plan", "fair.json", "-o", "timetable.json") == 3
    assert capsys.readouterr().out == message
    assert run(folder, "explain", "fair.json") == 3
    assert capsys.readouterr().out == message
    assert not (folder / "timetable.json").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"format": "fair/1"}', "$: lacks 'name'"),
        (
            PROBLEM.to_json().replace('"pairs":[[0,2,3]', '"pairs":[[0,2,"x"]'),
            '$.pairs[0][2]: must be a whole number, not "x"',
        ),
        (replace(PROBLEM, rules=Rules(max_run=1)).to_json(), "a longest run of meetings (max_run 1) is not supported"),
        (None, "No such file or directory"),
    ],
)
def test_unusable_input_exits_with_2_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], content: str | None, message: str
) -> None:
    path = folder / "fair.json"
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    assert run(folder, "plan", "fair.json", "-o", "timetable.json") == 2
    assert message in capsys.readouterr().err
    assert not (folder / "timetable.json").exists()


def test_time_limit_of_nothing_exits_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "plan", "fair.json", "-o", "timetable.json", "--time-limit", "60") == 0
    (folder / "timetable.json").unlink()
    assert run(folder, "plan", "fair.json", "-o", "timetable.json", "--time-limit", "0") == 1
    assert capsys.readouterr().err == "no complete timetable within 0.0 s\n"
    assert not (folder / "timetable.json").exists()


def test_module_runs_by_itself_without_django(folder: Path) -> None:
    code = (
        "import runpy, sys; sys.argv[1:] = ['explain', sys.argv[1]]\n"
        "try: runpy.run_module('events.scheduling', run_name='__main__')\n"
        "except SystemExit as ended: print('exit', ended.code, 'django' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(folder / "fair.json")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == "all 0 musts can be kept\nexit 0 False\n"
