"""A `var` folder of each test's own, and what it takes to watch servers come and go."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from portal.embedded.paths import Paths

PROJECT = Path(__file__).resolve().parent.parent.parent
Holder = subprocess.Popen[str]


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[Paths]:
    paths = Paths(tmp_path / "var")
    yield paths
    if paths.var not in paths.socket_dir.parents:
        shutil.rmtree(paths.socket_dir, ignore_errors=True)


@pytest.fixture
def hold(paths: Paths) -> Iterator[Callable[[], Holder]]:
    """Start another process that uses the servers; it has not waited for them yet when this returns."""
    holders: list[Holder] = []

    def start() -> Holder:
        command = [sys.executable, "-m", "tests.embedded.holding", str(paths.var)]
        holders.append(subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return holders[-1]

    yield start
    for holder in holders:
        holder.kill()
        holder.wait()
        for pipe in (holder.stdin, holder.stdout):
            if pipe is not None:
                pipe.close()
    assert wait_until(lambda: not processes_of(paths)), processes_of(paths)


def wait_for_ready(holder: Holder) -> None:
    assert holder.stdout is not None
    assert holder.stdout.readline() == "ready\n"


def let_go(holder: Holder) -> None:
    """End its input, and wait until it has left the servers."""
    assert holder.stdin is not None
    holder.stdin.close()
    assert holder.wait(20) == 0


def wait_until(condition: Callable[[], bool], *, patience: float = 10.0) -> bool:
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def connect(paths: Paths) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(paths.socket_dir), user="postgres", dbname="postgres", autocommit=True)


def processes_of(paths: Paths) -> dict[int, list[str]]:
    """The commands of the processes of this folder that run now, keepers, servers and users, by number."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            folder = os.readlink(entry / "cwd")
        except OSError:
            continue
        if {str(paths.var), str(paths.pgdata)} & set(command) or folder == str(paths.valkey):
            found[int(entry.name)] = command
    return found


def pid_of(paths: Paths, program: str) -> int:
    """The number of the one process of this folder that runs the program of that path's end."""
    (pid,) = [pid for pid, command in processes_of(paths).items() if command[0].endswith(program)]
    return pid


def keeper_of(paths: Paths, name: str) -> int:
    """The number of the keeper of that server."""
    (pid,) = [pid for pid, command in processes_of(paths).items() if command[2:4] == ["portal.embedded.keeper", name]]
    return pid
