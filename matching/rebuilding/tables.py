"""New tables beside those in use, alike to the last index, and put in their places in one short transaction.

Readers see the old rows until that transaction commits and the new ones from then on; one whose snapshot is older than
the new rows (a dump that begins at that very moment) would find the new table empty, as after TRUNCATE.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, connection, models, transaction

from matching.models import EnterpriseRanking, Match, MatchRun, SchoolRanking

MODELS: tuple[type[models.Model], ...] = (Match, EnterpriseRanking, SchoolRanking)
# Shorter than the second after which PostgreSQL looks for deadlocks: we are the ones who give way, never a reader.
PATIENCE = "400ms"
NESTED_PATIENCE = "10s"  # within the transaction of a caller, who cannot try again: a vacuum gives way after a second
_NEW, _OLD = "_run", "_old"  # between the name of a table and the number of the run that fills or replaces it


class StructureChanged(Exception):
    """The table in use was migrated while its successor was being filled."""


@dataclass(frozen=True, slots=True)
class _Named:
    """An index or a constraint: its name, and its definition without any name."""

    name: str
    definition: str


@dataclass(frozen=True)
class Successor:
    """The table that is to follow the one of a model."""

    model: type[models.Model]
    run: MatchRun

    @property
    def live(self) -> str:
        return self.model._meta.db_table

    @property
    def name(self) -> str:
        return f"{self.live}{_NEW}{self.run.pk}"

    def create(self) -> None:
        """An empty table with the columns and checks of the one in use."""
        _execute(
            f"CREATE TABLE {self.name} (LIKE {self.live} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)"
            " WITH (autovacuum_enabled = false)"  # it would stand in the way of the exchange
        )

    def index(self) -> None:
        """Keys and indexes as in the table in use; once, after the rows have come."""
        for number, key in enumerate(_constraints(self.live, "pux")):
            _execute(f"ALTER TABLE {self.name} ADD CONSTRAINT {self.name}_k{number} {key.definition}")
        for number, index in enumerate(_indexes(self.live)):
            unique, using = index.definition.split("INDEX ", 1)
            _execute(f"CREATE {unique}INDEX {self.name}_i{number} ON {self.name} {using}")
        _execute(f"ANALYZE {self.name}")

    @property
    def is_indexed(self) -> bool:
        return bool(_constraints(self.name, "p"))

    def count(self) -> int:
        """How many rows the table has."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {self.name}")  # noqa: S608 — names of models
            return int(cursor.fetchone()[0])

    def add_references(self) -> None:
        """Foreign keys as in the table in use, for rows to come: that takes a moment's lock of the table referred to.

        From then on until the exchange an organization that is listed cannot be deleted.
        """
        have = {key.name for key in _constraints(self.name, "f")}
        for key in _constraints(self.live, "f"):
            if key.name not in have:
                _execute(f'ALTER TABLE {self.name} ADD CONSTRAINT "{key.name}" {key.definition} NOT VALID')

    def check_references(self) -> None:
        """Check the rows that are there, locking nothing; those whose organization went meanwhile go too."""
        for key in _constraints(self.live, "f"):
            check = f'ALTER TABLE {self.name} VALIDATE CONSTRAINT "{key.name}"'
            try:
                with transaction.atomic():
                    _execute(check)
            except IntegrityError:
                self._drop_dangling()
                _execute(check)

    def _drop_dangling(self) -> None:
        for field in self.model._meta.concrete_fields:
            if field.related_model is not None:
                there = f"SELECT FROM {field.related_model._meta.db_table} there WHERE there.id = mine.{field.column}"
                _execute(f"DELETE FROM {self.name} mine WHERE NOT EXISTS ({there})")  # noqa: S608 — names of models

    def take_the_place(self) -> None:
        """Put the table in use aside and bear its name; its lock must be held. Raises StructureChanged."""
        if _structure(self.live) != _structure(self.name):
            raise StructureChanged(self.live)
        keys, indexes = _constraints(self.live, "pux"), _indexes(self.live)
        aside = f"{self.live}{_OLD}{self.run.pk}"  # to drop it would take a lock of what it refers to
        _execute(f"ALTER TABLE {self.live} RENAME TO {aside}")
        _execute(f"ALTER TABLE {self.name} RENAME TO {self.live}")
        _execute(f"ALTER TABLE {self.live} RESET (autovacuum_enabled)")
        for number, key in enumerate(keys):
            _execute(f'ALTER TABLE {aside} RENAME CONSTRAINT "{key.name}" TO {aside}_k{number}')
            _execute(f'ALTER TABLE {self.live} RENAME CONSTRAINT {self.name}_k{number} TO "{key.name}"')
        for number, index in enumerate(indexes):
            _execute(f'ALTER INDEX "{index.name}" RENAME TO {aside}_i{number}')
            _execute(f'ALTER INDEX {self.name}_i{number} RENAME TO "{index.name}"')


def successors(run: MatchRun) -> list[Successor]:
    """The tables that a run fills."""
    return [Successor(model, run) for model in MODELS]


def exchange(run: MatchRun) -> None:
    """Put the tables of a run in the places of those in use, within the caller's transaction.

    Raises OperationalError if readers do not let go of them within PATIENCE; then nothing has changed.
    """
    tables = successors(run)
    with impatient():
        _execute(f"LOCK TABLE {', '.join(table.live for table in tables)} IN ACCESS EXCLUSIVE MODE")
        for table in tables:
            table.take_the_place()


@contextmanager
def impatient() -> Iterator[None]:
    """Within a transaction: give way to whoever holds what we want, rather than have others wait behind us.

    What the transaction has deferred is checked before: a table with checks to come cannot be altered.
    """
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _execute("SET CONSTRAINTS ALL DEFERRED")
    _execute(f"SET LOCAL lock_timeout = '{NESTED_PATIENCE if connection.savepoint_ids else PATIENCE}'")
    yield
    _execute("SET LOCAL lock_timeout = DEFAULT")


def leftovers(building: Iterable[int]) -> list[str]:
    """Names of tables put aside, and of those of runs that are not being built."""
    names = []
    for model in MODELS:
        pattern = f"^{model._meta.db_table}({_NEW}|{_OLD})[0-9]+$"
        names += _column("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ %s ORDER BY 1", [pattern])
    kept = {f"{model._meta.db_table}{_NEW}{run}" for model in MODELS for run in building}
    return [name for name in names if name not in kept]


def drop(name: str) -> None:
    """Remove a leftover; raises OperationalError if somebody holds what it refers to."""
    with transaction.atomic(), impatient():
        _execute(f'DROP TABLE IF EXISTS "{name}"')


def _structure(table: str) -> object:
    columns = (
        "SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))"
        " FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    )
    keys = [key.definition for key in _constraints(table, "pux")]
    rest = [(key.name, key.definition) for key in _constraints(table, "cf")]
    return _column(columns, [table]), sorted(keys), sorted(rest), sorted(i.definition for i in _indexes(table))


def _constraints(table: str, kinds: str) -> list[_Named]:
    """Constraints of a table by name: p primary key, u unique, x exclusion, c check, f foreign key."""
    query = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype::text = ANY(%s) ORDER BY pg_get_constraintdef(oid), conname"
    )
    return [_Named(*row) for row in _rows(query, [table, list(kinds)])]


def _indexes(table: str) -> list[_Named]:
    """Indexes of a table that no constraint brings along; the definition as `[UNIQUE ]INDEX USING …`."""
    query = (
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = %s::regclass"
        " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))"
    )
    found = []
    for name, definition in _rows(query, [table]):
        head, using = definition.split(" USING ", 1)
        unique = "UNIQUE " if head.startswith("CREATE UNIQUE") else ""
        found.append(_Named(name, f"{unique}INDEX USING {using}"))
    return sorted(found, key=lambda index: (index.definition, index.name))


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(query: str, parameters: list[str | list[str]]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _column(query: str, parameters: list[str | list[str]]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [value for (value,) in cursor.fetchall()]
