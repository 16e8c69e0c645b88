"""Is the process alive (/healthz), and can it work (/readyz)? For load balancers and monitors; no login, never kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from portal.jobs.models import Job, JobState

PATIENCE = 1.0  # seconds that a Redis server may take to answer
LONGEST_WAIT = timedelta(minutes=5)  # a job that has been due for longer finds no worker
LEAST_FREE = 200 * 1024 * 1024  # bytes; below it PostgreSQL and uploads are about to fail

Facts = dict[str, object]
Check = Callable[[], Facts]


class NotReady(Exception):
    """A part without which the portal cannot work is missing; its text is for the operator, without secrets."""


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Every part by itself, 503 if one is missing."""
    checks = {"database": _answer(database)}
    for name, check in CHECKS.items():
        unasked = name in ON_DATABASE and not checks["database"]["ok"]  # each would wait for it in vain
        checks[name] = {"ok": False, "error": "no database"} if unasked else _answer(check)
    ready = all(check["ok"] for check in checks.values())
    body = {"status": "ok" if ready else "failing", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def _answer(check: Check) -> Facts:
    try:
        return {"ok": True, **check()}
    except NotReady as error:
        return {"ok": False, "error": str(error)}
    except (DatabaseError, RedisError, OSError, ImproperlyConfigured) as error:
        return {"ok": False, "error": type(error).__name__}


def database() -> Facts:
    """PostgreSQL answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {}


def migrations() -> Facts:
    """The tables are those of this code."""
    missing = migrations_of_the_code() - set(MigrationRecorder(connection).applied_migrations())
    if missing:
        raise NotReady(f"{len(missing)} migrations are not applied")
    return {}


@cache
def migrations_of_the_code() -> frozenset[tuple[str, str]]:
    """Application and name of every migration that is installed; they cannot change while the process lives."""
    return frozenset(MigrationLoader(None).disk_migrations or ())


def broker() -> Facts:
    """The server that rings for jobs answers."""
    return ping(settings.BROKER_URL)


def cache_server() -> Facts:
    """The cache's server answers."""
    return ping(settings.CACHE_URL)


def ping(url: str) -> Facts:
    """PING a server by URL, as Celery writes it (redis+socket://…) or as Redis does; raises RedisError."""
    plain = url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    with Redis.from_url(plain, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE) as client:
        client.ping()
    return {}


def jobs() -> Facts:
    """No job has been due for long without a worker taking it."""
    now = timezone.now()
    due = Job.objects.filter(state=JobState.QUEUED, next_attempt_at__lte=now)
    oldest = due.aggregate(oldest=Min("next_attempt_at"))["oldest"]
    waited = now - oldest if oldest else timedelta()
    if waited > LONGEST_WAIT:
        raise NotReady(f"a job has been waiting for {int(waited.total_seconds())} s")
    return {"oldest_waiting_seconds": int(waited.total_seconds())}


def disk() -> Facts:
    """There is room to write."""
    return free_space(settings.VAR, least=LEAST_FREE)


def free_space(folder: Path, *, least: int) -> Facts:
    """Bytes free where `folder` lies; raises NotReady below `least`."""
    free = shutil.disk_usage(folder).free
    if free < least:
        raise NotReady(f"{free // 1024**2} MB of disk are free")
    return {"free_mb": free // 1024**2}


ON_DATABASE = {"migrations", "jobs"}
CHECKS: dict[str, Check] = {
    "migrations": migrations,
    "broker": broker,
    "cache": cache_server,
    "jobs": jobs,
    "disk": disk,
}
