from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as portal_settings
from django.db import connection
from django.utils import timezone

from portal.jobs.models import Job
from portal.pages.health import NotReady, free_space

NOWHERE = "unix:///nowhere/valkey.sock"


def readyz(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def failing(client):
    """The status, and the parts that fail."""
    status, body = readyz(client)
    return status, {name for name, check in body["checks"].items() if not check["ok"]}


def test_healthz_answers_without_the_database(client):
    """The test may not use the database: asking it would fail."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("url", ["/healthz", "/readyz"])
def test_health_is_public_and_never_kept(client, db, url):
    answer = client.get(url)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.post(url).status_code == 405


def test_readyz_is_ready_when_every_part_is(client, db):
    status, body = readyz(client)
    assert status == 200
    assert body["status"] == "ok"
    assert set(body["checks"]) == {"database", "migrations", "broker", "cache", "jobs", "disk"}


@pytest.mark.parametrize(("setting", "part"), [("BROKER_URL", "broker"), ("CACHE_URL", "cache")])
def test_readyz_fails_without_a_redis_server(client, db, settings, setting, part):
    assert failing(client) == (200, set())
    setattr(settings, setting, NOWHERE)
    assert failing(client) == (503, {part})
    assert "nowhere" not in client.get("/readyz").content.decode()


def test_readyz_fails_with_a_migration_not_applied(client, db):
    assert failing(client) == (200, set())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portal' AND name = '0001_initial'")
    assert failing(client) == (503, {"migrations"})


@pytest.mark.parametrize(
    ("waited", "state", "failing_parts"),
    [(4, "queued", set()), (6, "queued", {"jobs"}), (6, "failed", set()), (-60, "queued", set())],
)
def test_readyz_fails_when_a_due_job_finds_no_worker(client, db, waited, state, failing_parts):
    now = timezone.now()
    due = now - timedelta(minutes=waited)
    finished = now if state == "failed" else None
    Job.objects.create(kind="x", title="x", next_attempt_at=due, state=state, finished_at=finished)
    assert failing(client) == (503 if failing_parts else 200, failing_parts)


def test_readyz_tells_how_long_the_oldest_job_has_waited(client, db):
    now = timezone.now()
    for minutes in (1, 3):
        Job.objects.create(kind="x", title="x", next_attempt_at=now - timedelta(minutes=minutes))
    assert readyz(client)[1]["checks"]["jobs"]["oldest_waiting_seconds"] in (180, 181, 182)


def test_free_space_is_wanting_below_the_least(tmp_path):
    assert free_space(tmp_path, least=1).keys() == {"free_mb"}
    with pytest.raises(NotReady, match="MB of disk are free"):
        free_space(tmp_path, least=1 << 60)


ASK = """
import json, django
from concurrent.futures import ThreadPoolExecutor
django.setup()
from django.test import Client
def ask(url):
    answer = Client(raise_request_exception=False).get(url)
    return json.dumps([answer.status_code, answer.headers.get("Retry-After"), answer.content.decode()])
with ThreadPoolExecutor() as threads:  # each waits for the pool's patience
    print(*threads.map(ask, ["/healthz", "/readyz", "/"]), sep="\\n")
"""


def test_portal_without_its_database_says_so_and_lives(tmp_path):
    """A process of its own whose DATABASE_URL leads to a closed port."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "SECRET_KEY": "for this process only",
        "ALLOWED_HOSTS": "*",
        "HTTPS": "0",
        "REDIS_URL": f"unix://{portal_settings.PATHS.redis_sock}",
        "PORTAL_VAR": str(tmp_path),
    }
    command = [sys.executable, "-W", "ignore", "-m", "django", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, env=environment, cwd=portal_settings.BASE_DIR, check=True)
    asked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        env=environment,
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    alive, ready, page = map(json.loads, asked.stdout.splitlines())
    assert alive[0] == 200
    parts = json.loads(ready[2])["checks"]
    assert ready[0] == 503
    assert {name for name, check in parts.items() if not check["ok"]} == {"database", "migrations", "jobs"}
    assert (page[0], page[1]) == (503, "30")
    assert "Traceback" not in page[2]
    assert "127.0.0.1" not in page[2] + ready[2]
