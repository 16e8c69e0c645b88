"""The table of the bench, and what counts as a target met."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.scheduling.bench.figures import Worth
from events.scheduling.bench.measuring import Measured
from events.scheduling.bench.runner import main
from events.scheduling.bench.targets import Outcome, judge
from events.scheduling.timetable import Report

REPORT = Report(100, 100, 0.0, True, 0, 0, 0, 0, 1.0, 1)
OWN = Outcome(
    "real57-windows-11", "plan", Measured(2.0, 100, 0.5, ""), Worth(0, -100, 0, 0, 5), worst=0, broken=0, report=REPORT
)


def missed(own: Outcome, *others: Outcome) -> list[str]:
    return [verdict.goal for verdict in judge(own, list(others)) if not verdict.met]


def test_one_run_prints_a_line_for_each_method_the_ratios_and_the_targets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--fairs", "small-windows-11", "--peers", "greedy", "round-robin"]) == 0
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert lines[1] == "small-windows-11: 12 schools, 20 enterprises, 8 slots, 10 tables"
    assert [line.split()[0] for line in lines[2:6]] == ["method", "plan", "greedy", "round-robin"]
    assert "proven" in lines[3]
    assert [line.split()[0] for line in lines if line.startswith("  greedy ")] == ["greedy", "greedy"]
    assert "1 of 1" in next(line for line in reversed(lines) if line.startswith("  round-robin"))
    assert "  met      small-windows-11      not worse than greedy               better" in lines
    assert lines[-1] == "3 of 3 met"


def test_unusable_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, reason in ((["--fairs", "huge-windows-1"], "SIZE-KIND-SEED"), (["--peers", "magic"], "magic")):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
        assert reason in capsys.readouterr().err
    assert main(["--fairs"]) == 0  # none at all


def test_a_good_timetable_meets_every_target() -> None:
    assert missed(OWN, replace(OWN, method="greedy", worth=Worth(0, -99, 0, 0, 0))) == []
    assert missed(OWN, replace(OWN, method="greedy")) == []
    assert missed(OWN, replace(OWN, method="broken", worth=Worth(0, -101, 0, 0, 0), broken=1)) == []


@pytest.mark.parametrize(
    ("own", "goal"),
    [
        (replace(OWN, broken=1), "no hard rule broken"),
        (replace(OWN, worth=Worth(1, -100, 0, 0, 5)), "minima served as far as the bound"),
        (replace(OWN, report=replace(REPORT, optimal=False)), "proven"),
        (replace(OWN, worth=Worth(0, -100, 1, 1, 5)), "at most 0 breaks"),
        (replace(OWN, measured=Measured(3.0, 100, 0.5, "")), "under 3 s"),
        (replace(OWN, measured=Measured(2.0, 100, 1.0, "")), "first plan under 1 s"),
        (replace(OWN, measured=Measured(2.0, 100, None, "")), "first plan under 1 s"),
        (replace(OWN, measured=Measured(2.0, 100, 0.5, "", 2.0)), "replanned under 2 s, none lost"),
        (replace(OWN, measured=Measured(2.0, 100, 0.5, "", 1.9, lost=1)), "replanned under 2 s, none lost"),
        (replace(OWN, worth=None), "a timetable"),
        (replace(OWN, fair="real57-rushscat-99", report=replace(REPORT, gap=0.00051)), "gap at most 0.05 %"),
        (replace(OWN, fair="big1000-windows-11", measured=Measured(2.0, 4096, None, "")), "under 4096 MB"),
    ],
)
def test_each_target_can_be_missed(own: Outcome, goal: str) -> None:
    assert missed(own) == [goal]


def test_a_better_peer_is_a_target_missed() -> None:
    assert missed(OWN, replace(OWN, method="greedy", worth=Worth(0, -100, 0, 0, 4))) == ["not worse than greedy"]
