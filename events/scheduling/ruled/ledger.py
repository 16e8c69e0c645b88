"""A layout under construction: takes a meeting only where every rule still holds for the two who meet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from events.scheduling.instance import Ints
from events.scheduling.problem import BREAK_FROM
from events.scheduling.quality import waiting
from events.scheduling.ruled.frame import UNPLACED, Frame


class Ledger:
    """Meetings in cells. `breaks` is (least, most) of each party, where their difference is bounded."""

    def __init__(self, frame: Frame, breaks: tuple[int, int] | None) -> None:
        self.frame = frame
        self.breaks = breaks
        self.cell = [UNPLACED] * len(frame.ends)
        self.free = dict(frame.tables)
        self.count = [0] * frame.instance.parties
        self.at: list[dict[int, Counter[int]]] = [defaultdict(Counter) for _ in self.count]
        """Per party, by slot: meetings by zone."""
        self.rules = frame.problem.rules
        self.present = [sum(1 << t for t, here in enumerate(row) if here) for row in frame.present]
        self.earlier, self.later = frame.order

    def layout(self) -> Ints:
        """(M,) cells."""
        return np.array(self.cell, np.int64)

    def fill(self, pairs: Iterable[int], wanted: Ints | None = None) -> None:
        """Place those of the pairs that find a cell, one after the other; in the wanted cell, or in any if None."""
        for pair in pairs:
            if self.cell[pair] != UNPLACED:
                continue
            cells = self.frame.cells[pair] if wanted is None else [int(wanted[pair])]
            for cell in cells:
                if self.enter(pair, cell):
                    break

    def enter(self, pair: int, cell: int) -> bool:
        """Place the pair if all rules allow it."""
        if not self._room(pair, cell) or not self._in_order(pair, self.frame.slot(cell)):
            return False
        self.put(pair, cell)
        if all(self.keeps(party) for party in self.frame.ends[pair]):
            return True
        self.remove(pair)
        return False

    def put(self, pair: int, cell: int) -> None:
        """Place the pair, whatever the rules say."""
        self.cell[pair] = cell
        self.free[self.frame.pool[pair], cell] -= 1
        slot, zone = divmod(cell, self.frame.zones)
        for party in self.frame.ends[pair]:
            self.count[party] += 1
            self.at[party][slot][zone] += 1

    def remove(self, pair: int) -> None:
        """Take a placed pair out."""
        cell, self.cell[pair] = self.cell[pair], UNPLACED
        self.free[self.frame.pool[pair], cell] += 1
        slot, zone = divmod(cell, self.frame.zones)
        for party in self.frame.ends[pair]:
            self.count[party] -= 1
            here = self.at[party][slot]
            here[zone] -= 1
            if not here.total():
                del self.at[party][slot]

    def open_cells(self, pair: int) -> list[int]:
        """The cells in which a table is free and both can meet, whatever the rules say."""
        return [cell for cell in self.frame.cells[pair] if self._room(pair, cell)]

    def cut(self) -> None:
        """Take out meetings that were put in without asking until all rules hold, musts only where nothing else helps.

        Of a party that breaks a rule the meeting goes after which the fewest of the two who met break one; of several
        that of the lowest score.
        """
        self._cut_order()
        parties = range(len(self.count))
        restless = [party for party in parties if not self.keeps(party)]
        while restless:
            for party in restless:
                while not self.keeps(party):
                    self.remove(min(self._meetings(party), key=self._harm))
            restless = [party for party in parties if not self.keeps(party)]

    def _cut_order(self) -> None:
        """Of two meetings in the wrong order the lesser goes."""
        must, score = self.frame.instance.must, self.frame.score
        for second, firsts in self.earlier.items():
            for first in firsts:
                cells = self.cell[first], self.cell[second]
                if UNPLACED not in cells and self.frame.slot(cells[0]) >= self.frame.slot(cells[1]):
                    self.remove(min((first, second), key=lambda pair: (must[pair], score[pair])))

    def _meetings(self, party: int) -> list[int]:
        """The pairs of a party that meet."""
        return [pair for pair in self.frame.pairs_of[party] if self.cell[pair] != UNPLACED]

    def _harm(self, pair: int) -> tuple[bool, int, int]:
        """How bad it is to take a pair out, less being better."""
        cell = self.cell[pair]
        self.remove(pair)
        broken = sum(not self.keeps(party) for party in self.frame.ends[pair])
        self.put(pair, cell)
        return bool(self.frame.instance.must[pair]), broken, self.frame.score[pair]

    def keeps(self, party: int) -> bool:
        """Whether the days of a party keep the rules."""
        at = self.at[party]
        days = [[slot for slot in day if slot in at] for day in self.frame.days]
        return (
            self._short_runs(days)
            and self._zones_kept(party, days)
            and self._rested(party, days)
            and self._breaks_bounded(party)
        )

    def _room(self, pair: int, cell: int) -> bool:
        """Whether a table is free there, and the two are."""
        frame, slot = self.frame, self.frame.slot(cell)
        if cell == UNPLACED or self.free.get((frame.pool[pair], cell), 0) < 1 or cell not in frame.cells[pair]:
            return False
        return all(
            self.count[party] < frame.maximum[party]
            and (slot not in self.at[party] or self.at[party][slot].total() < frame.capacity[party][slot])
            for party in frame.ends[pair]
        )

    def _in_order(self, pair: int, slot: int) -> bool:
        """Whether all come after whom they have to."""
        if pair in self.earlier.get(pair, ()):
            return False
        return all(self._slot_of(k, -1) < slot for k in self.earlier.get(pair, ())) and all(
            self._slot_of(k, self.frame.instance.slots) > slot for k in self.later.get(pair, ())
        )

    def _slot_of(self, pair: int, otherwise: int) -> int:
        """The slot of a pair that meets."""
        return otherwise if self.cell[pair] == UNPLACED else self.frame.slot(self.cell[pair])

    def _short_runs(self, days: list[list[int]]) -> bool:
        longest = self.rules.max_run
        if longest is None:
            return True
        # Of r + 1 meeting slots of a day, ascending, the last lies further than r from the first, or they are a run.
        return all(day[k + longest] - day[k] > longest for day in days for k in range(len(day) - longest))

    def _zones_kept(self, party: int, days: list[list[int]]) -> bool:
        if self.frame.zones == 1:
            return True
        at, delegates = self.at[party], self.frame.problem.participants[party].capacity
        for earlier, later in (two for day in days for two in pairwise(day)):
            if later - earlier > self.rules.zone_change_gap:
                continue
            if (at[earlier] | at[later]).total() > max(delegates[earlier], delegates[later]):
                return False
        return True

    def _rested(self, party: int, days: list[list[int]]) -> bool:
        if not self.rules.break_for_all:
            return True
        present = self.frame.present[party]
        return all(
            len(day) < BREAK_FROM or any(present[t] and t not in day for t in range(day[0], day[-1])) for day in days
        )

    def _breaks_bounded(self, party: int) -> bool:
        if self.breaks is None:
            return True
        busy = sum(1 << slot for slot in self.at[party])
        least, most = self.breaks
        return least <= waiting(busy, self.present[party], self.frame.days).breaks <= most


def holding(frame: Frame, layout: Ints, breaks: tuple[int, int] | None) -> Ledger:
    """A ledger with these meetings, whatever the rules say of them."""
    ledger = Ledger(frame, breaks)
    for pair in np.flatnonzero(layout != UNPLACED).tolist():
        ledger.put(pair, int(layout[pair]))
    return ledger
