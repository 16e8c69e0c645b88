"""A migrated database to copy test databases from: migrating takes seconds, copying a fraction of one."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "migrated_"


def use_template(host: str, *, make: bool) -> None:
    """Have Django copy its test database from the one migrated as the code now says; `make` that if it is missing.

    Where it cannot be made Django migrates as usual, and shows what is wrong.
    """
    name = _name()
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None
        if not there and make:
            there = _make(connection, name)
    if there:
        database: dict[str, Any] = settings.DATABASES["default"]
        database.setdefault("TEST", {})["TEMPLATE"] = name  # Django has filled in the other keys by now


def _name() -> str:
    """It tells of every migration: those of the project, and those of the packages that the lock file names."""
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for migration in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(migration.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def _make(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    for (old,) in connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]):
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(str(old))))
    draft = f"{PREFIX}draft"
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    program = (
        "import sys, django; from django.conf import settings; from django.core.management import call_command; "
        "settings.DATABASES['default']['NAME'] = sys.argv[1]; django.setup(); call_command('migrate', verbosity=0)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    migrated = subprocess.run(
        [sys.executable, "-c", program, draft], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    if migrated.returncode == 0:
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    return migrated.returncode == 0
