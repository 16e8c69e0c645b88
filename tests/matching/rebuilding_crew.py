"""Workers and a broker that a test may kill and start again."""

from __future__ import annotations

from pathlib import Path

from portal.embedded.paths import Paths
from portal.embedded.valkey import Valkey
from tests.workers import Worker, wait_until


class Crew:
    """Workers that are started, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[Worker] = []
        self.started = 0

    def start(self, include: str = "", count: int = 1) -> None:
        for _ in range(count):
            self.started += 1
            self.workers.append(Worker(include, beat_file=self.folder / f"beat-{self.started}"))

    def kill(self) -> None:
        self.workers.pop(0).kill()

    def stop(self) -> None:
        for worker in self.workers:
            worker.stop()


class Broker:
    """A Redis-protocol server for the workers of one test, which may lose all that it holds."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder)
        self.paths.ensure()
        self.server = Valkey(self.paths, durable=False)
        self.start()

    def start(self) -> None:
        self.server.start()
        assert wait_until(self.server.is_ready, seconds=10)

    def lose(self) -> None:
        """kill -9, and an empty one in its place."""
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()
        self.start()
