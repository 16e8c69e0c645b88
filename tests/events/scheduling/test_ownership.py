"""Tables that belong to somebody: who owns one meets there, nobody else does, and nothing is lost where all own one."""

from dataclasses import replace

import pytest

from events.scheduling.bench.fairs import generate
from events.scheduling.limits import Limits
from events.scheduling.ownership import NOBODY, open_by_owner, seated_capacity, short_of_tables
from events.scheduling.problem import Fixed, Problem, ProblemError, Rules, Table
from events.scheduling.solver import plan
from events.scheduling.timetable import Meeting, Timetable
from events.scheduling.verify import Rule, violations
from tests.events.scheduling.fairs import fair, with_party

QUICK = Limits(place_steps=2_000, polish_rounds=5, compact_steps=2_000, ruled_rounds=6, ruled_effort=0.1)
HOME = (Table("T0", 0, owner=0), Table("T1", 0, owner=1), Table("T2", 0))
OWNED = fair(3, 3, 2, tables=HOME, closed=((1, 0),))


def broken(problem: Problem, *meetings: Meeting) -> set[Rule]:
    return {violation.rule for violation in violations(problem, Timetable(problem.name, meetings))}


def test_seated_capacity_counts_the_tables_of_owners() -> None:
    problem = with_party(OWNED, 1, capacity=(2, 2))
    assert seated_capacity(problem).tolist() == [[1, 0], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1]]
    assert {owner: counts.tolist() for owner, counts in open_by_owner(problem).items()} == {
        NOBODY: [1, 1],
        0: [1, 0],
        1: [1, 1],
    }


def test_short_of_tables_compares_those_without_a_table_with_the_tables_of_nobody() -> None:
    assert not short_of_tables(OWNED)
    assert short_of_tables(replace(OWNED, tables=(HOME[0], HOME[2])))
    assert not short_of_tables(replace(OWNED, tables=HOME[:2], closed=()))
    assert not short_of_tables(fair(3, 3, 2, tables=1))


def test_plan_seats_owners_at_home_and_loses_nothing() -> None:
    problem = generate("small", "windows", 1)
    schools = problem.schools
    tables = tuple(Table(f"H{school}", school % 2, owner=school) for school in range(schools))
    timetable = plan(replace(problem, tables=tables, fixed=(), closed=()), limits=QUICK)
    assert violations(replace(problem, tables=tables, fixed=(), closed=()), timetable) == []
    assert [meeting.table for meeting in timetable.meetings] == [meeting.school for meeting in timetable.meetings]
    assert timetable.report is not None
    assert timetable.report.optimal


def test_plan_shares_the_tables_of_nobody_among_the_others() -> None:
    """Two schools own a table, the four others have one; an hour with five tables would seat five of them."""
    tables = (Table("T0", 0, owner=0), Table("T1", 0, owner=1), Table("T2", 0))
    problem = fair(6, 6, 2, tables=tables)
    timetable = plan(problem, limits=QUICK)
    assert violations(problem, timetable) == []
    assert timetable.report is not None
    assert (timetable.report.score, timetable.report.optimal) == (6, True)


def test_plan_lets_enterprises_own_tables() -> None:
    problem = fair(2, 3, 3, tables=(Table("T0", 0, owner=3), Table("T1", 0, owner=2)))
    timetable = plan(problem, limits=QUICK)
    assert violations(problem, timetable) == []
    assert {meeting.ends for meeting in timetable.meetings} == {(0, 2), (0, 3), (1, 2), (1, 3)}


@pytest.mark.parametrize(
    ("meeting", "rules"),
    [
        (Meeting(0, 3, 0, 0), set()),
        (Meeting(0, 3, 0, 2), {Rule.OWNER}),
        (Meeting(2, 3, 0, 1), {Rule.OWNER}),
        (Meeting(0, 3, 0, 1), {Rule.OWNER}),
        (Meeting(2, 3, 0, 2), set()),
    ],
)
def test_violations_name_a_meeting_away_from_home(meeting: Meeting, rules: set[Rule]) -> None:
    assert broken(OWNED, meeting) == rules


def test_violations_name_a_day_without_a_break() -> None:
    problem = fair(1, 5, 6, rules=Rules(break_for_all=True))
    day = [Meeting(0, 1 + k, k, 0) for k in range(4)]
    assert broken(problem, *day) == {Rule.NO_BREAK}
    assert broken(problem, *day[:3]) == set()
    assert broken(problem, *day[:3], replace(day[3], slot=4)) == set()
    assert broken(with_party(problem, 0, capacity=(1, 1, 1, 0, 1, 1)), *day[:3], replace(day[3], slot=4)) == {
        Rule.NO_BREAK
    }


def test_problem_with_owners_and_breaks_is_read_as_it_was_written() -> None:
    problem = replace(OWNED, rules=Rules(break_for_all=True))
    assert Problem.from_json(problem.to_json()) == problem
    assert '"owner":0' in problem.to_json()
    assert "owner" not in fair(2, 2, 2).to_json()
    assert "break_for_all" not in fair(2, 2, 2).to_json()


def test_problem_refuses_owners_of_both_sides_and_meetings_at_foreign_tables() -> None:
    with pytest.raises(ProblemError, match=r"\$\.tables\[1\]\.owner: all tables with an owner belong to"):
        replace(OWNED, tables=(Table("T0", 0, owner=0), Table("T1", 0, owner=4)))
    with pytest.raises(ProblemError, match=r"\$\.tables\[0\]\.owner: 6 is not the index of a participant"):
        replace(OWNED, tables=(Table("T0", 0, owner=6),), closed=())
    with pytest.raises(ProblemError, match=r"\$\.fixed\[0\]\[3\]: is a table whose owner does not meet there"):
        replace(OWNED, fixed=(Fixed(2, 3, 0, 1),))
    assert replace(OWNED, fixed=(Fixed(1, 3, 0, 1), Fixed(2, 4, 0, 2))).fixed
