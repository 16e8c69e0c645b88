"""Musts that cannot all be kept are named before planning, and nothing else is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from events.scheduling.musts import Cause, conflicts
from events.scheduling.problem import Fixed, Problem
from events.scheduling.solver import Infeasible, plan
from tests.events.scheduling.fairs import fair, fairs, optimum, with_party


def only(problem: Problem, musts: tuple[tuple[int, int], ...]) -> Problem:
    """The problem with no musts but these."""
    fixed = tuple(meeting for meeting in problem.fixed if meeting.ends in musts)
    return replace(problem, must=musts, fixed=fixed)


@settings(max_examples=200, deadline=None)
@given(fairs())
def test_conflicts_are_real_and_missing_only_where_there_is_none(problem: Problem) -> None:
    found = conflicts(problem)
    assert bool(found) == (optimum(problem) is None)
    for conflict in found:
        assert set(conflict.musts) <= problem.required
        assert optimum(only(problem, conflict.musts)) is None


FREE = fair(2, 2, 2)
"""Schools 0 and 1, enterprises 2 and 3, two slots, three tables: whatever is must below could be kept here."""


def absent_but(problem: Problem, party: int, slot: int) -> Problem:
    """The party is there in this slot only."""
    return with_party(problem, party, capacity=tuple(int(each == slot) for each in range(len(problem.slots))))


@pytest.mark.parametrize(
    ("problem", "must", "cause", "detail"),
    [
        (
            replace(FREE, forbidden=((0, 2),)),
            ((0, 2), (0, 3)),
            Cause.FORBIDDEN,
            "S0–E0 is both must and forbidden",
        ),
        (
            absent_but(absent_but(FREE, 0, 0), 2, 1),
            ((0, 2), (1, 2)),
            Cause.NO_COMMON_SLOT,
            "S0–E0 share no slot with an open table",
        ),
        (
            with_party(FREE, 0, maximum=1),
            ((0, 2), (0, 3)),
            Cause.MAXIMUM,
            "S0 has 2 musts, but a maximum of 1",
        ),
        (
            absent_but(FREE, 3, 1),
            ((0, 3), (1, 3)),
            Cause.SLOTS,
            "E1 shares too few slots with these: S0–E1, S1–E1",
        ),
        (
            replace(FREE, tables=FREE.tables[:1]),
            ((0, 2), (0, 3), (1, 2)),
            Cause.TABLES,
            "3 musts, but only 2 tables in all slots",
        ),
        (
            absent_but(absent_but(FREE, 3, 0), 1, 1),
            ((0, 2), (0, 3), (1, 2)),
            Cause.TOGETHER,
            "cannot all be kept: S0–E0, S0–E1, S1–E0",
        ),
        (
            absent_but(absent_but(replace(FREE, closed=((0, 0), (0, 1))), 0, 0), 1, 0),
            ((0, 2), (1, 3)),
            Cause.TOGETHER,
            "cannot all be kept: S0–E0, S1–E1",
        ),
    ],
)
def test_conflicts_say_what_is_short(
    problem: Problem, must: tuple[tuple[int, int], ...], cause: Cause, detail: str
) -> None:
    problem = replace(problem, must=must)
    assert [(conflict.cause, conflict.detail) for conflict in conflicts(problem)] == [(cause, detail)]
    assert conflicts(replace(FREE, must=must)) == ()


@pytest.mark.parametrize(
    ("fixed", "detail"),
    [
        ((Fixed(0, 2, 0, 1), Fixed(1, 3, 0, 1)), "fixed in slot 0, where table T1 holds 1: S0–E0, S1–E1"),
        ((Fixed(0, 2, 0, 0),), "fixed in slot 0, where table T0 holds 0: S0–E0"),
        ((Fixed(0, 2, 0, 1), Fixed(0, 3, 0, 2)), "fixed in slot 0, where S0 can hold 1: S0–E0, S0–E1"),
        (
            (Fixed(0, 2, 0, None), Fixed(1, 3, 0, None), Fixed(4, 5, 0, None)),
            "fixed in slot 0, where 2 tables are open: S0–E0, S1–E1, S4–E5",
        ),
    ],
)
def test_conflicts_name_fixed_meetings_in_each_others_way(fixed: tuple[Fixed, ...], detail: str) -> None:
    problem = replace(FREE, closed=((0, 0),))
    if len(fixed) == 3:
        problem = fair(3, 3, 2, closed=((0, 0),))
        fixed = (Fixed(0, 3, 0, None), Fixed(1, 4, 0, None), Fixed(2, 5, 0, None))
        detail = "fixed in slot 0, where 2 tables are open: S0–E0, S1–E1, S2–E2"
    found = conflicts(replace(problem, fixed=fixed))
    assert [(conflict.cause, conflict.detail) for conflict in found] == [(Cause.FIXED, detail)]
    apart = tuple(replace(meeting, slot=k % 2, table=None) for k, meeting in enumerate(fixed))
    assert conflicts(replace(problem, fixed=apart)) == ()


def test_plan_carries_the_conflicts() -> None:
    problem = replace(with_party(FREE, 0, maximum=1), must=((0, 2), (0, 3)))
    with pytest.raises(Infeasible, match="S0 has 2 musts, but a maximum of 1") as refused:
        plan(problem)
    assert refused.value.conflicts == conflicts(problem)
    assert refused.value.conflicts[0].musts == ((0, 2), (0, 3))


def test_conflicts_are_shown_all_at_once() -> None:
    problem = with_party(with_party(FREE, 0, maximum=1), 1, maximum=1)
    found = conflicts(replace(problem, must=((0, 2), (0, 3), (1, 2), (1, 3))))
    assert [conflict.musts for conflict in found] == [((0, 2), (0, 3)), ((1, 2), (1, 3))]
