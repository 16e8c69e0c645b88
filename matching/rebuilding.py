"""Rank anew whatever is older than the rows it was made from: one job, whatever the number of changes."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from matching.indexing import closed_rankings, refresh_enterprise, stale_demands, stale_enterprises
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun
from portal.jobs.services import enqueue

KIND = "matching.rebuild"


def request_if_stale(requested_by: User | None = None) -> Job | None:
    """Ask for one rebuild if anything is stale and none is waiting; None if there is nothing to do."""
    waiting = Job.objects.open().filter(kind=KIND).order_by("-pk").first()
    if waiting is not None:
        return waiting
    if not stale_demands().exists() and not closed_rankings().exists():
        return None
    return enqueue(kind=KIND, title=str(_("Rank all that has changed")), requested_by=requested_by, at=timezone.now())


@job_kind(KIND)
def rebuild(run: JobRun) -> None:
    """Refresh enterprise by enterprise, each in a transaction of its own; being stopped loses nothing."""
    enterprises = stale_enterprises()
    for done, enterprise_id in enumerate(enterprises):
        run.progress(gettext_noop("Ranking enterprises"), done, len(enterprises))
        refresh_enterprise(enterprise_id)
    run.result = {"enterprises": len(enterprises)}
    with run.effect():
        pass  # every enterprise has been written; doing it again changes nothing
