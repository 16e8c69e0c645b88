from __future__ import annotations

import pytest

from portal.accounts.models import User
from portal.jobs.models import Job, JobState
from portal.jobs.running import JobRun, run
from portal.jobs.services import enqueue, request_cancel
from tests.conftest import NOON
from tests.portal.jobs.conftest import queued

pytestmark = pytest.mark.django_db


def rename(run: JobRun, name: str) -> None:
    User.objects.filter(pk=run.job.requested_by_id).update(name=name)


def test_a_part_stays_when_the_rest_fails_and_the_next_attempt_sees_it(new_kind, person, caplog):
    seen: list[dict[str, object]] = []

    def work(run: JobRun) -> None:
        seen.append(dict(run.result))
        if "named" not in run.result:
            with run.part():
                rename(run, "王老师")
                run.result = {"named": True}
            raise RuntimeError("the worker's machine is gone")
        with run.effect():
            run.result |= {"rest": 1}

    job = queued(new_kind(work), person)
    run(job.pk)
    person.refresh_from_db()
    assert person.name == "王老师"
    Job.objects.filter(pk=job.pk).update(next_attempt_at=NOON)

    run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result, seen) == (JobState.DONE, {"named": True, "rest": 1}, [{}, {"named": True}])


def test_a_part_of_a_cancelled_job_is_not_written(new_kind, person):
    def work(run: JobRun) -> None:
        request_cancel(job_id=run.job.pk, at=NOON)
        with run.part():
            rename(run, "王老师")

    job = queued(new_kind(work), person)
    run(job.pk)

    job.refresh_from_db()
    person.refresh_from_db()
    assert (job.state, person.name == "王老师") == (JobState.CANCELLED, False)


def test_a_part_of_an_attempt_that_lost_its_lease_is_not_written(new_kind, person):
    def work(run: JobRun) -> None:
        Job.objects.filter(pk=run.job.pk).update(attempts=2)
        with run.part():
            rename(run, "王老师")

    run(queued(new_kind(work), person).pk)

    person.refresh_from_db()
    assert person.name != "王老师"


def test_a_job_asked_for_again_begins_without_what_it_left(new_kind, person):
    def work(run: JobRun) -> None:
        with run.part():
            run.result = {"left": True}
        request_cancel(job_id=run.job.pk, at=NOON)
        run.progress("on")

    kind = new_kind(work)
    asked = {"kind": kind, "title": "t", "requested_by": person, "at": NOON, "idempotency_key": "k"}
    job = enqueue(**asked)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.CANCELLED, {"left": True})

    assert enqueue(**asked).result == {}
