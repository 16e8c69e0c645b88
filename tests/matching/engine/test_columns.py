"""Columns: cut, picked and joined without a change of a byte; schools and demands as packed arrays."""

import numpy as np
import pytest
from hypothesis import given, settings

from matching.engine import Snapshot, UnknownMajor, UnknownSchool
from matching.engine.columns import Columns, build_columns
from matching.engine.packed import Demands
from tests.matching.engine.packs import VOCABULARY, Packed, demands_of, supply_of
from tests.matching.engine.worlds import CATALOGUE, World, demand, school, worlds

quick = settings(max_examples=40, deadline=None)


def positions(*chosen: int) -> np.ndarray:
    return np.array(chosen, np.int64)


@quick
@given(world=worlds())
def test_columns_made_one_by_one_are_those_made_at_once(world: World):
    packed = Packed.of(world)
    assert packed.columns.enterprises.tolist() == sorted(world.enterprises)
    pieces = [
        build_columns(packed.supply, packed.demands.of_enterprises(place, place + 1))
        for place in range(len(packed.columns))
    ]
    assert Columns.concatenate(pieces).to_bytes() == packed.columns.to_bytes()


@quick
@given(world=worlds())
def test_columns_taken_and_joined_again_are_the_same(world: World):
    columns = Packed.of(world).columns
    taken = [columns.take(positions(place)) for place in range(len(columns))]
    assert [len(one) for one in taken] == [1] * len(columns)
    assert Columns.concatenate(taken).to_bytes() == columns.to_bytes()
    turned = np.arange(len(columns))[::-1].copy()
    assert columns.take(turned).take(turned).to_bytes() == columns.to_bytes()


def test_columns_are_the_same_however_many_demands_are_summed_at_a_time(monkeypatch):
    asked = [demand("460301", "530701", id=n, enterprise=n // 3, headcount=1 + n % 5) for n in range(60)]
    supply, demands = supply_of([school(1)]), demands_of(asked)
    at_once = build_columns(supply, demands).to_bytes()
    for many in (1, 4, 59):
        monkeypatch.setattr("matching.engine.columns._MANY", many)
        assert build_columns(supply, demands).to_bytes() == at_once


def test_no_demands_are_no_columns():
    supply = supply_of([school(1)])
    assert len(build_columns(supply, demands_of([]))) == 0
    assert len(build_columns(supply, demands_of([demand("460301")]))) == 1
    assert len(build_columns(supply, demands_of([demand("460301")]).of_enterprises(0, 0))) == 0


def test_demands_are_sorted_by_enterprise_and_id_and_cut_by_enterprise():
    asked = [demand("460301", id=n, enterprise=e, headcount=n) for n, e in ((4, 9), (3, 5), (8, 5), (1, 7))]
    demands = demands_of(asked)
    assert [demands.enterprise.tolist(), demands.ids.tolist()] == [[5, 5, 7, 9], [3, 8, 1, 4]]
    assert demands.enterprises.tolist() == [5, 7, 9]
    assert demands.of_enterprises(1, 3).ids.tolist() == [1, 4]
    assert Demands.from_bytes(demands.to_bytes()).to_bytes() == demands.to_bytes()


def test_columns_come_back_from_bytes():
    columns = build_columns(supply_of([school(1)]), demands_of([demand("460301", skills=("plc",))]))
    assert Columns.from_bytes(columns.to_bytes()).to_bytes() == columns.to_bytes()


def test_vocabulary_numbers_what_is_known_and_refuses_the_rest():
    assert [VOCABULARY.codes[VOCABULARY.code_number(code)] for code in ("460301", "080910T")] == ["460301", "080910T"]
    assert VOCABULARY.want_keys[VOCABULARY.want_number("4603")] == "4603"
    assert [VOCABULARY.skill_number("plc"), VOCABULARY.skill_number("klingon")] == [VOCABULARY.skills.index("plc"), -1]
    for number, asked in ((VOCABULARY.code_number, "4603"), (VOCABULARY.want_number, "4699")):
        with pytest.raises(UnknownMajor, match=asked):
            number(asked)


def test_skill_without_a_number_weighs_as_one_that_nobody_teaches():
    [known, unknown] = [
        build_columns(supply_of([school(1), school(2)]), demands_of([demand(skills=("plc", name))]))
        for name in ("french", "klingon")
    ]
    own = VOCABULARY.node_count + VOCABULARY.skill_number("plc")
    of_plc = [columns.cover[columns.features // 7 == own].tolist() for columns in (known, unknown)]
    assert of_plc[0] == of_plc[1] != []


def test_supply_finds_a_school_by_its_id():
    supply = supply_of([school(7), school(3)])
    assert [supply.ids[supply.row(number)] for number in (3, 7)] == [3, 7]
    with pytest.raises(UnknownSchool) as refused:
        supply.row(5)
    assert refused.value.school == 5
    assert Snapshot.of(CATALOGUE, [school(7)]).profile(7).id == 7
