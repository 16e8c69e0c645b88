"""The command line: files in, files out, and exit codes."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from events.scheduling.__main__ import main
from events.scheduling.problem import Pair, Problem
from events.scheduling.timetable import Meeting, Timetable
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
    message = (
        "conflict (maximum): S0–E0 and S0–E1 must meet, but S0 may have at most 1 meeting\n"
        "  would help: a maximum of 2 for S0\n"
        "  would help: S0–E0 no longer a must\n"
        "  would help: S0–E1 no longer a must\n"
    )
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


def test_time_limit_of_nothing_still_waits_for_a_first_timetable(folder: Path) -> None:
    assert run(folder, "plan", "fair.json", "-o", "timetable.json", "--time-limit", "0") == 0
    assert run(folder, "check", "fair.json", "timetable.json") == 0


def test_explain_shows_one_wish_and_what_would_help(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "plan", "fair.json", "-o", "timetable.json")
    capsys.readouterr()
    assert run(folder, "explain", "fair.json", "timetable.json", "--pair", "S1", "E1", "--helps") == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("ok S1–E1: outbid")
    assert rest
    assert all(line.startswith("would help: one more table in slot ") for line in rest)
    assert all(line.endswith(": +1 in score") for line in rest)
    assert run(folder, "explain", "fair.json", "timetable.json", "--pair", "S1", "S0") == 2
    assert capsys.readouterr().err == "S1 and S0 are not the ids of a school and an enterprise\n"


WIDE = fair(2, 3, 3, tables=2, pairs=(Pair(0, 2, 9), Pair(1, 3, 8), Pair(0, 3, 5), Pair(1, 4, 1)))
OLD = Timetable("fair", (Meeting(0, 2, 1, 0), Meeting(0, 3, 2, 0), Meeting(1, 3, 1, 1)))


@pytest.fixture
def day(tmp_path: Path) -> Path:
    (tmp_path / "fair.json").write_text(WIDE.to_json(), encoding="utf-8")
    (tmp_path / "old.json").write_text(OLD.to_json(), encoding="utf-8")
    return tmp_path


def test_replan_shows_the_difference_and_writes_it(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = ("replan", "fair.json", "old.json", "--absent", "E0", "--now", "1")
    assert run(day, *absent) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[:5] == [
        "cancelled S0–E0 in slot 1 (absent)",
        "added S1–E2: slot 2 table T1, score 1",
        "2 kept, 0 moved, 1 cancelled, 1 added",
        "before: 3 meetings, minima short by 0, score 22, 0 breaks",
        "left: 2 meetings, minima short by 0, score 13, 0 breaks",
    ]
    assert sorted(path.name for path in day.iterdir()) == ["fair.json", "old.json"]  # shown only
    assert run(day, *absent, "-o", "new.json", "--output-fair", "now.json") == 0
    assert run(day, "check", "now.json", "new.json") == 0
    planned = Timetable.from_json((day / "new.json").read_bytes())
    assert planned.meetings == (Meeting(0, 3, 2, 0), Meeting(1, 3, 1, 1), Meeting(1, 4, 2, 1))


def test_replan_knows_late_arrivals_closed_tables_locks_and_another_fair(
    day: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = ("replan", "fair.json", "old.json", "--now", "0")
    (day / "early.json").write_text(replace(OLD, meetings=(OLD.meetings[0], Meeting(0, 3, 0, 0))).to_json(), "utf-8")
    early = ("replan", "fair.json", "early.json", "--now", "0", "--lock", "S0:E1", "--max-moves", "3")
    assert run(day, *early, "--late", "E0:2") == 0
    assert "moved S0–E0: slot 1 table T0 → slot 2 table T0 (absent)" in capsys.readouterr().out
    assert run(day, *early, "--late", "E0:3") == 0
    assert "cancelled S0–E0 in slot 1 (absent)" in capsys.readouterr().out
    assert run(day, *start, "--close", "T1") == 0
    assert "moved S1–E1: slot 1 table T1 → slot 0 table T0 (table closed)" in capsys.readouterr().out
    later = replace(WIDE, pairs=WIDE.pairs[:2])
    (day / "later.json").write_text(later.to_json(), encoding="utf-8")
    assert run(day, *start, "--fair-now", "later.json") == 0
    assert "cancelled S0–E1 in slot 2 (no longer wished)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--now", "4"), "--now: there is no slot 4"),
        (("--now", "1", "--absent", "E9"), "there is no participant 'E9'"),
        (("--now", "1", "--close", "T9"), "there is no table 'T9'"),
        (("--now", "1", "--late", "E1"), "--late: must be ID:SLOT, not 'E1'"),
        (("--now", "1", "--late", "E1:9"), "there is no slot 9 in which 'E1' could arrive"),
        (("--now", "1", "--lock", "E1:E2"), "E1 and E2 are not the ids of a school and an enterprise"),
        (("--now", "1", "--max-moves", "-1"), "--max-moves: must not be negative, not -1"),
        (("--now", "1", "--fair-now", "old.json"), "old.json: $: lacks 'name'"),
    ],
)
def test_replan_refuses_what_does_not_exist(
    day: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert run(day, "replan", "fair.json", "old.json", "-o", "new.json", *arguments) == 2
    assert message in capsys.readouterr().err
    assert not (day / "new.json").exists()


def test_replan_refuses_a_timetable_of_another_fair(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = replace(OLD, meetings=(Meeting(0, 9, 0, 0),))
    (day / "old.json").write_text(other.to_json(), encoding="utf-8")
    assert run(day, "replan", "fair.json", "old.json", "--now", "0", "-o", "new.json") == 2
    assert "old.json: $.meetings[0]: there is no enterprise 9" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["plan", "check", "explain", "replan", "bench"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"events.scheduling {command}" in capsys.readouterr().out


def test_module_runs_by_itself_without_django(folder: Path) -> None:
    code = (
        "import runpy, sys; sys.argv[1:] = ['explain', sys.argv[1]]\n"
        "try: runpy.run_module('events.scheduling', run_name='__main__')\n"
        "except SystemExit as ended: print('exit', ended.code, 'django' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(folder / "fair.json")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == "all 0 musts can be kept\nexit 0 False\n"
