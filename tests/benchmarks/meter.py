"""Wall-clock, CPU and memory of the steps of a work, the database server's share included."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """One step: seconds, CPU seconds of this process and of the database server, peak memory of this process (MB)."""

    step: str
    seconds: float
    cpu: float
    server_cpu: float
    peak: int

    def __str__(self) -> str:
        return f"{self.step:38} {self.seconds:7.2f} s {self.cpu:7.2f} s {self.server_cpu:7.2f} s {self.peak:6} MB"


HEAD = f"{'':38} {'wall':>9} {'CPU':>9} {'server':>9} {'peak':>9}"


class Meter:
    """Collects what steps take; the peak of memory is that of each step alone."""

    def __init__(self) -> None:
        self.steps: list[Spent] = []
        self._postmaster = _postmaster()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure the body."""
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
        wall, cpu, server = time.monotonic(), time.process_time(), self.server_cpu()
        yield
        self.steps.append(
            Spent(
                name,
                time.monotonic() - wall,
                time.process_time() - cpu,
                self.server_cpu() - server,
                _status("VmHWM") // 1024,
            )
        )
        print(self.steps[-1], flush=True)

    def server_cpu(self) -> float:
        """CPU seconds of all processes of the database server, those that have ended included."""
        ticks = sum(_times(self._postmaster, ended=True))
        for folder in Path("/proc").glob("[0-9]*"):
            if _parent(folder) == self._postmaster:
                ticks += sum(_times(int(folder.name), ended=False))
        return ticks / _TICK


def _postmaster() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return _parent(Path(f"/proc/{backend}"))


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def _parent(folder: Path) -> int:
    try:
        return int(_fields(int(folder.name))[1])
    except OSError:  # it has ended
        return 0


def _times(pid: int, *, ended: bool) -> list[int]:
    try:
        return [int(ticks) for ticks in _fields(pid)[11 : 15 if ended else 13]]
    except OSError:
        return [0]


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])
