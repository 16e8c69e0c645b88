"""One writer of the lists at a time: every refresh is some milliseconds, and so each sees all that was before it."""

from __future__ import annotations

from django.db import connection

from matching.models import MatchState

LISTS_LOCK = 719_205  # key of the advisory lock, held until the transaction ends

_TABLE = MatchState._meta.db_table
_LAST = f"SELECT changes FROM {_TABLE} WHERE id = 1"  # noqa: S608 — of a name of ours
_NEXT = f"""
INSERT INTO {_TABLE} AS state (id, changes) VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET changes = state.changes + 1 RETURNING changes
"""  # noqa: S608


def lock_lists() -> None:
    """Wait for the lists and keep them until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LISTS_LOCK])


def last_change() -> int:
    """The number of the last change of the lists."""
    return _number(_LAST)


def next_change() -> int:
    """A new number for the change at hand; only for whoever holds the lists."""
    return _number(_NEXT)


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row[0] if row else 0
