"""One against all is what the whole pass finds, to the byte; a school beside the index, what a rebuild makes of it."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import Offer, SchoolProfile, Weights
from matching.engine.kernel import rank_block
from matching.engine.lists import PairTable
from matching.engine.rows import SchoolRow, score_column, score_row
from tests.matching.engine.packs import Packed, in_order, row_of
from tests.matching.engine.worlds import World, demand, schools, weights, worlds

quick = settings(max_examples=40, deadline=None)
ALL = 1000


def everything(packed: Packed, beside: tuple[SchoolRow, ...] = ()) -> PairTable:
    """All pairs, column by column."""
    return PairTable.concatenate(
        [score_column(packed.supply, packed.columns, place, beside) for place in range(len(packed.columns))]
    )


@quick
@given(world=worlds(), other=st.none() | weights())
def test_one_column_is_what_the_whole_pass_lists(world: World, other: Weights | None):
    packed = Packed.of(world, weights=other)
    block = rank_block(packed.supply, packed.columns, 0, len(packed.columns), ALL, ALL)
    listed = [
        score_column(packed.supply, packed.columns, place).best_for_enterprise(ALL)
        for place in range(len(packed.columns))
    ]
    assert PairTable.concatenate(listed).to_bytes() == block.enterprise_lists.to_bytes()


@quick
@given(world=worlds(), other=st.none() | weights())
def test_one_row_is_what_the_whole_pass_lists(world: World, other: Weights | None):
    packed = Packed.of(world, weights=other)
    block = rank_block(packed.supply, packed.columns, 0, len(packed.columns), ALL, ALL)
    by_id = {school.id: school for school in world.schools}
    rows = [row_of(by_id[number]) for number in packed.supply.ids.tolist()]
    listed = [score_row(packed.supply, row, packed.columns).best_for_school(ALL) for row in rows]
    assert PairTable.concatenate(listed).to_bytes() == block.school_lists.table(packed.supply).to_bytes()


@quick
@given(world=worlds())
def test_row_beside_the_index_counts_as_the_one_within(world: World):
    packed = Packed.of(world)
    beside = tuple(row_of(school) for school in world.schools)
    assert in_order(everything(packed, beside)) == in_order(everything(packed))


@quick
@given(world=worlds(), changed=schools(0), data=st.data())
def test_changed_school_beside_the_index_is_what_a_rebuild_makes_of_it(
    world: World, changed: SchoolProfile, data: st.DataObject
):
    old = data.draw(st.sampled_from(world.schools))
    new = replace(changed, id=old.id)
    packed, row = Packed.of(world), row_of(new)
    assume(row.fits(packed.supply))
    others = tuple(school for school in world.schools if school.id != old.id)
    rebuilt = Packed.of(World((*others, new), world.enterprises), like=packed.supply)
    assert in_order(everything(packed, (row,))) == in_order(everything(rebuilt))


def test_row_with_a_new_set_of_levels_does_not_fit():
    # No school has a major at two rungs, so columns hold no features for that; one that comes to have it needs them.
    plain = SchoolProfile(1, "A", "a", (Offer("460301", "junior_college", 10),))
    both = replace(plain, offers=(*plain.offers, Offer("660301", "secondary", 10)))
    packed = Packed.of(World((plain,), {}))
    assert row_of(plain).fits(packed.supply)
    assert not row_of(both).fits(packed.supply)
    assert row_of(both).fits(Packed.of(World((both,), {})).supply)


def test_school_that_left_or_is_new_stands_beside_the_index():
    one, two, three = (SchoolProfile(n, "A", "a", (Offer("460301", "junior_college", 10 * n),)) for n in (1, 2, 3))
    asked = World((one, two), {7: [demand("460301")]})
    packed = Packed.of(asked)
    gone, new = row_of(replace(two, offers=())), row_of(three)
    found = score_column(packed.supply, packed.columns, 0, (gone, new))
    assert found.best_for_enterprise(ALL).school.tolist() == [3, 1]
    assert score_column(packed.supply, packed.columns, 0).best_for_enterprise(ALL).school.tolist() == [2, 1]


@quick
@given(school=schools(4))
def test_school_row_comes_back_from_bytes(school: SchoolProfile):
    row = row_of(school)
    back = SchoolRow.from_bytes(row.to_bytes())
    assert back.to_bytes() == row.to_bytes()
    assert (back.school, back.graduates) == (4, float(school.graduates))
    assert np.array_equal(back.features, np.unique(back.features))
