"""What the stages under the optional rules share: cells, pools of tables, days.

A cell is a slot and, where the zones matter, a zone: slot · zones + zone. A pool is the owner of tables, or NOBODY; a
meeting uses a table of its pool in its cell.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from events.scheduling.instance import Instance, Ints
from events.scheduling.ownership import NOBODY, short_of_tables
from events.scheduling.problem import Problem
from events.scheduling.quality import days_of

UNPLACED = -1
"""The cell of a pair that does not meet."""


def binding(problem: Problem) -> bool:
    """Whether the problem asks for more than the ordinary way of planning holds of itself."""
    rules = problem.rules
    longest = max((len(day) for day in days_of(problem.slots)), default=0)
    zoned = bool(rules.zone_change_gap) and len({table.zone for table in problem.tables}) > 1
    return (
        bool(rules.precedences)
        or rules.max_break_difference is not None
        or rules.break_for_all
        or (rules.max_run is not None and rules.max_run < longest)
        or zoned
        or short_of_tables(problem)
    )


@dataclass(frozen=True, eq=False)
class Frame:
    """An instance with its cells; a layout is (M,) the cell of each pair, or UNPLACED."""

    instance: Instance
    zones: int
    """1 unless the zones matter."""
    ends: list[tuple[int, int]]
    """Per pair its two parties."""
    pool: list[int]
    """Per pair whose tables it uses."""
    tables: dict[tuple[int, int], int]
    """Open tables by (pool, cell), where there are any."""
    cells: list[list[int]]
    """Per pair where it may meet, ascending."""
    days: list[list[int]]
    """The slots of each day."""
    day_of: list[int]
    present: list[list[bool]] = field(repr=False)
    """By party and slot; of an owner whose table is closed too."""

    @cached_property
    def problem(self) -> Problem:
        """The problem behind it."""
        return self.instance.problem

    @cached_property
    def zone_names(self) -> list[int]:
        """The zones of the tables, ascending: what the places of a cell's zone stand for."""
        return sorted({table.zone for table in self.problem.tables})

    @cached_property
    def maximum(self) -> list[int]:
        """Meetings of each party at most."""
        return [party.maximum for party in self.problem.participants]

    @cached_property
    def capacity(self) -> list[list[int]]:
        """Meetings at once by party and slot."""
        rows: list[list[int]] = self.instance.capacity.tolist()
        return rows

    @cached_property
    def score(self) -> list[int]:
        """Of each pair."""
        scores: list[int] = self.instance.score.tolist()
        return scores

    @cached_property
    def pairs_of(self) -> list[list[int]]:
        """The pairs of each party."""
        pairs: list[list[int]] = [[] for _ in self.capacity]
        for pair, ends in enumerate(self.ends):
            for party in ends:
                pairs[party].append(pair)
        return pairs

    @cached_property
    def order(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """Per pair that has any: the pairs that come before it, and those that come after it."""
        place = {ends: k for k, ends in enumerate(self.ends)}
        earlier: dict[int, list[int]] = defaultdict(list)
        later: dict[int, list[int]] = defaultdict(list)
        for i, j, other_i, other_j in self.problem.rules.precedences:
            if (i, j) in place and (other_i, other_j) in place:
                earlier[place[other_i, other_j]].append(place[i, j])
                later[place[i, j]].append(place[other_i, other_j])
        return dict(earlier), dict(later)

    def slot(self, cell: int) -> int:
        """The slot of a cell."""
        return cell // self.zones

    def worth(self, layout: Ints) -> tuple[int, int]:
        """The objective of a layout, less being better: shortfall, then the score negated."""
        pairs = np.flatnonzero(layout != UNPLACED)
        return self.instance.shortfall(pairs), -self.instance.total(pairs)


def frame_of(instance: Instance) -> Frame:
    """The cells and pools of an instance."""
    problem = instance.problem
    zone_names = sorted({table.zone for table in problem.tables})
    zones = len(zone_names) if problem.rules.zone_change_gap and len(zone_names) > 1 else 1
    zone_of = [zone_names.index(table.zone) if zones > 1 else 0 for table in problem.tables]
    tables: dict[tuple[int, int], int] = defaultdict(int)
    for slot in range(len(problem.slots)):
        for k in problem.open_tables(slot):
            owner = problem.tables[k].owner
            tables[NOBODY if owner is None else owner, slot * zones + zone_of[k]] += 1
    ends = list(zip(instance.school.tolist(), instance.enterprise.tolist(), strict=True))
    pool = [next((party for party in pair if party in problem.owned), NOBODY) for pair in ends]
    named = {meeting.ends: zone_of[meeting.table] for meeting in problem.fixed if meeting.table is not None}
    cells = [
        [
            slot * zones + zone
            for slot in np.flatnonzero(instance.allowed[k]).tolist()
            for zone in ([named[ends[k]]] if ends[k] in named else range(zones))
            if (pool[k], slot * zones + zone) in tables
        ]
        for k in range(len(ends))
    ]
    return Frame(
        instance=instance,
        zones=zones,
        ends=ends,
        pool=pool,
        tables=dict(tables),
        cells=cells,
        days=days_of(problem.slots),
        day_of=[slot.day for slot in problem.slots],
        present=[[capacity > 0 for capacity in party.capacity] for party in problem.participants],
    )
