from __future__ import annotations

import random

import pytest

from events.seeding.choices import CONSENSUS, INTENT, SIGNED, OutcomePlan, choose_outcomes, choose_wishes

MEETINGS = [(school, firm) for school in range(1, 13) for firm in range(101, 109) if (school * firm) % 3]


def reached(levels: dict[tuple[int, int], int], side: int, least: int) -> int:
    return len({pair[side] for pair, level in levels.items() if level >= least})


@pytest.mark.parametrize("seed", range(20))
def test_outcomes_keep_the_plan_whatever_the_seed(seed):
    plan = OutcomePlan(schools=8, enterprises=5, signings=4)

    levels = choose_outcomes(MEETINGS, plan, random.Random(seed))

    signed = [pair for pair, level in levels.items() if level == SIGNED]
    assert (reached(levels, 0, INTENT), reached(levels, 1, CONSENSUS), len(signed)) == (8, 5, 4)
    assert set(levels) == set(MEETINGS)


def test_outcomes_differ_between_seeds_and_not_within_one():
    plan = OutcomePlan(schools=8, enterprises=5, signings=4)
    first, again, other = (choose_outcomes(MEETINGS, plan, random.Random(seed)) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_a_plan_that_the_meetings_do_not_allow_is_refused():
    with pytest.raises(ValueError, match="only 1 firms"):
        choose_outcomes([(1, 101), (2, 101)], OutcomePlan(schools=2, enterprises=2, signings=0), random.Random(1))
    with pytest.raises(ValueError, match="only 2 schools"):
        choose_outcomes([(1, 101), (2, 101)], OutcomePlan(schools=3, enterprises=1, signings=0), random.Random(1))


def test_wishes_are_for_the_best_partners_first():
    wishes = choose_wishes({1: [11, 12, 13, 14]}, musts=1, likes=2, dice=random.Random(1))

    assert {partner: kind for partner, kind in wishes[1].items() if kind != "no"} == {11: "must", 12: "ok", 13: "ok"}
