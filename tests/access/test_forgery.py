"""A form sent from another site is refused; the same form with its token is not."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.access.crawling import People
from tests.access.declaring import Address, May
from tests.access.matrix import MATRIX

TOKEN = "t" * 32  # any secret: the form has to send what the cookie says
WRITES = [(address, method) for address in MATRIX for method in address.methods if method != "GET"]


@pytest.fixture
def guarded(world) -> People:
    return People(world, enforce_csrf_checks=True)


def test_a_write_without_the_token_is_refused_and_with_it_is_not(world, guarded):
    assert len(WRITES) > 80
    wrong = []
    for address, method in WRITES:
        role = _who_may(address.methods[method])
        without, with_token = (_send(world, guarded, address, method, role, token) for token in (False, True))
        if without != 403 or with_token == 403:
            wrong.append(f"{role} {method} {address.name}: {without} without, {with_token} with the token")
    assert wrong == []


def _who_may(may: May) -> str:
    """Somebody who may: the enterprise's person, the school's, the organizer, else the staff."""
    roles = [role for role in ("hr", "school", "organizer") if role in may.who and f"{role} own" not in may.but]
    return next(iter(roles), "staff")


def _send(world, people: People, address: Address, method: str, role: str, token: bool) -> int:
    client = people.client(role)
    headers = dict(address.headers)
    if token:
        client.cookies["csrftoken"] = TOKEN
        headers["X-CSRFToken"] = TOKEN
    may = address.methods[method]
    body = may.body(world.own) if may.body else {}
    content_type = {"content_type": "application/json"} if address.is_api else {}
    with transaction.atomic():
        response = getattr(client, method.lower())(address.path(world, "own"), body, headers=headers, **content_type)
        transaction.set_rollback(True)
    return int(response.status_code)
