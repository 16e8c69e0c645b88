"""Which slot for each chosen pair: list edge colouring by tabu search, then Kempe chains until the tables suffice."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import numpy as np

from events.scheduling.board import Board, choices_of
from events.scheduling.control import seeded
from events.scheduling.instance import Instance, Ints

NOWHERE = -1
"""The slot of a pair that found none."""


def place(instance: Instance, pairs: Ints, weights: Ints, *, steps: int, seed: int) -> Ints:
    """Give each pair a slot in which both are present, and not more pairs to a slot than it has tables.

    Args: weights (K,) of the pairs: where not all can be placed, the heavier are. steps: limit of either search.
    Returns: (K,) slots. All placed within the tables, or some at NOWHERE, or (the search for room having failed) some
    slots holding more than their tables: `fits` tells.
    """
    if not len(pairs):
        return np.zeros(0, np.int64)
    random = seeded(seed)
    slots = _Tabu(instance, pairs, weights, random).run(steps)
    return slots if (slots == NOWHERE).any() else balance(instance, pairs, slots, steps=steps, random=random)


def fits(instance: Instance, slots: Ints) -> bool:
    """Whether every pair has a slot and no slot more pairs than tables."""
    if (slots == NOWHERE).any():
        return False
    return bool((np.bincount(slots, minlength=instance.slots) <= instance.rooms).all())


def balance(instance: Instance, pairs: Ints, slots: Ints, *, steps: int, random: Random) -> Ints:
    """Move pairs out of slots with too few tables, by random chains that never raise the excess.

    Where all slots are alike, chains suffice (D. de Werra 1971: a colouring can be made equitable by exchanges).
    """
    board = Board(instance, pairs, slots.tolist(), instance.rooms.tolist())
    overfull = board.overfull()
    for step in range(steps):
        if not overfull:
            break
        # Every other chain starts where it is too full; the others keep the rest in motion.
        meeting = random.choice(board.held[random.choice(overfull)]) if step % 2 else random.randrange(len(board.slot))
        target = random.choice(board.choices[meeting])
        if target == board.slot[meeting]:
            continue
        chain = board.chain(meeting, target)
        if chain is not None and board.overload(chain) <= 0:
            board.apply(chain, board.busy_after(chain))
            overfull = board.overfull()
    return np.array(board.slot, np.int64)


@dataclass
class _Tabu:
    """Partial colouring: every step places one unplaced pair and throws out whom it collides with.

    Thrown-out pairs grow harder to throw out again, and may not return to that slot for some steps. Tables are left
    aside: without them the problem is easier, and chains almost always make the room afterwards.
    """

    instance: Instance
    pairs: Ints
    weights: Ints
    random: Random
    slot: list[int] = field(init=False)
    waiting: list[int] = field(init=False)
    worth: list[int] = field(init=False)
    """Weight, and 1 for every time thrown out."""

    def __post_init__(self) -> None:
        count = len(self.pairs)
        ends = zip(self.instance.school[self.pairs], self.instance.enterprise[self.pairs], strict=True)
        self.ends = [(int(i), int(j)) for i, j in ends]
        self.choices = choices_of(self.instance, self.pairs)
        self.capacity = self.instance.capacity.tolist()
        self.at: list[list[list[int]]] = [[[] for _ in range(self.instance.slots)] for _ in self.capacity]
        self.banned: dict[tuple[int, int], int] = {}
        self.worth = self.weights.tolist()
        self.slot = [NOWHERE] * count
        self._start()
        self.waiting = [k for k in range(count) if self.slot[k] == NOWHERE]

    def run(self, steps: int) -> Ints:
        """Search until all are placed or the steps are used up; returns the best slots found."""
        weights = self.weights.tolist()
        lacking = sum(weights[k] for k in self.waiting)
        least, best = lacking, self.slot[:]
        for step in range(steps):
            if not self.waiting:
                break
            place = self.random.randrange(len(self.waiting))
            pair = self.waiting[place]
            slot = self._cheapest(pair, step)
            if slot == NOWHERE:
                continue
            self.waiting[place] = self.waiting[-1]
            self.waiting.pop()
            thrown = self._enter(pair, slot, step)
            lacking += sum(weights[k] for k in thrown) - weights[pair]
            if lacking < least:
                least, best = lacking, self.slot[:]
        return np.array(best, np.int64)

    def _start(self) -> None:
        """Greedy: the pairs with the fewest slots first, each into the emptiest slot for the tables it has."""
        load = [0] * self.instance.slots
        rooms = self.instance.rooms.tolist()
        for pair in sorted(range(len(self.ends)), key=lambda k: len(self.choices[k])):
            possible = [t for t in self.choices[pair] if load[t] < rooms[t] and not self._colliding(pair, t)]
            if possible:
                slot = min(possible, key=lambda t: load[t] / rooms[t])
                load[slot] += 1
                self._seat(pair, slot)

    def _colliding(self, pair: int, slot: int) -> list[int]:
        """The lightest pair of each party that has no place left in the slot."""
        full = (self.at[p][slot] for p in self.ends[pair] if len(self.at[p][slot]) >= self.capacity[p][slot])
        return [min(here, key=self.worth.__getitem__) for here in full]

    def _cheapest(self, pair: int, step: int) -> int:
        """The slot that throws out the least; ties are drawn."""
        least, best, ties = -1, NOWHERE, 0
        for slot in self.choices[pair]:
            if self.banned.get((pair, slot), 0) > step:
                continue
            cost = sum(self.worth[k] for k in self._colliding(pair, slot))
            if best == NOWHERE or cost < least:
                least, best, ties = cost, slot, 1
            elif cost == least:
                ties += 1
                if self.random.randrange(ties) == 0:
                    best = slot
        return best

    def _enter(self, pair: int, slot: int, step: int) -> set[int]:
        """Place the pair; returns whom it threw out."""
        thrown = set(self._colliding(pair, slot))
        for other in thrown:
            for party in self.ends[other]:
                self.at[party][slot].remove(other)
            self.slot[other] = NOWHERE
            self.worth[other] += 1
            self.banned[other, slot] = step + 10 + self.random.randrange(10) + len(self.waiting)
        self.waiting.extend(sorted(thrown))
        self._seat(pair, slot)
        return thrown

    def _seat(self, pair: int, slot: int) -> None:
        self.slot[pair] = slot
        for party in self.ends[pair]:
            self.at[party][slot].append(pair)
