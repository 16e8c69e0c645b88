"""Ask for a job, cancel it, and ring again for what was not done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.errors import StateConflict
from portal.jobs.models import Job, JobState
from portal.jobs.registry import kind_named
from portal.jobs.telling import language_of, tell

FIRST_RING_AGAIN = timedelta(seconds=10)
LONGEST_RING_AGAIN = timedelta(minutes=10)


class JobHasEnded(StateConflict):
    """There is nothing left to cancel."""


def enqueue(
    *,
    kind: str,
    title: str,
    requested_by: User | None,
    at: datetime,
    arguments: dict[str, Any] | None = None,
    idempotency_key: str | None = None,
    return_url: str = "",
) -> Job:
    """Store the job in the caller's transaction and ring for it after commit.

    With an idempotency key the same request made twice, even at once, is one job: the first is returned, and
    tried again if it had failed or been cancelled.
    """
    work = kind_named(kind)
    fields: dict[str, Any] = {
        "title": str(title),
        "arguments": arguments or {},
        "requested_by": requested_by,
        "return_url": return_url,
        "max_attempts": work.max_attempts,
        "next_attempt_at": at,
    }
    if idempotency_key is None:
        job = Job.objects.create(kind=kind, **fields)
    else:
        job, is_new = _once(kind, idempotency_key, fields)
        if not is_new and not _revive(job, fields):
            return job
    ring_after_commit(job)
    return job


def _once(kind: str, key: str, fields: dict[str, Any]) -> tuple[Job, bool]:
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, idempotency_key=key, **fields), True
    except IntegrityError:
        return Job.objects.get(kind=kind, idempotency_key=key), False


def _revive(job: Job, fields: dict[str, Any]) -> bool:
    """Put a job that ended without success back to the start, as the new asker's; the conditional UPDATE lets one."""
    ended = Job.objects.filter(pk=job.pk, state__in=(JobState.FAILED, JobState.CANCELLED))
    revived = ended.update(
        state=JobState.QUEUED,
        attempts=0,
        cancel_requested=False,
        finished_at=None,
        rung_at=None,
        rings=0,
        error="",
        result={},
        **fields,
    )
    if revived:
        job.refresh_from_db()
    return bool(revived)


def ring_after_commit(job: Job) -> None:
    """Tell a worker once the row is there for it to see; a lost message is rung again by the reconciler."""
    from portal.jobs.tasks import run_job

    transaction.on_commit(lambda: _ring(run_job, job.pk), robust=True)


def _ring(task: Any, job_id: int) -> None:
    task.apply_async(kwargs={"job_id": job_id}, retry=False)


def request_cancel(*, job_id: int, at: datetime) -> Job:
    """Cancel a waiting job at once; ask a running one to stop. Raises JobHasEnded if it is over."""
    if Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, cancel_requested=True, finished_at=at
    ):
        return Job.objects.get(pk=job_id)
    if not Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(cancel_requested=True):
        raise JobHasEnded(_("This job has already ended."))
    return Job.objects.get(pk=job_id)


def reconcile(*, at: datetime) -> int:
    """Take back the jobs of lost workers and ring again for what waits; returns how many were rung for."""
    lost = at - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    stale = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=lost)
    used_up = Q(attempts__gte=F("max_attempts"))
    for job in stale.filter(Q(cancel_requested=True) | used_up).select_related("requested_by"):
        _end_lost(job, lost, at)
    stale.filter(~used_up, cancel_requested=False).update(
        state=JobState.QUEUED, next_attempt_at=at, rung_at=None, rings=0
    )
    return _ring_again(at)


@transaction.atomic
def _end_lost(job: Job, lost: datetime, at: datetime) -> None:
    """End a job that has no worker and gets none any more; who asked is told of a failure, not of an own cancel."""
    with language_of(job.requested_by):
        state, error = JobState.CANCELLED, ""
        if not job.cancel_requested:
            state, error = JobState.FAILED, gettext("The work broke off at every attempt. The job number helps us.")
        still_lost = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts, heartbeat_at__lt=lost)
        if still_lost.update(state=state, finished_at=at, error=error) and state == JobState.FAILED:
            job.error = error
            tell(job, "job_failed", at)


def _ring_again(at: datetime) -> int:
    from portal.jobs.tasks import run_job

    waiting = Job.objects.filter(state=JobState.QUEUED, next_attempt_at__lte=at).order_by("next_attempt_at")
    rung = 0
    for job in waiting.only("pk", "rung_at", "rings", "created_at")[:200]:
        last = job.rung_at or job.created_at
        delay = min(FIRST_RING_AGAIN * 2 ** min(job.rings, 8), LONGEST_RING_AGAIN)
        if job.rings and last + delay > at:
            continue
        claimed = Job.objects.filter(Q(rung_at=job.rung_at), pk=job.pk, state=JobState.QUEUED).update(
            rung_at=at, rings=F("rings") + 1
        )
        if claimed:
            _ring(run_job, job.pk)
            rung += 1
    return rung
