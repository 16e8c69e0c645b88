"""How much has to be touched: free places first, a few moves where asked for, more only to save a meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from events.scheduling.problem import Problem
from events.scheduling.replanning.carrying import Carried, Ends, Why
from events.scheduling.replanning.model import Aims, Decided, Model
from events.scheduling.replanning.options import Options, options

THERE = frozenset({Why.TABLE, Why.SLOT, Why.FIXED, Why.OVERBOOKED})
"""Reasons for which a meeting has lost its place although its two are there: cancelled only if it cannot be helped."""


@dataclass
class Search:
    """One re-planning."""

    changed: Problem
    carried: Carried
    now: int
    held: Collection[Ends]
    """Locked pairs, in the indices of the changed problem."""
    price: int
    effort: float
    seed: int
    making_room: bool = field(default=False, init=False)
    """Whether meetings had to move so that others need not be cancelled."""

    def best(self, max_moves: int) -> tuple[Options, Decided]:
        """The best with so many moves; more are made only if a meeting would be cancelled otherwise."""
        touched = self.carried.touched
        near = self._around(touched) if max_moves > 0 else set()
        found = self._solve(near, max_moves)
        if near and not found[1].proven:
            wanted, decided = min(found, self._solve((), 0), key=self._worth)
            found = wanted, replace(decided, proven=False)
        lost = self._lost(found[1])
        for movable in (self._around({party for ends in lost for party in ends}), set(self.carried.stays)):
            if len(lost) <= self._beyond():
                break
            other = self._solve(movable, None)
            if len(self._lost(other[1])) < len(lost):
                found, lost, self.making_room = other, self._lost(other[1]), True
        return found

    def _solve(self, movable: Collection[Ends], max_moves: int | None) -> tuple[Options, Decided]:
        carried, parties = self.carried, range(len(self.changed.participants))
        quiet = () if max_moves is None else frozenset(parties) - carried.touched
        urgent = {ends for ends, why in carried.displaced.items() if why in THERE}
        aims = Aims(self.price, max_moves, quiet, carried.displaced.keys(), urgent)
        open_to_change = options(self.changed, carried, now=self.now, locked=self.held, movable=movable)
        return open_to_change, Model(open_to_change, aims, effort=self.effort, seed=self.seed).solve()

    def _beyond(self) -> int:
        """Meetings for which there are no tables in all slots to come, however they are laid out."""
        slots = range(self.now, len(self.changed.slots))
        tables = sum(len(self.changed.open_tables(slot)) for slot in slots)
        wanted = sum(meeting.slot >= self.now for meeting in self.carried.stays.values())
        wanted += sum(why in THERE for why in self.carried.displaced.values())
        return max(0, wanted - tables)

    def _worth(self, found: tuple[Options, Decided]) -> tuple[int, int, int, int]:
        """The goals in their order, less being better: musts, meetings saved, minima, score less the price of moves."""
        wanted, decided = found
        met = wanted.stays.keys() | wanted.movable.keys() | decided.places.keys()
        count = Counter(party for ends in met for party in ends)
        shortfall = sum(max(0, each.minimum - count[k]) for k, each in enumerate(self.changed.participants))
        moves = len(wanted.movable.keys() & decided.places.keys())
        score = sum(self.changed.scores.get(ends, 0) for ends in met)
        musts = len(self.changed.required - met)
        return musts, len(self._lost(decided)), shortfall, self.price * moves - score

    def _around(self, parties: set[int]) -> set[Ends]:
        """The staying meetings of these."""
        return {ends for ends in self.carried.stays if any(party in parties for party in ends)}

    def _lost(self, decided: Decided) -> list[Ends]:
        """The meetings without a place whose two are there."""
        return [ends for ends, why in self.carried.displaced.items() if why in THERE and ends not in decided.places]
