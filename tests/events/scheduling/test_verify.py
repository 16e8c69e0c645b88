"""The checker finds each rule broken, one at a time in a fair that has them all, and nothing in a good timetable."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from events.scheduling.problem import Fixed, Pair, Problem, Rules, Table
from events.scheduling.timetable import Meeting, Report, Timetable
from events.scheduling.verify import Rule, violations
from tests.events.scheduling.fairs import fair, with_party

# Three schools 0–2, three enterprises 3–5; slots 0–2 on one day, 3–5 on the next; tables 0 and 1 near, 2 far.
PROBLEM = fair(
    3,
    3,
    [3, 3],
    tables=(Table("T0", 0), Table("T1", 0), Table("T2", 1)),
    pairs=tuple(Pair(i, j, 10 * i + j) for i in range(3) for j in (3, 4, 5) if (i, j) != (2, 4)),
    closed=((5, 1),),
    forbidden=((1, 5),),
    must=((0, 3),),
    fixed=(Fixed(1, 4, 2, 1),),
    rules=Rules(zone_change_gap=1, max_run=2, max_break_difference=1, precedences=((0, 3, 0, 4),)),
)
PROBLEM = with_party(PROBLEM, 0, maximum=3)
PROBLEM = with_party(PROBLEM, 1, minimum=3)
PROBLEM = with_party(PROBLEM, 2, capacity=(2,) * 6)
PROBLEM = with_party(PROBLEM, 5, capacity=(0, 1, 1, 1, 1, 1))
MEETINGS = (
    Meeting(0, 3, 0, 0),
    Meeting(0, 4, 1, 0),
    Meeting(1, 4, 2, 1),
    Meeting(2, 3, 3, 0),
    Meeting(2, 5, 3, 1),
    Meeting(1, 3, 4, 0),
    Meeting(0, 5, 5, 2),  # the enterprise was near in slot 3 and is far now; free in slot 4, which is its break
)
REPORT = Report(
    score=3 + 4 + 14 + 23 + 25 + 13 + 5,
    upper_bound=100,
    gap=0.13,
    optimal=False,
    min_shortfall=1,
    min_shortfall_bound=1,
    breaks=1,
    idle=1,
    seconds=0.5,
    seed=1,
)


def broken(problem: Problem, meetings: tuple[Meeting, ...], report: Report | None = None) -> set[Rule]:
    return {violation.rule for violation in violations(problem, Timetable(problem.name, meetings, report))}


def test_violations_of_a_good_timetable_are_none() -> None:
    assert broken(PROBLEM, MEETINGS, REPORT) == set()


def moved(old: int, **changes: int) -> tuple[Meeting, ...]:
    """The meetings with one of them changed."""
    return tuple(replace(meeting, **changes) if k == old else meeting for k, meeting in enumerate(MEETINGS))


@pytest.mark.parametrize(
    ("meetings", "rule"),
    [
        (moved(0, school=3), Rule.UNKNOWN),
        (moved(0, enterprise=2), Rule.UNKNOWN),
        (moved(0, enterprise=6), Rule.UNKNOWN),
        (moved(0, slot=6), Rule.UNKNOWN),
        (moved(0, table=3), Rule.UNKNOWN),
        (moved(0, table=-1), Rule.UNKNOWN),
        ((*MEETINGS, Meeting(2, 4, 4, 1)), Rule.CANDIDATE),
        ((*MEETINGS, Meeting(1, 5, 1, 1)), Rule.FORBIDDEN),
        ((*MEETINGS, Meeting(1, 4, 5, 0)), Rule.TWICE),
        (moved(5, slot=3, table=2), Rule.CAPACITY),
        (moved(4, slot=0, table=1), Rule.CAPACITY),
        (moved(4, table=0), Rule.TABLE),
        (MEETINGS[1:], Rule.MUST),
        (moved(2, table=0), Rule.FIXED),
        (MEETINGS[:2] + MEETINGS[3:], Rule.FIXED),
        (moved(5, table=2), Rule.ZONE),
        ((Meeting(0, 4, 0, 0), Meeting(0, 3, 1, 0), *MEETINGS[2:]), Rule.PRECEDENCE),
    ],
)
def test_violations_name_the_rule_that_a_timetable_breaks(meetings: tuple[Meeting, ...], rule: Rule) -> None:
    assert broken(PROBLEM, meetings) == {rule}


def with_rules(**changes: Any) -> Problem:
    return replace(PROBLEM, rules=replace(PROBLEM.rules, **changes))


@pytest.mark.parametrize(
    ("stricter", "rule"),
    [
        (lambda: replace(PROBLEM, closed=((4, 0),)), Rule.CLOSED),
        (lambda: with_party(PROBLEM, 0, maximum=2), Rule.MAXIMUM),
        (lambda: with_rules(zone_change_gap=2), Rule.ZONE),
        (lambda: with_rules(max_run=1), Rule.RUN),
        (lambda: with_rules(max_break_difference=0), Rule.BREAKS),
        (lambda: with_rules(precedences=((0, 4, 0, 3),)), Rule.PRECEDENCE),
        (lambda: replace(PROBLEM, must=((0, 3), (2, 4))), Rule.MUST),
        (lambda: replace(PROBLEM, fixed=(Fixed(0, 3, 1, None),)), Rule.FIXED),
        (lambda: replace(PROBLEM, forbidden=((2, 3),)), Rule.FORBIDDEN),
        (lambda: with_party(PROBLEM, 2, capacity=(1,) * 6), Rule.CAPACITY),
    ],
)
def test_violations_name_the_rule_that_a_stricter_fair_sets(stricter: Callable[[], Problem], rule: Rule) -> None:
    assert broken(stricter(), MEETINGS) == {rule}


def test_violations_name_a_timetable_of_another_fair() -> None:
    found = violations(PROBLEM, Timetable("another", MEETINGS))
    assert [(violation.rule, violation.where) for violation in found] == [(Rule.UNKNOWN, "$.fair")]


def test_violations_say_who_and_where() -> None:
    found = violations(with_party(PROBLEM, 0, maximum=2), Timetable("fair", MEETINGS))
    assert [(each.message, each.where) for each in found] == [("S0 has 3 meetings, maximum 2", "$.participants[0].max")]


def test_violations_let_delegates_keep_their_zones() -> None:
    """A delegation may be near and far at once and after, but not with more zones than delegates."""
    problem = replace(PROBLEM, must=(), fixed=(), rules=Rules(zone_change_gap=1))
    near_and_far = (Meeting(2, 3, 0, 0), Meeting(2, 5, 1, 2))
    assert broken(problem, near_and_far) == set()
    assert broken(with_party(problem, 2, capacity=(1,) * 6), near_and_far) == {Rule.ZONE}


def test_violations_do_not_count_absence_as_a_break() -> None:
    problem = replace(PROBLEM, rules=Rules(max_break_difference=0))
    assert broken(problem, MEETINGS) == {Rule.BREAKS}
    assert broken(with_party(problem, 5, capacity=(0, 1, 1, 1, 0, 1)), MEETINGS) == set()


@pytest.mark.parametrize(
    "claim",
    [
        {"score": 86, "gap": 0.14},
        {"upper_bound": 86, "gap": round(-1 / 86, 6)},
        {"gap": 0.12},
        {"optimal": True},
        {"min_shortfall": 0},
        {"min_shortfall_bound": 2},
        {"breaks": 0},
        {"idle": 2},
    ],
)
def test_violations_name_an_untrue_report(claim: dict[str, Any]) -> None:
    assert broken(PROBLEM, MEETINGS, replace(REPORT, **claim)) == {Rule.REPORT}
