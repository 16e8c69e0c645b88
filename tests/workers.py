"""Real Celery workers on the test database, in processes of their own that a test may kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

PROJECT = Path(__file__).resolve().parent.parent


def worker_environment() -> dict[str, str]:
    """The servers of this test run, given the way a deployment gives its own."""
    database = connection.settings_dict
    url = f"postgres://{database['USER']}:{database.get('PASSWORD', '')}@/{database['NAME']}?host={database['HOST']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "CACHE_URL": settings.CACHE_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "PORTAL_VAR": str(settings.VAR),
        "JOB_LEASE_SECONDS": "3",
        "HTTPS": "0",
    }


class Worker:
    """One worker with its beat, in a process group of its own."""

    def __init__(self, include: str = "", *, beat_file: Path, concurrency: int = 1) -> None:
        command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-B", "-s", str(beat_file)]
        command += ["-c", str(concurrency), "--without-mingle", "--without-gossip", "-l", "warning"]
        command += ["-I", include] if include else []
        self.process = subprocess.Popen(command, cwd=PROJECT, env=worker_environment(), start_new_session=True)

    def kill(self) -> None:
        """kill -9 of the worker and all its children, as when the machine's power goes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> None:
        """Stop it the ordinary way, and by force if it does not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Whether the condition came true within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
