"""A fair without the optional rules whose timetables keep most of them of themselves.

Whoever could meet too often in a row is absent now and then; where zones matter, every party is in one zone at a time,
and a slot becomes as many as there are zones. Such a fair is planned like any other, exactly. What it costs against the
fair as it is, and what it does not keep, is for the search afterwards to make good.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np

from events.scheduling.consistency import MAX_SCORE
from events.scheduling.instance import Ints
from events.scheduling.ownership import NOBODY, open_by_owner
from events.scheduling.problem import BREAK_FROM, Pair, Problem, Rules, Slot
from events.scheduling.ruled.frame import UNPLACED, Frame

AWAY = -1
"""The zone of a party that rests."""
BUSY = 0.7
"""Of its presence, from which share on a party pauses by plan; others have breaks of themselves."""
CHANGES = (0.3, 0.5, 0.7)
"""Of its presence in a day, after which shares a party may change its zone."""
URGENT = 20
"""How many times the best score a must counts, that is but wished for in the restricted fair."""


def restricted(frame: Frame, base: Ints) -> Problem:
    """The fair in which every cell is a slot and the musts are wishes, though urgent; `base` says where fixed meetings
    without a table sit."""
    problem = frame.problem
    patterns = _Patterns(frame, base)
    rows = [patterns.choose(party) for party in range(len(problem.participants))]
    cells = range(frame.instance.slots * frame.zones)
    participants = tuple(
        replace(party, capacity=tuple(_capacity(frame, k, rows[k], cell) for cell in cells))
        for k, party in enumerate(problem.participants)
    )
    closed = [(slot * frame.zones + zone, table) for slot, table in set(problem.closed) for zone in range(frame.zones)]
    if frame.zones > 1:
        closed += [
            (cell, k)
            for cell in cells
            for k, table in enumerate(problem.tables)
            if frame.zone_names.index(table.zone) != cell % frame.zones
        ]
    place = {ends: k for k, ends in enumerate(frame.ends)}
    fixed = [replace(meeting, slot=int(base[place[meeting.ends]])) for meeting in problem.fixed]
    return replace(
        problem,
        slots=tuple(
            Slot(slot.day, slot.session, slot.start * frame.zones + zone)
            for slot in problem.slots
            for zone in range(frame.zones)
        ),
        participants=participants,
        pairs=tuple(_pairs(problem)),
        closed=tuple(sorted(set(closed))),
        must=(),
        fixed=tuple(fixed),
        rules=Rules(),
    )


def _pairs(problem: Problem) -> Iterator[Pair]:
    """All that may meet; musts are worth more than anything else."""
    best = max((score for score in problem.scores.values()), default=1)
    urgent = min(URGENT * max(1, best), MAX_SCORE - best)
    for pair, score in problem.scores.items():
        yield Pair(*pair, max(1, score + (urgent if pair in problem.required else 0)))


def _capacity(frame: Frame, party: int, zones: Sequence[int], cell: int) -> int:
    slot, zone = divmod(cell, frame.zones)
    return frame.problem.participants[party].capacity[slot] if zones[slot] == zone else 0


class _Patterns:
    """Zone or rest of every party in every slot, one party after the other, so that the tables are used evenly."""

    def __init__(self, frame: Frame, base: Ints) -> None:
        self.frame = frame
        self.rules = frame.problem.rules
        self.present = frame.capacity
        self.forced: dict[int, dict[int, int]] = defaultdict(dict)
        for meeting in frame.problem.fixed:
            cell = int(base[frame.ends.index(meeting.ends)])
            for party in meeting.ends:
                self.forced[party][frame.slot(cell)] = cell % frame.zones
        self.partners: dict[int, list[int]] = defaultdict(list)
        for first, second in sorted(frame.problem.required):
            self.partners[first].append(second)
            self.partners[second].append(first)
        self.chosen: dict[int, list[int]] = {}
        cells = frame.instance.slots * frame.zones
        tables = np.zeros(cells)
        for (_pool, cell), count in frame.tables.items():
            tables[cell] += count
        self.room = np.maximum(tables, 0.1)
        self.load = np.zeros((2, cells))
        self.spare = open_by_owner(frame.problem)[NOBODY].copy()
        owned = frame.problem.owned
        self.sharing = {p.side for k, p in enumerate(frame.problem.participants) if k in owned}

    def choose(self, party: int) -> list[int]:
        """Per slot the zone in which the party may meet, or AWAY."""
        ceiling, row = int(self.frame.instance.ceiling[party]), self.present[party]
        weight = ceiling / max(1, sum(row))
        zones = [AWAY] * self.frame.instance.slots
        for day in self.frame.days:
            best = min(
                self._candidates(party, day), key=lambda pattern: self._cost(party, day, pattern, weight), default=None
            )
            for slot, zone in zip(day, best or [], strict=False):
                zones[slot] = self.forced[party].get(slot, zone)
        side = self.frame.problem.participants[party].side
        for slot, zone in enumerate(zones):
            if row[slot] and zone != AWAY:
                self.load[side, slot * self.frame.zones + zone] += weight * row[slot]
        if side in self.sharing and party not in self.frame.problem.owned:
            self._share(party, zones)
        self.chosen[party] = zones
        return zones

    def _share(self, party: int, zones: list[int]) -> None:
        """Take a table that belongs to nobody in each slot, and leave the slots in which there is none."""
        for slot, zone in enumerate(zones):
            if zone == AWAY or not self.present[party][slot]:
                continue
            if self.spare[slot] < self.present[party][slot] and slot not in self.forced[party]:
                zones[slot] = AWAY
            else:
                self.spare[slot] -= self.present[party][slot]

    def _candidates(self, party: int, day: list[int]) -> Iterator[list[int]]:
        """Patterns of a day, zone or AWAY by slot, that keep the rules if nothing is forced."""
        row = self.present[party]
        for zones in self._zone_rows(party, day):
            there = [row[slot] > 0 and zone != AWAY for slot, zone in zip(day, zones, strict=True)]
            for rest in self._rests(party, there):
                yield [AWAY if k in rest else zone for k, zone in enumerate(zones)]

    def _zone_rows(self, party: int, day: list[int]) -> Iterator[list[int]]:
        """One zone all day; for those who walk (enterprises, unless the tables are theirs) also a change of zone."""
        problem, count, size = self.frame.problem, self.frame.zones, len(day)
        names = self.frame.zone_names
        own = {names.index(problem.tables[k].zone) for k in problem.owned.get(party, ())} if count > 1 else set()
        stay = sorted(own) if own else list(range(count))
        for zone in stay:
            yield [zone] * size
        walks = not own and problem.participants[party].side == (0 if self.sharing == {1} else 1)
        gap = self.rules.zone_change_gap
        there = [k for k, slot in enumerate(day) if self.present[party][slot]]
        if not walks or len(there) < gap + 2:
            return
        for first, second in permutations(stay, 2):
            for share in CHANGES:
                change = there[round(share * (len(there) - 1))]
                start = max(0, change - gap // 2)
                row = [first] * start + [AWAY] * gap + [second] * size
                yield row[:size]

    def _rests(self, party: int, there: list[bool]) -> Iterator[frozenset[int]]:
        """Sets of places in the day at which the party rests, who is there at the places told."""
        longest, maximum = self.rules.max_run, self.frame.maximum[party]
        busy = int(self.frame.instance.ceiling[party]) / max(1, sum(map(bool, self.present[party])))
        if longest is None or maximum <= longest:
            pausing = self.rules.break_for_all and maximum >= BREAK_FROM and busy >= BUSY
            yield from self._pauses(there) if pausing else [frozenset()]
            return
        options = []
        for offset in range(longest + 1):
            rests, run, allowed = set(), 0, longest - offset
            for k, here in enumerate(there):
                if not here:
                    run, allowed = 0, longest - offset
                elif run == allowed and self._too_long(there, k - run, longest):
                    rests.add(k)
                    run, allowed = 0, longest
                else:
                    run += 1
            options.append(frozenset(rests))
        fewest = min(map(len, options))
        yield from dict.fromkeys(rest for rest in options if len(rest) == fewest)

    @staticmethod
    def _pauses(there: list[bool]) -> list[frozenset[int]]:
        """One rest somewhere in the middle of the presence, where that is long enough to need one."""
        places = [k for k, here in enumerate(there) if here]
        if len(places) <= BREAK_FROM:
            return [frozenset()]
        third = len(places) // 3
        return [frozenset([k]) for k in places[third : len(places) - third]]

    @staticmethod
    def _too_long(there: list[bool], start: int, longest: int) -> bool:
        """Whether the run that begins there would be longer than allowed."""
        return len(there) > start + longest and all(there[start : start + longest + 1])

    def _cost(self, party: int, day: list[int], pattern: list[int], weight: float) -> tuple[int, float]:
        """What is against a pattern: forced slots and must partners that it misses, then crowded cells."""
        side, row = self.frame.problem.participants[party].side, self.present[party]
        missed = sum(
            pattern[k] not in (self.forced[party][slot],) for k, slot in enumerate(day) if slot in self.forced[party]
        )
        crowd = idle = 0.0
        for slot, zone in zip(day, pattern, strict=True):
            if not row[slot]:
                continue
            if zone == AWAY:
                idle += 3 * weight
            else:
                cell = slot * self.frame.zones + zone
                crowd += (2 * self.load[side, cell] + weight) / self.room[cell]
        lonely = sum(not self._together(day, pattern, row, partner) for partner in self.partners[party])
        return missed, 10.0 * lonely + crowd + idle

    def _together(self, day: list[int], pattern: list[int], row: list[int], partner: int) -> bool:
        """Whether the pattern meets the partner's of that day, if that is known."""
        other = self.chosen.get(partner)
        if other is None:
            return True
        there = self.present[partner]
        return any(
            zone != AWAY and zone == other[slot] and row[slot] and there[slot]
            for slot, zone in zip(day, pattern, strict=True)
        )


def in_cells(frame: Frame, meetings: Sequence[tuple[tuple[int, int], int]]) -> Ints:
    """(M,) the layout of the restricted fair's meetings: (pair, slot of that fair, which is the cell)."""
    layout = np.full(len(frame.ends), UNPLACED, np.int64)
    place = {ends: k for k, ends in enumerate(frame.ends)}
    for ends, cell in meetings:
        layout[place[ends]] = cell
    return layout
