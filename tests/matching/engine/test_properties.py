"""What must hold whatever the weights are worth (matching design, 2.5), on random worlds."""

import random
from dataclasses import replace
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import (
    DemandProfile,
    Offer,
    SchoolProfile,
    Snapshot,
    merge_by_school,
    rank_for_enterprise,
    rank_schools,
    score_all,
)
from tests.matching.engine.worlds import CATALOGUE, World, offers, worlds

ALL = 1000
quick = settings(max_examples=40, deadline=None)


def scores(world: World) -> dict[tuple[int, int], float]:
    """(enterprise, school) → A of every listed pair."""
    lists, _ = score_all(Snapshot.of(CATALOGUE, world.schools), world.enterprises, ALL)
    return {(e, pair.school): pair.enterprise_score for e, pairs in lists.items() for pair in pairs}


@quick
@given(world=worlds())
def test_scores_lie_between_0_and_1_and_lists_are_in_order(world: World):
    by_enterprise, by_school = score_all(Snapshot.of(CATALOGUE, world.schools), world.enterprises, ALL)
    for pairs in [*by_enterprise.values(), *by_school.values()]:
        for pair in pairs:
            assert 0 < pair.coverage <= 1
            assert 0 <= pair.enterprise_score <= 1
            assert 0 < pair.school_score <= 1
            assert 0 <= pair.mutual <= max(pair.enterprise_score, pair.school_score)
    for pairs in by_enterprise.values():
        assert pairs == sorted(pairs, key=lambda pair: (-pair.enterprise_score, pair.school))
        assert all(pair.enterprise_score > 0 for pair in pairs)
    for pairs in by_school.values():
        assert pairs == sorted(pairs, key=lambda pair: (-pair.school_score, pair.enterprise))


@quick
@given(world=worlds(), top=st.integers(1, 4))
def test_shorter_list_is_the_head_of_the_longer(world: World, top: int):
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    longer, shorter = (score_all(snapshot, world.enterprises, n) for n in (ALL, top))
    for side_longer, side_shorter in zip(longer, shorter, strict=True):
        assert side_shorter == {owner: pairs[:top] for owner, pairs in side_longer.items()}


@quick
@given(world=worlds(), top=st.integers(1, 3))
def test_shards_give_identical_lists(world: World, top: int):
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    whole = score_all(snapshot, world.enterprises, top)
    ids = sorted(world.enterprises)
    for count in (2, 3, 7):
        shards = [{e: world.enterprises[e] for e in ids[n::count]} for n in range(count)]
        parts = [score_all(snapshot, shard, top) for shard in reversed(shards)]
        united = {e: pairs for by_enterprise, _ in parts for e, pairs in by_enterprise.items()}
        assert united == whole[0]
        assert merge_by_school([by_school for _, by_school in parts], top) == whole[1]


@quick
@given(world=worlds())
def test_single_enterprise_ranks_as_in_the_whole(world: World):
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    by_enterprise, _ = score_all(snapshot, world.enterprises, ALL)
    for enterprise, asked in world.enterprises.items():
        assert rank_for_enterprise(snapshot, asked, ALL) == by_enterprise[enterprise]
        alone = rank_for_enterprise(snapshot, asked[:1], ALL)
        assert [(found.school, found.score) for found in rank_schools(snapshot, asked[0], ALL)] == [
            (pair.school, pair.enterprise_score) for pair in alone
        ]


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
    first, second = (score_all(Snapshot.of(CATALOGUE, w.schools), w.enterprises, ALL) for w in (world, turned))
    assert first == second


@quick
@given(world=worlds(), offer=offers())
def test_added_offer_never_lowers_its_school_and_touches_no_other(world: World, offer: Offer):
    # Skills are held back here: a new teacher of a skill lowers its rarity for everyone.
    changed = world.schools[0]
    bare = replace(offer, skills=frozenset())
    richer = (replace(changed, offers=(*changed.offers, bare)), *world.schools[1:])
    before, after = scores(world), scores(replace(world, schools=richer))
    for (enterprise, school), score in before.items():
        if school == changed.id:
            assert after[enterprise, school] >= score - 1e-12
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
    before, after = scores(world), scores(replace(world, enterprises=larger))
    assert before.keys() == after.keys()
    assert all(after[pair] <= before[pair] + 1e-12 for pair in before)


@quick
@given(world=worlds())
def test_one_demand_with_more_headcount_never_ranks_a_school_higher(world: World):
    snapshot = Snapshot.of(CATALOGUE, world.schools)
    demand = next(iter(world.enterprises.values()))[0]
    before = {found.school: found.score for found in rank_schools(snapshot, demand, ALL)}
    more = rank_schools(snapshot, replace(demand, headcount=demand.headcount + 1), ALL)
    assert all(found.score < before[found.school] for found in more)


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
    assert after.school_score >= max((pair.school_score for pair in before), default=0.0) - 1e-12


def test_ties_go_to_the_smaller_id_on_both_sides():
    twins = [
        SchoolProfile(number, "广东省", "深圳市", (Offer("460301", "junior_college", 40),)) for number in (9, 3, 5)
    ]
    [demand] = _same_demand(8)
    snapshot = Snapshot.of(CATALOGUE, twins)
    by_enterprise, by_school = score_all(snapshot, {d.enterprise: [d] for d in _same_demand(8, 2, 6)}, 2)
    assert [pair.school for pair in by_enterprise[2]] == [3, 5]
    assert [pair.enterprise for pair in by_school[9]] == [2, 6]
    assert [found.school for found in rank_schools(snapshot, demand, 2)] == [3, 5]
    shards = [score_all(snapshot, {d.enterprise: [d]}, 2)[1] for d in _same_demand(8, 2, 6)]
    assert merge_by_school(shards, 2) == by_school


def test_order_of_demands_does_not_show_in_the_last_bit():
    # A sum of five different floats depends on their order; these headcounts give three different sums.
    snapshot = Snapshot.of(CATALOGUE, [SchoolProfile(1, "广东省", "深圳市", (Offer("460301", "junior_college", 40),))])
    [pattern] = _same_demand(7)
    asked = [replace(pattern, id=n, majors=("660301",), headcount=h) for n, h in enumerate((1, 2, 3, 5, 8))]
    first = rank_for_enterprise(snapshot, asked, ALL)
    assert first
    assert all(rank_for_enterprise(snapshot, turned, ALL) == first for turned in permutations(asked))


def test_blocks_do_not_show_in_the_lists(monkeypatch):
    chance = random.Random(1)
    codes = sorted(CATALOGUE.majors)
    schools = [
        SchoolProfile(
            number,
            "广东省",
            "深圳市",
            tuple(
                Offer(code, CATALOGUE.majors[code].level, chance.choice((20, 40))) for code in chance.sample(codes, 3)
            ),
        )
        for number in range(40)
    ]
    [pattern] = _same_demand(1)
    asked = {
        e: [
            replace(pattern, id=e, enterprise=e, majors=tuple(chance.sample(codes, 2)), headcount=chance.choice((1, 5)))
        ]
        for e in range(60)
    }
    snapshot = Snapshot.of(CATALOGUE, schools)
    in_one_block = score_all(snapshot, asked, 5)
    for cells in (1, 40 * 7, 40 * 59):
        monkeypatch.setattr("matching.engine.ranking._BLOCK_CELLS", cells)
        assert score_all(snapshot, asked, 5) == in_one_block
    assert all(len(pairs) == 5 for pairs in in_one_block[1].values())


def _same_demand(*enterprises: int):
    return [DemandProfile(e, e, ("460301",), (), frozenset(), 4, "广东省", "深圳市") for e in enterprises]
