"""A heart that beats beside the work: long computing without progress keeps its lease."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connection

logger = logging.getLogger(__name__)


@contextmanager
def beating(name: str, beat: Callable[[], object]) -> Iterator[None]:
    """Call `beat`, one UPDATE that says that somebody is at it, four times a lease from a thread of its own."""
    stop = threading.Event()
    thread = threading.Thread(target=_go_on, args=(name, beat, stop), name=f"heartbeat of {name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


def _go_on(name: str, beat: Callable[[], object], stop: threading.Event) -> None:
    try:
        while not stop.wait(settings.JOB_LEASE_SECONDS / 4):
            try:
                beat()
            except OperationalError:
                logger.warning("%s: a heartbeat was missed", name)
    finally:
        connection.close()
