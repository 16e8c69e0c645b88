"""The rows of the lists, written and asked for in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection

from matching.engine.lists import PairTable
from matching.engine.packed import Int64s
from matching.models import Match, SchoolRanking, Side

SHOWN = 20
PER_ENTERPRISE = 20
PER_SCHOOL = 40  # kept, so that a list stays whole when some leave it

_TABLE = Match._meta.db_table
_FIGURES = ("enterprise_score", "school_score", "mutual", "coverage", "graduates", "vacancies")
_UPSERT = f"""
INSERT INTO {_TABLE} (side, enterprise_id, school_id, {", ".join(_FIGURES)})
SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], {", ".join(["%s::real[]"] * len(_FIGURES))})
ON CONFLICT (side, enterprise_id, school_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _FIGURES)}
"""  # noqa: S608 — of names of ours
_TRIM = f"""
WITH placed AS (
    SELECT school_id, enterprise_id, school_score,
           row_number() OVER (PARTITION BY school_id ORDER BY school_score DESC, enterprise_id) AS place
    FROM {_TABLE} WHERE side = 'S' AND school_id = ANY(%(schools)s)
), cut AS (
    DELETE FROM {_TABLE} m USING placed p
    WHERE m.side = 'S' AND m.school_id = p.school_id AND m.enterprise_id = p.enterprise_id AND p.place > %(kept)s
)
UPDATE {SchoolRanking._meta.db_table} r
SET edge = p.school_score, edge_enterprise = p.enterprise_id, change = %(change)s
FROM placed p WHERE r.school_id = p.school_id AND p.place = %(kept)s
"""  # noqa: S608


def upsert_pairs(side: Side, table: PairTable) -> None:
    """Write these pairs into the lists of one side."""
    if not len(table):
        return
    figures = [getattr(table, name).tolist() for name in _FIGURES]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [side.value, table.enterprise.tolist(), table.school.tolist(), *figures])


def delete_pairs(
    side: Side,
    *,
    enterprises: Sequence[int] | None = None,
    schools: Sequence[int] | None = None,
    but: PairTable | None = None,
) -> None:
    """Remove the pairs of these enterprises and these schools from the lists of one side; None: of all. Keep `but`."""
    query, parameters = f"DELETE FROM {_TABLE} m WHERE side = %s", [side.value]  # noqa: S608
    arguments: list[Any] = list(parameters)
    for column, ids in (("enterprise_id", enterprises), ("school_id", schools)):
        if ids is not None:
            if not ids:
                return
            query += f" AND {column} = ANY(%s)"
            arguments.append(list(ids))
    if but is not None and len(but):
        query += " AND NOT EXISTS (SELECT FROM unnest(%s::bigint[], %s::bigint[]) k(e, s)"
        query += " WHERE k.e = m.enterprise_id AND k.s = m.school_id)"
        arguments += [but.enterprise.tolist(), but.school.tolist()]
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)


def schools_listing(enterprise_id: int) -> Int64s:
    """The schools in whose lists an enterprise stands."""
    rows = Match.objects.filter(side=Side.SCHOOL, enterprise=enterprise_id)
    return np.array(list(rows.values_list("school_id", flat=True)), np.int64)


def enterprises_listing(school_id: int) -> Int64s:
    """The enterprises in whose lists a school stands."""
    rows = Match.objects.filter(side=Side.ENTERPRISE, school=school_id)
    return np.array(list(rows.values_list("enterprise_id", flat=True)), np.int64)


def length_of_list(school_id: int) -> int:
    """How many enterprises a school's list holds."""
    return Match.objects.filter(side=Side.SCHOOL, school=school_id).count()


def trim_school_lists(schools: Sequence[int], change: int) -> None:
    """Cut the lists of these schools at what is kept, and note where."""
    if not schools:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TRIM, {"schools": list(schools), "kept": PER_SCHOOL, "change": change})
