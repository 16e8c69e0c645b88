"""A person at the pages of an agreement: looks, fills in the form shown, posts."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from tests.journeys.visiting import Form, Page
from tests.portal.common.good_files import pypdf_pdf

PART = {"HX-Request": "true"}


def as_user(person: User) -> Client:
    """The person's client; signed in once a test."""
    known = getattr(person, "client_of_this_test", None)
    if known is None:
        known = Client()
        known.force_login(person)
        person.client_of_this_test = known  # type: ignore[attr-defined]
    return known


def page(person: User, name: str, *arguments: Any, **query: str) -> Any:
    return as_user(person).get(reverse(f"agreements:{name}", args=arguments), query)


def post(person: User, name: str, *arguments: Any, **data: Any) -> Any:
    return as_user(person).post(reverse(f"agreements:{name}", args=arguments), data)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def form_of(person: User, name: str, *arguments: Any) -> Form:
    """The form of a page as it is shown; the sentence of the page fails the test if there is none."""
    answer = page(person, name, *arguments)
    assert answer.status_code == 200, answer.headers
    shown = [
        form for form in Page(text_of(answer)).forms if form.action == reverse(f"agreements:{name}", args=arguments)
    ]
    assert len(shown) == 1, text_of(answer)
    return shown[0]


def act(person: User, name: str, *arguments: Any, **typed: Any) -> Any:
    """Open the dialog, type this into its form, and send it."""
    form = form_of(person, name, *arguments)
    values: dict[str, Any] = {key: value for key, value in form.values.items() if value != [""]} | typed
    unknown = set(typed) - form.names
    assert not unknown, unknown
    return as_user(person).post(form.action, values)


def a_file(name: str = "签署页.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """A real PDF as a browser sends it."""
    return SimpleUploadedFile(name, pypdf_pdf() if content is None else content, "application/pdf")
