"""`manage.py up`: everything on one machine — servers, demo data, worker, beat, web — until Ctrl-C."""

from __future__ import annotations

import io
import signal
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from portal.embedded.command_line import embedded_servers
from portal.embedded.errors import EmbeddedError
from portal.embedded.locks import FileLock
from portal.embedded.paths import Paths
from portal.embedded.postgres import ensure_database
from portal.embedded.proc import end_with_parent
from portal.embedded.servers import ended, running
from portal.embedded.supervisor import (
    Supervisor,
    beat_command,
    ending_on_signals,
    listen,
    web_command,
    worker_command,
)
from portal.management.setting_up import close_connections, collect_static, put_back_unacknowledged

WEB_PATIENCE = 60.0  # seconds until the web server must answer


class Command(BaseCommand):
    help = "Start everything on this machine, with the demo data, and stop it on Ctrl-C."
    requires_system_checks = []  # they would want the database that is only about to start

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port, or the next free one (default: %(default)s)")
        parser.add_argument("--once", action="store_true", help="set up, load the demo data, and stop")
        parser.add_argument("--no-demo", action="store_true", help="load the code lists only")
        parser.add_argument("--with-parent", action="store_true", help="stop when the calling process is killed")

    def handle(self, *, host: str, port: int, once: bool, no_demo: bool, with_parent: bool, **_: object) -> None:
        if with_parent:
            end_with_parent(signal.SIGTERM)
        self.began = time.monotonic()
        self.demo = not no_demo
        paths: Paths = settings.PATHS
        try:
            with ending_on_signals(), self._only_one(paths) as lock:
                self._run(paths, lock, host=host, port=port, once=once)
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            pass
        self._say("stopped")

    @contextmanager
    def _only_one(self, paths: Paths) -> Iterator[FileLock]:
        paths.ensure()
        with FileLock(paths.locks / "up") as lock:
            if not lock.own(wait=False):
                raise EmbeddedError(f"already running: {lock.read() or 'starting up'} (data in {paths.var})")
            lock.write("")
            yield lock

    def _run(self, paths: Paths, lock: FileLock, *, host: str, port: int, once: bool) -> None:
        database = settings.DATABASES["default"]
        redis_urls = [settings.BROKER_URL, settings.CACHE_URL]
        names = embedded_servers(paths, database_host=str(database["HOST"]), redis_urls=redis_urls)
        with running(paths, names=names):
            self._say(f"servers ready: {', '.join(names) or 'those of DATABASE_URL and REDIS_URL'}")
            if "postgres" in names:
                ensure_database(paths, str(database["NAME"]))
            self._set_up(paths, own_broker="valkey" in names)
            supervisor = Supervisor(logs=paths.logs, cwd=settings.BASE_DIR)
            try:
                address = self._start(supervisor, paths, host=host, port=port, web=not once)
                lock.write(address)
                self._load_demo(supervisor, paths, names)
                if not once:
                    self._say(f"{address}  (Ctrl-C stops it, logs in {paths.logs})")
                    self._watch(supervisor, paths, names)
            finally:
                self._say("stopping")
                supervisor.stop()

    def _set_up(self, paths: Paths, *, own_broker: bool) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        self._say("tables migrated")
        call_command("load_taxonomy", verbosity=0, stdout=io.StringIO())
        self._say("code lists loaded")
        if collect_static(paths.var / "static.stamp"):
            self._say("static files collected")
        if own_broker and (lost := put_back_unacknowledged()):
            self._say(f"unfinished tasks of a killed worker, queued again: {lost}")
        close_connections()

    def _start(self, supervisor: Supervisor, paths: Paths, *, host: str, port: int, web: bool) -> str:
        """Start web, if wanted, worker and beat; returns the site's address once it answers, else nothing."""
        address = self._start_web(supervisor, host, port) if web else ""
        # an orphan that lingers would meet the next start: the worker is killed, its tasks are queued again
        supervisor.start("worker", worker_command(), end_with=signal.SIGKILL)
        supervisor.start("beat", beat_command(paths.var / "beat"))
        if web:
            self._wait_for(f"{address}healthz", supervisor)
            self._say(f"{address} answers")
        return address

    def _start_web(self, supervisor: Supervisor, host: str, port: int) -> str:
        with listen(host, port) as listener:
            chosen: int = listener.getsockname()[1]
            supervisor.start("web", web_command(listener), pass_fds=[listener.fileno()])
        if chosen != port:
            self._say(f"port {port} is taken, using {chosen}")
        return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{chosen}/"  # noqa: S104

    def _wait_for(self, url: str, supervisor: Supervisor) -> None:
        end = time.monotonic() + WEB_PATIENCE
        while time.monotonic() < end:
            supervisor.require_all()
            try:
                with urllib.request.urlopen(url, timeout=WEB_PATIENCE):  # noqa: S310 — our own http address
                    return
            except urllib.error.HTTPError as error:
                raise EmbeddedError(f"{url} answers {error.code}; see {supervisor.logs}/web.log") from error
            except OSError:
                time.sleep(0.1)
        raise EmbeddedError(f"{url} does not answer; see {supervisor.logs}/web.log")

    def _load_demo(self, supervisor: Supervisor, paths: Paths, names: tuple[str, ...]) -> None:
        """Load the demo scene, whose jobs run on the worker, and show who can sign in."""
        if not self.demo:
            return
        self._say(f"loading the demo scene … (progress in {paths.logs}/seed.log)")
        manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
        supervisor.start("seed", [*manage, "seed_demo", "--scene", "baoan", "--seed", "1"])
        while not supervisor.finish("seed"):
            self._require_servers(paths, names)
            time.sleep(0.1)
        self._say("demo scene loaded")
        call_command("demo_logins", stdout=self.stdout)
        close_connections()

    def _watch(self, supervisor: Supervisor, paths: Paths, names: tuple[str, ...]) -> None:
        while True:
            supervisor.require_all()
            self._require_servers(paths, names)
            time.sleep(0.5)

    def _require_servers(self, paths: Paths, names: tuple[str, ...]) -> None:
        for name in ended(paths, names):
            raise EmbeddedError(f"{name} has ended; see {paths.logs}/{name}.log")

    def _say(self, text: str) -> None:
        self.stdout.write(f"[{time.monotonic() - self.began:6.1f} s] {text}")
        self.stdout.flush()
