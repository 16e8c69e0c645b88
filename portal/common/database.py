"""Several statements in one message to the database server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core import checks
from django.db import connection


def last_rows(statements: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Send statements parted by semicolons at once; the rows of the last one.

    Each sees what was committed before it began: a first one takes the locks, and the last reads what no longer
    changes, without a way to the server and back between them. The server takes several statements only as plain text,
    with the parameters put in on our side: psycopg's ClientCursor, which Django uses unless `server_side_binding` is
    set; the check below holds that. It quotes what it puts in.
    """
    with connection.cursor() as cursor:
        cursor.execute(statements, parameters)
        while cursor.nextset():
            pass
        return list(cursor.fetchall())


@checks.register
def check_parameters_bound_here(**_: object) -> Iterable[checks.CheckMessage]:
    """`last_rows`, and the audit's chain by it, would fail at its first call."""
    if connection.settings_dict["OPTIONS"].get("server_side_binding"):
        yield checks.Error(
            "OPTIONS['server_side_binding'] is on, but several statements are sent at once.",
            hint="Leave it off: parameters are bound on our side.",
            id="portal.E001",
        )
