"""From the commit of a posted demand to the commit of the lists: one by one, while the site is read.

Whoever posts a demand ranks its enterprise right after the commit; the clock starts at that commit.

    PORTAL_SCALE=1 pytest -s -q tests/benchmarks/test_posting.py

fills a nation of that scale (1: 11,000 schools, 100,000 enterprises, 1,000,000 demands; 0.05 if nothing is said), ranks
it, starts a real worker and the real web server, from which somebody reads ten pages a second, and posts a thousand
demands.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from matching.locking import last_change
from matching.models import EnterpriseRanking
from matching.rebuilding import rebuild_now
from matching.stamps import stale_enterprises
from portal.accounts.models import User
from portal.demands.services import create_demand
from portal.organizations.models import Organization
from portal.taxonomy.models import Major, Skill
from tests.benchmarks.national import fill
from tests.workers import PROJECT, Worker, worker_environment

SCALE = float(os.environ.get("PORTAL_SCALE", "0.05"))
POSTS = int(os.environ.get("PORTAL_POSTS", "1000"))


@contextmanager
def web_server() -> Iterator[str]:
    """The site as it is served; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "tests.benchmarks.site", "-b", f"127.0.0.1:{port}", "--threads", "4"]
    process = subprocess.Popen(command, cwd=PROJECT, env=worker_environment(), stderr=subprocess.DEVNULL)
    try:
        time.sleep(4)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


class Reader(threading.Thread):
    """Somebody of the staff who reads partners' pages, a tenth of a second for each; times: seconds to get them."""

    def __init__(self, address: str, pages: list[str]) -> None:
        super().__init__(daemon=True)
        client = Client()
        client.force_login(User.objects.create_superuser("reader@test.test", "x"))
        self._cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        self._address, self._pages = address, pages
        self.times: list[float] = []
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            page = self._pages[len(self.times) % len(self._pages)]
            request = urllib.request.Request(self._address + page, headers={"Cookie": self._cookie})
            start = time.perf_counter()
            with urllib.request.urlopen(request, timeout=30) as response:
                assert response.status == 200
                response.read()
            self.times.append(time.perf_counter() - start)
            self.stop.wait(0.1)


def post_and_wait(enterprise: int, majors: list[Major], skills: list[Skill]) -> float:
    """Publish a demand; milliseconds from its commit until the lists that know it are committed."""
    before, committed = last_change(), list[float]()
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.perf_counter()))  # the first to run after the commit
        create_demand(
            enterprise_id=enterprise,
            actor=None,
            at=timezone.now(),
            publish=True,
            title="岗位",
            headcount=12,
            majors=majors,
            skills=skills,
            valid_until=timezone.localdate() + timedelta(days=60),
        )
    while time.perf_counter() - committed[0] < 30:
        if EnterpriseRanking.objects.filter(enterprise=enterprise, change__gt=before).exists():
            return 1000 * (time.perf_counter() - committed[0])
        time.sleep(0.0005)
    raise AssertionError("the lists were not made within half a minute")


@pytest.mark.django_db(transaction=True)
def test_posting(tmp_path: Path) -> None:
    sizes = fill(SCALE)
    print(f"\n{json.dumps(sizes)}")
    start = time.perf_counter()
    run = rebuild_now()
    print(f"rebuild in one process: {time.perf_counter() - start:.1f} s, {run.rows:,} rows, {json.dumps(run.seconds)}")
    chance = np.random.default_rng(3)
    enterprises = list(Organization.objects.enterprises().values_list("pk", flat=True)[:20_000])
    majors, skills = list(Major.objects.filter(level="junior_college")), list(Skill.objects.all()[:2000])
    worker = Worker(beat_file=tmp_path / "beat")
    try:
        with web_server() as address:
            reader = Reader(address, [f"/matching/organizations/{pk}/" for pk in enterprises[:300]])
            post_and_wait(enterprises[0], majors[:1], skills[:3])  # the worker loads the run
            reader.start()
            time.sleep(2)
            spent = [
                post_and_wait(
                    int(chance.choice(enterprises)),
                    [majors[n] for n in chance.choice(len(majors), 2, replace=False)],
                    [skills[n] for n in chance.choice(len(skills), 5, replace=False)],
                )
                for _ in range(POSTS)
            ]
            reader.stop.set()
            reader.join(timeout=30)
    finally:
        worker.stop()
    p50, p95, p99 = np.percentile(spent, (50, 95, 99))
    print(f"{len(spent)} demands posted: p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f}, most {max(spent):.1f} ms")
    print(f"meanwhile {len(reader.times)} pages read, p95 {1000 * np.percentile(reader.times, 95):.0f} ms")
    assert stale_enterprises() == []
