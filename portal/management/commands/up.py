"""`manage.py up`: start everything on one machine, and stop it on Ctrl-C."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError

from portal.embedded.errors import EmbeddedError
from portal.embedded.proc import end_with_parent
from portal.embedded.supervisor import ending_on_signals
from portal.management.installation import Installation


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
        began = time.monotonic()

        def say(text: str) -> None:
            self.stdout.write(f"[{time.monotonic() - began:6.1f} s] {text}")
            self.stdout.flush()

        try:
            with ending_on_signals():
                Installation(say).run(host=host, port=port, demo=not no_demo, once=once)
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            pass
        say("stopped")
