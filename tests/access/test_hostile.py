"""Whatever is typed into an address or a form is answered clearly: never by a fault, never as markup."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from tests.access.crawling import body_of
from tests.access.matrix import MATRIX
from tests.journeys.visiting import Page

MARKUP = "<img src=x onerror=alert(1)>"
HOSTILE = {
    "NUL": "a\x00b",
    "markup": f"'\"{MARKUP}",
    "huge number": "9" * 30,
    "digit that is none": "²",
}
PARAMETERS = (
    "after", "q", "text", "kind", "status", "state", "province", "level", "scope", "when", "side", "wish", "view",
    "version", "day", "fair", "major", "enterprise", "words", "partner",
)  # fmt: skip
TYPED = ("NUL", "markup", "huge number")
LOOKED_AT = [address for address in MATRIX if "GET" in address.methods and not address.name.startswith("account_")]
FORMS = [address for address in LOOKED_AT if not address.is_api]


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_no_query_string_breaks_a_page(world, people, value):
    wrong = {}
    for address in LOOKED_AT:
        if address.is_api or not (
            address.searches or "version" in address.label or address.name == "matching:partners"
        ):
            continue
        for role in ("staff", "hr"):
            response = people.client(role).get(address.path(world, "own"), dict.fromkeys(PARAMETERS, value))
            if response.status_code >= 500 or MARKUP in body_of(response).decode("utf-8", "replace"):
                wrong[f"{role} {address.name}"] = response.status_code
    assert wrong == {}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_no_query_string_breaks_the_api(world, people, value):
    schema = people.client("staff").get(reverse("api:schema"), {"format": "json"}).json()
    wrong, asked = {}, 0
    for path, methods in schema["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query" and "{" not in path:
                asked += 1
                response = people.client("staff").get(path, {parameter["name"]: value})
                if response.status_code not in (200, 400, 404):
                    wrong[f"{path}?{parameter['name']}"] = response.status_code
    assert asked > 50
    assert wrong == {}


def forms_shown(world, people):
    """Every form to post that a page of the portal shows to somebody, once: person, address and fields."""
    known = set()
    for role in ("hr", "school", "organizer"):
        for address in FORMS:
            if address.expected("GET", "own", role) != 200 or address.searches:
                continue
            path = address.path(world, "own")
            shown = people.client(role).get(path)
            body = body_of(shown)
            if not shown.headers["Content-Type"].startswith("text/html"):
                continue  # a file to download
            for form in Page(body.decode()).forms:
                names = frozenset(form.names - {"csrfmiddlewaretoken"})
                target = form.action or path
                if form.method == "post" and names and "/accounts/" not in target and target not in known:
                    known.add(target)
                    yield role, target, names


def test_no_typed_value_breaks_a_form(world, people):
    """Every field of every form, filled with the same nonsense."""
    wrong, sent = {}, 0
    for role, target, names in list(forms_shown(world, people)):
        for kind in TYPED:
            value = HOSTILE[kind]
            with transaction.atomic():
                response = people.client(role).post(target, dict.fromkeys(names, value))
                transaction.set_rollback(True)
            sent += 1
            if response.status_code not in (200, 302, 400, 404) or MARKUP in response.content.decode(
                "utf-8", "replace"
            ):
                wrong[f"{role} {target}: {kind}"] = response.status_code
    assert sent > 100
    assert wrong == {}
