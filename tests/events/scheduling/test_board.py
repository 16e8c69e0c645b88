"""Kempe chains and colourings: what the searches stand on."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.scheduling.board import Board
from events.scheduling.colouring import colour
from events.scheduling.instance import Instance, build
from events.scheduling.placement import NOWHERE, place
from events.scheduling.polishing import polish, settle, shuffle
from events.scheduling.quality import Waiting, waiting
from tests.benchmarks.fairs import generate


def placed(kind: str) -> tuple[Instance, np.ndarray, np.ndarray]:
    """An instance, pairs that all found a slot, and the slots."""
    instance = build(generate("small", kind, 1))
    pairs = np.arange(len(instance.score))
    slots = place(instance, pairs, instance.score, steps=300, seed=1)
    here = np.flatnonzero(slots != NOWHERE)
    return instance, pairs[here], slots[here]


def assert_kept(instance: Instance, pairs: np.ndarray, slots: list[int]) -> None:
    """Everybody within presence, everything in one of its slots."""
    assert instance.allowed[pairs, slots].all()
    for ends in (instance.school, instance.enterprise):
        crowd = Counter(zip(ends[pairs].tolist(), slots, strict=True))
        assert all(count <= instance.capacity[place] for place, count in crowd.items())


@pytest.mark.parametrize("kind", ["uniform", "rush_scattered"])
def test_chains_keep_presences_and_their_own_account(kind: str) -> None:
    instance, pairs, slots = placed(kind)
    board = Board(instance, pairs, slots.tolist(), instance.rooms.tolist())
    random, moved = Random(1), 0
    for _ in range(3000):
        meeting = random.randrange(len(pairs))
        target = random.choice(board.choices[meeting])
        chain = board.chain(meeting, target) if target != board.slot[meeting] else None
        if chain is None:
            continue
        second = board.chain(random.randrange(len(pairs)), chain.source)
        if second is not None and {second.source, second.target} == {chain.source, chain.target}:
            chain = chain.joined(second) or chain
        excess = sum(len(board.held[slot]) - board.rooms[slot] for slot in board.overfull())
        gain = board.overload(chain)
        board.apply(chain, board.busy_after(chain))
        moved += 1
        assert sum(len(board.held[slot]) - board.rooms[slot] for slot in board.overfull()) == excess + gain
    assert moved > 500
    assert_kept(instance, pairs, board.slot)
    again = Board(instance, pairs, board.slot, board.rooms)
    assert (again.busy, [sorted(held) for held in again.held]) == (board.busy, [sorted(held) for held in board.held])


def test_polish_never_makes_a_layout_worse() -> None:
    instance = build(generate("small", "rush_scattered", 1))
    nothing = np.zeros(0, np.int64)
    layout = settle(instance, np.zeros(int(instance.must.sum()), np.int64), nothing, nothing)
    random, worth = Random(1), (10**9, 0)
    for _ in range(10):
        layout = polish(instance, shuffle(instance, layout, random))
        pairs = np.flatnonzero(layout != NOWHERE)
        assert_kept(instance, pairs, layout[pairs].tolist())
        assert (np.bincount(layout[pairs], minlength=instance.slots) <= instance.rooms).all()
        assert (instance.degrees(pairs) <= instance.ceiling).all()
        better = instance.shortfall(pairs), -instance.total(pairs)
        assert better <= worth
        worth = better
    assert worth[1] < 0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(6, 11)), max_size=40))
def test_colour_needs_no_more_colours_than_the_greatest_degree(ends: list[tuple[int, int]]) -> None:
    degree = max(Counter(node for edge in ends for node in edge).values(), default=0)
    colours = colour(ends, 12, degree)
    assert all(0 <= each < degree for each in colours)
    places = [(node, each) for edge, each in zip(ends, colours, strict=True) for node in edge]
    assert len(set(places)) == len(places)
    if ends:
        with pytest.raises(ValueError, match="more edges than there are colours"):
            colour(ends, 12, degree - 1)


@pytest.mark.parametrize(
    ("busy", "present", "expected"),
    [
        ("", "111111", (0, 0)),
        ("111", "111111", (0, 0)),
        ("101", "111111", (1, 1)),
        ("101", "101111", (0, 0)),
        ("1001", "110111", (1, 1)),
        ("10000001", "11111111", (0, 0)),
        ("100100001", "111111111", (1, 2)),
        ("101001", "111111", (1, 1)),
    ],
)
def test_waiting_counts_breaks_and_idle_slots_within_a_day(busy: str, present: str, expected: tuple[int, int]) -> None:
    """Strings of slots, the first day having four, the second the rest."""
    first, second = (sum(1 << slot for slot, here in enumerate(row) if here == "1") for row in (busy, present))
    assert waiting(first, second, [[0, 1, 2, 3], [4, 5, 6, 7, 8]]) == Waiting(*expected)
