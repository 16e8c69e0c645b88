"""Why a wish was not met: the reasons are right, and complete."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from events.scheduling.explain import Reason, unmet
from events.scheduling.problem import Pair, Problem, Rules
from events.scheduling.replanning.day import figures
from events.scheduling.solver import Limits, plan
from events.scheduling.timetable import Meeting, Timetable
from events.scheduling.verify import violations
from tests.events.scheduling.fairs import fair, fairs, optimum, with_party

QUICK = Limits(place_steps=500, polish_rounds=20, compact_steps=0)


def can_be_added(problem: Problem, timetable: Timetable, pair: tuple[int, int]) -> bool:
    """Whether the pair could meet somewhere without a new breach: tried at every slot and table."""
    before = {violation.message for violation in violations(problem, timetable)}
    for slot in range(len(problem.slots)):
        for table in range(len(problem.tables)):
            more = replace(timetable, meetings=(*timetable.meetings, Meeting(*pair, slot, table)))
            if {violation.message for violation in violations(problem, more)} <= before:
                return True
    return False


@settings(max_examples=60, deadline=None)
@given(fairs())
def test_unmet_says_possible_exactly_where_a_meeting_could_be_added(problem: Problem) -> None:
    problem = replace(problem, fixed=())
    if optimum(problem) is None:
        return
    planned = plan(problem, limits=QUICK)
    half = Timetable(problem.name, planned.meetings[::2])
    for timetable in (half, planned):
        wishes = unmet(problem, timetable)
        met = {meeting.ends for meeting in timetable.meetings}
        wanted = {pair.ends for pair in problem.pairs} | {*problem.must}
        assert {(wish.school, wish.enterprise) for wish in wishes} == wanted - met
        for wish in wishes:
            pair = wish.school, wish.enterprise
            assert (wish.reason == Reason.POSSIBLE) == can_be_added(problem, replace(timetable, report=None), pair)


# A school 0 with two slots and its partners 1 and 2; everything else is said by each case.
PROBLEM = fair(1, 2, 2, pairs=(Pair(0, 1, 5), Pair(0, 2, 7)))
FIRST = Meeting(0, 1, 0, 0)


@pytest.mark.parametrize(
    ("problem", "reason", "by"),
    [
        (PROBLEM, Reason.POSSIBLE, ()),
        (replace(PROBLEM, forbidden=((0, 2),)), Reason.FORBIDDEN, ()),
        (with_party(PROBLEM, 2, capacity=(0, 0)), Reason.NO_COMMON_SLOT, ()),
        (replace(PROBLEM, closed=((1, 0), (1, 1), (1, 2))), Reason.SCHOOL_FULL, (FIRST,)),
        (with_party(PROBLEM, 0, maximum=1), Reason.SCHOOL_FULL, (FIRST,)),
        (with_party(PROBLEM, 2, maximum=0), Reason.ENTERPRISE_FULL, ()),
        (with_party(with_party(PROBLEM, 0, maximum=1), 2, maximum=0), Reason.BOTH_FULL, (FIRST,)),
        (with_party(PROBLEM, 2, capacity=(1, 0)), Reason.OUTBID, (FIRST,)),
        (with_party(with_party(PROBLEM, 2, capacity=(1, 0)), 0, capacity=(2, 1)), Reason.POSSIBLE, ()),
    ],
)
def test_unmet_gives_the_reason_and_who_is_in_the_way(
    problem: Problem, reason: Reason, by: tuple[Meeting, ...]
) -> None:
    (wish,) = unmet(problem, Timetable("fair", (FIRST,)))
    assert (wish.school, wish.enterprise, wish.must, wish.reason, wish.by) == (0, 2, False, reason, by)


def test_unmet_names_those_who_took_the_tables() -> None:
    problem = fair(2, 2, 1, tables=1)
    taken = Meeting(1, 3, 0, 0)
    wishes = unmet(problem, Timetable("fair", (taken,)))
    assert [(wish.school, wish.enterprise, wish.reason) for wish in wishes] == [
        (0, 2, Reason.OUTBID),
        (0, 3, Reason.ENTERPRISE_FULL),
        (1, 2, Reason.SCHOOL_FULL),
    ]
    assert {wish.by for wish in wishes} == {(taken,)}


def test_unmet_marks_musts_and_names_the_least_meeting_first() -> None:
    problem = fair(1, 3, 2, pairs=(Pair(0, 1, 5), Pair(0, 2, 4)), must=((0, 3),))
    (wish,) = unmet(problem, Timetable("fair", (FIRST, Meeting(0, 2, 1, 0))))
    assert wish.must
    assert wish.by == (Meeting(0, 2, 1, 0), FIRST)
    assert wish.detail == (
        "S0–E2: school full (S0 has 2 meetings, E2 has 0 meetings); least of the 2 in the way: S0–E1 in slot 1; "
        "forcing it in slot 1 instead of S0–E1 would cost 4 in score at most"
    )
    assert (wish.instead, wish.slot, wish.cost, wish.shortfall) == ((Meeting(0, 2, 1, 0),), 1, 4, 0)


@settings(max_examples=25, deadline=None)
@given(fairs())
def test_forcing_a_wish_costs_what_is_said_and_breaks_nothing(problem: Problem) -> None:
    if optimum(problem) is None:
        return
    planned = plan(problem, limits=QUICK)
    best = optimum(problem)
    for wish in unmet(problem, planned):
        assert (wish.cost is None) == (wish.slot is None) == (not wish.instead)
        if wish.slot is None or wish.cost is None:
            continue
        left = [meeting for meeting in planned.meetings if meeting not in wish.instead]
        forced = [
            Timetable("fair", (*left, Meeting(wish.school, wish.enterprise, wish.slot, table)))
            for table in range(len(problem.tables))
        ]
        assert any(violations(problem, each) == [] for each in forced)
        before, after = figures(problem, planned), figures(problem, forced[0])
        assert (before.score - after.score, after.min_shortfall - before.min_shortfall) == (wish.cost, wish.shortfall)
        if planned.report is not None and (planned.report.min_shortfall, planned.report.score) == best:
            assert (wish.shortfall, wish.cost) >= (0, 0)


def test_wish_behind_musts_has_no_price() -> None:
    problem = replace(with_party(PROBLEM, 0, maximum=1), must=((0, 1),))
    (wish,) = unmet(problem, Timetable("fair", (FIRST,)))
    assert (wish.reason, wish.cost, wish.instead) == (Reason.SCHOOL_FULL, None, ())
    assert wish.detail.endswith("least of the 1 in the way: S0–E0 in slot 0; only musts are in its way")


def test_rule_in_the_way_of_a_wish_is_said() -> None:
    problem = replace(PROBLEM, rules=Rules(max_run=1))
    (wish,) = unmet(problem, Timetable("fair", (FIRST,)))
    assert (wish.reason, wish.detail) == (Reason.RULE, "S0–E1: rule")
    (wish,) = unmet(replace(problem, rules=Rules(max_run=2)), Timetable("fair", (FIRST,)))
    assert wish.reason == Reason.POSSIBLE
