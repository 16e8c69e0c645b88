"""The servers of the test-suite, a cluster of its own in var/test: a pytest plugin that pyproject.toml names.

It is imported before Django reads its settings, whose folder it chooses. A second run in the same checkout at the same
time gets a folder of its own. With DATABASE_URL or REDIS_URL those servers are used instead.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.embedded.command_line import embedded_servers
from portal.embedded.errors import EmbeddedError
from portal.embedded.locks import FileLock
from portal.embedded.paths import Paths
from portal.embedded.servers import running

VAR = Path(__file__).resolve().parent.parent / "var"
SERVERS = pytest.StashKey[ExitStack]()


def _own_folder() -> FileLock | None:
    """Point PORTAL_VAR, unless it is set, to a folder that no other run uses while we hold the lock returned."""
    if "PORTAL_VAR" in os.environ:  # a worker of a run, or somebody's choice
        return None
    VAR.mkdir(exist_ok=True)
    for name in ["test", *(f"test-{number}" for number in range(2, 10))]:
        lock = FileLock(VAR / f"{name}.lock")
        if lock.own(wait=False):
            os.environ["PORTAL_VAR"] = str(VAR / name)
            return lock
        lock.close()
    raise pytest.UsageError(f"nine test runs hold the folders {VAR}/test… already")


_folder = _own_folder()


def pytest_configure(config: pytest.Config) -> None:
    if config.option.collectonly or config.option.help:
        return
    is_worker = hasattr(config, "workerinput")  # of a run that is spread over processes; it finds servers running
    if is_worker:
        keep_apart(int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")))
    else:
        start_for_tests(config)
    use_template(make=not is_worker)


def pytest_unconfigure(config: pytest.Config) -> None:
    stop(config)


def start_for_tests(config: pytest.Config) -> None:
    """Start what the settings expect us to run; if the data of our own folder are in the way, they are removed."""
    from django.conf import settings

    paths: Paths = settings.PATHS
    redis_urls = [settings.BROKER_URL, settings.CACHE_URL]
    names = embedded_servers(paths, database_host=str(settings.DATABASES["default"]["HOST"]), redis_urls=redis_urls)
    servers = config.stash.setdefault(SERVERS, ExitStack())
    try:
        try:
            servers.enter_context(running(paths, durable=False, names=names))
        except EmbeddedError:
            if _folder is None:
                raise
            shutil.rmtree(paths.pgdata, ignore_errors=True)
            shutil.rmtree(paths.valkey, ignore_errors=True)
            servers.enter_context(running(paths, durable=False, names=names))
    except EmbeddedError as error:
        raise pytest.UsageError(f"the servers of the tests do not start: {error}") from error


def keep_apart(number: int) -> None:
    """Give each process numbers of its own in the Redis-protocol server: a message is for its own database's rows."""
    from django.conf import settings

    if settings.BROKER_URL.startswith("redis+socket://"):
        settings.BROKER_URL = settings.CELERY_BROKER_URL = (
            f"redis+socket://{settings.PATHS.redis_sock}?virtual_host={2 * number + 2}"
        )
        settings.CACHE_URL = f"unix://{settings.PATHS.redis_sock}?db={2 * number + 3}"
        settings.CACHES["default"]["LOCATION"] = settings.CACHE_URL


def use_template(*, make: bool) -> None:
    """Copy test databases from a migrated one, if the cluster is ours."""
    from django.conf import settings

    from tests import template

    host = str(settings.DATABASES["default"]["HOST"])
    if host == str(settings.PATHS.socket_dir):
        template.use_template(host, make=make)


def stop(config: pytest.Config) -> None:
    """Leave the servers, which stops them; does nothing when none were started."""
    config.stash.setdefault(SERVERS, ExitStack()).close()
