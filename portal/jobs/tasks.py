"""The doors through which Celery comes in; they take arguments of newer versions too."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.jobs import running, services


@shared_task(name="portal.jobs.run")
def run_job(*, job_id: int, **_newer_arguments: object) -> None:
    """Do one job, if it is still to be done."""
    running.run(job_id)


@shared_task(name="portal.jobs.reconcile")
def reconcile(**_newer_arguments: object) -> None:
    """Take back the jobs of lost workers and ring again for what waits."""
    services.reconcile(at=timezone.now())
