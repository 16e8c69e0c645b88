from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.jobs.models import Job, JobState
from portal.jobs.running import Cancelled, JobRun, LeaseLost, run
from portal.jobs.services import JobHasEnded, reconcile, request_cancel
from portal.notifications.models import Notification
from tests.portal.jobs.conftest import queued

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(db) -> User:
    """A person who reads English, so that sentences can be compared."""
    return User.objects.create_user("smith@firm.test", "x", name="Smith", language="en")


def rename(run: JobRun) -> None:
    run.progress("renaming", 1, 2)
    with run.effect():
        User.objects.filter(pk=run.job.requested_by_id).update(name="王老师")
        run.result = {"renamed": 1}


def test_run_writes_effect_and_done_together(new_kind, person):
    job = queued(new_kind(rename), person)

    assert run(job.pk) is True

    job.refresh_from_db()
    person.refresh_from_db()
    assert (job.state, job.result, person.name) == (JobState.DONE, {"renamed": 1}, "王老师")


def test_run_twice_does_the_work_once(new_kind, person):
    calls: list[int] = []

    def count(run: JobRun) -> None:
        calls.append(run.job.pk)
        with run.effect():
            pass

    job = queued(new_kind(count), person)

    assert [run(job.pk), run(job.pk)] == [True, False]
    assert calls == [job.pk]


def test_effect_that_fails_leaves_nothing_and_is_tried_again_later(new_kind, english, caplog):
    person = english

    def fail_after_writing(run: JobRun) -> None:
        with run.effect():
            User.objects.filter(pk=person.pk).update(name="half")
            raise RuntimeError("the disk is full")

    job = queued(new_kind(fail_after_writing), person)

    run(job.pk)

    job.refresh_from_db()
    person.refresh_from_db()
    assert (job.state, job.attempts, person.name) == (JobState.QUEUED, 1, "Smith")
    assert job.error == "Something went wrong on our side. The job number helps to find it."
    assert job.next_attempt_at > timezone.now()
    assert run(job.pk) is False  # not yet due
    assert "RuntimeError: the disk is full" in caplog.text  # for us


def test_last_attempt_becomes_a_dead_letter_and_tells_the_person(new_kind, person):
    def fail(run: JobRun) -> None:
        raise RuntimeError("no")

    job = queued(new_kind(fail, 1), person)

    run(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert [n.event for n in Notification.objects.filter(recipient=person)] == ["job_failed"]


def test_refusal_by_the_rules_is_final_and_worded_for_the_person(new_kind, person):
    def refuse(run: JobRun) -> None:
        raise DomainError("学校没有空位")

    job = queued(new_kind(refuse), person)

    run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (JobState.FAILED, "学校没有空位", 1)


def test_work_without_effect_is_not_called_done(new_kind, english):
    def forget(run: JobRun) -> None:
        run.progress("idling")

    job = queued(new_kind(forget), english)

    run(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.error == "The work came to its end without a result. The job number helps to find out why."


def test_an_attempt_that_lost_its_lease_writes_nothing(new_kind, person):
    seen: list[type[Exception]] = []

    def be_overtaken(run: JobRun) -> None:
        Job.objects.filter(pk=run.job.pk).update(attempts=run.job.attempts + 1)  # another worker claimed it
        try:
            rename(run)
        except LeaseLost as error:
            seen.append(type(error))
            raise

    job = queued(new_kind(be_overtaken), person)

    run(job.pk)

    person.refresh_from_db()
    assert (seen, person.name) == ([LeaseLost], "李老师")
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING  # the other one's


def test_cancel_of_a_waiting_job_is_at_once(new_kind, person, noon):
    job = queued(new_kind(rename), person)

    request_cancel(job_id=job.pk, at=noon)

    assert run(job.pk) is False
    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED


def test_cancel_of_a_running_job_keeps_nothing_of_it(new_kind, person, noon):
    def be_cancelled(run: JobRun) -> None:
        request_cancel(job_id=run.job.pk, at=noon)
        with pytest.raises(Cancelled):
            run.progress("renaming")
        rename(run)

    job = queued(new_kind(be_cancelled), person)

    run(job.pk)

    person.refresh_from_db()
    assert (Job.objects.get(pk=job.pk).state, person.name) == (JobState.CANCELLED, "李老师")


def test_cancel_after_the_end_is_refused(new_kind, person, noon):
    job = queued(new_kind(rename), person)
    run(job.pk)

    with pytest.raises(JobHasEnded):
        request_cancel(job_id=job.pk, at=noon)


def test_enqueue_with_a_key_is_one_job(new_kind, person):
    kind = new_kind(rename)

    first, second = queued(kind, person, idempotency_key="a"), queued(kind, person, idempotency_key="a")
    other = queued(kind, person, idempotency_key="b")

    assert (first.pk == second.pk, first.pk == other.pk) == (True, False)


def test_enqueue_with_the_key_of_a_failed_job_tries_it_again(new_kind, person):
    kind = new_kind(rename)
    job = queued(kind, person, idempotency_key="a")
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, finished_at=timezone.now())

    again = queued(kind, person, idempotency_key="a")

    assert (again.pk, again.state) == (job.pk, JobState.QUEUED)
    assert run(job.pk) is True


@pytest.mark.parametrize(("state", "is_taken_over"), [(JobState.FAILED, True), (JobState.QUEUED, False)])
def test_job_tried_again_is_the_new_askers(new_kind, person, english, state, is_taken_over):
    kind = new_kind(rename)
    first = {"arguments": {"n": 1}, "return_url": "/old/"}
    job = queued(kind, person, idempotency_key="a", **first)
    Job.objects.filter(pk=job.pk, idempotency_key="a").update(
        state=state, finished_at=timezone.now() if state == JobState.FAILED else None, title="旧"
    )

    queued(kind, english, idempotency_key="a", arguments={"n": 2}, return_url="/new/")

    job.refresh_from_db()
    got = (job.requested_by, job.title, job.arguments, job.return_url)
    old = (person, "旧", {"n": 1}, "/old/")
    assert got == ((english, "试作业", {"n": 2}, "/new/") if is_taken_over else old)


def test_reconcile_takes_back_the_job_of_a_lost_worker(new_kind, person):
    job = queued(new_kind(rename), person)
    now = timezone.now()
    lost, alive = now - timedelta(minutes=1), now
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=1, heartbeat_at=alive)
    assert reconcile(at=now) == 0

    Job.objects.filter(pk=job.pk).update(heartbeat_at=lost)
    assert reconcile(at=now) == 1

    assert run(job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_reconcile_gives_up_a_job_that_kills_every_worker_and_tells_the_person(new_kind, english):
    job = queued(new_kind(rename), english)
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=3, heartbeat_at=now - timedelta(minutes=1))

    reconcile(at=now)
    reconcile(at=now)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.error == "The work broke off at every attempt. The job number helps us."
    [notice] = Notification.objects.filter(recipient=english)
    assert (notice.event, notice.context["error"]) == ("job_failed", job.error)


def test_reconcile_ends_a_cancelled_job_of_a_lost_worker_without_a_notice(new_kind, person):
    now, kind = timezone.now(), new_kind(rename)
    cancelled, alive = queued(kind, person), queued(kind, person)
    fields = {"state": JobState.RUNNING, "attempts": 3, "cancel_requested": True}
    Job.objects.filter(pk=cancelled.pk).update(heartbeat_at=now - timedelta(minutes=1), **fields)
    Job.objects.filter(pk=alive.pk).update(heartbeat_at=now, **fields)

    reconcile(at=now)

    states = [Job.objects.get(pk=job.pk).state for job in (cancelled, alive)]
    assert states == [JobState.CANCELLED, JobState.RUNNING]
    assert not Notification.objects.exists()


def test_reconcile_rings_with_growing_delay(new_kind, person):
    queued(new_kind(rename), person)
    now = timezone.now()

    rung = [reconcile(at=now + timedelta(seconds=second)) for second in range(0, 60, 5)]

    assert rung == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
