"""Rows of models by COPY, past triggers and foreign keys: for worlds that are too large to be made one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.db import connection, models
from django.utils import timezone

from matching.binary import write_rows

Array = Any
_TYPES = {"i": "bigint", "b": "bigint", "u": "bigint", "S": "text"}


@contextmanager
def past_triggers() -> Iterator[None]:
    """Nothing is checked and nothing is recorded of what the body writes."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET statement_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
            cursor.execute("SET statement_timeout = DEFAULT")


def insert(model: type[models.Model], columns: Mapping[str, Array], values: Mapping[str, str]) -> None:
    """Rows of a model: the columns go into a draft by COPY, `values` are SQL over them, the rest are the defaults."""
    arrays = {name: array if array.dtype.kind == "S" else array.astype(np.int64) for name, array in columns.items()}
    declared = ", ".join(f"{name} {_TYPES[array.dtype.kind]}" for name, array in arrays.items())
    table, rest = model._meta.db_table, _defaults(model, values)
    given = dict(values)
    if "public_id" in rest:
        given["public_id"] = "gen_random_uuid()"
        del rest["public_id"]
    places = ", ".join([*given.values(), *(["%s"] * len(rest))])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE draft ({declared})")
        write_rows("draft", arrays, len(next(iter(arrays.values()))))
        names = ", ".join([*given, *rest])
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {places} FROM draft", list(rest.values()))
        cursor.execute("DROP TABLE draft")
        if "id" in values:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _defaults(model: type[models.Model], values: Mapping[str, str]) -> dict[str, Any]:
    """What every row has in the columns that are not given."""
    rest: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.column not in values and field.column != "id":
            is_clock = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
            rest[field.column] = field.get_prep_value(timezone.now() if is_clock else field.get_default())
    return rest


def link(through: Any, owner: str, target: str, owners: Array, linked: Array) -> None:
    """Rows of a many-to-many table."""
    write_rows(through._meta.db_table, {owner: owners, target: linked}, len(owners))
