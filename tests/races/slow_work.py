"""A job that takes its time, so that a test can kill its worker in the middle. Loaded by the worker (-I)."""

from __future__ import annotations

import time

from portal.audit.services import record
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun

KIND = "test.slow"
STEPS = 30


@job_kind(KIND)
def slow(run: JobRun) -> None:
    for step in range(STEPS):
        run.progress("working", step, STEPS)
        time.sleep(0.1)
    with run.effect():
        record(verb="worked", subject=run.job, actor=None)
