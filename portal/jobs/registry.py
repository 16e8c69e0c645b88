"""Which function does which kind of job; the work modules register themselves at start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.jobs.models import Job
    from portal.jobs.running import JobRun


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job: its name, its work, how often it may be tried, and who may read its file.

    A job belongs to who asked for it; where its file tells of others, `may_read(job, user)` is asked at each download.
    """

    name: str
    work: Callable[[JobRun], None]
    max_attempts: int
    may_read: Callable[[Job, User], bool] | None = None


_kinds: dict[str, JobKind] = {}


def job_kind(
    name: str, *, max_attempts: int = 5, may_read: Callable[[Job, User], bool] | None = None
) -> Callable[[Callable[[JobRun], None]], Callable[[JobRun], None]]:
    """Register the decorated function as the work of jobs of this kind.

    The function computes first, calling `run.progress()`; then it writes within `with run.effect():`, so that
    effect and "done" are one transaction. It may be called again for the same job: after a crash, never after done.
    """

    def register(work: Callable[[JobRun], None]) -> Callable[[JobRun], None]:
        if name in _kinds:
            raise ValueError(f"job kind registered twice: {name}")
        _kinds[name] = JobKind(name, work, max_attempts, may_read)
        return work

    return register


def kind_named(name: str) -> JobKind:
    """The kind of this name; KeyError for an unknown one."""
    return _kinds[name]


def may_read(job: Job, user: User) -> bool:
    """Whether the person, who sees the job, may have its file today."""
    check = kind_named(job.kind).may_read if job.kind in _kinds else None
    return check is None or check(job, user)
