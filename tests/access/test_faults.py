"""When a part is broken, people read a plain sentence; what broke is for the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client
from django.urls import reverse

from tests.access.crawling import People, body_of
from tests.access.matrix import MATRIX

SECRET = "password=hunter2"
TELLING = (SECRET, "Traceback", "ProgrammingError", "OperationalError", "site-packages", "psycopg")


@contextmanager
def every_query_failing(error: type[Exception]) -> Iterator[list[str]]:
    """The database refuses whatever it is asked; yields what it was asked."""
    asked: list[str] = []

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        raise error(f"connection to server failed: {SECRET}")

    with connection.execute_wrapper(refuse):
        yield asked


def patient(people: People, role: str) -> Client:
    """A client that shows what a browser would, instead of the exception."""
    client = people.client(role)
    client.raise_request_exception = False
    return client


def one_address_a_slice() -> list[Any]:
    found = {address.name.split(":")[0]: address for address in MATRIX if "GET" in address.methods and not address.args}
    return [found[name] for name in sorted(found) if ":" in found[name].name]


@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (ProgrammingError, 500)])
@pytest.mark.parametrize("address", one_address_a_slice(), ids=lambda address: address.name)
def test_a_fault_is_answered_without_telling_what_broke(world, people, address, error, status):
    client = patient(people, "staff")
    with every_query_failing(error) as asked:
        response = client.get(address.path(world, "own"))
    client.raise_request_exception = True
    body = body_of(response).decode()
    assert asked
    if not address.name.startswith("pages:"):
        assert response.status_code == status
    assert [word for word in TELLING if word in body] == []


def test_health_does_not_need_the_database_and_readiness_does(world):
    with every_query_failing(OperationalError):
        client = Client()
        health, ready = client.get(reverse("pages:healthz")), client.get(reverse("pages:readyz"))
    assert (health.status_code, health.json()) == (200, {"status": "ok"})
    assert ready.status_code == 503
    assert not ready.json()["checks"]["database"]["ok"]
    assert SECRET not in ready.content.decode()


def test_readiness_is_answered_when_all_is_well(people):
    response = people.client("anonymous").get(reverse("pages:readyz"))
    assert response.status_code == 200, response.content
    assert response.json()["status"] == "ok"
