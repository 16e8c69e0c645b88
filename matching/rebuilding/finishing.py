"""What comes after the last shard: the lists of the schools, keys and indexes, and the exchange."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from matching import store
from matching.engine.lists import SchoolLists, merge_school_lists
from matching.locking import lock_lists
from matching.models import EnterpriseRanking, MatchRun, RunState, SchoolRanking, Side
from matching.rebuilding.rows import write_pairs, write_schools
from matching.rebuilding.shards import stamps_of, supply_of
from matching.rebuilding.snapshots import NO_LIMIT
from matching.rebuilding.tables import exchange, impatient, successors
from matching.refreshing import refresh_enterprise, refresh_school
from matching.stamps import Stamps
from matching.store import lists_file

logger = logging.getLogger(__name__)


class RunIsOver(Exception):
    """Somebody gave the run up, or has brought it to its end."""


FEW_ENTERPRISES, FEW_SCHOOLS = 50, 2  # that are ranked anew while readers wait for the exchange


def write_school_lists(run: MatchRun) -> None:
    """The best enterprises of every school over all shards, once, and the keys and indexes of all tables."""
    with _patient():
        _hold(run)
        tables = successors(run)
        if all(table.is_indexed for table in tables):  # an earlier attempt came so far
            return
        supply = supply_of(run)
        lists = _merged(run)
        pairs = lists.table(supply)
        write_pairs(run, Side.SCHOOL, pairs)
        write_schools(run, supply, stamps_of(run).schools, lists)
        for table in tables:
            table.index()
        run.rows = tables[0].count()
        run.save(update_fields=["rows", "updated_at"])


def _merged(run: MatchRun) -> SchoolLists:
    """One after the other, so that two sets of lists are in memory, not those of all shards."""
    merged: SchoolLists | None = None
    for number in range(run.shards.count()):
        lists = SchoolLists.from_bytes(store.load_run_file(run, lists_file(number)))
        merged = lists if merged is None else merge_school_lists([merged, lists])
    if merged is None:
        raise ValueError(f"run {run.pk} has no shards")
    return merged


def _hold(run: MatchRun) -> None:
    """Keep others from this step until the transaction ends; raises RunIsOver."""
    if not MatchRun.objects.select_for_update().filter(pk=run.pk, state=RunState.BUILDING).exists():
        raise RunIsOver(f"run {run.pk} was given up")


def add_references(run: MatchRun) -> None:
    """The foreign keys of the new tables; raises OperationalError if somebody writes what they refer to."""
    with transaction.atomic(), impatient():
        for table in successors(run):
            table.add_references()


def check_references(run: MatchRun) -> None:
    """Check the keys of the rows that are there; nobody has to wait for it."""
    for table in successors(run):
        with _patient():
            table.check_references()


@contextmanager
def _patient() -> Iterator[None]:
    """A transaction whose statements may take longer than a page's, and sort in memory."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(NO_LIMIT)
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        yield


def take_over(run: MatchRun) -> None:
    """Exchange the tables within the caller's transaction, and follow what was refreshed since the snapshot.

    Raises OperationalError if readers do not let go of the tables in time. What changed and was not refreshed yet has
    another fingerprint than the new lists say, and is refreshed by its message, or by the beat. A run that began after
    this one and is in use already stays: it has seen more.
    """
    _hold(run)
    lock_lists()
    if MatchRun.objects.filter(state=RunState.CURRENT, pk__gt=run.pk).exists():
        run.state, run.finished_at = RunState.RETIRED, timezone.now()
        run.save(update_fields=["state", "finished_at", "seconds", "updated_at"])
        return
    stamps = stamps_of(run)
    moved = EnterpriseRanking.objects.filter(change__gt=stamps.changes).order_by("pk")
    enterprises = _others(moved.values_list("pk", "stamp"), stamps.enterprises)
    edited = SchoolRanking.objects.filter(change__gt=stamps.changes, row__isnull=False).order_by("pk")
    schools = _others(edited.values_list("pk", "stamp"), stamps.schools)
    exchange(run)
    MatchRun.objects.filter(state=RunState.CURRENT).update(state=RunState.RETIRED)
    run.state, run.finished_at = RunState.CURRENT, timezone.now()
    run.save(update_fields=["state", "finished_at", "seconds", "updated_at"])
    _follow(schools, FEW_SCHOOLS, refresh_school)
    _follow(enterprises, FEW_ENTERPRISES, refresh_enterprise)


def _others(ranked: Iterable[tuple[int, int]], stamps: Stamps) -> list[int]:
    """Those that were ranked from other rows than the run's."""
    return [organization for organization, stamp in ranked if stamps.of(organization) != stamp]


def _follow(organizations: list[int], few: int, refresh: Callable[[int], bool]) -> None:
    """Refresh a few at once, so that nobody falls back; many are left to the beat: readers are waiting."""
    for organization in organizations if len(organizations) <= few else ():
        try:
            refresh(organization)
        except Exception:  # a savepoint of its own was rolled back; the new lists are true all the same
            logger.warning("%s of %s is left to the beat", refresh.__name__, organization, exc_info=True)
