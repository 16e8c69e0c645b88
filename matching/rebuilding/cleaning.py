"""Remove what runs leave: the tables and files of those given up, and the files of those replaced long ago."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone

from matching import store
from matching.models import MatchRun, RunState
from matching.rebuilding import tables
from portal.jobs.models import ENDED

ORPHANED = timedelta(hours=1)  # after so long a run without a job is nobody's work any more
ATTEMPTS, PAUSE = 10, 0.2  # to drop a table: how often, and after how many seconds again
KEPT_RETIRED = 1  # processes may still work with the files of the run before


def give_up(run: MatchRun) -> None:
    """End a run that will not take over; nothing of it is kept but the row. Does nothing to a run that is in use."""
    building = MatchRun.objects.filter(pk=run.pk, state=RunState.BUILDING)
    building.update(state=RunState.FAILED, job=None, finished_at=timezone.now())
    if MatchRun.objects.filter(pk=run.pk, state=RunState.FAILED).exists():
        _drop_leftovers()
        store.delete_run(run)


def sweep() -> None:
    """Give up the runs whose job has ended without them, and remove tables and files that no run needs."""
    ended = Q(job__state__in=ENDED) | Q(job=None, updated_at__lt=timezone.now() - ORPHANED)
    for run in MatchRun.objects.filter(ended, state=RunState.BUILDING):
        give_up(run)
    _drop_leftovers()
    _sweep_files()


def _drop_leftovers() -> None:
    """What somebody holds for too long is left to the next sweep."""
    building = MatchRun.objects.filter(state=RunState.BUILDING).values_list("pk", flat=True)
    for name in tables.leftovers(building):
        for _attempt in range(ATTEMPTS):
            try:
                tables.drop(name)
            except OperationalError:
                time.sleep(PAUSE)
            else:
                break


def _sweep_files() -> None:
    """Files of runs that are known and not needed; of what the database does not know, another one may."""
    retired = MatchRun.objects.filter(state=RunState.RETIRED).order_by("-pk")[:KEPT_RETIRED]
    kept = Q(state__in=(RunState.BUILDING, RunState.CURRENT)) | Q(pk__in=[run.pk for run in retired])
    for run in MatchRun.objects.filter(public_id__in=store.stored_runs()).exclude(kept):
        store.delete_run(run)
