"""Whole tables between PostgreSQL and numpy in the binary form of COPY.

A driver hands over one message a row, which for seven million rows takes twenty seconds. So the server packs some
thousand rows into one value (`string_agg(int8send(…))`), and numpy reads the value in place; and rows of fixed width
are written as one array, with the length of every field between the fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

Int64s = npt.NDArray[np.int64]

BLOCK = 4096  # keys whose rows are packed into one value
LINK_BITS = 28  # of a link, the low bits are what is linked, the others whose it is
MOST_LINKED = (1 << LINK_BITS) - 1
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
_END = b"\xff\xff"
_ROWS_A_MESSAGE = 1 << 16


@dataclass(frozen=True, slots=True)
class Source:
    """Rows to be packed, as pieces of SQL.

    record: an expression of bytea, int8send(…) once or several times; numbers: how often. key: the column, one of an
    index, by whose ranges they are read; tables and where: the rest of the query; one: the condition for one owner.
    """

    record: str
    tables: str
    key: str
    one: str
    where: str = "true"
    numbers: int = 1

    def of_block(self) -> str:
        """A query with one value: the records of a block of keys, one after the other."""
        return self._packed(f"{self.key} >= block.first AND {self.key} < block.first + {BLOCK}")

    def of_one(self) -> str:
        """A query with one value: the records of the owner `id`."""
        return self._packed(self.one)

    def _packed(self, condition: str) -> str:
        query = "SELECT string_agg({record}, ''::bytea) FROM {tables} WHERE {where} AND {condition}"
        return query.format(record=self.record, tables=self.tables, where=self.where, condition=condition)

    def decoded(self, value: bytes | None) -> Int64s:
        """The numbers of a value, (records,) or (records, numbers)."""
        found = np.frombuffer(value or b"", ">i8").astype(np.int64)
        return found if self.numbers == 1 else found.reshape(-1, self.numbers)


@dataclass(frozen=True, slots=True)
class Coded:
    """Links from numbers to codes, which become numbers too: the positions of the codes in a list.

    number, code: expressions; name: of the list among the parameters. The rest is as in Source. Codes that are not in
    the list are left out. For one owner the codes come as they are: handing the list to the server would take longer.
    """

    number: str
    code: str
    name: str
    tables: str
    key: str
    one: str
    where: str = "true"

    def whole(self) -> Source:
        """The source for reading them all."""
        known = f"unnest(%({self.name})s::text[]) WITH ORDINALITY AS known(code, place) ON known.code = {self.code}"
        record = link(self.number, "(known.place - 1)")
        return Source(record, f"{self.tables} JOIN {known}", self.key, self.one, self.where)

    def of_one(self) -> str:
        """A query with one value: the links of the owner `id` as text."""
        query = "SELECT string_agg({number} || ' ' || {code}, ',') FROM {tables} WHERE {where} AND {one}"
        parts = {name: getattr(self, name) for name in ("number", "code", "tables", "where", "one")}
        return query.format(**parts)

    def decoded(self, value: str | None, places: Mapping[str, int]) -> Int64s:
        """The links of such a text."""
        pairs = (pair.split(" ", 1) for pair in value.split(",")) if value else ()
        return np.array([int(n) << LINK_BITS | places[code] for n, code in pairs if code in places], np.int64)


def link(owner: str, linked: str) -> str:
    """The record of a link between two numbers, 0 ≤ owner < 2³⁵ and 0 ≤ linked < 2²⁸."""
    return f"int8send(({owner}::bigint << {LINK_BITS}) | {linked})"


def linked(owners: Int64s, others: Int64s) -> Int64s:
    """Links from (owners, what is linked)."""
    return owners << LINK_BITS | others


def parted(links: Int64s) -> tuple[Int64s, Int64s]:
    """(owners, what is linked) of links."""
    return links >> LINK_BITS, links & MOST_LINKED


def read_all(source: Source | Coded, lists: Mapping[str, Sequence[str]]) -> Int64s:
    """All rows of a source, by blocks of its key, so that the server neither sorts nor hashes them."""
    whole = source.whole() if isinstance(source, Coded) else source
    blocks = f"generate_series(0, (SELECT coalesce(max({whole.key}), 0) FROM {source.tables}), {BLOCK})"  # noqa: S608
    query = f"COPY (SELECT ({whole.of_block()}) FROM {blocks} AS block(first)) TO STDOUT (FORMAT binary)"  # noqa: S608
    with (
        connection.cursor() as cursor,
        cursor.copy(query, {name: list(codes) for name, codes in lists.items()}) as copy,
    ):
        copy.set_types(["bytea"])
        values = [value for (value,) in copy.rows() if value]
    return whole.decoded(b"".join(values))


def read_of_one(sources: Sequence[Source | Coded], owner: int, places: Mapping[str, Mapping[str, int]]) -> list[Int64s]:
    """The rows of several sources for one owner, in one query; places: of the codes in each list."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"({source.of_one()})" for source in sources), {"id": owner})
        values = cursor.fetchone()
    return [
        source.decoded(value, places[source.name]) if isinstance(source, Coded) else source.decoded(value)
        for source, value in zip(sources, values, strict=True)
    ]


def write_rows(table: str, columns: Mapping[str, npt.NDArray[Any] | None], count: int) -> None:
    """COPY `count` rows into a table; a column is an array (count,) of PostgreSQL's width, or None: NULL in every row.

    int64 is bigint, int32 integer, int16 smallint, float32 real, bool boolean; "S1" … are texts of just that length.
    A timestamp is bigint too: microseconds since 2000-01-01 UTC.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_SIGNATURE)
        for first in range(0, count, _ROWS_A_MESSAGE):
            last = min(count, first + _ROWS_A_MESSAGE)
            part = [None if column is None else column[first:last] for column in columns.values()]
            copy.write(_encoded(part, last - first))
        copy.write(_END)


def _encoded(columns: Sequence[npt.NDArray[Any] | None], count: int) -> bytes:
    fields: list[Any] = [("fields", ">i2")]
    for number, column in enumerate(columns):
        fields.append((f"length{number}", ">i4"))
        if column is not None:
            fields.append((f"value{number}", column.dtype.newbyteorder(">")))
    rows = np.empty(count, np.dtype(fields))
    rows["fields"] = len(columns)
    for number, column in enumerate(columns):
        rows[f"length{number}"] = -1 if column is None else column.dtype.itemsize
        if column is not None:
            rows[f"value{number}"] = column
    return rows.tobytes()
