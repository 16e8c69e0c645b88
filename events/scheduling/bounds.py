"""What is proven of every timetable of a fair."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from events.scheduling.instance import Instance, Ints
from events.scheduling.selection import select


class Bounds:
    """Bounds of the flow, which holds without slots; a relaxation over slots may tighten them."""

    def __init__(self, instance: Instance, selected: Ints) -> None:
        """Args: selected: the pairs of `selection.select`, least shortfall first."""
        self.instance = instance
        self.flow_shortfall = instance.shortfall(selected)
        self.flow_score = instance.total(selected)
        self.shortfall = self.flow_shortfall
        """None falls short of the minima by less."""
        self.by_class: Callable[[int], int] | None = None
        """None that falls short by at most the argument scores more than this returns."""

    @cached_property
    def score(self) -> int:
        """None scores more, however far it falls short."""
        return self.instance.total(select(self.instance, minima=False))

    def score_at(self, shortfall: int) -> int:
        """None that falls short by at most this scores more."""
        score = self.flow_score if shortfall <= self.flow_shortfall else self.score
        return score if self.by_class is None else min(score, self.by_class(shortfall))

    def reached(self, pairs: Ints) -> bool:
        """Whether no timetable can be better than one of these pairs."""
        shortfall = self.instance.shortfall(pairs)
        return shortfall == self.shortfall and self.instance.total(pairs) >= self.score_at(shortfall)
