"""The best complete timetable so far, told as soon as there is one and whenever it gets better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from events.scheduling.bounds import Bounds
from events.scheduling.control import Control
from events.scheduling.instance import Instance, Ints
from events.scheduling.quality import waiting_of_each
from events.scheduling.tables import assign_tables
from events.scheduling.timetable import Meeting, Report, Timetable

QUIET = 0.3
"""Seconds at least between two timetables told of while a search is running."""
FINISHING = 1.5
"""Time kept for the last timetable, in that which one takes to be made."""


@dataclass
class Incumbent:
    """Makes timetables of layouts; `improved` hears each that is better than the last it heard of."""

    instance: Instance
    bounds: Bounds
    seed: int
    control: Control
    improved: Callable[[Timetable], None] | None
    breaks_bound: int | None = None
    """Breaks that these meetings have at least, in whatever slots, once it is known."""
    _told: tuple[int, ...] | None = None
    _next: float = 0.0

    def due(self) -> bool:
        """Whether a search may tell of better layouts: seldom enough for the telling to cost a tenth of the time."""
        return self.improved is not None and self.control.seconds() >= self._next

    def tell(self, pairs: Ints, slots: Ints) -> None:
        """A layout that keeps every limit, (K,) pairs in (K,) slots; if the time is limited, making it is timed."""
        if self.improved is None and (self.control.time_limit is None or self._told is not None):
            return
        began = self.control.seconds()
        report = self.report(pairs, slots)
        worth = report.min_shortfall, -report.score, report.breaks, report.worst_breaks or 0, report.idle
        if self._told is None or worth < self._told:
            self._told = worth
            timetable = self._seated(pairs, slots, report)
            self.control.reserve = max(self.control.reserve, FINISHING * (self.control.seconds() - began))
            if self.improved is not None:
                self.improved(timetable)
        now = self.control.seconds()
        self._next = now + max(QUIET, 9 * (now - began))

    def final(self, pairs: Ints, slots: Ints) -> Timetable:
        """The last timetable, which is told in any case."""
        timetable = self._seated(pairs, slots, self.report(pairs, slots))
        if self.improved is not None:
            self.improved(timetable)
        return timetable

    def report(self, pairs: Ints, slots: Ints) -> Report:
        """The figures of a layout."""
        instance = self.instance
        busy = [0] * instance.parties
        for pair, slot in zip(pairs.tolist(), slots.tolist(), strict=True):
            busy[instance.school[pair]] |= 1 << slot
            busy[instance.enterprise[pair]] |= 1 << slot
        waiting = waiting_of_each(instance.problem, busy)
        score, shortfall = instance.total(pairs), instance.shortfall(pairs)
        upper_bound = self.bounds.score_at(shortfall)
        return Report(
            score=score,
            upper_bound=upper_bound,
            gap=round((upper_bound - score) / max(1, upper_bound), 6),
            optimal=self.bounds.reached(pairs),
            min_shortfall=shortfall,
            min_shortfall_bound=self.bounds.shortfall,
            breaks=sum(each.breaks for each in waiting),
            idle=sum(each.idle for each in waiting),
            seconds=round(self.control.seconds(), 3),
            seed=self.seed,
            worst_breaks=max((each.breaks for each in waiting), default=0),
            breaks_bound=self.breaks_bound,
        )

    def _seated(self, pairs: Ints, slots: Ints, report: Report) -> Timetable:
        """The layout with a table for each meeting."""
        instance = self.instance
        tables = assign_tables(instance, pairs, slots)
        rows = zip(instance.school[pairs], instance.enterprise[pairs], slots, tables, strict=True)
        return Timetable(instance.problem.name, tuple(sorted(Meeting(*map(int, row)) for row in rows)), report)
