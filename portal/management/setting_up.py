"""Steps between running servers and running processes; each is quick when it was done before."""

from __future__ import annotations

import hashlib
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections

from portal.celery import app


def collect_static(stamp: Path) -> bool:
    """Collect the static files unless those that `stamp` tells of are unchanged; True if it had to be done."""
    state = _static_state()
    if stamp.exists() and stamp.read_text() == state and Path(settings.STATIC_ROOT).is_dir():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(state)
    return True


def _static_state() -> str:
    """A digest of what collectstatic would read: name, place, size and time of every file, and how it is stored."""
    digest = hashlib.sha256(f"{django.__version__} {settings.STATIC_ROOT} {settings.STORAGES}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name))
            status = file.stat()
            digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def put_back_unacknowledged() -> int:
    """Queue again what a killed worker had taken and not finished; returns the number of messages.

    Only for a moment without any worker: otherwise it would give running work to a second one. The broker itself
    waits for visibility_timeout, an hour.
    """
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        lost: int = channel.client.zcard(channel.qos.unacked_index_key)
        if lost:
            channel.qos.visibility_timeout = -1
            channel.qos.restore_visible(num=lost, interval=1)
        return lost


def close_connections() -> None:
    """Leave no connection, and no thread that keeps one, in a process about to start others."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
