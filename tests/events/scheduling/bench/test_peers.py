"""What organizers do keeps the rules they know of; what a timetable is worth is counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.scheduling.bench.fairs import generate
from events.scheduling.bench.figures import worst_breaks, worth_of
from events.scheduling.bench.peers import PEERS
from events.scheduling.bench.whole import TooLarge, solve_whole
from events.scheduling.problem import Fixed, Pair
from events.scheduling.timetable import Meeting, Timetable
from events.scheduling.verify import Rule, violations
from tests.events.scheduling.fairs import fair, optimum


@pytest.mark.parametrize("kind", ["uniform", "windows", "rush"])
@pytest.mark.parametrize("peer", [peer for peer in PEERS if peer != "round-robin"])
def test_organizers_keep_every_hard_rule(peer: str, kind: str) -> None:
    problem = generate("small", kind, 2)
    timetable = PEERS[peer](problem)
    assert violations(problem, timetable) == []
    assert timetable == PEERS[peer](problem)
    assert worth_of(problem, timetable).score > 0


def test_round_robin_forgets_who_must_meet_and_nothing_else() -> None:
    problem = generate("small", "windows", 2)
    broken = {violation.rule for violation in violations(problem, PEERS["round-robin"](problem))}
    assert broken == {Rule.MUST}
    assert violations(replace(problem, must=()), PEERS["round-robin"](replace(problem, must=()))) == []


def test_fixed_meetings_are_entered_where_they_are_fixed() -> None:
    problem = fair(2, 2, 3, tables=2, fixed=(Fixed(0, 2, 1, 1), Fixed(1, 3, 1, None)))
    for peer in PEERS.values():
        timetable = peer(problem)
        assert Meeting(0, 2, 1, 1) in timetable.meetings
        assert Meeting(1, 3, 1, 0) in timetable.meetings


def test_greedy_takes_the_best_first_and_balanced_spreads_over_the_slots() -> None:
    problem = fair(2, 2, 2, tables=1, pairs=(Pair(0, 2, 1), Pair(1, 3, 9), Pair(0, 3, 5)))
    assert PEERS["greedy"](problem).meetings == (Meeting(0, 3, 1, 0), Meeting(1, 3, 0, 0))
    roomy = replace(problem, pairs=(Pair(0, 2, 5), Pair(1, 3, 9)), tables=fair(1, 1, 1, tables=2).tables)
    assert {meeting.slot for meeting in PEERS["greedy"](roomy).meetings} == {0}
    assert {meeting.slot for meeting in PEERS["greedy-balanced"](roomy).meetings} == {0, 1}


@pytest.mark.parametrize("breaks", [False, True])
def test_the_whole_problem_at_once_finds_the_optimum_of_a_tiny_fair(breaks: bool) -> None:
    pairs = (Pair(0, 2, 3), Pair(0, 3, 2), Pair(1, 2, 2), Pair(1, 3, 1))
    problem = fair(2, 2, [2, 1], tables=1, pairs=pairs, must=((1, 3),), fixed=(Fixed(0, 2, 2, 0),))
    solved = solve_whole(problem, seconds=10, breaks=breaks, workers=1)
    assert solved.status == "optimal"
    assert solved.timetable is not None
    assert violations(problem, solved.timetable) == []
    best = optimum(problem)
    assert best is not None
    worth = worth_of(problem, solved.timetable)
    assert (worth.shortfall, worth.score) == (best.shortfall, best.score)


def test_the_whole_problem_with_breaks_has_none_where_none_is_needed() -> None:
    pairs = (Pair(0, 2, 1), Pair(0, 3, 1))
    problem = fair(2, 2, 3, tables=1, pairs=pairs, fixed=(Fixed(1, 2, 2, 0),))
    solved = solve_whole(problem, seconds=10, breaks=True, workers=1)
    assert solved.timetable is not None
    assert worth_of(problem, solved.timetable).breaks == 0


def test_a_problem_too_large_for_one_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = fair(2, 2, 2)  # four pairs in two slots
    monkeypatch.setattr("events.scheduling.bench.whole.MOST_VARIABLES", 8)
    assert solve_whole(problem, seconds=5, breaks=False, workers=1).status == "optimal"
    monkeypatch.setattr("events.scheduling.bench.whole.MOST_VARIABLES", 7)
    with pytest.raises(TooLarge, match="more than 7 variables"):
        solve_whole(problem, seconds=5, breaks=False, workers=1)


def test_worth_is_what_one_counts_by_hand() -> None:
    problem = fair(1, 3, [4, 1], pairs=tuple(Pair(0, j, 10 * j) for j in (1, 2, 3)))
    meetings = (Meeting(0, 1, 0, 0), Meeting(0, 2, 3, 1), Meeting(0, 3, 4, 0))
    worth = worth_of(problem, Timetable("fair", meetings))
    assert worth == (0, -60, 1, 2, 1)  # two slots idle in one break; the table changes once on the first day
    assert worst_breaks(problem, Timetable("fair", meetings)) == 1
    assert worth.score == 60
    assert worth < worth_of(problem, Timetable("fair", meetings[:2]))
    assert worth_of(problem, Timetable("fair", meetings[:1])).breaks == 0
