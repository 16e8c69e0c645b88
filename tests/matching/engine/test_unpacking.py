"""What is read back from the index is what went into it."""

from collections import Counter

from hypothesis import given, settings

from matching.engine.catalogue import RUNGS
from matching.engine.unpacking import profile_of, rows_of
from tests.matching.engine.packs import Packed, row_of
from tests.matching.engine.worlds import CATALOGUE, LEVEL_OF, World, worlds

quick = settings(max_examples=40, deadline=None)


@quick
@given(world=worlds())
def test_rows_of_the_index_are_the_schools_own(world: World):
    packed = Packed.of(world)
    found = rows_of(packed.supply, [school.id for school in world.schools])

    assert {key: row.to_bytes() for key, row in found.items()} == {
        school.id: row_of(school).to_bytes() for school in world.schools
    }


@quick
@given(world=worlds())
def test_profiles_read_back_offer_the_same_majors_graduates_and_skills(world: World):
    packed = Packed.of(world)
    rows = rows_of(packed.supply, [school.id for school in world.schools])
    for school in world.schools:
        read = profile_of(CATALOGUE, packed.supply.vocabulary, rows[school.id])
        people = Counter[str]()
        for offer in school.offers:
            people[offer.major] += offer.graduates
        assert {offer.major: offer.graduates for offer in read.offers} == {**dict.fromkeys(people, 0), **people}
        assert {offer.major: offer.level for offer in read.offers} == {code: LEVEL_OF[code] for code in people}
        for offer in read.offers:
            rung = RUNGS[offer.level]
            taught = [other.skills for other in school.offers if RUNGS[other.level] == rung]
            assert offer.skills == frozenset().union(*taught)


def test_a_school_that_the_index_does_not_hold_is_left_out():
    packed = Packed.of(World((), {}))

    assert rows_of(packed.supply, [7]) == {}
