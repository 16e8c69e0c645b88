"""Django's administration is for the staff; everybody else is sent to its sign-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from tests.access.world import ROLES
from tests.factories import UserFactory

OPEN = {"login", "logout", "jsi18n"}


def plain_addresses() -> Iterator[tuple[str, str]]:
    """The addresses of the administration that need no object."""
    resolver = next(entry for entry in get_resolver().url_patterns if getattr(entry, "namespace", "") == "admin")
    for entry in resolver.url_patterns:
        found = [entry] if isinstance(entry, URLPattern) else entry.url_patterns
        for pattern in found:
            try:
                yield str(pattern.name), reverse(f"admin:{pattern.name}")
            except NoReverseMatch:
                continue


@pytest.mark.parametrize("role", [role for role in ROLES if role != "staff"])
def test_the_administration_is_closed_to_everybody_else(world, people, role):
    addresses = [path for name, path in plain_addresses() if name not in OPEN]
    assert len(addresses) > 20
    wrong = {}
    for path in addresses:
        response = people.client(role).get(path)
        if response.status_code != 302 or "login" not in response.headers["Location"]:
            wrong[path] = response.status_code
        assert world.secrets.found_in(response.content.decode()) == set(), path
    assert wrong == {}


def test_the_staff_without_further_rights_sees_the_entrance_only(people):
    statuses = {name: people.client("staff").get(path).status_code for name, path in plain_addresses()}
    assert statuses["index"] == 200
    assert {name for name, status in statuses.items() if name.endswith("_changelist") and status != 403} == set()


def test_a_super_administrator_sees_every_list(world):
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    lists = [path for name, path in plain_addresses() if name.endswith("_changelist")]
    assert len(lists) == len(admin.site._registry)
    assert {path: code for path in lists if (code := client.get(path).status_code) != 200} == {}
