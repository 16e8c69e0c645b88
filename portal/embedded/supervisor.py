"""The long-running processes of one installation: started with a log each, watched, and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from portal.embedded.errors import EmbeddedError
from portal.embedded.proc import start_child, tail

LADDER = ((signal.SIGTERM, 6.0), (signal.SIGQUIT, 12.0), (signal.SIGKILL, 5.0))  # finish, give back, end; seconds
LONGEST_LOG = 8 * 1024 * 1024  # bytes; then it is put aside when its process starts anew


MOST_STARTS, WITHIN = 5, 60.0  # of one process within so many seconds; a process that ends more often is broken


@dataclass
class _Child:
    """A process, and what it takes to start it again."""

    command: Sequence[str]
    end_with: signal.Signals
    pass_fds: Sequence[int]
    lasting: bool
    process: subprocess.Popen[bytes]
    starts: list[float] = field(default_factory=list)


class Supervisor:
    """Children that share this process's life; call `stop` in a finally clause."""

    def __init__(self, *, logs: Path, cwd: Path) -> None:
        self.logs = logs
        self._cwd = cwd
        self._children: dict[str, _Child] = {}

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        end_with: signal.Signals = signal.SIGTERM,
        pass_fds: Sequence[int] = (),
        lasting: bool = True,
    ) -> None:
        """Start `command`, logging to `name`.log; `end_with` is the signal it gets if we are killed.

        One that is not `lasting` has work to finish. The descriptors that a lasting one inherits must stay open.
        """
        log = self.log_of(name)
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.replace(log.with_suffix(".old.log"))
        process = start_child(command, log=log, end_with=end_with, cwd=self._cwd, pass_fds=pass_fds)
        earlier = self._children[name].starts if name in self._children else []
        self._children[name] = _Child(command, end_with, pass_fds, lasting, process, [*earlier, time.monotonic()])

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def ended(self) -> dict[str, int]:
        """The return codes of the children that are no longer running."""
        codes = {name: child.process.poll() for name, child in self._children.items()}
        return {name: code for name, code in codes.items() if code is not None}

    def require_all(self) -> None:
        """Raise EmbeddedError with the end of its log when a child has ended."""
        for name, code in self.ended().items():
            raise EmbeddedError(f"{name} ended with {code}; the end of {self.log_of(name)}:\n{tail(self.log_of(name))}")

    def start_ended_again(self) -> list[str]:
        """Start the lasting children that have ended again, and return their names.

        Raises EmbeddedError when one of them ends time after time.
        """
        names = [name for name in self.ended() if self._children[name].lasting]
        for name in names:
            child = self._children[name]
            if sum(start > time.monotonic() - WITHIN for start in child.starts) >= MOST_STARTS:
                self.require_all()
            self.start(name, child.command, end_with=child.end_with, pass_fds=child.pass_fds)
        return names

    def forget_finished(self, name: str) -> bool:
        """Has this child done its work? It is forgotten then; raises EmbeddedError if it has failed."""
        code = self._children[name].process.poll()
        if code is None:
            return False
        if code != 0:
            raise EmbeddedError(f"{name} failed; the end of {self.log_of(name)}:\n{tail(self.log_of(name))}")
        del self._children[name]
        return True

    def stop(self, *, ladder: Sequence[tuple[signal.Signals, float]] = LADDER) -> None:
        """End all children, politely first; what a worker could not finish it gives back to the queue."""
        for sig, patience in ladder:
            left = [child.process for child in self._children.values() if child.process.poll() is None]
            for child in left:
                os.killpg(child.pid, sig) if sig == signal.SIGKILL else child.send_signal(sig)
            end = time.monotonic() + patience
            while any(child.poll() is None for child in left) and time.monotonic() < end:
                time.sleep(0.05)


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Turn the first Ctrl-C, TERM or HUP into KeyboardInterrupt; later ones leave the clearing-up alone."""
    asked = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            asked = True
            raise KeyboardInterrupt

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, interrupt) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def listen(host: str, port: int, *, tries: int = 50) -> socket.socket:
    """A listening socket on `port` or the next free one; raises EmbeddedError when there is none.

    The web server inherits it, so that nobody else can take the port in between.
    """
    last: OSError | None = None
    for candidate in range(port, min(port + tries, 65536)):
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not held up by the last run's connections
        try:
            listener.bind((host, candidate))
            listener.listen(128)
        except PermissionError as error:
            listener.close()
            raise EmbeddedError(f"port {candidate} is reserved: {error}; choose another with --port") from error
        except OSError as error:
            listener.close()
            last = error
        else:
            return listener
    raise EmbeddedError(f"no free port on {host} from {port} on ({last}): choose one with --port")


PYTHON = [sys.executable, "-m"]
CELERY = [*PYTHON, "celery", "-A", "portal"]


def worker_command() -> list[str]:
    """Two processes of Celery, which find no other worker to talk to."""
    return [*CELERY, "worker", "-l", "INFO", "-c", "2", "--without-mingle", "--without-gossip"]


def beat_command(schedule: Path) -> list[str]:
    """The clock of periodic tasks; `schedule` is the file in which it notes when each was sent."""
    return [*CELERY, "beat", "-l", "INFO", "--pidfile=", "-s", str(schedule)]


def web_command(listener: socket.socket) -> list[str]:
    """The web server on a socket that it is to inherit."""
    return [
        *(*PYTHON, "gunicorn", "portal.wsgi:application", "--bind", f"fd://{listener.fileno()}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        "--no-control-socket",  # else one in the home folder, shared with every other installation
    ]
