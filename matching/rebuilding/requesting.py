"""Whether everything has to be ranked anew, or only what has changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching import store
from matching.models import EnterpriseRanking, MatchRun, RunState, SchoolRanking
from matching.rebuilding.cleaning import sweep
from matching.rebuilding.runs import KIND
from matching.rebuilding.snapshots import Basis
from matching.refreshing import refresh_enterprise, refresh_school
from matching.stamps import stale_enterprises, stale_schools
from matching.standing import NoRun
from matching.store import SUPPLY
from portal.accounts.models import User
from portal.jobs.models import Job, JobState
from portal.jobs.services import enqueue

logger = logging.getLogger(__name__)

MOST_ENTERPRISES, MOST_SCHOOLS = 200, 20  # that are refreshed one by one; more are ranked faster all at once
BESIDE_ENTERPRISES, BESIDE_SCHOOLS = 2000, 200  # that may have changed since a run: every refresh looks at them all
NEW_SKILLS_WAIT = timedelta(hours=1)  # the staff adds skills one by one; each counts from the next run on
REST = timedelta(minutes=30)  # after a job that somebody stopped, or that failed
LIFETIME = timedelta(hours=24)  # the weights of skills are those of the run: they should not grow old


def request_if_stale(requested_by: User | None = None) -> Job | None:
    """Ask for one rebuild if everything is to be ranked anew, or so much that it is faster; else do what is stale.

    Returns the job that waits or runs already, or the new one; None if nothing is stale any more, or if a job was
    stopped or failed a short while ago and nobody asks in person. While a job is under way the few are refreshed all
    the same: it may take long, or never succeed.
    """
    current = MatchRun.objects.filter(state=RunState.CURRENT).first()
    is_usable = current is not None and not _is_outdated(current)
    is_done = is_usable and _refresh_few()
    open_job = Job.objects.open().filter(kind=KIND).order_by("-pk").first()
    if open_job is not None:
        return open_job
    return None if is_done else _request_unless_resting(requested_by)


def _request_unless_resting(requested_by: User | None = None) -> Job | None:
    """Ask for a rebuild, unless nobody asks in person and one was stopped or failed a short while ago."""
    unsuccessful = Job.objects.filter(kind=KIND, state__in=(JobState.CANCELLED, JobState.FAILED))
    if requested_by is None and unsuccessful.filter(finished_at__gt=timezone.now() - REST).exists():
        return None
    return request_rebuild(requested_by)


def request_rebuild(requested_by: User | None = None) -> Job:
    """Ask for a rebuild, whatever the state of the lists; one successor of each run, however many ask."""
    current = MatchRun.objects.filter(state=RunState.CURRENT).values_list("public_id", flat=True).first()
    return enqueue(
        kind=KIND,
        title=str(_("Rank everybody anew")),
        requested_by=requested_by,
        at=timezone.now(),
        idempotency_key=f"after {current or 'nothing'}",
    )


def repair() -> Job | None:
    """What the beat does: remove what runs have left, and have ranked what was missed."""
    sweep()
    return request_if_stale()


def _is_outdated(run: MatchRun) -> bool:
    """Whether the run was made with other lists, weights or another engine, lost its files, or has grown old."""
    present = Basis.present()
    age = timezone.now() - (run.finished_at or run.created_at)
    weights = present.weights.pk if present.weights is not None else None
    if (run.engine_version, run.weights_id) != (present.engine_version, weights):
        return True
    (lists, skills), (lists_now, skills_now) = (code.split(".") for code in (run.code_lists, present.code_lists))
    if lists != lists_now or (skills != skills_now and age > NEW_SKILLS_WAIT):
        return True
    return not store.has_run_file(run, SUPPLY) or (age > LIFETIME and _has_moved()) or _has_much_beside()


def _has_much_beside() -> bool:
    """Whether so many have changed since the run that a new one makes every later refresh lighter."""
    schools = SchoolRanking.objects.filter(row__isnull=False).count()
    return (
        schools > BESIDE_SCHOOLS or EnterpriseRanking.objects.filter(column__isnull=False).count() > BESIDE_ENTERPRISES
    )


def _has_moved() -> bool:
    """Whether anybody has been refreshed since the run."""
    moved = Q(change__gt=0)
    return EnterpriseRanking.objects.filter(moved).exists() or SchoolRanking.objects.filter(moved).exists()


def _refresh_few() -> bool:
    """Refresh whoever is stale; False if they are too many, or one does not fit into the run's snapshot."""
    enterprises, schools = stale_enterprises(), stale_schools()
    if len(enterprises) > MOST_ENTERPRISES or len(schools) > MOST_SCHOOLS:
        return False
    return _refresh(schools, enterprises)


def refresh_or_rebuild(*, enterprises: Iterable[int] = (), schools: Iterable[int] = ()) -> None:
    """Rank these anew, or ask for a rebuild where there is no run that they fit in."""
    if not _refresh(schools, enterprises):
        _request_unless_resting()


def _refresh(schools: Iterable[int], enterprises: Iterable[int]) -> bool:
    """Refresh each; False if there is no run that it fits in. One that fails does not keep the others from theirs."""
    for refresh, organizations in ((refresh_school, schools), (refresh_enterprise, enterprises)):
        for organization in organizations:
            try:
                refresh(organization)
            except NoRun:  # NeedsRun is one
                return False
            except OperationalError:
                raise  # of the database, not of the organization: the message, or the beat, comes again
            except Exception:
                logger.exception("%s of %s failed", refresh.__name__, organization)
    return True
