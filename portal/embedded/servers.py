"""Use the embedded servers: whoever needs one first starts it, whoever needs it last stops it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

from portal.embedded.errors import EmbeddedError
from portal.embedded.keeper import READY, keeper_lock, users_lock
from portal.embedded.locks import FileLock, is_held
from portal.embedded.paths import Paths

BOTH = ("postgres", "valkey")
PATIENCE = 90.0  # seconds for another process to start or stop a server; longer than any of its own deadlines
_outlived_by: list[subprocess.Popen[str]] = []  # kept, or Python would warn of children nobody waits for
PROJECT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def running(paths: Paths, *, durable: bool = True, names: Sequence[str] = BOTH) -> Iterator[None]:
    """Hold the servers for the body: those that run are used as they are, the others are started (`durable` or not).

    On leaving, servers that nobody else uses are stopped before this returns.
    Raises EmbeddedError when one cannot be started.
    """
    paths.ensure()
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(_using(paths, name, durable=durable))
        yield


def ended(paths: Paths, names: Sequence[str] = BOTH) -> list[str]:
    """Those of the servers that are no longer there, although somebody should be using them."""
    return [name for name in names if not is_held(keeper_lock(paths, name))]


@contextmanager
def _using(paths: Paths, name: str, *, durable: bool) -> Iterator[None]:
    keeper: subprocess.Popen[str] | None = None
    with FileLock(users_lock(paths, name)) as users:
        users.share()  # waits while a keeper is stopping its server
        try:
            keeper = _started(paths, name, durable=durable)
            yield
        finally:
            users.release()
            if keeper is not None:
                _wait_for_end(keeper, users)


def _started(paths: Paths, name: str, *, durable: bool) -> subprocess.Popen[str] | None:
    """Return when the server is ready, with its keeper if that had to be started."""
    end = time.monotonic() + PATIENCE
    with FileLock(paths.locks / f"{name}.start") as start:
        start.own()
        while is_held(keeper_lock(paths, name)):
            if keeper_lock(paths, name).read_text() == READY:
                return None
            if time.monotonic() > end:
                raise EmbeddedError(f"{name} of {paths.var} does not become ready; see {paths.logs}")
            time.sleep(0.02)  # its starter was killed, or the server has ended and the keeper is clearing up
        return _start_keeper(paths, name, durable=durable)


def _start_keeper(paths: Paths, name: str, *, durable: bool) -> subprocess.Popen[str]:
    keeper_lock(paths, name).write_text("starting")  # not the last keeper's word
    options = [] if durable else ["--forgetful"]
    with (paths.logs / f"{name}.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "portal.embedded.keeper", name, str(paths.var), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=PROJECT,
            text=True,
            start_new_session=True,  # neither Ctrl-C nor the end of its starter is the end of it
        )
    with cast("IO[str]", keeper.stdout) as answers:
        word = answers.readline().strip()
        if word != READY:
            explanation = "\n".join(part for part in (word, answers.read().strip()) if part)
            keeper.wait()
            raise EmbeddedError(explanation or f"the keeper of {name} ended; see {paths.logs / name}.log")
    return keeper


def _wait_for_end(keeper: subprocess.Popen[str], users: FileLock) -> None:
    """Wait until the keeper has stopped its server, unless somebody else uses that."""
    end = time.monotonic() + PATIENCE
    while keeper.poll() is None and time.monotonic() < end:
        if users.own(wait=False):
            users.release()  # the keeper is about to take it
        elif users.share(wait=False):
            users.release()
            _outlived_by.append(keeper)
            return
        time.sleep(0.02)
