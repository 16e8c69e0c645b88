from __future__ import annotations

from dataclasses import replace

import pytest

from events.scheduling.breaks.least import least_breaks
from events.scheduling.breaks.model import Calendar, breaks_of, breaks_of_all, kept

from .calendars import calendar_by_chance, least_by_trying


@pytest.mark.parametrize("fairness", [None, 0, 1])
@pytest.mark.parametrize(("capacity", "days"), [(1, 1), (1, 2), (2, 1), (2, 2)])
def test_least_breaks_are_those_found_by_trying_everything(fairness, capacity, days):
    outcomes = set()
    for seed in range(40):
        calendar = calendar_by_chance(seed, fairness, capacity=capacity, days=days)
        least = least_by_trying(calendar)
        proof = least_breaks(calendar)
        outcomes.add(least)
        assert proof.proven
        assert (proof.infeasible, proof.breaks) == (least is None, least), seed
        if least is not None:
            assert kept(calendar, proof.slots)
            assert sum(breaks_of_all(calendar, proof.slots)) == least
    assert {None, 0} <= outcomes  # some could not be kept, some could


def _shop(rooms: int, fairness: int | None = None) -> Calendar:
    """Party 0 meets three others in slots 0, 2 and 4 only."""
    return Calendar(
        ends=[(0, 1), (0, 2), (0, 3)],
        choices=[[0, 2, 4]] * 3,
        capacity=[[1] * 5] * 4,
        rooms=[rooms] * 5,
        days=[[range(5)]] * 4,
        fairness=fairness,
    )


@pytest.mark.parametrize(("rooms", "fairness", "breaks"), [(1, None, 2), (1, 2, 2), (1, 1, None), (0, None, None)])
def test_least_breaks_says_when_no_slots_keep_the_rules(rooms, fairness, breaks):
    proof = least_breaks(_shop(rooms, fairness))
    assert (proof.infeasible, proof.breaks) == (breaks is None, breaks)


@pytest.mark.parametrize(("before", "in_their_order"), [([], True), ([(3, 0)], False)])
def test_least_breaks_holds_meetings_that_are_alike_in_their_order(before, in_their_order):
    calendar = Calendar(
        ends=[(0, other) for other in range(1, 5)],
        choices=[range(6)] * 4,
        capacity=[[1] * 6] * 5,
        rooms=[1] * 6,
        days=[[range(6)]] * 5,
        before=before,
    )
    proof = least_breaks(calendar)
    assert (proof.breaks, kept(calendar, proof.slots)) == (0, True)
    assert (list(proof.slots) == sorted(proof.slots)) is in_their_order


def test_least_breaks_refuses_a_noon_with_too_few_rooms():
    """Who meets in the morning and in the afternoon waits, or is busy in the slots on both sides of noon."""
    ends = [(0, 1), (2, 3), (0, 2), (1, 3)]
    choices = [[0, 1], [0, 1], [2, 3], [2, 3]]
    calendar = Calendar(ends, choices, [[1] * 4] * 4, [1, 1, 1, 1], [[range(4)]] * 4)
    assert least_breaks(calendar).breaks == least_by_trying(calendar) == 3
    assert least_breaks(replace(calendar, rooms=[1, 2, 2, 1])).breaks == 0


def test_least_breaks_keeps_the_start_when_the_budget_is_spent():
    proof = least_breaks(_shop(1), start=[4, 2, 0], budget=0)
    assert (proof.slots, proof.breaks, proof.breaks_bound, proof.proven) == ((4, 2, 0), 2, 0, False)
    assert least_breaks(_shop(1), start=[4, 2, 0], budget=1000).proven


def test_least_breaks_stops_when_cancelled():
    assert least_breaks(_shop(1), cancelled=lambda: True).slots is None
    assert least_breaks(_shop(1), cancelled=lambda: False).slots is not None


def test_least_breaks_gives_the_same_slots_again():
    calendar = calendar_by_chance(7, None)
    assert least_breaks(calendar) == least_breaks(calendar)


@pytest.mark.parametrize(
    ("days", "busy", "breaks"),
    [
        ([[0, 1, 2, 3]], {0, 1}, 0),
        ([[0, 1, 2, 3]], {0, 3}, 1),
        ([[0, 1, 2, 3, 4]], {0, 2, 4}, 2),
        ([[0, 1], [2, 3]], {0, 3}, 0),
        ([[0, 2]], {0, 2}, 0),
    ],
)
def test_breaks_of_counts_rows_of_free_slots_between_meetings_of_a_day(days, busy, breaks):
    assert breaks_of(days, busy) == breaks
