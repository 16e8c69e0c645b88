"""What would help is tried: every gain that is said can be had."""

from dataclasses import replace

from hypothesis import given, settings

from events.scheduling.helping import helps
from events.scheduling.ideas import HelpKind, Ideas
from events.scheduling.problem import Pair, Problem
from events.scheduling.replanning.day import replan
from events.scheduling.timetable import Meeting, Timetable
from tests.events.scheduling.fairs import fair, fairs, optimum, with_party

PAIRS = (Pair(0, 2, 9), Pair(0, 3, 5), Pair(1, 2, 4), Pair(1, 3, 8))
FAIR = fair(2, 2, 2, tables=2, pairs=PAIRS)
FULL = Timetable("fair", (Meeting(0, 2, 0, 0), Meeting(1, 3, 0, 1)))


def test_helps_offers_the_cheapest_kind_first_each_with_its_gain() -> None:
    # S0–E1 lacks a maximum, S1–E0 a time, and both a table.
    problem = with_party(with_party(FAIR, 0, maximum=1), 1, capacity=(1, 0))
    problem = replace(problem, closed=((1, 1),))
    assert [(each.kind, each.detail, each.party, each.slots) for each in helps(problem, FULL)] == [
        (HelpKind.MAXIMUM, "a maximum of 2 for S0: +5 in score", 0, ()),
        (HelpKind.PRESENCE, "S1 there in slot 1 (09:30): +4 in score", 1, (1,)),
    ]
    narrow = replace(FAIR, tables=FAIR.tables[:1])
    taken = Timetable("fair", (Meeting(0, 2, 0, 0), Meeting(1, 3, 1, 0)))
    assert [(each.detail, each.slots) for each in helps(replace(narrow, pairs=(*PAIRS[:2], PAIRS[3])), taken)] == []
    found = helps(replace(narrow, pairs=(PAIRS[0], PAIRS[2], PAIRS[3])), taken, tries=9)
    assert found == ()  # S1 and E0 are free at different times
    wide = fair(2, 2, 2, tables=1, pairs=PAIRS)
    found = helps(wide, Timetable("fair", (Meeting(0, 2, 0, 0), Meeting(0, 3, 1, 0))))
    assert [(each.detail, each.added) for each in found] == [
        ("one more table in slot 0 (09:00): +8 in score", (Meeting(1, 3, 0, 1),)),
        ("one more table in slot 1 (09:30): +4 in score", (Meeting(1, 2, 1, 1),)),
    ]


def test_helps_serves_minima() -> None:
    problem = with_party(with_party(FAIR, 0, maximum=1), 3, minimum=2)
    found = helps(problem, replace(FULL, meetings=(*FULL.meetings, Meeting(1, 2, 1, 0))))
    assert [(each.kind, each.shortfall, each.score, each.party) for each in found] == [(HelpKind.MAXIMUM, 1, 5, 0)]
    assert found[0].detail == "a maximum of 2 for S0: +5 in score, minima served by 1 more"


def test_helps_for_a_pair_lets_it_meet_or_says_nothing() -> None:
    problem = with_party(with_party(FAIR, 0, maximum=1), 3, maximum=1)
    found = helps(problem, FULL, pair=(0, 3))
    assert [(each.detail, each.added) for each in found] == [
        ("a maximum of 2 for S0 and a maximum of 2 for E1: +5 in score", (Meeting(0, 3, 1, 0),)),
    ]
    assert helps(replace(problem, forbidden=((0, 3),)), FULL, pair=(0, 3)) == ()


@settings(max_examples=15, deadline=None)
@given(fairs())
def test_gains_are_within_the_optimum_of_the_changed_fair(problem: Problem) -> None:
    first = replan(problem, Timetable("fair", ()), problem, effort=20.0)
    if first.unkept:
        return
    ideas = {idea.detail: idea.problem for idea in Ideas(problem, first.timetable).all()}
    for each in helps(problem, first.timetable, tries=9):
        changed = optimum(ideas[each.detail.partition(": ")[0]])
        assert changed is not None
        shortfall, score = first.after.min_shortfall - each.shortfall, first.after.score + each.score
        assert (changed.shortfall, -changed.score) <= (shortfall, -score)
        assert (shortfall, -score) < (first.after.min_shortfall, -first.after.score)
