"""Chance, progress, cancellation and the seconds: all that reaches into a running solver from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random


def seeded(seed: int) -> Random:
    """The source of all random choices of a search: the same seed, the same choices."""
    return Random(seed)  # noqa: S311 - a search, not a secret


class Cancelled(Exception):
    """Planning was cancelled before there was a first complete timetable."""


@dataclass
class Control:
    """What a caller hears and says during planning."""

    progress: Callable[[str, float], None] | None
    cancelled: Callable[[], bool] | None
    clock: Callable[[], float]
    time_limit: float | None = None
    """Seconds, after which a search ends with what it has."""
    reserve: float = field(default=0.0, init=False)
    """Seconds of that which finishing takes, once a search has ended."""
    share: float = field(default=1.0, init=False)
    """Of the time limit, in which the running stage has to end."""
    started: float = field(init=False)
    _cancelled: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def report(self, stage: str, done: float) -> None:
        """Tell which stage is running and how much of all work is done, from 0 to 1."""
        if self.progress is not None:
            self.progress(stage, done)

    def stopped(self) -> bool:
        """Whether the caller has cancelled, once and for all, or the time is over."""
        if not self._cancelled and self.cancelled is not None:
            self._cancelled = self.cancelled()
        return self._cancelled or (self.time_limit is not None and self._left(self.time_limit) <= 0)

    def proceed(self) -> None:
        """Raise Cancelled if the caller has cancelled; that the time is over does not stop a first timetable."""
        if self.stopped() and self._cancelled:
            raise Cancelled("cancelled before there was a first complete timetable")

    def seconds(self) -> float:
        """Since the start."""
        return self.clock() - self.started

    def left(self) -> float | None:
        """Seconds until a search has to end, never quite 0; None if the time is not limited."""
        return None if self.time_limit is None else max(0.01, self._left(self.time_limit))

    def _left(self, limit: float) -> float:
        return self.share * limit - self.reserve - self.seconds()
