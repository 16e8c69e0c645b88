"""What must hold whatever the weights are worth (matching design, 2.5), on random worlds."""

import random
from dataclasses import replace
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import (
    Offer,
    SchoolProfile,
    Snapshot,
    rank_for_enterprise,
    rank_schools,
    score_all,
)
from matching.engine.kernel import rank_block
from matching.engine.lists import PairTable
from tests.matching.engine.packs import Packed, demands_of
from tests.matching.engine.worlds import CATALOGUE, World, demand, offers, weights, worlds

ALL = 1000
ROUNDING = 1e-6  # relative, of single precision
quick = settings(max_examples=40, deadline=None)


def lists(packed: Packed) -> PairTable:
    """All lists of the enterprises."""
    return rank_block(packed.supply, packed.columns, 0, len(packed.columns), ALL, 1).enterprise_lists


def scores(table: PairTable) -> dict[tuple[int, int], float]:
    """(enterprise, school) → A."""
    keys = zip(table.enterprise.tolist(), table.school.tolist(), strict=True)
    return dict(zip(keys, table.enterprise_score.tolist(), strict=True))


@quick
@given(world=worlds(), other=st.none() | weights())
def test_scores_lie_between_0_and_1_and_lists_are_in_order(world: World, other):
    by_enterprise, by_school = score_all(Snapshot.of(CATALOGUE, world.schools, other), world.enterprises, ALL)
    for pairs in [*by_enterprise.values(), *by_school.values()]:
        for pair in pairs:
            assert 0 < pair.coverage <= 1
            assert 0 <= pair.enterprise_score <= 1
            assert 0 <= pair.school_score <= 1
            assert 0 <= pair.mutual <= max(pair.enterprise_score, pair.school_score)
    for pairs in by_enterprise.values():
        assert pairs == sorted(pairs, key=lambda pair: (-pair.enterprise_score, pair.school))
        assert all(pair.enterprise_score > 0 for pair in pairs)
    for pairs in by_school.values():
        assert pairs == sorted(pairs, key=lambda pair: (-pair.school_score, pair.enterprise))
        assert all(pair.school_score > 0 for pair in pairs)


@quick
@given(world=worlds(), top=st.integers(1, 4))
def test_shorter_list_is_the_head_of_the_longer(world: World, top: int):
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    longer, shorter = (score_all(snapshot, world.enterprises, n) for n in (ALL, top))
    for side_longer, side_shorter in zip(longer, shorter, strict=True):
        assert side_shorter == {owner: pairs[:top] for owner, pairs in side_longer.items()}


@quick
@given(world=worlds())
def test_single_enterprise_ranks_as_in_the_whole(world: World):
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    by_enterprise, _ = score_all(snapshot, world.enterprises, ALL)
    for enterprise, asked in world.enterprises.items():
        assert rank_for_enterprise(snapshot, asked, ALL) == by_enterprise[enterprise]
        assert rank_schools(snapshot, asked[0], ALL) == rank_for_enterprise(snapshot, asked[:1], ALL)


@quick
@given(world=worlds(), seed=st.integers(0, 99))
def test_order_of_schools_offers_and_demands_is_irrelevant(world: World, seed: int):
    chance = random.Random(seed)

    def shuffled(items):
        return tuple(chance.sample(items, len(items)))

    turned = World(
        shuffled([replace(school, offers=shuffled(school.offers)) for school in world.schools]),
        {
            enterprise: [replace(d, majors=shuffled(d.majors), skills=shuffled(d.skills)) for d in shuffled(asked)]
            for enterprise, asked in reversed(world.enterprises.items())
        },
    )
    first, second = Packed.of(world), Packed.of(turned)
    assert first.demands.to_bytes() == second.demands.to_bytes()
    assert first.columns.to_bytes() == second.columns.to_bytes()
    assert first.supply.to_bytes() == second.supply.to_bytes()


@quick
@given(world=worlds(), offer=offers())
def test_added_offer_never_lowers_its_school_and_touches_no_other(world: World, offer: Offer):
    # The rarity of skills is frozen, as it is within a run: a new teacher of a skill lowers it for everyone.
    changed = world.schools[0]
    richer = (replace(changed, offers=(*changed.offers, offer)), *world.schools[1:])
    poorer = Packed.of(world)
    before, after = scores(lists(poorer)), scores(lists(Packed.of(replace(world, schools=richer), like=poorer.supply)))
    for (enterprise, school), score in before.items():
        if school == changed.id:
            assert after[enterprise, school] >= score * (1 - ROUNDING)
        else:
            assert after[enterprise, school] == score
    assert {pair for pair in after if pair not in before} <= {(e, changed.id) for e in world.enterprises}


@quick
@given(world=worlds(), factor=st.integers(2, 9))
def test_more_headcount_never_raises_the_enterprise_side(world: World, factor: int):
    larger = {
        enterprise: [replace(demand, headcount=factor * demand.headcount) for demand in asked]
        for enterprise, asked in world.enterprises.items()
    }
    before = scores(lists(Packed.of(world)))
    after = scores(lists(Packed.of(replace(world, enterprises=larger))))
    assert before.keys() == after.keys()
    assert all(after[pair] <= before[pair] * (1 + ROUNDING) for pair in before)


@quick
@given(world=worlds())
def test_one_demand_with_more_headcount_ranks_every_school_lower(world: World):
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    asked = next(iter(world.enterprises.values()))[0]
    before = {found.school: found.enterprise_score for found in rank_schools(snapshot, asked, ALL)}
    more = rank_schools(snapshot, replace(asked, headcount=asked.headcount + 1), ALL)
    assert {found.school for found in more} == before.keys()
    assert all(found.enterprise_score < before[found.school] for found in more)


@quick
@given(world=worlds())
def test_exactly_wanted_major_raises_the_school_side(world: World):
    enterprise, asked = next(iter(world.enterprises.items()))
    school = world.schools[0]
    wanted = [code for code in asked[0].majors if len(code) >= 6]
    if not wanted:
        return
    level = CATALOGUE.majors[wanted[0]].level
    only = {enterprise: [replace(asked[0], majors=(wanted[0],), levels=frozenset(), skills=())]}
    added = Offer(wanted[0], level, 50)
    before = score_all(Snapshot.of(CATALOGUE, [school]), only, ALL)[1][school.id]
    richer = replace(school, offers=(*school.offers, added))
    [after] = score_all(Snapshot.of(CATALOGUE, [richer]), only, ALL)[1][school.id]
    assert after.school_score >= max((pair.school_score for pair in before), default=0.0) * (1 - ROUNDING)


def test_exactly_wanted_major_raises_the_school_side_of_one_without_it():
    asked = {7: [demand("460301", headcount=5)]}
    near = SchoolProfile(1, "A", "a", (Offer("460305", "junior_college", 50),))
    exact = replace(near, offers=(*near.offers, Offer("460301", "junior_college", 50)))
    [before], [after] = (score_all(Snapshot.of(CATALOGUE, [s]), asked, ALL)[1][1] for s in (near, exact))
    assert after.school_score > before.school_score


def test_ties_go_to_the_smaller_id_on_both_sides():
    twins = [
        SchoolProfile(number, "广东省", "深圳市", (Offer("460301", "junior_college", 40),)) for number in (9, 3, 5)
    ]
    asked = {e: [demand("460301", id=e, enterprise=e, headcount=4)] for e in (8, 2, 6)}
    snapshot = Snapshot.of(CATALOGUE, twins)
    by_enterprise, by_school = score_all(snapshot, asked, 2)
    assert [pair.school for pair in by_enterprise[2]] == [3, 5]
    assert [pair.enterprise for pair in by_school[9]] == [2, 6]
    assert [found.school for found in rank_schools(snapshot, asked[8][0], 2)] == [3, 5]


def test_order_of_demands_does_not_show_in_the_last_bit():
    # A sum of five different floats depends on their order; these headcounts give three different sums.
    school = SchoolProfile(1, "广东省", "深圳市", (Offer("460301", "junior_college", 40),))
    asked = [demand("660301", id=n, headcount=h) for n, h in enumerate((1, 2, 3, 5, 8))]
    first = Packed.of(World((school,), {7: asked}))
    assert len(lists(first)) == 1
    for turned in permutations(asked):
        assert demands_of(turned).to_bytes() == first.demands.to_bytes()
