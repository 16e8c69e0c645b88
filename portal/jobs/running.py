"""Run one job: claim it, keep its heart beating, fence every write by the attempt, end it in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.common.errors import DomainError
from portal.jobs.beating import beating
from portal.jobs.models import Job, JobState
from portal.jobs.registry import kind_named
from portal.jobs.telling import language_of, tell

logger = logging.getLogger(__name__)
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=15)
WORTH_A_NOTICE = timedelta(seconds=10)  # who waited less has seen the result on the page


class Cancelled(Exception):
    """Somebody asked to stop; the work is given up and nothing of it is kept."""


class LeaseLost(Exception):
    """Another attempt has taken over; whatever this one would write is not wanted any more."""


class JobRun:
    """What the work of a job sees of it: its arguments, progress, and the one transaction of its effect."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.arguments: dict[str, Any] = job.arguments
        self.result: dict[str, Any] = dict(job.result)
        """What is told of the job at its end; it begins with what parts of an earlier attempt left."""
        self._file: tuple[str, bytes] | None = None

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Report how far the work is; raises Cancelled or LeaseLost when it should stop. `stage` is a msgid."""
        mine = self._mine()
        if not mine.update(stage=stage, done=done, total=total, heartbeat_at=timezone.now()):
            raise LeaseLost
        if self.cancel_requested():
            raise Cancelled

    def cancel_requested(self) -> bool:
        """Whether somebody asked to stop; for engines that poll."""
        return Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists()

    def attach(self, name: str, content: bytes) -> None:
        """Keep a file as the job's result."""
        self._file = (name, content)

    @contextmanager
    def effect(self) -> Iterator[None]:
        """One transaction for the effect and "done"; rolled back whole if another attempt took over."""
        with transaction.atomic():
            locked = self._mine().select_for_update().first()
            if locked is None:
                raise LeaseLost
            if locked.cancel_requested:
                raise Cancelled
            yield
            self._store_file(locked)
            locked.state, locked.finished_at, locked.result = JobState.DONE, timezone.now(), self.result
            locked.save(update_fields=["state", "finished_at", "result", "result_file", "updated_at"])
            if locked.finished_at - locked.created_at > WORTH_A_NOTICE:
                tell(locked, "job_done", timezone.now())

    @contextmanager
    def part(self) -> Iterator[None]:
        """One transaction for a part of the effect, which stays whatever becomes of the rest, with the result so far.

        The work then goes on to `effect`; an attempt after a crash finds the part done and must not do it again.
        """
        with transaction.atomic():
            locked = self._mine().select_for_update().first()
            if locked is None:
                raise LeaseLost
            if locked.cancel_requested:
                raise Cancelled
            yield
            self._mine().update(result=self.result, heartbeat_at=timezone.now())

    def _store_file(self, job: Job) -> None:
        if self._file is not None:
            name, content = self._file
            job.result_file.save(name, ContentFile(content), save=False)

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, attempts=self.job.attempts)


def run(job_id: int) -> bool:
    """Do the job if it waits to be done; False if it is done, running elsewhere, cancelled or not yet due."""
    job = _claim(job_id)
    if job is None:
        return False
    with beating(f"job {job.pk}", partial(_say_so, job)), language_of(job.requested_by):
        try:
            kind_named(job.kind).work(JobRun(job))
        except Cancelled:
            _end(job, JobState.CANCELLED, "")
        except LeaseLost:
            logger.warning("job %s: attempt %s lost its lease", job.pk, job.attempts)
        except DomainError as error:
            _end(job, JobState.FAILED, str(error))
        except Exception:
            logger.exception("job %s: attempt %s failed", job.pk, job.attempts)
            _retry_or_end(job)
        else:
            _refuse_unfinished(job)
    return True


def _claim(job_id: int) -> Job | None:
    """The conditional UPDATE that decides who runs the job."""
    now = timezone.now()
    due = Job.objects.filter(pk=job_id, state=JobState.QUEUED, next_attempt_at__lte=now)
    won = due.update(state=JobState.RUNNING, attempts=F("attempts") + 1, heartbeat_at=now, started_at=now, error="")
    return Job.objects.get(pk=job_id) if won else None


@transaction.atomic
def _end(job: Job, state: JobState, error: str) -> bool:
    """End this attempt; False if it has ended already, or another one has taken over."""
    ended = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        state=state, finished_at=timezone.now(), error=error
    )
    if ended and state == JobState.FAILED:
        job.error = error
        tell(job, "job_failed", timezone.now())
    return bool(ended)


def _retry_or_end(job: Job) -> None:
    """The exception itself is in the log; people are told what they can do."""
    text = _("Something went wrong on our side. The job number helps to find it.")
    if job.attempts >= job.max_attempts:
        _end(job, JobState.FAILED, text)
        return
    delay = min(FIRST_RETRY * 2 ** (job.attempts - 1), LONGEST_RETRY)
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        state=JobState.QUEUED, next_attempt_at=timezone.now() + delay, rung_at=None, rings=0, error=text
    )


def _refuse_unfinished(job: Job) -> None:
    """Work that returns without an effect is a fault of ours; it must not look like success."""
    text = _("The work came to its end without a result. The job number helps to find out why.")
    if _end(job, JobState.FAILED, text):
        logger.error("job %s: the work returned without its effect", job.pk)


def _say_so(job: Job) -> None:
    """That this attempt is at the job."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(heartbeat_at=timezone.now())
