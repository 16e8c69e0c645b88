"""A partial re-run: locked meetings stay, the rest is planned anew."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.scheduling.musts import Infeasible
from events.scheduling.problem import Problem
from events.scheduling.replanning.changes import Change
from events.scheduling.replanning.day import replan
from events.scheduling.replanning.locking import with_locked
from events.scheduling.solver import plan
from events.scheduling.timetable import Meeting, Timetable
from events.scheduling.verify import violations
from tests.events.scheduling.fairs import fair, fairs, optimum, with_party

OLD = Timetable("fair", (Meeting(0, 2, 0, 1), Meeting(1, 3, 0, 0), Meeting(0, 3, 1, 2)))


@settings(max_examples=20, deadline=None)
@given(fairs(), st.data())
def test_locked_meetings_are_what_a_plan_must_keep(problem: Problem, data: st.DataObject) -> None:
    old = replan(problem, Timetable("fair", ()), problem, effort=20.0)
    problem, meetings = old.problem, old.timetable.meetings
    some = data.draw(st.lists(st.sampled_from(meetings), unique=True)) if meetings else []
    locked = with_locked(problem, old.timetable, [meeting.ends for meeting in some])
    best, kept = optimum(problem), optimum(locked)
    assert best is not None
    assert kept is not None
    assert kept == best  # the old one was optimal, and has them
    assert violations(locked, old.timetable) == []


def test_plan_keeps_locked_meetings_and_the_past() -> None:
    problem = fair(2, 2, 3)
    planned = plan(with_locked(problem, OLD, [(0, 3)], now=1))
    assert {*OLD.meetings} <= {*planned.meetings}
    assert all(meeting in OLD.meetings for meeting in planned.meetings if meeting.slot < 1)
    assert len(planned.meetings) == 4
    assert violations(problem, planned) == []


def test_past_stays_whatever_is_said_since_but_a_lock_may_be_impossible() -> None:
    problem = fair(2, 2, 3)
    changed = replace(with_party(problem, 0, capacity=(0, 0, 1), maximum=0), forbidden=((0, 2),), closed=((0, 1),))
    locked = with_locked(changed, OLD, [], now=1)
    assert Meeting(0, 2, 0, 1) in plan(locked).meetings
    absent = Change(absent=("S0",)).applied(problem, 1)
    with pytest.raises(Infeasible, match="S0–E1 is fixed in slot 1 at table T2, but S0 is there only in slot 0"):
        plan(with_locked(absent, OLD, [(0, 3)], now=1))
