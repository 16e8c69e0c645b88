"""Musts that cannot all be kept are named before planning, and nothing else is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from events.scheduling.contradictions.model import Model
from events.scheduling.musts import Cause, conflicts, helpful
from events.scheduling.problem import Fixed, Problem, Rules, Table
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


MUSTS = ((0, 2), (0, 3), (1, 2), (1, 3))
TWO_ZONES = replace(FREE, tables=(Table("A", 0), Table("B", 1)), rules=Rules(zone_change_gap=1))
SCHOOL, FIRM = absent_but(FREE, 0, 0), absent_but(FREE, 3, 1)


@pytest.mark.parametrize(
    ("problem", "cause", "detail", "granted"),
    [
        (
            replace(FREE, forbidden=((0, 2),), must=MUSTS[:2]),
            Cause.FORBIDDEN,
            "S0–E0 must meet, but S0–E0 is forbidden",
            ["S0–E0 no longer a must", "S0–E0 allowed"],
        ),
        (
            replace(with_party(FREE, 2, capacity=(0, 0)), must=MUSTS[:2]),
            Cause.NO_COMMON_SLOT,
            "S0–E0 must meet, but E0 is never there",
            ["E0 there in slot 0", "S0–E0 no longer a must"],
        ),
        (
            replace(absent_but(SCHOOL, 2, 1), must=((0, 2), (1, 2))),
            Cause.NO_COMMON_SLOT,
            "S0–E0 must meet, but S0 is there only in slot 0 and E0 is there only in slot 1",
            ["E0 there in slot 0", "S0–E0 no longer a must", "S0 there in slot 1"],
        ),
        (
            replace(SCHOOL, closed=((0, 0), (0, 1), (0, 2)), must=((0, 2),)),
            Cause.NO_COMMON_SLOT,
            "S0–E0 must meet, but no table is open in slot 0 and S0 is there only in slot 0",
            ["all tables open in slot 0", "S0 there in slot 1", "S0–E0 no longer a must"],
        ),
        (
            replace(with_party(FREE, 0, maximum=1), must=MUSTS),
            Cause.MAXIMUM,
            "S0–E0 and S0–E1 must meet, but S0 may have at most 1 meeting",
            ["a maximum of 2 for S0", "S0–E0 no longer a must", "S0–E1 no longer a must"],
        ),
        (
            replace(with_party(FREE, 2, maximum=0), must=((1, 2),)),
            Cause.MAXIMUM,
            "S1–E0 must meet, but E0 may have no meeting",
            ["a maximum of 1 for E0", "S1–E0 no longer a must"],
        ),
        (
            replace(FIRM, must=((0, 3), (1, 3))),
            Cause.SLOTS,
            "S0–E1 and S1–E1 must meet, but E1 is there only in slot 1",
            ["E1 there in slot 0", "S0–E1 no longer a must", "S1–E1 no longer a must"],
        ),
        (
            fair(1, 3, 2, must=((0, 1), (0, 2), (0, 3))),
            Cause.SLOTS,
            "S0–E0, S0–E1 and S0–E2 must meet, but there are only 2 slots",
            ["S0–E0 no longer a must", "S0–E1 no longer a must", "S0–E2 no longer a must"],
        ),
        (
            with_party(fair(1, 2, 1, must=((0, 1), (0, 2))), 0, capacity=(1,), maximum=2),
            Cause.SLOTS,
            "S0–E0 and S0–E1 must meet, but there is only 1 slot",
            ["S0–E0 no longer a must", "S0–E1 no longer a must"],
        ),
        (
            with_party(fair(1, 3, 2, must=((0, 1), (0, 2), (0, 3)), tables=4), 0, capacity=(1, 2), maximum=9),
            None,
            "",
            [],
        ),
        (
            with_party(fair(1, 4, 2, must=((0, 1), (0, 2), (0, 3), (0, 4))), 0, capacity=(1, 2), maximum=9),
            Cause.SLOTS,
            "S0–E0, S0–E1, S0–E2 and S0–E3 must meet, but S0 sends fewer delegates in slot 0",
            ["S0 with all delegates in slot 0", *(f"S0–E{k} no longer a must" for k in range(4))],
        ),
        (
            replace(FREE, tables=FREE.tables[:1], must=MUSTS[:3]),
            Cause.TABLES,
            "S0–E0, S0–E1 and S1–E0 must meet, but there is only 1 table",
            ["1 more table", *(f"{pair} no longer a must" for pair in ("S0–E0", "S0–E1", "S1–E0"))],
        ),
        (
            replace(absent_but(SCHOOL, 1, 0), closed=((0, 0), (0, 1)), must=((0, 2), (1, 3))),
            Cause.TOGETHER,
            "S0–E0 and S1–E1 must meet, but tables T0 and T1 are closed in slot 0, "
            "S0 is there only in slot 0 and S1 is there only in slot 0",
            [
                *("all tables open in slot 0", "S0 there in slot 1", "S1 there in slot 1"),
                *("S0–E0 no longer a must", "S1–E1 no longer a must"),
            ],
        ),
        (
            replace(absent_but(absent_but(FREE, 3, 0), 1, 1), must=MUSTS[:3]),
            Cause.TOGETHER,
            "S0–E0, S0–E1 and S1–E0 must meet, but S1 is there only in slot 1 and E1 is there only in slot 0",
            [
                *("S1 there in slot 0", "E1 there in slot 1"),
                *(f"{pair} no longer a must" for pair in ("S0–E0", "S0–E1", "S1–E0")),
            ],
        ),
        (
            replace(FREE, fixed=(Fixed(0, 2, 0, 1), Fixed(1, 3, 0, 1))),
            Cause.FIXED,
            "S0–E0 is fixed in slot 0 at table T1 and S1–E1 is fixed in slot 0 at table T1, "
            "but a table holds one meeting at a time",
            ["S0–E0 at any slot and table", "S1–E1 at any slot and table"],
        ),
        (
            replace(FREE, closed=((0, 0),), fixed=(Fixed(0, 2, 0, 0),)),
            Cause.FIXED,
            "S0–E0 is fixed in slot 0 at table T0, but table T0 is closed in slot 0",
            ["all tables open in slot 0", "S0–E0 at any slot and table"],
        ),
        (
            replace(FREE, fixed=(Fixed(0, 2, 0, None), Fixed(0, 3, 0, 2))),
            Cause.FIXED,
            "S0–E0 is fixed in slot 0 and S0–E1 is fixed in slot 0 at table T2, "
            "but nobody can be in two meetings at once",
            ["S0–E0 at any slot and table", "S0–E1 at any slot and table"],
        ),
        (
            replace(absent_but(FREE, 2, 1), fixed=(Fixed(0, 2, 0, None),)),
            Cause.FIXED,
            "S0–E0 is fixed in slot 0, but E0 is there only in slot 1",
            ["S0–E0 at any slot and table", "E0 there in slot 0"],
        ),
        (
            replace(FREE, tables=FREE.tables[:1], fixed=(Fixed(0, 2, 0, None), Fixed(1, 3, 0, 0))),
            Cause.FIXED,
            "S0–E0 is fixed in slot 0 and S1–E1 is fixed in slot 0 at table T0, but there is only 1 table",
            ["1 more table", "S0–E0 at any slot and table", "S1–E1 at any slot and table"],
        ),
        (
            replace(SCHOOL, fixed=(Fixed(1, 2, 0, None),), must=((0, 2),)),
            Cause.FIXED,
            "S0–E0 must meet and S1–E0 is fixed in slot 0, but S0 is there only in slot 0",
            ["S1–E0 at any slot and table", "S0 there in slot 1", "S0–E0 no longer a must"],
        ),
        (
            replace(SCHOOL, rules=Rules(precedences=((0, 2, 1, 2), (1, 3, 0, 2))), must=((0, 2), (1, 3))),
            Cause.RULE,
            "S0–E0 and S1–E1 must meet, but S1–E1 has to come before S0–E0 and S0 is there only in slot 0",
            [
                *("any order, instead of: S1–E1 has to come before S0–E0", "S0 there in slot 1"),
                *("S0–E0 no longer a must", "S1–E1 no longer a must"),
            ],
        ),
        (
            fair(1, 3, 3, rules=Rules(max_run=2), must=((0, 1), (0, 2), (0, 3))),
            Cause.RULE,
            "S0–E0, S0–E1 and S0–E2 must meet, but nobody meets in more than 2 slots in a row",
            ["runs of any length", *(f"S0–E{k} no longer a must" for k in range(3))],
        ),
        (
            replace(TWO_ZONES, fixed=(Fixed(0, 2, 0, 0), Fixed(0, 3, 1, 1))),
            Cause.RULE,
            "S0–E0 is fixed in slot 0 at table A and S0–E1 is fixed in slot 1 at table B, "
            "but a change of zone takes 1 free slot",
            ["changes of zone without a free slot", "S0–E0 at any slot and table", "S0–E1 at any slot and table"],
        ),
        (
            with_party(fair(1, 2, 1, (Table("A", 0, 0), Table("B", 0)), must=((0, 1), (0, 2))), 0, capacity=(2,)),
            Cause.MAXIMUM,
            "S0–E0 and S0–E1 must meet, but S0 may have at most 1 meeting",
            ["S0–E0 no longer a must", "S0–E1 no longer a must", "a maximum of 2 for S0"],
        ),
        (
            with_party(
                fair(1, 2, 1, (Table("A", 0, 0), Table("B", 0)), must=((0, 1), (0, 2))), 0, capacity=(2,), maximum=2
            ),
            Cause.RULE,
            "S0–E0 and S0–E1 must meet, but S0 meets at its own tables only",
            ["S0 at any table", "S0–E0 no longer a must", "S0–E1 no longer a must"],
        ),
    ],
)
def test_conflicts_are_smallest_sets_of_rules_in_words_with_what_would_help(
    problem: Problem, cause: Cause | None, detail: str, granted: list[str]
) -> None:
    found = conflicts(problem)
    if cause is None:  # a control: one slot fewer than its neighbour needs
        assert found == ()
        return
    conflict = found[0]
    assert (conflict.cause, conflict.detail, conflict.smallest) == (cause, detail, True)
    assert [each.detail for each in helpful(problem, conflict)] == granted


def test_helpful_says_whether_a_concession_is_enough_for_all() -> None:
    problem = with_party(with_party(FREE, 0, maximum=1), 1, maximum=1)
    conflict, other = conflicts(replace(problem, must=MUSTS))
    assert [each.enough for each in helpful(replace(problem, must=MUSTS), conflict)] == [False, False, False]
    assert [each.enough for each in helpful(replace(problem, must=MUSTS[:3]), conflict)] == [True, True, True]
    assert [conflict.musts, other.musts] == [((0, 2), (0, 3)), ((1, 2), (1, 3))]


@settings(max_examples=40, deadline=None)
@given(fairs())
def test_smallest_conflicts_hold_no_rule_too_many(problem: Problem) -> None:
    found = conflicts(problem)
    for conflict in found[:1]:
        model = Model(problem)
        assert conflict.smallest
        assert model.slots(conflict.grounds) is None
        others = [ground for ground in model.grounds if model.slots([ground]) is None]
        assert (len(conflict.grounds) == 1) == bool(others)
        for ground in conflict.grounds:
            assert model.slots([each for each in conflict.grounds if each != ground]) is not None


def test_plan_carries_the_conflicts() -> None:
    problem = replace(with_party(FREE, 0, maximum=1), must=((0, 2), (0, 3)))
    with pytest.raises(Infeasible, match="S0–E0 and S0–E1 must meet, but S0 may have at most 1 meeting") as refused:
        plan(problem)
    assert refused.value.conflicts == conflicts(problem)
    assert refused.value.conflicts[0].musts == ((0, 2), (0, 3))
