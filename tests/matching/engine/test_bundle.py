"""Bundles: the same arrays are the same bytes; what is no bundle is refused."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings

from matching.engine import Supply, Vocabulary
from matching.engine.bundle import Bundle, NotABundle
from matching.engine.packed import Schools
from tests.matching.engine.packs import VOCABULARY, Packed, supply_of
from tests.matching.engine.worlds import World, school, weights, worlds


@dataclass(frozen=True)
class Sample(Bundle):
    name: str
    numbers: np.ndarray
    table: np.ndarray


SAMPLE = Sample("样本", np.arange(5, dtype=np.int32), np.ones((2, 3), np.float32))


def test_bundle_comes_back_with_types_and_shapes():
    back = Sample.from_bytes(SAMPLE.to_bytes())
    assert (back.name, back.numbers.dtype, back.table.shape) == ("样本", np.int32, (2, 3))
    assert back.numbers.tolist() == [0, 1, 2, 3, 4]
    assert back.to_bytes() == SAMPLE.to_bytes()
    assert Sample.from_bytes(memoryview(SAMPLE.to_bytes())).to_bytes() == SAMPLE.to_bytes()


def test_equal_arrays_are_equal_bytes_whatever_their_layout():
    turned = np.asfortranarray(SAMPLE.table)
    strided = np.arange(10, dtype=np.int32)[::2] // 2
    big_endian = np.arange(5, dtype=">i4")
    for other in (Sample("样本", strided, turned), Sample("样本", big_endian.astype(np.int32), turned)):
        assert other.to_bytes() == SAMPLE.to_bytes()
    assert Sample("样本", SAMPLE.numbers.astype(np.int64), SAMPLE.table).to_bytes() != SAMPLE.to_bytes()


def test_arrays_of_a_bundle_cannot_be_changed():
    for bundle in (SAMPLE, Sample.from_bytes(SAMPLE.to_bytes())):
        with pytest.raises(ValueError, match="read-only"):
            bundle.numbers[0] = 1


def test_what_is_no_bundle_is_refused():
    data = SAMPLE.to_bytes()
    assert Sample.from_bytes(data).name == SAMPLE.name
    head = data.index(b"{")
    for wrong in (b"", b"PK\3\4", data[:10], data[: head + 20], data[:-64], data[:head] + b"[" + data[head + 1 :]):
        with pytest.raises(NotABundle):
            Sample.from_bytes(wrong)


def test_bundle_of_another_kind_is_refused():
    data = supply_of([school(1)]).to_bytes()
    assert len(Supply.from_bytes(data)) == 1
    with pytest.raises(NotABundle, match="one of Supply"):
        Schools.from_bytes(data)


def test_vocabulary_comes_back_and_still_numbers():
    back = Vocabulary.from_bytes(VOCABULARY.to_bytes())
    assert back.to_bytes() == VOCABULARY.to_bytes()
    assert back.want_number("4603") == VOCABULARY.want_number("4603")
    assert back.skill_number("plc") == VOCABULARY.skill_number("plc")


@settings(max_examples=20, deadline=None)
@given(world=worlds(), other=weights())
def test_supply_comes_back_with_vocabulary_and_weights(world: World, other):
    supply = supply_of(world.schools, weights=other)
    back = Supply.from_bytes(supply.to_bytes())
    assert back.to_bytes() == supply.to_bytes()
    assert back.weights == other
    assert back.vocabulary.codes == VOCABULARY.codes
    assert Packed.of(world).supply.to_bytes() != back.to_bytes()
