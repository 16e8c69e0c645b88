"""The job that ranks everybody with everybody: snapshot, shards, merging, and the exchange of the tables.

Its own process takes shards as every other worker does, so it ends though nobody helps; what it waits for is being
computed by a living worker or, once that one's lease is over, free for itself. A later attempt goes on with the run of
the first: what is done stays done. Nothing of it is seen before the exchange, one transaction with the job's "done".
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Protocol

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_noop

from matching.models import MatchRun, MatchShard, RunState, ShardState
from matching.rebuilding import finishing, shards, tables
from matching.rebuilding.cleaning import give_up, sweep
from matching.rebuilding.snapshots import ENGINE_VERSION, Basis, take_snapshot
from matching.standing import forget_standing
from portal.jobs.models import Job
from portal.jobs.registry import job_kind
from portal.jobs.running import Cancelled, JobRun

KIND = "matching.rebuild"
MOST_ATTEMPTS = 30  # a killed worker costs one, and little is lost
LOOK = 0.1  # seconds between two looks at the shards
AGAIN = 0.2  # seconds before the tables are asked for again
LONGEST_WAIT = 600  # seconds until others have to let go of a table


class Reporter(Protocol):
    """What the steps tell of their progress, and the transaction of their effect: a JobRun, or nobody."""

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None: ...

    def effect(self) -> AbstractContextManager[None]: ...


class Nobody:
    """For a rebuild that is no job."""

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Nobody waits to hear of it."""

    @contextmanager
    def effect(self) -> Iterator[None]:
        with transaction.atomic():
            yield


@job_kind(KIND, max_attempts=MOST_ATTEMPTS)
def rebuild(job: JobRun) -> None:
    """Rank everybody, with whoever helps."""
    run = _run_of(job.job) or _begin(job, job.job)
    try:
        begin = time.monotonic()
        _rank_together(job, run)
        run.seconds["ranking"] = round(time.monotonic() - begin, 3)
        _finish(job, run)
        job.result = {"run": str(run.public_id)}
        _take_over(job, run)
    except Cancelled:
        give_up(run)
        raise
    sweep()


def rebuild_now() -> MatchRun:
    """The same steps at once, in this process and, if there is one, in the caller's transaction."""
    reporter = Nobody()
    run = _begin(reporter, None)
    try:
        while shards.rank_next(run.pk, lanes=_lanes()):
            pass
        _finish(reporter, run)
        _take_over(reporter, run)
    except BaseException:
        if not connection.in_atomic_block:
            give_up(run)
        raise
    sweep()
    return run


def _lanes() -> int:
    return min(2, os.cpu_count() or 1)


def _run_of(job: Job) -> MatchRun | None:
    """The run that an earlier attempt has begun, if it came as far as its shards; what it left else is removed."""
    run = MatchRun.objects.filter(job=job, state=RunState.BUILDING).first()
    if run is not None and not (run.shards.exists() and run.engine_version == ENGINE_VERSION):
        give_up(run)
        return None
    return run


def _begin(reporter: Reporter, job: Job | None) -> MatchRun:
    """A run with its snapshot in the store, its tables, and its shards to be done; nobody sees it before they are."""
    begin = time.monotonic()
    basis = Basis.present()
    run = MatchRun.objects.create(
        job=job, engine_version=basis.engine_version, code_lists=basis.code_lists, weights=basis.weights
    )
    reporter.progress(gettext_noop("Reading schools and demands"))
    try:
        count = take_snapshot(run)
        run.seconds = {"snapshot": round(time.monotonic() - begin, 3)}
        with transaction.atomic():
            reporter.progress(gettext_noop("Ranking enterprises"), 0, count)  # refused if another attempt took over
            for table in tables.successors(run):
                table.create()
            MatchShard.objects.bulk_create(MatchShard(run=run, number=number) for number in range(count))
            run.save(update_fields=["schools", "enterprises", "demands", "seconds", "updated_at"])
    except BaseException:
        if not connection.needs_rollback:
            give_up(run)
        raise
    return run


def _rank_together(reporter: Reporter, run: MatchRun) -> None:
    """Have all shards done, by others and by threads of our own; raises what reporting raises, and ShardFails."""
    total = run.shards.count()
    shards.ring(run)
    with _helping(run) as failures:
        while True:
            done = run.shards.filter(state=ShardState.DONE).count()
            reporter.progress(gettext_noop("Ranking enterprises"), done, total)
            if done == total:
                return
            if failures:
                raise failures[0]
            shards.refuse_hopeless(run.pk)
            shards.ring(run)
            time.sleep(LOOK)


@contextmanager
def _helping(run: MatchRun) -> Iterator[list[BaseException]]:
    """Threads that take shards until there are none, or the caller leaves; what they could not do is in the list."""
    stop, failures = threading.Event(), list[BaseException]()
    threads = [threading.Thread(target=_help, args=(run, stop, failures), daemon=True) for _ in range(_lanes())]
    for thread in threads:
        thread.start()
    try:
        yield failures
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _help(run: MatchRun, stop: threading.Event, failures: list[BaseException]) -> None:
    try:
        while not stop.is_set():
            if not shards.rank_next(run.pk):
                stop.wait(LOOK)
    except Exception as error:
        failures.append(error)
    finally:
        connection.close()


def _finish(reporter: Reporter, run: MatchRun) -> None:
    """The lists of the schools, keys and indexes; what an earlier attempt has finished is not done again."""
    begin = time.monotonic()
    reporter.progress(gettext_noop("Merging the lists of the schools"))
    finishing.write_school_lists(run)
    _until_free(partial(finishing.add_references, run))
    reporter.progress(gettext_noop("Building the indexes"))
    finishing.check_references(run)
    run.seconds["finishing"] = round(time.monotonic() - begin, 3)


def _take_over(reporter: Reporter, run: MatchRun) -> None:
    """Exchange the tables as soon as readers leave a gap; the run and the job are done by the same transaction."""

    def exchange() -> None:
        reporter.progress(gettext_noop("Putting the new lists in their place"))
        with reporter.effect():
            finishing.take_over(run)

    _until_free(exchange)


def _until_free(step: Callable[[], None]) -> None:
    """Do what needs a lock that others hold, again until they let go of it, so that nobody waits behind us."""
    end = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            step()
        except OperationalError:
            forget_standing()  # it may know what was rolled back
            if connection.in_atomic_block or time.monotonic() > end:
                raise
            time.sleep(AGAIN)
        except BaseException:
            forget_standing()
            raise
        else:
            return
