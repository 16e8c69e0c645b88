"""Advisory file locks: the kernel lets go of them when their holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class FileLock:
    """One open file that can be locked shared or exclusively; never inherited by programs started later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def share(self, *, wait: bool = True) -> bool:
        """Hold it together with others; False when `wait` is off and somebody holds it alone."""
        return self._lock(fcntl.LOCK_SH, wait=wait)

    def own(self, *, wait: bool = True) -> bool:
        """Hold it alone; False when `wait` is off and somebody else holds it."""
        return self._lock(fcntl.LOCK_EX, wait=wait)

    def _lock(self, kind: int, *, wait: bool) -> bool:
        try:
            fcntl.flock(self._fd, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def read(self) -> str:
        """The note that its owner left in the file."""
        return self.path.read_text()

    def write(self, note: str) -> None:
        """Leave a note for whoever finds it locked."""
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, note.encode(), 0)

    def close(self) -> None:
        os.close(self._fd)


def is_held(path: Path) -> bool:
    """Does anybody hold this lock, shared or alone?"""
    with FileLock(path) as lock:
        return not lock.own(wait=False)
