"""Which commands get servers, and from which settings that follows."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest

from portal.embedded.command_line import embedded_servers, needs_servers, servers_for
from portal.embedded.errors import EmbeddedError
from portal.embedded.paths import Paths
from tests.embedded.conftest import connect, processes_of


def test_embedded_servers_are_those_whose_sockets_the_settings_name() -> None:
    paths = Paths(Path("/srv/portal/var"))
    own, broker = "/srv/portal/var/run", "redis+socket:///srv/portal/var/run/valkey.sock?virtual_host=0"
    other = "redis://redis:6379/0"
    assert embedded_servers(paths, database_host=own, redis_urls=[broker, broker]) == ("postgres", "valkey")
    assert embedded_servers(paths, database_host="db.example.org", redis_urls=[other, broker]) == ("valkey",)
    assert embedded_servers(paths, database_host=own, redis_urls=[other, other]) == ("postgres",)
    assert embedded_servers(paths, database_host="db.example.org", redis_urls=[other, other]) == ()


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("brief baoan --format json", True),
        ("migrate", True),
        ("makemigrations --check", True),
        ("check", False),
        ("check --database default", True),
        ("check --deploy", True),
        ("brief --help", False),
        ("makemessages -l zh_Hans", False),
        ("collectstatic --noinput", False),
        ("--version", False),
        ("up", False),
    ],
)
def test_servers_are_needed_by_commands_that_work_on_rows(command: str, needed: bool) -> None:
    name, *options = command.split()
    assert needs_servers(name, options) is needed


def test_command_that_needs_rows_gets_servers_and_a_database(paths: Paths) -> None:
    argv = ["manage.py", "brief", "baoan", "--format", "json"]
    with servers_for(argv, paths, names=["postgres"], database="portal"), connect(paths) as connection:
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone() == (1,)
    assert not processes_of(paths)


@pytest.mark.parametrize("command", ["", "help", "brief --help"])
def test_command_that_needs_none_starts_none(paths: Paths, command: str) -> None:
    with servers_for(["manage.py", *command.split()], paths, names=["postgres"], database="portal"):
        assert not paths.var.exists()
        with pytest.raises(psycopg.OperationalError):
            connect(paths)


def test_command_uses_the_servers_of_the_settings_and_starts_no_others(paths: Paths) -> None:
    with servers_for(["manage.py", "migrate"], paths, names=[], database="portal"):
        assert not paths.var.exists()


def test_only_a_command_that_can_do_without_survives_servers_that_do_not_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    paths = Paths(tmp_path / "file")
    with servers_for(["manage.py", "makemigrations", "--check"], paths, names=["postgres"], database="portal"):
        pass
    with pytest.raises(EmbeddedError), servers_for(["manage.py", "migrate"], paths, names=["postgres"], database="x"):
        pass


def test_manage_py_finds_the_environment_of_the_project(tmp_path: Path) -> None:
    project = Path(__file__).resolve().parent.parent.parent
    bare = tmp_path / "python"
    subprocess.run(["python3", "-m", "venv", "--without-pip", bare], check=True)
    command = [str(bare / "bin" / "python"), str(project / "manage.py"), "version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("5.2"), done.stderr
