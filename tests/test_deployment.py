"""What docker-compose.yml and the Dockerfile name exists in the code: processes, variables, addresses, files.

There is no Docker here: both files are read, and each of our commands is tried with the environment it would get.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from portal.pages import health
from tools.environment import UV_VERSION

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
RUNNING = ["web", "worker", "beat"]
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<text>[^}]*))?\}")
GIVEN = {"SECRET_KEY": "k" * 60, "POSTGRES_PASSWORD": "p-W_1", "PORTAL_HOST": "portal.example.org"}
INSTRUCTIONS = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())


def filled_in(value: str, given: dict[str, str]) -> str:
    """The value as Docker Compose passes it on; raises KeyError for a required variable that is not given."""

    def replace(found: re.Match[str]) -> str:
        if found["kind"] == ":-":
            return given.get(found["name"], found["text"])
        return given[found["name"]]

    return VARIABLE.sub(replace, value).replace("$$", "$")


def environment_of(service: str, given: dict[str, str] | None = None) -> dict[str, str]:
    """All that the process of a service finds in its environment."""
    chosen = GIVEN if given is None else given
    own = {name: filled_in(str(value), chosen) for name, value in OURS[service]["environment"].items()}
    return {"PATH": f"{BIN}:{os.environ['PATH']}", "PORTAL_VAR": os.environ["PORTAL_VAR"], **own}


def try_out(command: list[str], service: str) -> subprocess.CompletedProcess[str]:
    environment = environment_of(service)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)


def variables_that_settings_read() -> set[str]:
    """Every name looked up in os.environ by settings.py."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "portal" / "settings.py").read_text())):
        source = ast.unparse(node)
        if isinstance(node, ast.Call | ast.Subscript | ast.Compare) and "os.environ" in source:
            names |= {constant.value for constant in ast.walk(node) if isinstance(constant, ast.Constant)}
    return {name for name in names if isinstance(name, str) and re.fullmatch(r"[A-Z][A-Z_]+", name)}


def test_services_are_those_of_the_design() -> None:
    assert set(SERVICES) == {"postgres", "redis", "cache", "migrate", "web", "worker", "beat"}
    assert set(OURS) == {"migrate", *RUNNING}


def test_every_service_that_keeps_running_has_a_health_check_and_starts_again() -> None:
    for name in SERVICES.keys() - {"migrate"}:
        assert SERVICES[name]["healthcheck"]["test"], name
        assert SERVICES[name]["restart"] == "unless-stopped", name
    assert SERVICES["migrate"]["restart"] == "no"


def test_services_wait_for_what_they_need() -> None:
    servers = {name: {"condition": "service_healthy"} for name in ("postgres", "redis", "cache")}
    assert SERVICES["migrate"]["depends_on"] == servers
    for name in RUNNING:
        assert SERVICES[name]["depends_on"] == servers | {"migrate": {"condition": "service_completed_successfully"}}


def test_broker_keeps_its_messages_and_the_cache_is_another_server() -> None:
    assert SERVICES["redis"]["command"] == ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]
    assert "allkeys-lru" in SERVICES["cache"]["command"]
    environment = environment_of("worker")
    assert environment["REDIS_URL"].startswith("redis://redis:")
    assert environment["CACHE_URL"].startswith("redis://cache:")
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]


def test_volumes_are_declared() -> None:
    named = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert named == set(COMPOSE["volumes"])


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_read_by_the_settings(service: str) -> None:
    known = variables_that_settings_read()
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"} <= known
    assert set(OURS[service]["environment"]) <= known


@pytest.mark.parametrize("secret", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_secret_without_a_value_stops_docker_compose(secret: str) -> None:
    environment_of("web")
    with pytest.raises(KeyError, match=secret):
        environment_of("web", {name: value for name, value in GIVEN.items() if name != secret})


def test_settings_follow_the_environment_of_a_service() -> None:
    names = ["HOST", "PORT", "USER", "PASSWORD", "NAME"]
    program = (
        "from django.conf import settings as s; d = s.DATABASES['default']; "
        f"print(*[d[name] for name in {names}], s.BROKER_URL, s.CACHE_URL, s.DEBUG, s.SECRET_KEY, "
        "s.SESSION_COOKIE_SECURE, s.ALLOWED_HOSTS)"
    )
    done = try_out(["env", "DJANGO_SETTINGS_MODULE=portal.settings", "python", "-c", program], "web")
    database, servers = "postgres 5432 portal p-W_1 portal", "redis://redis:6379/0 redis://cache:6379/0"
    rest = f"False {GIVEN['SECRET_KEY']} True ['localhost', 'portal.example.org']"
    assert done.stdout.strip() == f"{database} {servers} {rest}", done.stderr


def test_settings_without_a_secret_key_stop_a_production_process() -> None:
    environment = {name: value for name, value in environment_of("web").items() if name != "SECRET_KEY"}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode != 0, "SECRET_KEY" in done.stderr) == (True, True)
    assert try_out([sys.executable, "manage.py", "check"], "web").returncode == 0


def test_web_process_can_be_configured() -> None:
    command = [str(part) for part in SERVICES["web"]["command"]]
    assert command[:2] == ["gunicorn", "portal.wsgi:application"]
    done = try_out([command[0], "--check-config", *command[1:]], "web")
    assert done.returncode == 0, done.stderr
    assert try_out([command[0], "--check-config", "portal.no_such_module:application"], "web").returncode != 0


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_celery_process_knows_its_options(service: str) -> None:
    command = [str(part) for part in SERVICES[service]["command"]]
    assert command[:3] == ["celery", "-A", "portal"]
    done = try_out([*command, "--help"], service)
    assert (done.returncode, "Usage: celery" in done.stdout) == (0, True), done.stderr
    assert try_out([*command, "--no-such-option", "--help"], service).returncode != 0


def test_commands_of_the_migration_exist() -> None:
    shell, option, line = SERVICES["migrate"]["command"]
    assert (shell, option) == ("sh", "-c")
    for command in line.split("&&"):
        python, manage, name, *options = shlex.split(command)
        assert (python, manage) == ("python", "manage.py")
        load_command_class(get_commands()[name], name).create_parser("manage.py", name).parse_args(options)


def test_health_check_of_web_asks_pages_that_answer() -> None:
    program = SERVICES["web"]["healthcheck"]["test"][-1]
    ast.parse(program)
    addresses = re.findall(r"http://localhost:8000(/\w+)", program)
    assert [resolve(path).func for path in addresses] == [health.healthz, health.readyz]
    assert "localhost" in environment_of("web")["ALLOWED_HOSTS"].split(",")
    assert all(
        any(re.search(pattern, path.lstrip("/")) for pattern in settings.SECURE_REDIRECT_EXEMPT) for path in addresses
    )


def test_health_checks_of_worker_and_beat_ask_the_right_thing() -> None:
    kind, line = SERVICES["worker"]["healthcheck"]["test"]
    command = shlex.split(filled_in(line, GIVEN))
    assert (kind, command[:5]) == ("CMD-SHELL", ["celery", "-A", "portal", "inspect", "ping"])
    assert try_out([*command, "--help"], "worker").returncode == 0
    schedule = next(part for part in SERVICES["beat"]["command"] if part.startswith("--schedule="))
    folder, _, name = schedule.removeprefix("--schedule=").rpartition("/")
    assert f'find {folder} -maxdepth 1 -name "{name}*"' in SERVICES["beat"]["healthcheck"]["test"][1]
    assert f"PORTAL_VAR={folder}" in INSTRUCTIONS


def test_image_is_built_from_files_and_groups_that_exist() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for line in re.findall(r"^COPY (?!--from)(.+)$", INSTRUCTIONS, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    for module in re.findall(r"python -m (tools\.\w+)", INSTRUCTIONS):
        assert (ROOT / (module.replace(".", "/") + ".py")).exists(), module
    assert set(re.findall(r"--group (\w+)", INSTRUCTIONS)) <= set(project["dependency-groups"])
    assert re.findall(r"uv==(\S+)", INSTRUCTIONS) == [UV_VERSION]
    assert f">={re.findall(r'FROM python:([0-9.]+)-slim', INSTRUCTIONS)[-1]}" == project["project"]["requires-python"]


def test_image_holds_no_secret_and_runs_as_an_ordinary_user() -> None:
    final = INSTRUCTIONS.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\w+)$", final, re.MULTILINE) == ["portal"]
    assert "SECRET_KEY" not in final
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", "node_modules", "var"} <= set(ignored)


def test_mail_server_and_proxies_follow_the_environment() -> None:
    names = ["HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL", "TIMEOUT"]
    program = (
        "from django.conf import settings as s; "
        f"print(*[getattr(s, 'EMAIL_' + name) for name in {names}], s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    )
    given = {
        "EMAIL_HOST": "smtp.example.org",
        "EMAIL_PORT": "465",
        "EMAIL_HOST_USER": "portal",
        "EMAIL_HOST_PASSWORD": "p:w$1",
        "EMAIL_USE_SSL": "1",
        "TRUSTED_PROXIES": "2",
    }
    said = []
    for chosen in (GIVEN, GIVEN | given):
        environment = environment_of("web", chosen) | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        said.append(done.stdout.rstrip("\n"))
    assert said == ["localhost 25   False False 10 1", "smtp.example.org 465 portal p:w$1 False True 10 2"]
