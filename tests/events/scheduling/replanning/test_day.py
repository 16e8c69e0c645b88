"""Re-planning keeps what can be kept, fills what is free, moves no more than allowed, and never breaks a rule."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.scheduling.problem import Fixed, Pair, Participant, Problem, Rules, Slot, Table
from events.scheduling.replanning.carrying import Why
from events.scheduling.replanning.changes import Change, UnknownName
from events.scheduling.replanning.day import Replan, replan
from events.scheduling.timetable import Meeting, Timetable
from events.scheduling.verify import Rule, violations
from tests.events.scheduling.fairs import fair, fairs, optimum, with_party

NOTHING = Timetable("fair", ())
BREAK_RULES = {Rule.BREAKS, Rule.NO_BREAK}


@st.composite
def changes(draw: st.DrawFn, problem: Problem) -> Change:
    names = st.sampled_from([each.id for each in problem.participants])
    tables = st.sampled_from([each.id for each in problem.tables])
    return Change(
        absent=tuple(draw(st.lists(names, max_size=1))),
        late=draw(st.dictionaries(names, st.integers(0, len(problem.slots)), max_size=1)),
        closed=tuple(draw(st.lists(tables, max_size=1))),
    )


def first_plan(problem: Problem) -> Timetable:
    """Everything is new: the exact search then plans the whole small fair."""
    return replan(problem, NOTHING, problem, effort=20.0).timetable


@settings(max_examples=40, deadline=None)
@given(fairs())
def test_replan_of_an_empty_timetable_is_the_optimum(problem: Problem) -> None:
    problem = replace(problem, fixed=())  # those that cannot be kept become musts, see below
    best = optimum(problem)
    planned = replan(problem, NOTHING, problem, effort=20.0)
    assert (best is None) == bool(planned.unkept)
    assert violations(planned.problem, planned.timetable) == []
    if best is not None:
        assert planned.problem.must == problem.must
        assert (planned.after.min_shortfall, planned.after.score) == best
    assert planned.proven


@settings(max_examples=40, deadline=None)
@given(fairs(), st.data())
def test_replan_keeps_the_past_and_all_that_can_stay(problem: Problem, data: st.DataObject) -> None:
    old = first_plan(problem)
    now = data.draw(st.integers(0, len(problem.slots)))
    changed = data.draw(changes(problem)).applied(problem, now)
    moves = data.draw(st.sampled_from((0, 0, 1, 3)))
    planned = replan(problem, old, changed, now=now, max_moves=moves)
    assert violations(planned.problem, planned.timetable) == []
    assert replace(replan(problem, old, changed, now=now, max_moves=moves), seconds=planned.seconds) == planned
    new = {meeting.ends: meeting for meeting in planned.timetable.meetings}
    for meeting in old.meetings:
        here = all(changed.participants[party].capacity[meeting.slot] for party in meeting.ends)
        if meeting.slot < now:
            assert new[meeting.ends] == meeting
        elif here and (meeting.slot, meeting.table) not in changed.closed:
            assert meeting.ends in new
            if not moves and not any(move.why == Why.ROOM for move in planned.diff.moved):
                assert new[meeting.ends] == meeting
    check_figures(planned, moves)


def check_figures(planned: Replan, moves: int) -> None:
    """What the difference says is so."""
    diff = planned.diff
    assert planned.after.meetings == len(diff.kept) + len(diff.moved) + len(diff.added)
    assert planned.before.meetings == len(diff.kept) + len(diff.moved) + len(diff.cancelled)
    assert sum(move.why == Why.GAIN for move in diff.moved) <= moves
    gains = [name for name, change in diff.parties.items() if change.moved and not change.touched]
    if not any(move.why == Why.ROOM for move in diff.moved):
        assert all(diff.parties[name].added for name in gains)
    assert planned.after.min_shortfall <= planned.remaining.min_shortfall
    assert planned.after.score >= planned.remaining.score


@settings(max_examples=40, deadline=None)
@given(fairs(), st.data())
def test_replan_without_moves_fills_the_free_places_best(problem: Problem, data: st.DataObject) -> None:
    old = first_plan(problem)
    absent = data.draw(st.sampled_from([each.id for each in problem.participants]))
    planned = replan(problem, old, Change(absent=(absent,)).applied(problem, 0))
    if planned.diff.moved:
        return
    kept = tuple(Fixed(*meeting.ends, meeting.slot, meeting.table) for meeting in planned.diff.kept)
    assert (planned.after.min_shortfall, planned.after.score) == optimum(replace(planned.problem, fixed=kept))


@settings(max_examples=40, deadline=None)
@given(
    fairs(),
    st.builds(
        Rules,
        zone_change_gap=st.sampled_from((0, 1, 2)),
        max_run=st.sampled_from((None, 1, 2)),
        max_break_difference=st.sampled_from((None, None, 0, 1)),
        break_for_all=st.booleans(),
        precedences=st.sampled_from(((), ((0, -1, 1, -1),))),
    ),
    st.data(),
)
def test_replan_keeps_the_optional_rules(problem: Problem, rules: Rules, data: st.DataObject) -> None:
    last = len(problem.participants) - 1
    order = tuple((i, last, k, last) for i, _, k, _ in rules.precedences)
    problem = replace(problem, fixed=(), must=(), rules=replace(rules, precedences=order))
    old = replan(problem, NOTHING, problem, effort=20.0).timetable
    assert violations(problem, old) == []
    now = data.draw(st.integers(0, len(problem.slots)))
    changed = data.draw(changes(problem)).applied(problem, now)
    planned = replan(problem, old, changed, now=now, max_moves=2)
    broken = {violation.rule for violation in violations(planned.problem, planned.timetable)}
    assert broken <= BREAK_RULES  # which an absence alone can break
    assert not broken or rules.break_for_all or rules.max_break_difference is not None


PAIRS = (Pair(0, 2, 9), Pair(1, 3, 8), Pair(0, 3, 5), Pair(1, 2, 4))
FAIR = fair(2, 2, 3, tables=2, pairs=PAIRS)
OLD = Timetable("fair", (Meeting(0, 2, 0, 0), Meeting(0, 3, 1, 0), Meeting(1, 2, 1, 1), Meeting(1, 3, 0, 1)))


def closed(problem: Problem, *places: tuple[int, int]) -> Problem:
    return replace(problem, closed=(*problem.closed, *places))


def test_closed_table_changes_the_table_before_the_slot() -> None:
    roomy = replace(FAIR, tables=(*FAIR.tables, Table("T2", 0)))
    planned = replan(roomy, OLD, closed(roomy, (0, 0)))
    (move,) = planned.diff.moved
    assert (move.before, move.after, move.why, move.later) == (
        Meeting(0, 2, 0, 0),
        Meeting(0, 2, 0, 2),
        Why.TABLE,
        False,
    )
    assert planned.diff.in_time == 0
    planned = replan(FAIR, OLD, closed(FAIR, (0, 0)))  # no other table in this slot
    (move,) = planned.diff.moved
    assert (move.after, move.later) == (Meeting(0, 2, 2, 0), True)


def test_others_make_room_only_so_that_nothing_is_cancelled() -> None:
    # E0 can only meet in slots 0 and 1, where it meets S0 and S1; slot 0 closes for one, slot 2 is free for the others.
    problem = with_party(FAIR, 2, capacity=(1, 1, 0))
    problem = replace(problem, pairs=PAIRS[:3])
    old = Timetable("fair", (Meeting(0, 2, 0, 0), Meeting(0, 3, 1, 0), Meeting(1, 3, 0, 1)))
    planned = replan(problem, old, closed(problem, (0, 0)))
    assert planned.diff.cancelled == ()
    moved = {(move.after.ends, move.after.slot, move.why) for move in planned.diff.moved}
    assert moved == {((0, 2), 1, Why.TABLE), ((0, 3), 2, Why.ROOM)}
    locked = replan(problem, old, closed(problem, (0, 0)), locked=[(0, 3)])
    assert {(move.after.ends, move.why) for move in locked.diff.moved} == {((0, 2), Why.TABLE), ((1, 3), Why.ROOM)}
    both = replan(problem, old, closed(problem, (0, 0)), locked=[(0, 3), (1, 3)])
    assert [(each.ids, each.why) for each in both.diff.cancelled] == [(("S0", "E0"), Why.TABLE)]


def test_untouched_party_moves_only_for_a_further_meeting() -> None:
    # E1 leaves. S0 could meet E2 in slot 0 instead, if S0–E0 moved to slot 1; but nothing happened to E0.
    pairs = (Pair(0, 2, 9), Pair(0, 3, 9), Pair(0, 4, 9))
    problem = with_party(with_party(fair(2, 3, 2, pairs=pairs), 1, capacity=(1, 0)), 4, capacity=(1, 0))
    old = Timetable("fair", (Meeting(0, 2, 0, 0), Meeting(0, 3, 1, 0)))
    for moves in (0, 5):
        planned = replan(problem, old, Change(absent=("E1",)).applied(problem, 0), max_moves=moves)
        assert (planned.diff.moved, planned.diff.added) == ((), ())
    wider = replace(problem, pairs=(*pairs, Pair(1, 2, 2)))  # E0 gains S1, who is there in slot 0 only
    planned = replan(wider, old, Change(absent=("E1",)).applied(wider, 0), max_moves=5)
    assert [(move.after.ends, move.after.slot, move.why) for move in planned.diff.moved] == [((0, 2), 1, Why.GAIN)]
    assert {meeting.ends for meeting in planned.diff.added} == {(0, 4), (1, 2)}
    gains = {name: each.gain for name, each in planned.diff.parties.items() if not each.touched}
    assert gains == {"S1": 2, "E0": 2, "E2": 9}


def test_new_party_and_new_slot_get_meetings_and_nobody_moves() -> None:
    grid = (*FAIR.slots, Slot(0, 0, 900))
    parties = [replace(each, capacity=(1, 1, 1, 1)) for each in FAIR.participants]
    parties.insert(0, Participant("S9", 0, 1, 1, (0, 0, 0, 1)))
    changed = Problem(
        "fair", grid, FAIR.tables, tuple(parties), tuple(Pair(p.school + 1, p.enterprise + 1, 5) for p in PAIRS[:3])
    )
    changed = replace(changed, pairs=(*changed.pairs, Pair(0, 3, 7), Pair(2, 3, 6)))
    planned = replan(FAIR, OLD, changed, now=1)
    assert planned.diff.added == (Meeting(0, 3, 3, 1),)
    assert [move.after for move in planned.diff.moved] == []
    assert (planned.after.min_shortfall, planned.remaining.min_shortfall) == (0, 1)
    assert violations(planned.problem, planned.timetable) == []
    gone = replan(changed, planned.timetable, FAIR)
    assert [(each.ids, each.why) for each in gone.diff.cancelled] == [(("S9", "E0"), Why.GONE)]


def test_late_arrival_meets_later_and_absence_cancels() -> None:
    late = replan(FAIR, OLD, Change(late={"S0": 2}).applied(FAIR, 0))
    assert [(move.before.slot, move.after.slot, move.why) for move in late.diff.moved] == [(0, 2, Why.ABSENT)]
    assert [each.ids for each in late.diff.cancelled] == [("S0", "E1")]  # the lesser of the two
    gone = replan(FAIR, OLD, Change(absent=("S0",)).applied(FAIR, 1), now=1)
    assert [each.ids for each in gone.diff.cancelled] == [("S0", "E1")]  # the other has happened
    assert gone.diff.parties["S0"].cancelled == 1


def test_must_of_the_absent_is_named_and_no_longer_asked_for() -> None:
    problem = replace(FAIR, must=((0, 2), (1, 2)))
    planned = replan(problem, OLD, Change(absent=("S0",)).applied(problem, 0))
    assert planned.unkept == ((0, 2),)
    assert planned.problem.must == ((1, 2),)
    kept = replan(problem, OLD, Change(absent=("S0",)).applied(problem, 1), now=1)
    assert kept.unkept == ()


def test_fixed_meeting_that_cannot_be_kept_is_a_must_from_then_on() -> None:
    problem = replace(FAIR, fixed=(Fixed(0, 2, 0, 0), Fixed(1, 3, 0, 1)))
    planned = replan(problem, OLD, closed(problem, (0, 0)))
    assert [move.after for move in planned.diff.moved] == [Meeting(0, 2, 2, 0)]
    assert (planned.problem.must, planned.problem.fixed) == (((0, 2),), (Fixed(1, 3, 0, 1),))
    assert violations(planned.problem, planned.timetable) == []
    happened = replan(problem, OLD, Change(closed=("T0",)).applied(problem, 1), now=1)
    assert Fixed(0, 2, 0, 0) in happened.problem.fixed


def test_fixed_meeting_of_the_past_that_did_not_happen_is_a_must_for_later() -> None:
    problem = replace(FAIR, fixed=(Fixed(0, 2, 0, None),))
    old = Timetable("fair", (Meeting(0, 2, 1, 0), Meeting(1, 3, 0, 1)))
    planned = replan(problem, old, problem, now=1)
    assert Meeting(0, 2, 1, 0) in planned.timetable.meetings
    assert (planned.diff.moved, planned.diff.cancelled, planned.problem.must) == ((), (), ((0, 2),))
    happened = replan(problem, OLD, problem, now=1)
    assert (Meeting(0, 2, 0, 0) in happened.timetable.meetings, happened.problem.must) == (True, ())


def test_owner_keeps_its_table() -> None:
    owned = replace(FAIR, tables=(Table("T0", 0, 0), Table("T1", 0, 1), Table("T2", 0)))
    assert violations(owned, OLD) == []
    planned = replan(owned, OLD, closed(owned, (0, 0)))
    assert [move.after for move in planned.diff.moved] == [Meeting(0, 2, 2, 0)]  # not at the free table T2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(absent=("S9",)), "there is no participant 'S9'"),
        (Change(late={"S9": 1}), "there is no participant 'S9'"),
        (Change(late={"S0": 4}), "there is no slot 4 in which 'S0' could arrive"),
        (Change(closed=("T9",)), "there is no table 'T9'"),
    ],
)
def test_change_refuses_unknown_names(change: Change, message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        change.applied(FAIR, 0)
    assert Change(("S0",), {"S1": 3}, ("T1",)).applied(FAIR, 1).closed == ((1, 1), (2, 1))
