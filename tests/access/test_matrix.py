"""Who may do what: every address, for every role, with own and foreign objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.declaring import EVERYBODY, Address
from tests.access.matrix import MATRIX, PREFIXES
from tests.access.world import ROLES

METHODS = ("POST", "PUT", "PATCH", "DELETE")
THEIR_METHODS = "account_"  # the pages of the sign-in package take PUT for POST, and show themselves to others


def names(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all addresses below a resolver, with their namespaces."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join((*namespaces, str(entry.name)))
        else:
            yield from names(entry, (*namespaces, entry.namespace) if entry.namespace else namespaces)


def test_every_address_is_declared_and_every_declared_one_exists():
    there = {name for name in names(get_resolver()) if not name.startswith(PREFIXES)}
    declared = {address.name for address in MATRIX}
    assert there - declared == set(), "declare these in tests/access/matrix_*.py"
    assert declared - there == set(), "these are declared but exist no more"


def test_looking_is_answered_as_declared(answers):
    wrong = [
        f"{answer}, declared {answer.address.expected('GET', answer.variant, answer.role)}"
        for answer in answers
        if answer.status != answer.address.expected("GET", answer.variant, answer.role)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_anonymous_are_sent_to_the_sign_in(answers):
    elsewhere = {"account_logout", "account_confirm_login_code"}  # there is nothing to come back to
    sign_in = f"{resolve_url(settings.LOGIN_URL)}?next=/"
    sent = [answer for answer in answers if answer.role == "anonymous" and answer.status == 302]
    sent = [answer for answer in sent if answer.address.name not in elsewhere]
    assert len(sent) > 80
    assert [str(answer) for answer in sent if not answer.headers["Location"].startswith(sign_in)] == []


def test_a_part_of_a_page_sends_the_anonymous_to_the_sign_in_whole(answers):
    parts = [answer for answer in answers if answer.role == "anonymous" and answer.address.headers]
    assert len(parts) == sum(len(address.variants) for address in MATRIX if address.headers) > 10
    assert {answer.headers["HX-Redirect"].split("?")[0] for answer in parts} == {resolve_url(settings.LOGIN_URL)}
    assert {answer.body for answer in parts} == {""}


def cells(address: Address) -> Iterator[tuple[str, str, str]]:
    """Method, variant and role of the writing cells; methods that nobody may use are tried by who may most."""
    for method in METHODS:
        if method in address.methods:
            yield from ((method, variant, role) for variant in address.variants for role in ROLES)
        elif not address.name.startswith(THEIR_METHODS):
            yield method, "own", "staff"


@pytest.mark.parametrize("address", MATRIX, ids=lambda address: f"{address.name} {address.label}".strip())
def test_writing_is_answered_as_declared(address, world, people):
    wrong = []
    for method, variant, role in cells(address):
        path = address.path(world, variant)
        may = address.methods.get(method)
        body = may.body(world.variant(variant)) if may and may.body else {}
        with transaction.atomic():
            response = send(people, role, method, path, body, address)
            transaction.set_rollback(True)
        expected = address.expected(method, variant, role)
        if response.status_code != expected:
            wrong.append(f"{role} {method} {path} ({variant}) → {response.status_code}, declared {expected}")
        assert world.secrets.leaked_to(role, response.content.decode("utf-8", "replace")) == set(), (role, method, path)
    assert not wrong, "\n".join(wrong)


def send(people: Any, role: str, method: str, path: str, body: Any, address: Address) -> Any:
    client = people.client(role)
    content_type = {} if method == "POST" and not address.is_api else {"content_type": "application/json"}
    return getattr(client, method.lower())(path, body, headers=address.headers, **content_type)


def test_the_matrix_has_a_cell_for_everybody():
    assert set(ROLES) == EVERYBODY
    assert len({address.name for address in MATRIX}) > 150
