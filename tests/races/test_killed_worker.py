"""kill -9 of a real worker in the middle of a job: done all the same, once, with no manual step."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.audit.models import AuditEvent
from portal.jobs.models import Job, JobState
from portal.jobs.services import enqueue
from tests.races import slow_work
from tests.workers import Worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def test_a_job_whose_worker_is_killed_is_done_once(tmp_path):
    first = Worker("tests.races.slow_work", beat_file=tmp_path / "beat-1")
    second = None
    try:
        job = enqueue(kind=slow_work.KIND, title="慢作业", requested_by=None, at=timezone.now())
        assert wait_until(lambda: Job.objects.filter(pk=job.pk, done__gte=3).exists(), seconds=30)
        first.kill()
        assert state_of(job) == JobState.RUNNING  # nobody has noticed yet: the control of what follows

        second = Worker("tests.races.slow_work", beat_file=tmp_path / "beat-2")
        assert wait_until(lambda: state_of(job) == JobState.DONE, seconds=45)
    finally:
        for worker in filter(None, (first, second)):
            worker.stop()

    job.refresh_from_db()
    assert job.attempts == 2
    assert AuditEvent.objects.filter(verb="worked", subject_id=str(job.pk)).count() == 1
