"""Look once at everything as everybody, and keep what was answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from tests.access.declaring import Address
from tests.access.matrix import MATRIX
from tests.access.world import ROLES, World

SEARCHERS = ("school", "hr", "organizer", "stranger")  # a reader sees what hr sees, the staff all
WRITES = re.compile(
    r"^\s*(INSERT|UPDATE|DELETE|TRUNCATE|MERGE|COPY|CREATE|ALTER|DROP)\b|\bFOR (NO KEY )?UPDATE\b", re.I
)

Tables = dict[str, tuple[int, str]]  # rows and digest by name of the table


@dataclass(frozen=True)
class Answer:
    """What one person was answered under one address."""

    address: Address
    role: str
    variant: str
    path: str
    status: int
    body: str
    headers: dict[str, str]
    queries: tuple[str, ...]

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    @property
    def writes(self) -> list[str]:
        return [sql for sql in self.queries if WRITES.search(sql)]

    def __str__(self) -> str:
        return f"{self.role} GET {self.path} ({self.address.name} {self.variant}) → {self.status}"


class People:
    """One client a person, always with the cookies of its first sign-in."""

    def __init__(self, world: World, *, enforce_csrf_checks: bool = False) -> None:
        self._clients = {"anonymous": Client(enforce_csrf_checks=enforce_csrf_checks)}
        for name, user in world.people.items():
            self._clients[name] = Client(enforce_csrf_checks=enforce_csrf_checks)
            self._clients[name].force_login(user)
        name = settings.SESSION_COOKIE_NAME
        self._sessions = {who: client.cookies[name].value for who, client in self._clients.items() if client.cookies}

    def client(self, name: str) -> Client:
        client = self._clients[name]
        client.cookies = SimpleCookie()
        if name in self._sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._sessions[name]
        return client


def contents_of_the_tables() -> Tables:
    """Rows and a digest of every table."""
    digests: Tables = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t"
            )
            digests[table] = cursor.fetchone()
    return digests


def body_of(response: Any) -> bytes:
    """The whole body, of a file too."""
    if response.streaming:
        content: bytes = b"".join(response.streaming_content)  # at its end the client closes the file
        return content
    return bytes(response.content)


def look(people: People, address: Address, role: str, variant: str, path: str) -> Answer:
    """One GET."""
    headers = {**address.headers, **({"Accept": "application/json"} if address.is_api else {})}
    queries: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        response = people.client(role).get(path, headers=headers)
    body = body_of(response).decode("utf-8", "replace")
    return Answer(address, role, variant, path, response.status_code, body, dict(response.headers), tuple(queries))


def crawl(world: World, people: People) -> Iterator[Answer]:
    """Every GET of the matrix, with each search of the lists."""
    for address in MATRIX:
        for variant in address.variants:
            path = address.path(world, variant)
            for role in ROLES:
                yield look(people, address, role, variant, path)
                if role in SEARCHERS and address.expected("GET", variant, role) == 200:
                    yield from (look(people, address, role, variant, path + search) for search in address.searches)
