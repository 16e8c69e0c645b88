"""Keeps one server running for as long as anybody uses it: `python -m portal.embedded.keeper postgres VAR`.

Every user of a server holds a shared lock. The keeper, a small process of its own, starts the server, says so, and
waits for that lock alone: it gets it when the last user has let go, which the kernel sees to even after kill -9.
Then it stops the server. The server in turn ends when its keeper does.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Protocol

from portal.embedded.errors import EmbeddedError
from portal.embedded.locks import FileLock
from portal.embedded.paths import Paths
from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey

READY = "ready"
START_PATIENCE = 60.0  # seconds; reading a long journal after a crash is the slow case
ATTEMPTS = 3  # children of a server that was killed may need a moment to end


class Server(Protocol):
    process: subprocess.Popen[bytes] | None

    def start(self) -> None: ...
    def is_ready(self) -> bool: ...
    def stop(self) -> None: ...
    def failure(self) -> str: ...


SERVERS: dict[str, Callable[[Paths, bool], Server]] = {
    "postgres": lambda paths, durable: Postgres(paths, durable=durable),
    "valkey": lambda paths, durable: Valkey(paths, durable=durable),
}


class _Ended(Exception):
    """The server ended by itself, or the keeper was asked to end."""


def users_lock(paths: Paths, name: str) -> Path:
    """Held shared by every process that uses the server."""
    return paths.locks / f"{name}.users"


def keeper_lock(paths: Paths, name: str) -> Path:
    """Held by the keeper while it lives; its note is READY while the server can be used."""
    return paths.locks / f"{name}.keeper"


def keep(server: Server, paths: Paths, name: str, announce: Callable[[str], None]) -> None:
    """Start the server, announce it, and stop it after its last user; returns at once if another keeper is there."""
    with FileLock(keeper_lock(paths, name)) as lock, FileLock(users_lock(paths, name)) as users:
        if not lock.own(wait=False):
            raise EmbeddedError(f"{name} of {paths.var} has a keeper already")
        lock.write("starting")
        try:
            _start(server, name)
            lock.write(READY)
            announce(READY)
            _wait_for_last_user(server, users)
        except _Ended:
            pass
        finally:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what remains is short and must be finished
            lock.write("stopping")
            server.stop()


def _start(server: Server, name: str) -> None:
    end = time.monotonic() + START_PATIENCE
    for _ in range(ATTEMPTS):
        server.start()
        while server.process is not None and server.process.poll() is None:
            if server.is_ready():
                return
            if time.monotonic() > end:
                raise EmbeddedError(f"{name} did not become ready:\n{server.failure()}")
            time.sleep(0.02)
        time.sleep(0.5)
    raise EmbeddedError(f"{name} did not start:\n{server.failure()}")


def _wait_for_last_user(server: Server, users: FileLock) -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise _Ended

    signal.signal(signal.SIGCHLD, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    if server.process is not None and server.process.poll() is None:
        users.own()


def main() -> int:
    """The program of the keeper: one line on standard output, READY or what went wrong, then silence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", choices=sorted(SERVERS))
    parser.add_argument("var", type=Path)
    parser.add_argument("--forgetful", action="store_true", help="fast, may lose everything: for tests")
    options = parser.parse_args()
    paths = Paths(options.var)

    def announce(word: str) -> None:
        print(word, flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    try:
        paths.ensure()
        server = SERVERS[options.server](paths, not options.forgetful)
        keep(server, paths, options.server, announce)
    except EmbeddedError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
