"""The processes beside the servers: started, missed when they end, and stopped whatever they say."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.embedded.errors import EmbeddedError
from portal.embedded.proc import is_alive
from portal.embedded.supervisor import Supervisor, ending_on_signals, listen
from tests.embedded.conftest import PROJECT, wait_until

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""
SUPERVISING = """
import signal, sys, time
from pathlib import Path
from portal.embedded.supervisor import Supervisor
supervisor = Supervisor(logs=Path(sys.argv[1]), cwd=Path(sys.argv[1]))
supervisor.start("polite", [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"])
deaf = "import os, signal, time; signal.signal(15, signal.SIG_IGN); print(os.getpid(), flush=True); time.sleep(60)"
supervisor.start("deaf", [sys.executable, "-c", deaf], end_with=signal.SIGKILL)
time.sleep(60)
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(logs=tmp_path, cwd=tmp_path)
    yield supervisor
    supervisor.stop()


def logged(log: Path) -> str:
    assert wait_until(lambda: log.exists() and log.read_text() != "")
    return log.read_text().strip()


def test_stop_ends_even_a_child_that_ignores_the_polite_signal(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start("polite", [sys.executable, "-c", "import time; print('on', flush=True); time.sleep(60)"])
    supervisor.start("stubborn", [sys.executable, "-c", STUBBORN])
    assert (logged(tmp_path / "polite.log"), logged(tmp_path / "stubborn.log")) == ("on", "deaf")
    supervisor.stop(ladder=[(signal.SIGTERM, 0.5), (signal.SIGKILL, 5.0)])
    assert supervisor.ended() == {"polite": -signal.SIGTERM, "stubborn": -signal.SIGKILL}


def test_child_that_ends_is_missed_with_the_end_of_its_log(supervisor: Supervisor) -> None:
    supervisor.start("lasting", [sys.executable, "-c", "import time; time.sleep(60)"])
    supervisor.require_all()
    supervisor.start("brief", [sys.executable, "-c", "import sys; sys.exit('no memory')"])
    assert wait_until(lambda: "brief" in supervisor.ended())
    with pytest.raises(EmbeddedError, match=r"brief ended with 1; the end of .*brief\.log:\nno memory"):
        supervisor.require_all()


def test_child_that_ended_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(
        "worker", [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
    )
    first = int(logged(tmp_path / "worker.log"))
    assert supervisor.start_ended_again() == []
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: supervisor.start_ended_again() == ["worker"])
    assert wait_until(lambda: len((tmp_path / "worker.log").read_text().split()) == 2)
    assert supervisor.ended() == {}


def test_child_that_ends_time_after_time_is_given_up(supervisor: Supervisor) -> None:
    supervisor.start("worker", [sys.executable, "-c", "import sys; sys.exit('no broker')"])
    for _ in range(4):
        assert wait_until(lambda: "worker" in supervisor.ended())
        assert supervisor.start_ended_again() == ["worker"]
    assert wait_until(lambda: "worker" in supervisor.ended())
    with pytest.raises(EmbeddedError, match=r"worker ended with 1; .*\nno broker"):
        supervisor.start_ended_again()


def test_forget_finished_tells_work_done_from_work_going_on_and_failed_work(supervisor: Supervisor) -> None:
    supervisor.start("seed", [sys.executable, "-c", "import time; time.sleep(0.2)"], lasting=False)
    assert not supervisor.forget_finished("seed")
    assert wait_until(lambda: supervisor.forget_finished("seed"))
    supervisor.require_all()
    supervisor.start("seed", [sys.executable, "-c", "import sys; sys.exit('no data')"], lasting=False)
    assert wait_until(lambda: "seed" in supervisor.ended())
    assert supervisor.start_ended_again() == []
    with pytest.raises(EmbeddedError, match=r"seed failed; .*\nno data"):
        supervisor.forget_finished("seed")


def test_children_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SUPERVISING, tmp_path], cwd=PROJECT) as parent:
        children = [int(logged(tmp_path / f"{name}.log")) for name in ("polite", "deaf")]
        assert all(is_alive(child) for child in children)
        parent.kill()
    assert wait_until(lambda: not any(_runs(child) for child in children))


def _runs(pid: int) -> bool:
    """Not even as a zombie that nobody has asked after yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_long_log_is_put_aside(supervisor: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "web.log").write_bytes(b"x" * (8 * 1024 * 1024 + 1))
    supervisor.start("web", [sys.executable, "-c", "print('anew', flush=True)"])
    assert logged(tmp_path / "web.log") == "anew"
    assert (tmp_path / "web.old.log").stat().st_size == 8 * 1024 * 1024 + 1


def test_listen_takes_the_next_port_when_one_is_taken() -> None:
    with listen("127.0.0.1", 20_000) as first:
        taken = first.getsockname()[1]
        with listen("127.0.0.1", taken) as second:
            assert taken < second.getsockname()[1] < taken + 50
    with listen("127.0.0.1", taken) as again:
        assert again.getsockname()[1] == taken


def test_listen_says_when_no_port_is_free() -> None:
    with listen("127.0.0.1", 20_000) as taken, pytest.raises(EmbeddedError, match=r"no free port on 127\.0\.0\.1"):
        listen("127.0.0.1", taken.getsockname()[1], tries=1)
    with pytest.raises(EmbeddedError, match=r"no free port on no\.such\.host\.invalid"):
        listen("no.such.host.invalid", 20_000, tries=1)


def test_listening_socket_is_served_by_the_child_that_inherits_it(supervisor: Supervisor) -> None:
    serve = "import socket, sys; s = socket.socket(fileno=int(sys.argv[1])); s.accept()[0].sendall(b'served')"
    with listen("127.0.0.1", 20_000) as listener:
        address = listener.getsockname()
        supervisor.start("web", [sys.executable, "-c", serve, str(listener.fileno())], pass_fds=[listener.fileno()])
    with socket.create_connection(address, 5) as connection:
        assert connection.recv(100) == b"served"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_first_signal_interrupts_and_later_ones_do_not(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with ending_on_signals():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        signal.raise_signal(number)
        time.sleep(0)
    assert signal.getsignal(number) is before
