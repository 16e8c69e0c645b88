"""Fewest breaks: simulated annealing over Kempe chains, aimed at the participants who wait.

Which pairs meet (hence shortfall and score) stays as it is. A chain changes the calendar of two parties only, those at
its ends; so most proposals start at a party that waits, and are dropped early if they do not help it. Where all tables
are taken, a chain that would overfill a slot is joined with a second one that makes the room.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

from events.scheduling.board import Board, Chain
from events.scheduling.control import Control, seeded
from events.scheduling.instance import Instance, Ints
from events.scheduling.quality import Waiting, days_of, presence, waiting

IDLE_SLOT = 0.5
"""Cost of an idle slot, where a break costs 1. That much leads the search through shorter breaks to none; what counts
as best is first the breaks, then the idle slots."""
HOT, COLD = 0.6, 0.2
"""First and last temperature, in breaks; between them it falls geometrically."""
STRAY = 0.3
"""The share of proposals that start anywhere is this by the number of parties that wait: the fewer they are, the more
the others have to move before there is a way."""
SWAPS = 0.15
"""Share of those proposals kept that change only the order of the party's meetings."""
PARTNERS = 8
"""Second chains tried before a chain without room is given up."""
A_BREAK = 10**6
"""Idle slots that one break outweighs; there are never that many."""
LOOK_UP = 5000
"""Steps between two questions whether the caller has cancelled."""


def compact(instance: Instance, pairs: Ints, slots: Ints, *, steps: int, seed: int, control: Control) -> Ints:
    """The same pairs in slots with fewer breaks, or as few.

    Args: pairs (K,), slots (K,) within all presences and tables. Stops early without breaks, or when cancelled.
    Returns: (K,) the best slots met.
    """
    if not len(pairs):
        return slots
    annealing = _Annealing(instance, Board(instance, pairs, slots.tolist(), instance.rooms.tolist()), seed)
    for step in range(steps):
        if not annealing.waiting or (step % LOOK_UP == 0 and control.stopped()):
            break
        annealing.step(HOT * (COLD / HOT) ** (step / steps))
        if step * 20 % steps < 20:
            control.report("compact", 0.4 + 0.5 * step / steps)
    return np.array(annealing.best_slots, np.int64)


class _Costs(dict[int, float]):
    """Cost of a calendar (bit set of busy slots) of a party that is present in given slots, computed when first met."""

    def __init__(self, present: int, days: Sequence[Sequence[int]]) -> None:
        super().__init__()
        self.present = present
        self.days = [(day, sum(1 << slot for slot in day)) for day in days]
        self.of_day: dict[int, Waiting] = {}
        self.rank: dict[int, int] = {}
        """Of the same calendars: breaks above all, then idle slots, in one number."""

    def __missing__(self, busy: int) -> float:
        breaks = idle = 0
        for day, bits in self.days:
            busy_on_day = busy & bits  # no two days have a bit in common, so that one table serves all of them
            if busy_on_day not in self.of_day:
                self.of_day[busy_on_day] = waiting(busy_on_day, self.present, [day])
            breaks += self.of_day[busy_on_day].breaks
            idle += self.of_day[busy_on_day].idle
        self.rank[busy] = breaks * A_BREAK + idle
        cost = self[busy] = breaks + IDLE_SLOT * idle
        return cost


class _Annealing:
    """A board, what it costs, and the best layout met."""

    def __init__(self, instance: Instance, board: Board, seed: int) -> None:
        self.board = board
        self.random = seeded(seed).random
        days = days_of(instance.problem.slots)
        shared: dict[int, _Costs] = {}
        present = presence(instance.problem)
        self.costs = [shared.setdefault(bits, _Costs(bits, days)) for bits in present]
        self.cost = [costs[busy] for costs, busy in zip(self.costs, board.busy, strict=True)]
        self.waiting = [party for party, cost in enumerate(self.cost) if cost]
        self.place = {party: k for k, party in enumerate(self.waiting)}
        self.rank = [costs.rank[busy] for costs, busy in zip(self.costs, board.busy, strict=True)]
        self.current = self.best = sum(self.rank)
        self.best_slots = board.slot[:]

    def step(self, temperature: float) -> None:
        """Propose one chain and take it if its cost is below a random threshold."""
        threshold = -temperature * log(1.0 - self.random())
        proposal = self._aimed(threshold) if self.random() * len(self.waiting) > STRAY else self._anywhere()
        if proposal is None:
            return
        chain = self.board.chain(*proposal)
        if chain is None:
            return
        changed = self.board.busy_after(chain)
        if self._delta(changed) > threshold:
            return
        if self.board.overload(chain) > 0:
            joined = self._joined(chain, threshold)
            if joined is None:
                return
            chain, changed = joined
        self.board.apply(chain, changed)
        self._account(changed)

    def _anywhere(self) -> tuple[int, int] | None:
        """Any meeting, to any of its slots."""
        board = self.board
        meeting = int(self.random() * len(board.slot))
        choices = board.choices[meeting]
        target = choices[int(self.random() * len(choices))]
        return None if target == board.slot[meeting] else (meeting, target)

    def _aimed(self, threshold: float) -> tuple[int, int] | None:
        """A meeting of a party that waits, to a slot that does not cost this party more than the threshold."""
        board, random = self.board, self.random
        party = self.waiting[int(random() * len(self.waiting))]
        meetings = board.of_party[party]
        meeting = meetings[int(random() * len(meetings))]
        choices = board.choices[meeting]
        target = choices[int(random() * len(choices))]
        source = board.slot[meeting]
        if target == source:
            return None
        busy = board.busy[party]
        if busy >> target & 1:
            return (meeting, target) if random() < SWAPS else None
        after = busy | 1 << target
        if len(board.at[party][source]) == 1:
            after ^= 1 << source
        return None if self.costs[party][after] - self.cost[party] > threshold else (meeting, target)

    def _joined(self, chain: Chain, threshold: float) -> tuple[Chain, list[tuple[int, int]]] | None:
        """The chain and another of the same two slots, which together leave no slot overfull."""
        board, random = self.board, self.random
        slots = (chain.target, chain.source) if chain.net > 0 else (chain.source, chain.target)
        crowd = board.held[slots[0]]
        for _ in range(PARTNERS):
            second = board.chain(crowd[int(random() * len(crowd))], slots[1])
            if second is None or second.net <= 0:
                continue
            both = chain.joined(second)
            if both is None or board.overload(both) > 0:
                continue
            changed = board.busy_after(both)
            if self._delta(changed) <= threshold:
                return both, changed
        return None

    def _delta(self, changed: list[tuple[int, int]]) -> float:
        cost, costs = self.cost, self.costs
        return sum([costs[party][busy] - cost[party] for party, busy in changed])

    def _account(self, changed: list[tuple[int, int]]) -> None:
        """Keep costs, the parties that wait and the best layout after a move."""
        for party, busy in changed:
            costs = self.costs[party]
            cost = self.cost[party] = costs[busy]
            self.current += costs.rank[busy] - self.rank[party]
            self.rank[party] = costs.rank[busy]
            if cost and party not in self.place:
                self.place[party] = len(self.waiting)
                self.waiting.append(party)
            elif not cost and party in self.place:
                hole, last = self.place.pop(party), self.waiting.pop()
                if last != party:
                    self.waiting[hole] = last
                    self.place[last] = hole
        if self.current < self.best:
            self.best = self.current
            self.best_slots = self.board.slot[:]
