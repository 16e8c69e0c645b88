"""Timetables under the optional rules: as good as the best of all of a tiny fair, clean and good at others."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from events.scheduling.bench.fairs import generate
from events.scheduling.limits import Limits
from events.scheduling.musts import Infeasible
from events.scheduling.problem import Fixed, Pair, Problem, Rules, Table
from events.scheduling.solver import Cancelled, plan
from events.scheduling.timetable import Meeting, Report, Timetable
from events.scheduling.verify import violations
from tests.events.scheduling.fairs import fair, with_party

TWO_ZONES = (Table("T0", 0), Table("T1", 1))
QUICK = Limits(2_000, 5, 2_000, exchange_rounds=5, ruled_rounds=8, ruled_break_rounds=2, ruled_effort=0.1)


def reported(timetable: Timetable) -> Report:
    assert timetable.report is not None
    return timetable.report


def every_timetable(problem: Problem) -> Iterator[Timetable]:
    """All of them that the checker finds nothing against."""
    places = [None, *product(range(len(problem.slots)), range(len(problem.tables)))]
    for chosen in product(places, repeat=len(problem.pairs)):
        taken = [place for place in chosen if place is not None]
        if len(set(taken)) == len(taken):
            rows = zip(problem.pairs, chosen, strict=True)
            meetings = tuple(Meeting(*pair.ends, *place) for pair, place in rows if place is not None)
            timetable = Timetable(problem.name, meetings)
            if not violations(problem, timetable):
                yield timetable


def objective(problem: Problem, timetable: Timetable) -> tuple[int, int]:
    """Shortfall and score negated."""
    met = [party for meeting in timetable.meetings for party in meeting.ends]
    lacking = sum(max(0, each.minimum - met.count(k)) for k, each in enumerate(problem.participants))
    return lacking, -sum(problem.scores[meeting.ends] for meeting in timetable.meetings)


SQUARE = fair(2, 2, 3, tables=TWO_ZONES, pairs=tuple(Pair(i, j, 3 * i + j) for i in (0, 1) for j in (2, 3)))
ROW = fair(1, 5, 5, tables=1, pairs=tuple(Pair(0, j, j) for j in range(1, 6)))


@pytest.mark.parametrize(
    "problem",
    [
        replace(SQUARE, rules=Rules(max_run=1)),
        replace(SQUARE, rules=Rules(zone_change_gap=1)),
        replace(SQUARE, rules=Rules(zone_change_gap=2, max_run=2), must=((1, 2),)),
        replace(SQUARE, rules=Rules(precedences=((0, 2, 0, 3), (0, 3, 1, 3), (1, 3, 1, 2)))),
        replace(SQUARE, rules=Rules(precedences=((0, 2, 0, 2),)), closed=((0, 0), (1, 1))),
        replace(SQUARE, rules=Rules(max_break_difference=0), fixed=(Fixed(0, 2, 0, 1), Fixed(0, 3, 2, 1))),
        with_party(replace(SQUARE, rules=Rules(zone_change_gap=1, max_run=1)), 0, capacity=(2, 2, 1), minimum=2),
        replace(SQUARE, tables=(Table("T0", 0, owner=0), Table("T1", 1)), rules=Rules(zone_change_gap=2)),
        replace(fair(2, 2, 2), tables=(Table("T0", 0, owner=1), Table("T1", 0, owner=1))),
        replace(ROW, rules=Rules(break_for_all=True)),
        replace(ROW, rules=Rules(break_for_all=True, max_run=3)),
    ],
    ids=lambda problem: f"{problem.rules} {len(problem.required)}",
)
def test_plan_is_the_best_of_all_timetables(problem: Problem) -> None:
    best = min(objective(problem, timetable) for timetable in every_timetable(problem))
    timetable = plan(problem, limits=QUICK)
    assert violations(problem, timetable) == []
    assert objective(problem, timetable) == best
    assert reported(timetable).optimal


BOTH = ((0, 2), (0, 3))


@pytest.mark.parametrize(
    ("rules", "changes", "name", "musts"),
    [
        ({"max_run": 1}, {"must": ((0, 2), (0, 3), (1, 2)), "slots": 2}, "max_run", BOTH),
        ({"precedences": ((0, 2, 0, 3), (0, 3, 0, 2))}, {"must": BOTH}, "precedences", BOTH),
        ({"precedences": ((0, 2, 0, 3),)}, {"fixed": (Fixed(0, 2, 2, None),), "must": BOTH}, "precedences", BOTH),
        (
            {"zone_change_gap": 1, "max_run": 2},
            {"fixed": (Fixed(0, 2, 0, 0), Fixed(0, 3, 1, 1), Fixed(1, 2, 2, 1))},
            "zone_change_gap",
            BOTH,
        ),
        (
            {"max_break_difference": 0},
            {"fixed": (Fixed(0, 2, 0, None), Fixed(0, 3, 2, None)), "pairs": ()},
            "max_break_difference",
            BOTH,
        ),
    ],
)
def test_plan_names_the_rule_under_which_musts_conflict(
    rules: dict[str, Any], changes: dict[str, Any], name: str, musts: tuple[tuple[int, int], ...]
) -> None:
    slots = changes.pop("slots", 3)
    problem = fair(2, 2, slots, tables=TWO_ZONES, **changes)
    with pytest.raises(Infeasible) as refused:
        plan(replace(problem, rules=Rules(**rules)), limits=QUICK)
    (conflict,) = refused.value.conflicts
    assert (conflict.musts[:1], set(conflict.musts) <= problem.required) == (musts[:1], True)
    assert f"under {name}: " in conflict.detail
    assert violations(problem, plan(problem, limits=QUICK)) == []


def test_plan_adds_the_meetings_that_the_rule_about_breaks_needs() -> None:
    """The school has a break between its musts; the others need one each, for which there are pairs enough."""
    fixed = (Fixed(0, 3, 0, None), Fixed(0, 4, 2, None))
    problem = with_party(fair(3, 3, 3, fixed=fixed, rules=Rules(max_break_difference=0)), 0, maximum=2)
    timetable = plan(problem, limits=QUICK)
    assert violations(problem, timetable) == []
    assert reported(timetable).breaks == 6


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("windows", {"max_run": 3}),
        ("scattered", {"zone_change_gap": 1, "break_for_all": True}),
        ("rushscat", {"max_break_difference": 1, "precedences": ((0, 12, 0, 13), (0, 14, 1, 14), (2, 15, 3, 15))}),
    ],
)
def test_plan_of_a_fair_keeps_the_rules_and_most_of_the_score(kind: str, rules: dict[str, Any]) -> None:
    plain = generate("small", kind, 3)
    problem = replace(plain, rules=Rules(**rules))
    timetable = plan(problem, limits=QUICK)
    report = reported(timetable)
    assert violations(problem, timetable) == []
    assert report.score >= 0.95 * report.upper_bound
    assert report.min_shortfall == report.min_shortfall_bound


def test_plan_under_rules_is_the_same_for_the_same_seed() -> None:
    problem = replace(generate("small", "windows", 4), rules=Rules(max_run=2))
    limits = replace(QUICK, ruled_rounds=3, ruled_break_rounds=1, ruled_effort=0.01)
    texts = [plan(problem, seed=seed, limits=limits, clock=lambda: 0.0).to_json() for seed in (3, 3, 4)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_plan_under_rules_keeps_its_best_when_cancelled() -> None:
    problem = replace(generate("small", "windows", 5), rules=Rules(max_run=2, zone_change_gap=1))
    stages: list[str] = []
    heard: list[Timetable] = []
    timetable = plan(
        problem,
        progress=lambda stage, _done: stages.append(stage),
        improved=heard.append,
        cancelled=lambda: "repair" in stages,
        limits=QUICK,
    )
    assert "repair" in stages
    assert violations(problem, timetable) == []
    assert [violations(problem, each) for each in heard] == [[]] * len(heard)
    assert heard[-1].meetings == timetable.meetings
    with pytest.raises(Cancelled):
        plan(problem, cancelled=lambda: True)
