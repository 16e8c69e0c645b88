"""Meetings laid out in slots, and Kempe chains: moving one meeting and all that has to move for it.

A chain exchanges two slots for a connected set of meetings: the first goes from a to b, whoever is then overbooked in b
sends a meeting to a, and so on. Every chain keeps each party within its presence, and the set of meetings (hence the
score) untouched; only the loads of the two slots may change. (A. Kempe 1879, for edge colourings.)
"""

from __future__ import annotations

from typing import Any, NamedTuple

from events.scheduling.compiled import compiled
from events.scheduling.kernels_chance import below

LONGEST_CHAIN = 60
"""Longer chains are given up: they are rarely accepted and cost as much time as many short ones."""
LENGTH, TOUCHED, NET, STAMP, SOURCE, TARGET = range(6)
"""What is at which place of `Board.chain`."""


class Board(NamedTuple):
    """The meetings k = 0 … K - 1 of parties 0 … N - 1 in slots 0 … T - 1, and the chain in hand. All int32."""

    ends: Any
    """(K, 2) parties"""
    allowed: Any
    """(K, T) whether the meeting may be in the slot"""
    starts: Any
    """(K + 1,) where the slots of a meeting begin in `choices`"""
    choices: Any
    capacity: Any
    """(N, T)"""
    rooms: Any
    """(T,)"""
    slot: Any
    """(K,) where each meeting is"""
    at: Any
    """(N, T, C) the meetings of a party in a slot, closed up, the rest unspecified"""
    met: Any
    """(N, T) how many"""
    held: Any
    """(T, K) the meetings of a slot, closed up"""
    load: Any
    """(T,) how many"""
    place: Any
    """(K,) where a meeting stands in `held`"""
    own_starts: Any
    """(N + 1,) where the meetings of a party begin in `own`"""
    own: Any
    chance: Any
    """(1,) uint64"""
    chain: Any
    """(6,) see LENGTH …; net: how many meetings the target slot gains"""
    path: Any
    """(LONGEST_CHAIN,) the meetings that move"""
    moving: Any
    """(K,) the stamp of the last chain that moved the meeting"""
    touched: Any
    """(2 · LONGEST_CHAIN,) the parties of the meetings that move"""
    seen: Any
    """(N,) the stamp of the last chain that touched the party"""
    gain: Any
    """(N, 2) what a touched party gains in the source and the target slot"""


@compiled
def begin(board: Board, source: int, target: int) -> None:
    """An empty chain between two slots."""
    chain = board.chain
    chain[LENGTH] = chain[TOUCHED] = chain[NET] = 0
    chain[STAMP] += 1
    chain[SOURCE], chain[TARGET] = source, target


@compiled
def extend(board: Board, meeting: int) -> bool:
    """Let one more meeting change to the other slot, and all that then has to; False if something cannot.

    After a refusal the chain holds what was found so far: `shorten` brings it back.
    """
    chain = board.chain
    done = chain[LENGTH]
    if not _join(board, meeting):
        return False
    while done < chain[LENGTH]:
        mover = board.path[done]
        forth = 1 if board.slot[mover] == chain[SOURCE] else 0
        goal = chain[TARGET] if forth else chain[SOURCE]
        for end in range(2):
            if not _make_room(board, board.ends[mover, end], goal, forth):
                return False
        done += 1
    return True


@compiled
def _join(board: Board, meeting: int) -> bool:
    """Put the meeting on the path, if it may be in its other slot."""
    chain = board.chain
    forth = 1 if board.slot[meeting] == chain[SOURCE] else 0
    goal = chain[TARGET] if forth else chain[SOURCE]
    if chain[LENGTH] == LONGEST_CHAIN or not board.allowed[meeting, goal]:
        return False
    board.path[chain[LENGTH]] = meeting
    chain[LENGTH] += 1
    board.moving[meeting] = chain[STAMP]
    chain[NET] += 1 if forth else -1
    for end in range(2):
        party = board.ends[meeting, end]
        if board.seen[party] != chain[STAMP]:
            board.seen[party] = chain[STAMP]
            board.touched[chain[TOUCHED]] = party
            chain[TOUCHED] += 1
            board.gain[party, 0] = board.gain[party, 1] = 0
        board.gain[party, forth] += 1
        board.gain[party, 1 - forth] -= 1
    return True


@compiled
def _make_room(board: Board, party: int, slot: int, side: int) -> bool:
    """Move meetings of the party out of the slot until it holds no more than the party can."""
    stamp = board.chain[STAMP]
    for k in range(board.met[party, slot]):
        if board.met[party, slot] + board.gain[party, side] <= board.capacity[party, slot]:
            return True
        meeting = board.at[party, slot, k]
        if board.moving[meeting] != stamp and not _join(board, meeting):
            return False
    within: bool = board.met[party, slot] + board.gain[party, side] <= board.capacity[party, slot]
    return within


@compiled
def shorten(board: Board, length: int, touched: int) -> None:
    """Take back the last meetings of the path and the last parties touched, back to these numbers."""
    chain = board.chain
    while chain[LENGTH] > length:
        chain[LENGTH] -= 1
        meeting = board.path[chain[LENGTH]]
        board.moving[meeting] = 0
        forth = 1 if board.slot[meeting] == chain[SOURCE] else 0
        chain[NET] -= 1 if forth else -1
        for end in range(2):
            board.gain[board.ends[meeting, end], forth] -= 1
            board.gain[board.ends[meeting, end], 1 - forth] += 1
    while chain[TOUCHED] > touched:
        chain[TOUCHED] -= 1
        board.seen[board.touched[chain[TOUCHED]]] = 0


@compiled
def overload(board: Board) -> int:
    """By how many meetings more the chain would exceed the rooms of its two slots."""
    source, target, net = board.chain[SOURCE], board.chain[TARGET], board.chain[NET]
    spare_source = board.rooms[source] - board.load[source]
    spare_target = board.rooms[target] - board.load[target]
    excess = max(0, net - spare_target) - max(0, -spare_target) + max(0, -net - spare_source) - max(0, -spare_source)
    return int(excess)


@compiled
def apply(board: Board) -> None:
    """Move the meetings of the chain."""
    chain = board.chain
    for k in range(chain[LENGTH]):
        _unseat(board, board.path[k])
    for k in range(chain[LENGTH]):
        meeting = board.path[k]
        seat(board, meeting, chain[TARGET] if board.slot[meeting] == chain[SOURCE] else chain[SOURCE])


@compiled
def seat(board: Board, meeting: int, slot: int) -> None:
    """Enter a meeting that has no seat."""
    board.slot[meeting] = slot
    board.place[meeting] = board.load[slot]
    board.held[slot, board.load[slot]] = meeting
    board.load[slot] += 1
    for end in range(2):
        party = board.ends[meeting, end]
        board.at[party, slot, board.met[party, slot]] = meeting
        board.met[party, slot] += 1


@compiled
def _unseat(board: Board, meeting: int) -> None:
    slot = board.slot[meeting]
    board.load[slot] -= 1
    last = board.held[slot, board.load[slot]]
    board.held[slot, board.place[meeting]] = last
    board.place[last] = board.place[meeting]
    for end in range(2):
        party = board.ends[meeting, end]
        board.met[party, slot] -= 1
        k = 0
        while board.at[party, slot, k] != meeting:
            k += 1
        board.at[party, slot, k] = board.at[party, slot, board.met[party, slot]]


@compiled
def fill(board: Board) -> None:
    """Enter every meeting in its slot, on an empty board."""
    for meeting in range(len(board.slot)):
        seat(board, meeting, board.slot[meeting])


@compiled
def loosen(board: Board, steps: int, until_fits: bool) -> int:
    """Random chains that never raise the excess over the rooms; returns the steps taken.

    With `until_fits` every other chain starts in a slot that is too full, and the first layout within all rooms ends
    it. Where all slots are alike, chains suffice (D. de Werra 1971: a colouring can be made equitable by exchanges).
    """
    for step in range(steps):
        meeting = below(board.chance, len(board.slot))
        if until_fits:
            crowded = _crowded(board)
            if crowded < 0:
                return step
            if step % 2:
                meeting = board.held[crowded, below(board.chance, board.load[crowded])]
        target = any_choice(board, meeting)
        if target == board.slot[meeting]:
            continue
        begin(board, board.slot[meeting], target)
        if extend(board, meeting) and overload(board) <= 0:
            apply(board)
    return steps


@compiled
def any_choice(board: Board, meeting: int) -> int:
    """One of the slots in which the meeting may be."""
    first = board.starts[meeting]
    choice: int = board.choices[first + below(board.chance, board.starts[meeting + 1] - first)]
    return choice


@compiled
def _crowded(board: Board) -> int:
    """Any of the slots that hold more meetings than they have rooms, or -1."""
    found, ties = -1, 0
    for slot in range(len(board.load)):
        if board.load[slot] > board.rooms[slot]:
            ties += 1
            if below(board.chance, ties) == 0:
                found = slot
    return found
