"""The embedded servers as real processes: whoever comes first starts them, whoever leaves last stops them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from portal.embedded.errors import EmbeddedError
from portal.embedded.paths import Paths
from portal.embedded.postgres import ensure_database
from portal.embedded.servers import ended, running
from tests.embedded.conftest import (
    Holder,
    connect,
    keeper_of,
    let_go,
    pid_of,
    processes_of,
    wait_for_ready,
    wait_until,
)


def ask_valkey(paths: Paths, command: str) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(paths.redis_sock))
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(100).decode().strip()


def test_running_keeps_data_from_one_start_to_the_next(paths: Paths) -> None:
    with running(paths):
        with connect(paths) as connection:
            connection.execute("CREATE TABLE kept (name text)")
            connection.execute("INSERT INTO kept VALUES ('职桥')")
        ask_valkey(paths, "SET bell rung")
    assert not processes_of(paths)
    with running(paths):
        with connect(paths) as connection:
            assert connection.execute("SELECT name FROM kept").fetchall() == [("职桥",)]
        assert ask_valkey(paths, "GET bell").splitlines() == ["$4", "rung"]


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
def test_running_is_as_durable_as_asked(paths: Paths, durable: bool, fsync: str) -> None:
    with running(paths, durable=durable, names=["postgres"]), connect(paths) as connection:
        settings = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
        assert settings == [(fsync,), (fsync,)]
        assert connection.execute("SHOW max_connections").fetchone() == ("100",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_running_starts_only_the_servers_named(paths: Paths) -> None:
    with running(paths, names=["valkey"]):
        assert ask_valkey(paths, "PING") == "+PONG"
        assert ended(paths) == ["postgres"]
        with pytest.raises(psycopg.OperationalError):
            connect(paths)


def test_ensure_database_may_be_called_again(paths: Paths) -> None:
    with running(paths, durable=False, names=["postgres"]):
        for _ in range(2):
            ensure_database(paths, "portal")
        with connect(paths) as connection:
            known = connection.execute("SELECT count(*) FROM pg_database WHERE datname = 'portal'").fetchone()
    assert known == (1,)


def test_second_user_keeps_the_servers_when_the_first_leaves(paths: Paths, hold: Callable[[], Holder]) -> None:
    first = hold()
    wait_for_ready(first)
    server = pid_of(paths, "bin/postgres")
    with running(paths, durable=False):
        let_go(first)
        with connect(paths) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert pid_of(paths, "bin/postgres") == server
        assert ended(paths) == []
    assert wait_until(lambda: not processes_of(paths)), processes_of(paths)


def test_three_users_at_once_share_one_server(paths: Paths, hold: Callable[[], Holder]) -> None:
    holders = [hold() for _ in range(3)]
    for holder in holders:
        wait_for_ready(holder)
    pid_of(paths, "bin/postgres")  # fails if there are several
    keeper_of(paths, "postgres")
    keeper_of(paths, "valkey")
    for holder in holders:
        let_go(holder)
    assert wait_until(lambda: not processes_of(paths)), processes_of(paths)


def test_killed_user_leaves_nothing_running(paths: Paths, hold: Callable[[], Holder]) -> None:
    holder = hold()
    wait_for_ready(holder)
    with connect(paths) as connection:
        connection.execute("CREATE TABLE kept ()")
    assert len(processes_of(paths)) >= 4
    holder.kill()
    assert wait_until(lambda: not processes_of(paths)), processes_of(paths)
    with running(paths), connect(paths) as connection:
        connection.execute("SELECT FROM kept")


def test_user_killed_while_the_servers_start_leaves_nothing_running(paths: Paths, hold: Callable[[], Holder]) -> None:
    holder = hold()
    assert wait_until(lambda: len(processes_of(paths)) >= 2)  # itself and a keeper, or more
    holder.kill()
    assert wait_until(lambda: not processes_of(paths)), processes_of(paths)
    with running(paths), connect(paths) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_killed_keeper_takes_its_server_along(paths: Paths, hold: Callable[[], Holder]) -> None:
    wait_for_ready(hold())
    for name in ("postgres", "valkey"):
        os.kill(keeper_of(paths, name), signal.SIGKILL)
    assert wait_until(lambda: len(processes_of(paths)) == 1), processes_of(paths)  # the holder itself
    assert ended(paths) == ["postgres", "valkey"]
    with running(paths, durable=False), connect(paths) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert ask_valkey(paths, "PING") == "+PONG"


def test_killed_server_is_noticed_and_recovers(paths: Paths, hold: Callable[[], Holder]) -> None:
    wait_for_ready(hold())
    with connect(paths) as connection:
        connection.execute("CREATE TABLE kept ()")
    os.kill(pid_of(paths, "bin/postgres"), signal.SIGKILL)
    assert wait_until(lambda: ended(paths) == ["postgres"])
    with running(paths), connect(paths) as connection:
        connection.execute("SELECT FROM kept")


def test_number_of_a_dead_server_is_not_taken_for_anothers_process(paths: Paths) -> None:
    with running(paths, durable=False, names=["postgres"]):
        note = (paths.pgdata / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        (paths.pgdata / "postmaster.pid").write_text("\n".join([str(stranger.pid), *note[1:]]))
        with running(paths, durable=False, names=["postgres"]), connect(paths) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert stranger.poll() is None
        stranger.kill()


def test_cluster_of_another_version_is_refused_and_kept(paths: Paths) -> None:
    with running(paths, durable=False, names=["postgres"]):
        pass
    (paths.pgdata / "PG_VERSION").write_text("9\n")
    with (
        pytest.raises(EmbeddedError, match=r"was made by PostgreSQL 9, .* remove that folder to start afresh"),
        running(paths),
    ):
        pass
    assert (paths.pgdata / "PG_VERSION").read_text() == "9\n"
    assert not processes_of(paths)


def test_server_that_cannot_start_says_why(paths: Paths) -> None:
    with running(paths, durable=False, names=["postgres"]):
        pass
    (paths.pgdata / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match="no_such_setting"), running(paths, durable=False):
        pass
    assert not processes_of(paths)


@pytest.mark.parametrize("folder", ["x" * 120, "with spaces, commas and 汉字"])
def test_awkward_folder_works(tmp_path: Path, folder: str) -> None:
    paths = Paths(tmp_path / folder / "var")
    try:
        with running(paths, durable=False), connect(paths) as connection:
            assert connection.execute("SHOW data_directory").fetchone() == (str(paths.pgdata),)
            assert ask_valkey(paths, "PING") == "+PONG"
    finally:
        shutil.rmtree(paths.socket_dir)
