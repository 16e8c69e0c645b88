"""Everything on one machine: servers, tables, demo data, worker, beat, web — until somebody stops it."""

from __future__ import annotations

import io
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from portal.embedded.command_line import embedded_servers
from portal.embedded.errors import EmbeddedError
from portal.embedded.locks import FileLock
from portal.embedded.paths import Paths
from portal.embedded.postgres import ensure_database
from portal.embedded.servers import ended, running
from portal.embedded.supervisor import Supervisor, beat_command, listen, web_command, worker_command
from portal.management.setting_up import close_connections, collect_static, put_back_unacknowledged

WEB_PATIENCE = 60.0  # seconds until the web server must answer
SEED = ("seed_demo", "--scene", "baoan", "--seed", "1")


class Installation:
    """The processes of this checkout and its data; `say` gets a line about every step."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.paths: Paths = settings.PATHS
        database = settings.DATABASES["default"]
        self.database = str(database["NAME"])
        redis_urls = [settings.BROKER_URL, settings.CACHE_URL]
        self.servers = embedded_servers(self.paths, database_host=str(database["HOST"]), redis_urls=redis_urls)
        self.supervisor = Supervisor(logs=self.paths.logs, cwd=settings.BASE_DIR)

    def run(self, *, host: str, port: int, demo: bool, once: bool) -> None:
        """Set up and serve until interrupted; with `once` set up, load the demo data, and return.

        Raises EmbeddedError when it runs already, or a part does not start or ends time after time.
        """
        with self._alone() as lock, running(self.paths, names=self.servers), ExitStack() as stack:
            self.say(f"servers ready: {', '.join(self.servers) or 'those of DATABASE_URL and REDIS_URL'}")
            self._set_up()
            stack.callback(self._stop)
            address = "" if once else self._start_web(stack, host, port)
            self._start_celery()
            if not once:
                self._wait_for(f"{address}healthz")
                self.say(f"{address} answers")
            lock.write(address)
            if demo:
                self._load_demo()
            if not once:
                self.say(f"{address}  (Ctrl-C stops it, logs in {self.paths.logs})")
                self._watch(until=lambda: False)

    @contextmanager
    def _alone(self) -> Iterator[FileLock]:
        self.paths.ensure()
        with FileLock(self.paths.locks / "up") as lock:
            if not lock.own(wait=False):
                raise EmbeddedError(f"already running: {lock.read() or 'starting up'} (data in {self.paths.var})")
            lock.write("")
            yield lock

    def _set_up(self) -> None:
        if "postgres" in self.servers:
            ensure_database(self.paths, self.database)
        call_command("migrate", verbosity=0, interactive=False)
        self.say("tables migrated")
        call_command("load_taxonomy", verbosity=0, stdout=io.StringIO())
        self.say("code lists loaded")
        if collect_static(self.paths.var / "static.stamp"):
            self.say("static files collected")
        if "valkey" in self.servers and (lost := put_back_unacknowledged()):
            self.say(f"unfinished tasks of a killed worker, queued again: {lost}")
        close_connections()

    def _start_web(self, stack: ExitStack, host: str, port: int) -> str:
        """Start the web server and return its address; the socket stays open for one that has to be started again."""
        listener = stack.enter_context(listen(host, port))
        chosen: int = listener.getsockname()[1]
        self.supervisor.start("web", web_command(listener), pass_fds=[listener.fileno()])
        if chosen != port:
            self.say(f"port {port} is taken, using {chosen}")
        reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 — compared, not listened on
        return f"http://{f'[{reached}]' if ':' in reached else reached}:{chosen}/"

    def _start_celery(self) -> None:
        # an orphan that lingers would meet the next start: the worker is killed, its tasks are queued again
        self.supervisor.start("worker", worker_command(), end_with=signal.SIGKILL)
        self.supervisor.start("beat", beat_command(self.paths.var / "beat"))

    def _wait_for(self, url: str) -> None:
        log = self.supervisor.log_of("web")
        end = time.monotonic() + WEB_PATIENCE
        while time.monotonic() < end:
            self.supervisor.require_all()
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 — our own http address
                    return
            except urllib.error.HTTPError as error:
                raise EmbeddedError(f"{url} answers {error.code}; see {log}") from error
            except OSError:
                time.sleep(0.1)
        raise EmbeddedError(f"{url} does not answer; see {log}")

    def _load_demo(self) -> None:
        """Load the demo scene, whose jobs run on the worker, and show who can sign in."""
        self.say(f"loading the demo scene … (progress in {self.supervisor.log_of('seed')})")
        manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
        self.supervisor.start("seed", [*manage, *SEED], lasting=False)
        self._watch(until=lambda: self.supervisor.forget_finished("seed"))
        self.say("demo scene loaded")
        call_command("demo_logins")
        close_connections()

    def _watch(self, *, until: Callable[[], bool]) -> None:
        """Keep every process running; raises EmbeddedError when that cannot be done."""
        while not until():
            for name in ended(self.paths, self.servers):
                raise EmbeddedError(f"{name} has ended; see {self.paths.logs}/{name}.log")
            for name in self.supervisor.start_ended_again():
                self.say(f"{name} had ended and was started again; see {self.supervisor.log_of(name)}")
            time.sleep(0.2)

    def _stop(self) -> None:
        self.say("stopping")
        self.supervisor.stop()
