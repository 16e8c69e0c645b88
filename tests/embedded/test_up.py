"""`manage.py up` as its user meets it: one command starts everything, and nothing of it stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.embedded.paths import Paths
from tests.embedded.conftest import PROJECT, processes_of, wait_until

Up = subprocess.Popen[str]


class Site:
    """An installation in a folder of its own."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.env = {**os.environ, "PORTAL_VAR": str(paths.var)}
        self.env.pop("PYTEST_CURRENT_TEST", None)
        self.started: list[Up] = []

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False, timeout=60)

    def up(self) -> tuple[Up, str]:
        """Start it without demo data; returns when it says that it answers, with the address."""
        command = [sys.executable, str(PROJECT / "manage.py"), "up", "--no-demo", "--port", "20100"]
        started = subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.started.append(started)
        said = []
        assert started.stdout is not None
        for line in started.stdout:
            said.append(line)
            if found := re.search(r"(http://\S+)  \(Ctrl-C stops it", line):
                return started, found.group(1)
        raise AssertionError("".join(said))

    def processes(self) -> list[str]:
        """All that runs for this installation, known by its environment."""
        mine = f"PORTAL_VAR={self.paths.var}".encode()
        found = [" ".join(command) for command in processes_of(self.paths).values()]
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (entry / "environ").read_bytes().split(b"\0"):
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found


@pytest.fixture
def site(paths: Paths) -> Iterator[Site]:
    site = Site(paths)
    yield site
    for started in site.started:
        started.kill()
        started.wait()
        if started.stdout is not None:
            started.stdout.close()
    assert wait_until(lambda: not site.processes()), site.processes()


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return str(answer.read(), "utf-8")


def test_up_serves_until_told_to_stop_and_starts_again_with_its_data(site: Site) -> None:
    first, address = site.up()
    assert "<html" in read(address)
    assert "celery" in " ".join(site.processes())

    second = site.manage("up")
    assert (second.returncode, f"already running: {address}" in second.stderr) == (1, True), second.stderr

    count = ("shell", "--no-imports", "-c", "from portal.models import Region; print(Region.objects.count())")
    while_up = site.manage(*count)
    assert int(while_up.stdout) > 3000, while_up.stderr

    first.send_signal(signal.SIGINT)
    assert first.wait(60) == 0
    assert wait_until(lambda: not site.processes(), patience=3), site.processes()
    assert site.manage(*count).stdout == while_up.stdout

    again, address = site.up()
    assert "<html" in read(address)
    again.kill()
    assert wait_until(lambda: not site.processes()), site.processes()
