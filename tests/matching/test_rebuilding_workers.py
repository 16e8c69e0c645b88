"""The rebuild by real Celery workers that are killed, with a broker that dies, while the lists are read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from matching.models import Match, MatchRun, MatchShard, RunState, SchoolRanking, ShardState
from matching.rebuilding import rebuild_now, request_rebuild, tables
from matching.standing import forget_standing
from portal.demands.models import TalentDemand
from portal.jobs.models import Job, JobState
from portal.jobs.services import request_cancel
from tests.matching.rebuilding_crew import Broker, Crew
from tests.matching.rebuilding_world import ALL, SIZES, lay, lists
from tests.workers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = "tests.matching.rebuilding_slowly"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path, monkeypatch) -> None:
    """A store of this test alone, for us and for the workers; shards of three enterprises."""
    folder = str(tmp_path / "snapshots")
    monkeypatch.setenv("SNAPSHOT_FOLDER", folder)
    monkeypatch.setenv(SIZES, "3")
    store = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    settings.STORAGES = settings.STORAGES | {"snapshots": store}
    forget_standing()


@pytest.fixture
def crew(tmp_path) -> Iterator[Crew]:
    crew = Crew(tmp_path)
    yield crew
    crew.stop()


@pytest.fixture
def broker(settings) -> Iterator[Broker]:
    with TemporaryDirectory() as folder:  # short: the name of a socket is limited
        broker = Broker(Path(folder))
        settings.CELERY_BROKER_URL = f"redis+socket://{broker.paths.redis_sock}?virtual_host=0"
        yield broker
        broker.server.stop()


def expected() -> bytes:
    """What an undisturbed rebuild stores."""
    rebuild_now()
    return lists(ALL)


def is_done(job: Job) -> bool:
    return Job.objects.filter(pk=job.pk, state=JobState.DONE).exists()


def done_shards() -> int:
    return MatchShard.objects.filter(state=ShardState.DONE, run__state=RunState.BUILDING).count()


def test_two_workers_share_the_shards_of_one_rebuild(crew):
    lay()
    undisturbed = expected()
    crew.start(SLOW, count=2)

    jobs = {request_rebuild().pk, request_rebuild().pk}
    assert wait_until(lambda: is_done(Job(pk=min(jobs))), seconds=60)

    run = MatchRun.objects.get(state=RunState.CURRENT)
    assert (len(jobs), run.job_id, run.shards.count()) == (1, min(jobs), 15)
    assert len(set(run.shards.values_list("worker", flat=True))) == 2
    assert lists(ALL) == undisturbed


def test_killed_workers_and_a_lost_broker_change_nothing(broker, crew):
    lay()
    undisturbed = expected()
    crew.start(SLOW, count=2)
    job = request_rebuild()

    for number in range(2):
        before = done_shards()
        assert wait_until(lambda before=before: done_shards() > before, seconds=60)
        crew.kill()
        if number == 1:
            broker.lose()
        crew.start(SLOW)
    assert not is_done(job)  # the control: there was something left to disturb
    assert wait_until(lambda: is_done(job), seconds=120)

    run = MatchRun.objects.get(state=RunState.CURRENT)
    assert (run.job_id, MatchRun.objects.filter(job=job).count()) == (job.pk, 1)
    assert sum(run.shards.values_list("attempt", flat=True)) > run.shards.count()
    assert lists(ALL) == undisturbed
    assert tables.leftovers([]) == []


def test_the_exchange_is_never_seen_half_done(crew):
    lay()
    rebuild_now()
    seen, stop = set(), threading.Event()
    old = fingerprint()
    TalentDemand.objects.update(headcount=F("headcount") + 40, version=F("version") + 1)

    readers = [threading.Thread(target=watch, args=(seen, stop)) for _ in range(3)]
    for reader in readers:
        reader.start()
    crew.start()
    job = request_rebuild()
    finished = wait_until(lambda: is_done(job), seconds=60)
    time.sleep(0.3)
    stop.set()
    for reader in readers:
        reader.join()

    assert finished
    assert seen == {old, fingerprint()}
    assert len(seen) == 2


def fingerprint() -> object:
    """One answer over all tables that are exchanged, so that a mixture of old and new has another."""
    query = (
        "SELECT (SELECT md5(string_agg(m::text, ',' ORDER BY side, enterprise_id, school_id)) FROM matching_match m),"
        " (SELECT md5(string_agg(stamp::text, ',' ORDER BY enterprise_id)) FROM matching_enterpriseranking),"
        " (SELECT md5(string_agg(edge::text, ',' ORDER BY school_id)) FROM matching_schoolranking)"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


def watch(seen: set[object], stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            seen.add(fingerprint())
    finally:
        connection.close()


def test_a_cancelled_rebuild_leaves_nothing(crew, tmp_path):
    lay()
    rebuild_now()
    before = lists(ALL)
    crew.start(SLOW)
    job = request_rebuild()
    assert wait_until(lambda: done_shards() > 0, seconds=60)
    assert len(tables.leftovers([])) == 3  # the control
    run = MatchRun.objects.get(state=RunState.BUILDING)
    assert (tmp_path / "snapshots" / str(run.public_id)).exists()

    request_cancel(job_id=job.pk, at=timezone.now())

    assert wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.CANCELLED).exists(), seconds=30)
    assert wait_until(lambda: not (tmp_path / "snapshots" / str(run.public_id)).exists(), seconds=30)
    assert (tables.leftovers([]), lists(ALL) == before) == ([], True)


def test_the_exchange_waits_for_a_reader_without_making_others_wait(crew):
    lay()
    rebuild_now()
    crew.start()
    with transaction.atomic():
        assert Match.objects.count() > 0  # holds the table until the transaction ends
        with other_connection() as ask:
            job = ask(request_rebuild)
            assert ask(lambda: wait_until(lambda: stage(job) == "Putting the new lists in their place", seconds=60))
            begin, slowest = time.monotonic(), 0.0
            while time.monotonic() - begin < 3:
                asked = time.monotonic()
                ask(lambda: SchoolRanking.objects.first() and Match.objects.first())
                slowest = max(slowest, time.monotonic() - asked)
            assert not ask(lambda: is_done(job))
    assert slowest < 0.9  # not the fifteen seconds of an ordinary lock
    assert wait_until(lambda: is_done(job), seconds=30)


def stage(job: Job) -> str:
    return Job.objects.values_list("stage", flat=True).get(pk=job.pk)


def _close() -> None:
    connection.close()  # the one of the thread that calls


@contextmanager
def other_connection() -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Runs functions in a thread that has a connection of its own."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda function: thread.submit(function).result()
        thread.submit(_close).result()
