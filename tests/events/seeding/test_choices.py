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


def test_wishes_are_one_must_among_the_best_and_likes_of_the_next():
    wishes = choose_wishes({1: list(range(11, 31))}, likes=5, dice=random.Random(1))[1]

    (must,) = (partner for partner, kind in wishes.items() if kind == "must")
    likes = [partner for partner, kind in wishes.items() if kind == "ok"]
    assert must in range(11, 19)
    assert likes == [partner for partner in range(11, 17) if partner != must][:5]


def test_nobody_is_a_must_of_more_parties_than_can_be_courted():
    wishes = choose_wishes({party: [11, 12] for party in range(1, 6)}, likes=0, dice=random.Random(1), courted=2)

    musts = [partner for chosen in wishes.values() for partner, kind in chosen.items() if kind == "must"]
    assert sorted(musts) == [11, 11, 12, 12]
