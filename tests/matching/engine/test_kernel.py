"""Both directions in one pass: cuts and lanes that change no byte, ties by id, lists that are heads of longer ones."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import Offer, SchoolProfile
from matching.engine.columns import build_columns
from matching.engine.kernel import rank_block
from matching.engine.lists import NOBODY, PairTable, SchoolLists, merge_school_lists
from matching.engine.rows import score_column
from tests.matching.engine.packs import Packed, demands_of, supply_of
from tests.matching.engine.worlds import CODES, LEVEL_OF, World, demand, worlds

quick = settings(max_examples=25, deadline=None)


def big_world(schools: int = 90, enterprises: int = 70) -> World:
    """Few majors and few sizes, so that many scores are equal; the order of rows is not that of ids."""
    chance = random.Random(3)
    ids = chance.sample(range(1000), schools)
    places = [("A", "a"), ("A", "b"), ("B", "c"), ("C", "")]
    made = [
        SchoolProfile(
            number,
            *chance.choice(places),
            tuple(Offer(code, LEVEL_OF[code], chance.choice((20, 40))) for code in chance.sample(CODES[:6], 2)),
        )
        for number in ids
    ]
    asked = {
        e: [demand(*chance.sample(CODES[:6], 2), id=e, enterprise=e, headcount=chance.choice((1, 5)))]
        for e in chance.sample(range(1000), enterprises)
    }
    return World(tuple(made), asked)


def shards(packed: Packed, count: int, lanes: int = 1, top: int = 4) -> tuple[bytes, bytes]:
    """Both lists as bytes, of the columns in so many cuts; the parts are merged from the last to the first."""
    total = len(packed.columns)
    edges = [total * part // count for part in range(count + 1)]
    blocks = [rank_block(packed.supply, packed.columns, lo, hi, top, top + 1, lanes) for lo, hi in pairwise(edges)]
    united = PairTable.concatenate([block.enterprise_lists for block in blocks])
    merged = merge_school_lists([block.school_lists for block in reversed(blocks)])
    return united.to_bytes(), merged.to_bytes()


@quick
@given(world=worlds(), top=st.integers(1, 3))
def test_cuts_and_lanes_change_no_byte(world: World, top: int):
    packed = Packed.of(world)
    whole = shards(packed, 1, 1, top)
    assert {shards(packed, count, lanes, top) for count, lanes in ((1, 2), (1, 3), (2, 1), (3, 2), (7, 1))} == {whole}


@pytest.mark.parametrize("top", [1, 3, 20, 500])
def test_cuts_and_lanes_change_no_byte_among_many_ties(top):
    packed = Packed.of(big_world())
    whole = shards(packed, 1, 1, top)
    assert {shards(packed, count, lanes, top) for count in (2, 3, 7, 70) for lanes in (1, 2, 3)} == {whole}


def test_merging_in_any_grouping_is_the_same():
    packed = Packed.of(big_world())
    parts = [rank_block(packed.supply, packed.columns, lo, lo + 10, 5, 5).school_lists for lo in range(0, 70, 10)]
    at_once = merge_school_lists(parts).to_bytes()
    left = parts[0]
    for part in parts[1:]:
        left = merge_school_lists([left, part])
    pairs = merge_school_lists([merge_school_lists(parts[4:]), merge_school_lists(parts[:4])])
    assert (left.to_bytes(), pairs.to_bytes()) == (at_once, at_once)


def test_columns_of_a_shard_of_demands_give_the_same_bytes():
    # A worker packs its own enterprises only; it must not matter that others are not there.
    packed = Packed.of(big_world())
    whole = rank_block(packed.supply, packed.columns, 0, len(packed.columns), 5, 5)
    blocks = []
    for lo in range(0, 70, 30):
        mine = build_columns(packed.supply, packed.demands.of_enterprises(lo, lo + 30))
        blocks.append(rank_block(packed.supply, mine, 0, len(mine), 5, 5))
    united = PairTable.concatenate([block.enterprise_lists for block in blocks])
    merged = merge_school_lists([block.school_lists for block in blocks])
    assert united.to_bytes() == whole.enterprise_lists.to_bytes()
    assert merged.to_bytes() == whole.school_lists.to_bytes()


@pytest.mark.parametrize("top", [1, 2, 3, 7, 40, 200])
def test_lists_are_the_best_of_all_pairs_with_ties_by_id(top):
    # Sorted from the dense scores of every column: neither heaps nor bounds have a say in it.
    packed = Packed.of(big_world())
    dense = PairTable.concatenate(
        [score_column(packed.supply, packed.columns, place) for place in range(len(packed.columns))]
    )
    block = rank_block(packed.supply, packed.columns, 0, len(packed.columns), top, top)
    ties = 0
    for enterprise in packed.columns.enterprises.tolist():
        own = sorted((-pair[1], pair[0]) for pair in pairs(dense, "school", "enterprise_score", enterprise=enterprise))
        expected = [(school, -score) for score, school in own if score < 0][:top]
        assert pairs(block.enterprise_lists, "school", "enterprise_score", enterprise=enterprise) == expected
        ties += len(own) - len({score for score, _ in own})
    theirs = block.school_lists.table(packed.supply)
    for school in packed.supply.ids.tolist():
        own = sorted((-pair[1], pair[0]) for pair in pairs(dense, "enterprise", "school_score", school=school))
        assert pairs(theirs, "enterprise", "school_score", school=school) == [(e, -score) for score, e in own][:top]
    assert ties > 1000
    assert packed.supply.ids.tolist() != sorted(packed.supply.ids.tolist())


def pairs(table: PairTable, other: str, score: str, **of: int) -> list[tuple[int, float]]:
    [(name, number)] = of.items()
    mine = table.take(getattr(table, name) == number)
    return list(zip(getattr(mine, other).tolist(), getattr(mine, score).tolist(), strict=True))


def test_scores_that_the_root_makes_equal_are_ties():
    # A² of 100, 101, … graduates grows by less and less: many different squares have the same root.
    graduates = np.arange(60_000, 60_400, dtype=np.float32)
    squares = graduates / (graduates + np.float32(30))
    first, second = next(
        (int(one), int(other))
        for one, other in pairwise(graduates)
        if (a := squares[int(one) - 60_000]) < (b := squares[int(other) - 60_000]) and np.sqrt(a) == np.sqrt(b)
    )
    supply = supply_of(
        [
            SchoolProfile(number, "A", "a", (Offer("460301", "junior_college", people),))
            for number, people in ((3, first), (5, second), (7, second), (9, 10))
        ]
    )
    columns = build_columns(supply, demands_of([demand("460301", headcount=1)]))
    assert rank_block(supply, columns, 0, 1, 2, 2).enterprise_lists.school.tolist() == [3, 5]
    assert score_column(supply, columns, 0).best_for_enterprise(2).school.tolist() == [3, 5]


def test_block_without_columns_or_schools_is_empty():
    packed = Packed.of(big_world())
    nothing = rank_block(packed.supply, packed.columns, 5, 5, 3, 3, 2)
    assert len(nothing.enterprise_lists) == 0
    assert (nothing.school_lists.enterprise == NOBODY).all()
    empty = Packed.of(World((), big_world().enterprises))
    block = rank_block(empty.supply, empty.columns, 0, 70, 3, 3)
    assert (len(block.enterprise_lists), len(block.school_lists.table(empty.supply))) == (0, 0)
    filled = rank_block(packed.supply, packed.columns, 0, 70, 3, 3)
    assert (len(filled.enterprise_lists), len(filled.school_lists.table(packed.supply))) > (100, 100)


def test_more_schools_than_groups_of_the_bound_rank_alike():
    # The bound looks at the best of 512 groups of rows: 1,300 schools put several into each.
    chance = random.Random(5)
    schools = [
        SchoolProfile(number, "A", "a", (Offer("460301", "junior_college", chance.randint(0, 300)),))
        for number in chance.sample(range(9000), 1300)
    ]
    supply = supply_of(schools)
    columns = build_columns(supply, demands_of([demand("460301", "460305")]))
    expected = [s.id for s in sorted(schools, key=lambda s: (-s.graduates, s.id)) if s.graduates]
    for top in (1, 20, 511, 600, 1300):
        found = rank_block(supply, columns, 0, 1, top, 1).enterprise_lists.school.tolist()
        assert found == expected[:top]


def test_school_lists_come_back_from_bytes():
    packed = Packed.of(big_world())
    lists = rank_block(packed.supply, packed.columns, 0, 70, 3, 3).school_lists
    assert SchoolLists.from_bytes(lists.to_bytes()).to_bytes() == lists.to_bytes()
