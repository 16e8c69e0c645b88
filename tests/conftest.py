"""What every test may use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import settings as hypothesis_settings

# The suite draws the same examples each time: what fails, fails again. HYPOTHESIS_PROFILE=explore looks further.
hypothesis_settings.register_profile("suite", derandomize=True, database=None)
hypothesis_settings.register_profile("explore", derandomize=False)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in the test's thread

NOON = datetime(2024, 5, 17, 4, 0, tzinfo=UTC)  # noon in Shenzhen on the first day of the fair


@pytest.fixture
def noon() -> datetime:
    return NOON


KEPT = {"django_content_type", "auth_permission", "django_migrations"}  # the same for every test


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_audit_trigger() -> Iterator[None]:
    """Empty the test database between transactional tests: only tables that hold rows, past the audit's trigger.

    Django truncates a hundred tables, most of them empty, and the audit chain refuses TRUNCATE.
    """
    flush = DatabaseOperations.execute_sql_flush

    def delete_rows(self: DatabaseOperations, sql_list: list[str]) -> None:
        tables = [name for name in re.findall(r'"(\w+)"', sql_list[0]) if name not in KEPT]
        filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
        with self.connection.cursor() as cursor:
            cursor.execute(filled)
            deletions = [f'DELETE FROM "{name}"' for (name,) in cursor.fetchall()]
        flush(self, ["SET session_replication_role = replica", *deletions, "SET session_replication_role = DEFAULT"])

    DatabaseOperations.execute_sql_flush = delete_rows
    yield
    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True, scope="session")
def _end_what_is_still_connected() -> None:
    """A live server's thread or a killed worker may hold the test database a moment longer than the tests."""
    destroy = DatabaseCreation._destroy_test_db

    def after_the_others(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
        with self._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [test_database_name]
            )
        destroy(self, test_database_name, verbosity)

    DatabaseCreation._destroy_test_db = after_the_others  # for good: the database is dropped after all fixtures


@pytest.fixture(autouse=True, scope="session")
def _a_folder_for_static_files() -> None:
    """WhiteNoise looks into it as soon as a server starts."""
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _static_files_by_name(settings) -> None:
    """Pages name static files as they lie in the tree: nothing has been collected for a test."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture
def clean_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
