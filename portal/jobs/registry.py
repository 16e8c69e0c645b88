"""Which function does which kind of job; the work modules register themselves at start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.jobs.running import JobRun


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job: its name, its work, how often it may be tried."""

    name: str
    work: Callable[[JobRun], None]
    max_attempts: int


_kinds: dict[str, JobKind] = {}


def job_kind(name: str, *, max_attempts: int = 5) -> Callable[[Callable[[JobRun], None]], Callable[[JobRun], None]]:
    """Register the decorated function as the work of jobs of this kind.

    The function computes first, calling `run.progress()`; then it writes within `with run.effect():`, so that
    effect and "done" are one transaction. It may be called again for the same job: after a crash, never after done.
    """

    def register(work: Callable[[JobRun], None]) -> Callable[[JobRun], None]:
        if name in _kinds:
            raise ValueError(f"job kind registered twice: {name}")
        _kinds[name] = JobKind(name, work, max_attempts)
        return work

    return register


def kind_named(name: str) -> JobKind:
    """The kind of this name; KeyError for an unknown one."""
    return _kinds[name]
