"""Kempe chains and colourings: what the searches stand on."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.scheduling.bench.fairs import generate
from events.scheduling.classes import select_by_class
from events.scheduling.colouring import colour
from events.scheduling.compaction import compact, waits_of
from events.scheduling.control import Control
from events.scheduling.exchanging import Exchange
from events.scheduling.instance import Instance, build
from events.scheduling.kernels_anneal import account
from events.scheduling.kernels_board import (
    LENGTH,
    SOURCE,
    TARGET,
    TOUCHED,
    Board,
    any_choice,
    apply,
    begin,
    extend,
    loosen,
    overload,
    shorten,
)
from events.scheduling.layouts import board_of
from events.scheduling.musts import keep_musts
from events.scheduling.placement import NOWHERE, place
from events.scheduling.polishing import polish, settle, shuffle
from events.scheduling.quality import Waiting, waiting, waiting_of_all
from tests.events.scheduling.fairs import fair


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


def assert_own_account(board: Board) -> None:
    """What the board keeps beside the slots of the meetings follows from them."""
    slots, parties = board.slot.tolist(), range(len(board.met))
    for slot, load in enumerate(board.load.tolist()):
        here = board.held[slot, :load].tolist()
        assert sorted(here) == [meeting for meeting, at in enumerate(slots) if at == slot]
        assert [board.place[meeting] for meeting in here] == list(range(load))
        for party in parties:
            mine = board.at[party, slot, : board.met[party, slot]].tolist()
            assert sorted(mine) == [meeting for meeting in sorted(here) if party in board.ends[meeting]]


def within_presence(board: Board) -> bool:
    """Whether the chain in hand could be applied: its last extension may have been refused half-way."""
    touched = board.touched[: board.chain[TOUCHED]]
    slots = board.chain[[SOURCE, TARGET]]
    return bool(
        (board.met[np.ix_(touched, slots)] + board.gain[touched] <= board.capacity[np.ix_(touched, slots)]).all()
    )


@pytest.mark.parametrize("kind", ["uniform", "rushscat"])
def test_chains_keep_presences_and_their_own_account(kind: str) -> None:
    instance, pairs, slots = placed(kind)
    board = board_of(instance, pairs, slots, seed=1)
    random, moved = Random(1), 0
    for _ in range(3_000):
        meeting = random.randrange(len(pairs))
        target = any_choice(board, meeting)
        begin(board, board.slot[meeting], target)
        if target == board.slot[meeting] or not extend(board, meeting):
            continue
        length, touched = board.chain[LENGTH], board.chain[TOUCHED]
        before = board.path[:length].tolist(), board.gain[board.touched[:touched]].tolist()
        second = random.randrange(len(pairs))
        other = board.slot[second] in board.chain[[SOURCE, TARGET]] and second not in board.path[:length]
        if other and (not extend(board, second) or moved % 2):
            shorten(board, length, touched)
            assert (board.path[:length].tolist(), board.gain[board.touched[:touched]].tolist()) == before
        assert within_presence(board)
        before_it, gain = excess(instance, board.slot), overload(board)
        apply(board)
        moved += 1
        assert excess(instance, board.slot) == before_it + gain
    assert moved > 500
    assert_kept(instance, pairs, board.slot.tolist())
    assert_own_account(board)


def test_loosen_brings_a_layout_within_its_tables() -> None:
    """Twelve slots with three tables for 36 meetings, which begin in half of the slots."""
    instance = build(fair(6, 6, 12, tables=3))
    slots = (instance.school + instance.enterprise) % 6
    board = board_of(instance, np.arange(36), slots, seed=1)
    loosen(board, 0, True)
    assert board.load.tolist() == [6] * 6 + [0] * 6
    assert loosen(board, 100_000, True) < 100_000
    assert board.load.tolist() == [3] * 12
    assert_kept(instance, np.arange(36), board.slot.tolist())
    assert_own_account(board)


def excess(instance: Instance, slots: np.ndarray) -> int:
    """Meetings without a table."""
    return int(np.maximum(0, np.bincount(slots, minlength=instance.slots) - instance.rooms).sum())


def breaks_of(instance: Instance, pairs: np.ndarray, slots: np.ndarray) -> Waiting:
    """As the quality counts them."""
    busy = [0] * instance.parties
    for pair, slot in zip(pairs.tolist(), slots.tolist(), strict=True):
        for party in (instance.school[pair], instance.enterprise[pair]):
            busy[party] |= 1 << slot
    return waiting_of_all(instance.problem, busy)


@pytest.mark.parametrize("kind", ["uniform", "rushscat"])
def test_compact_keeps_all_limits_and_counts_as_the_quality_does(kind: str) -> None:
    instance, pairs, slots = placed(kind)
    found = compact(instance, pairs, slots, steps=20_000, seed=1, control=Control(None, None, lambda: 0.0))
    assert_kept(instance, pairs, found.tolist())
    assert excess(instance, found) <= excess(instance, slots)
    assert breaks_of(instance, pairs, found) < breaks_of(instance, pairs, slots)
    for layout in (slots, found):
        board = board_of(instance, pairs, layout, seed=1)
        waits = waits_of(instance, board)
        account(board, waits)
        assert (waits.breaks[:, -1].sum(), waits.idle[:, -1].sum()) == breaks_of(instance, pairs, layout)


def assert_better(instance: Instance, layout: np.ndarray, worth: tuple[int, int]) -> tuple[int, int]:
    """The layout keeps every limit and is worth at least as much; returns its worth, less being better."""
    pairs = np.flatnonzero(layout != NOWHERE)
    assert_kept(instance, pairs, layout[pairs].tolist())
    assert (np.bincount(layout[pairs], minlength=instance.slots) <= instance.rooms).all()
    assert (instance.degrees(pairs) <= instance.ceiling).all()
    found = instance.shortfall(pairs), -instance.total(pairs)
    assert found <= worth
    return found


def empty_layout(instance: Instance) -> np.ndarray:
    """The musts alone."""
    nothing = np.zeros(0, np.int64)
    return settle(instance, keep_musts(instance), nothing, nothing)


def test_polish_never_makes_a_layout_worse() -> None:
    instance = build(generate("small", "rushscat", 1))
    layout, worth = empty_layout(instance), (10**9, 0)
    for seed in range(10):
        layout = polish(instance, shuffle(instance, layout, seed))
        worth = assert_better(instance, layout, worth)
    assert worth[1] < 0


def test_exchange_never_makes_a_layout_worse_and_reaches_the_bound() -> None:
    instance = build(generate("small", "rushscat", 1))
    selection = select_by_class(instance)
    assert selection is not None
    exchange = Exchange(instance, empty_layout(instance), selection.reduced, selection.bound(0), seed=1)
    worth = assert_better(instance, exchange.layout, (10**9, 0))
    for _ in range(20):
        exchange.step(0.5, 1000.0, None)
        worth = assert_better(instance, exchange.layout, worth)
    assert worth == (0, -selection.bound(0))


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
