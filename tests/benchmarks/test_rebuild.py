"""What ranking a nation costs, PostgreSQL to PostgreSQL: `SCALE=1 pytest -s tests/benchmarks/test_rebuild.py` shows it.

SCALE 1 is 11,000 schools, 100,000 enterprises, 1,000,000 demands; the default is a tenth of it. Every rebuild is done
by processes of its own, each with a folder, a cache and a working directory of its own, as if on a machine of its own:
they share the database, the broker and the store of snapshots.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import connection

from matching.models import Match, MatchRun, MatchShard, RunState, SchoolRanking, ShardState, Side
from matching.rebuilding import request_rebuild, tables
from matching.stamps import stale_enterprises, stale_schools
from portal.jobs.models import Job, JobState
from tests.benchmarks import national
from tests.matching.rebuilding_crew import Broker
from tests.matching.rebuilding_world import ALL, lists
from tests.workers import PROJECT, wait_until, worker_environment

SCALE = float(os.environ.get("SCALE", "0.1"))
PATIENCE = 900 * max(SCALE, 0.2)  # seconds
KILLS = 10
PARTS = os.environ.get("PARTS", "machines,kills").split(",")


class Machine:
    """A worker that shares nothing but the servers and the store; `kill` takes its power."""

    def __init__(self, folder: Path, number: int, store: Path) -> None:
        self.folder = folder / f"machine-{number}"
        self.folder.mkdir(exist_ok=True)
        self.environment = worker_environment() | {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH")))),
            "PORTAL_VAR": str(self.folder),
            "NUMBA_CACHE_DIR": str(self.folder / "numba"),
            "SNAPSHOT_FOLDER": str(store),
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-B", "-s", "beat", "-c", "1"]
        command += ["--without-mingle", "--without-gossip", "-l", "error", "-n", f"{self.folder.name}@%h"]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            command, cwd=self.folder, env=self.environment, start_new_session=True, stdout=log, stderr=log
        )
        log.close()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()


@pytest.fixture
def broker(settings) -> Iterator[Broker]:
    with TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        settings.CELERY_BROKER_URL = f"redis+socket://{broker.paths.redis_sock}?virtual_host=0"
        yield broker
        broker.server.stop()


def digest() -> str:
    return hashlib.sha256(lists(ALL)).hexdigest()[:16]


def rebuilt(machines: list[Machine]) -> float:
    """Seconds from the request until the lists are there; the machines have to be warm for the figure to mean much."""
    begin = time.monotonic()
    job = request_rebuild()
    assert wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists(), seconds=PATIENCE)
    return time.monotonic() - begin


@pytest.mark.django_db(transaction=True)
def test_a_nation_is_ranked(broker, tmp_path):
    begin = time.monotonic()
    print(f"\nscale {SCALE}, load {os.getloadavg()}: {national.fill(SCALE)} in {time.monotonic() - begin:.0f} s")
    store = tmp_path / "store"

    _rebuild_in_one_process(store)
    if "machines" in PARTS:
        _rebuild_on_machines(store, tmp_path)
    if "kills" in PARTS:
        _rebuild_among_kills(broker, store, tmp_path)


def _rebuild_in_one_process(store: Path) -> None:
    """In a process of its own, twice: the first one compiles, and during the second one the lists are read."""
    environment = worker_environment() | {"SNAPSHOT_FOLDER": str(store), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    command = [sys.executable, "-m", "tests.benchmarks.rebuild_once"]
    print(f"\nload before: {os.getloadavg()}", flush=True)
    subprocess.run(command, cwd=PROJECT, env=environment, check=True)
    with Reader() as reader:
        print(f"\nload before: {os.getloadavg()}", flush=True)
        subprocess.run(command, cwd=PROJECT, env=environment, check=True)
    print(f"read meanwhile: {reader}")
    assert reader.empty == 0
    begin = time.monotonic()
    assert (stale_enterprises(), stale_schools()) == ([], [])
    print(f"nothing is stale, seen in {time.monotonic() - begin:.2f} s")
    print(f"{Match.objects.count():,} rows, digest {digest()}")


class Reader(threading.Thread):
    """Asks for one school's list after the other, as a page does, and notes the slowest answer and empty ones."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.schools = list(SchoolRanking.objects.exclude(edge=0).values_list("school_id", flat=True)[:500])
        self.ended = threading.Event()
        self.asked, self.empty, self.slowest = 0, 0, 0.0

    def run(self) -> None:
        try:
            while not self.ended.wait(0.005):
                school = self.schools[self.asked % len(self.schools)]
                begin = time.monotonic()
                rows = Match.objects.filter(side=Side.SCHOOL, school=school).order_by("-school_score", "enterprise")[
                    :20
                ]
                self.empty += len(rows) != 20
                self.asked, self.slowest = self.asked + 1, max(self.slowest, time.monotonic() - begin)
        finally:
            connection.close()

    def __enter__(self) -> Reader:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        self.join()

    def __str__(self) -> str:
        return f"{self.asked:,} lists, {self.empty} of them short, the slowest in {1000 * self.slowest:.0f} ms"


def _rebuild_on_machines(store: Path, folder: Path) -> None:
    """Any number of machines makes the same bytes."""
    found = {}
    for count in (1, 2, 4):
        machines = [Machine(folder, number, store) for number in range(count)]
        try:
            rebuilt(machines)  # compiles, and finds its files
            seconds = rebuilt(machines)
        finally:
            for machine in machines:
                machine.stop()
        run = MatchRun.objects.get(state=RunState.CURRENT)
        took_part = len(set(run.shards.values_list("worker", flat=True)))
        found[count] = digest()
        print(f"\n{count} machines ({took_part} took part): {seconds:6.1f} s, digest {found[count]}, {run.seconds}")
    assert len(set(found.values())) == 1


def _rebuild_among_kills(broker: Broker, store: Path, folder: Path) -> None:
    """Killed workers and a lost broker change nothing."""
    before = digest()
    machines = [Machine(folder, number, store) for number in range(2)]
    begin, seen = time.monotonic(), 0
    job = request_rebuild()
    try:
        for number in range(KILLS):
            seen = _one_more_done(job, seen)
            machines[number % 2].kill()
            if number == KILLS // 2:
                broker.lose()
            machines[number % 2].start()
        assert wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists(), seconds=PATIENCE)
    finally:
        for machine in machines:
            machine.stop()
    job.refresh_from_db()
    runs = MatchRun.objects.filter(job=job)
    attempts = sum(runs.get().shards.values_list("attempt", flat=True)) - runs.get().shards.count()
    print(f"\n{KILLS} kills and one broker lost: {time.monotonic() - begin:.0f} s, attempt {job.attempts} of the job,")
    print(f"{attempts} shards computed again, digest {digest()}")
    assert (digest(), runs.count(), tables.leftovers([])) == (before, 1, [])


def _one_more_done(job: Job, seen: int) -> int:
    """Wait until more shards are done than `seen`, or the job is; returns how many are."""
    done = MatchShard.objects.filter(state=ShardState.DONE, run__job=job)
    assert wait_until(lambda: done.count() > seen or Job.objects.get(pk=job.pk).has_ended, seconds=PATIENCE)
    return done.count()
