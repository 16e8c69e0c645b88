"""A person at the site: opens pages, fills in the forms that they show, follows their links. No script, no service."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.base import File
from django.test import Client
from django.urls import reverse

Values = dict[str, list[str]]


@dataclass
class Form:
    """A form of a page with the values that the page has filled in."""

    action: str
    method: str
    values: Values = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """The forms, links and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select = self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, given, self._form)

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name = given.get("name", "")
        if tag == "option" and self._select:
            if "selected" in given:
                form.values.setdefault(self._select, []).append(given.get("value", ""))
        elif name and "disabled" not in given:
            form.names.add(name)
            if tag == "select":
                self._select = name
            elif tag == "textarea":
                self._area = name
            elif tag == "input" and given.get("type") in ("checkbox", "radio"):
                form.values.setdefault(name, []).extend([given.get("value", "on")] if "checked" in given else [])
            elif tag == "input":
                form.values.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.values.setdefault(self._area, []).append(data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def link(self, part: str) -> str:
        """The first link that holds these words of an address."""
        return next(link for link in self.links if part in link)

    def form(self, action: str, names: set[str]) -> Form:
        """The form that goes to an address, or the one with these fields."""
        posts = [form for form in self.forms if form.method == "post"]
        fitting = [form for form in posts if (form.action == action if action else names <= form.names)]
        assert fitting, (action, names, [(form.action, form.names) for form in posts])
        return fitting[0]


class Person:
    """Somebody with a browser of their own, who signs in by the form."""

    def __init__(self, email: str, password: str) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.submit(reverse("account_login"), login=email, password=password)

    def see(self, address: str) -> Page:
        response = self.client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return Page(response.content.decode())

    def submit(self, address: str, to: str = "", **values: Any) -> str:
        """Fill in a form of a page and send it; returns the address that it leads to."""
        form = self.see(address).form(to, set(values) - {"publish", "kind"})
        body: dict[str, Any] = {**form.values, **{name: _sent(value) for name, value in values.items()}}
        response = self.client.post(form.action or address, body)
        assert response.status_code == 302, (address, response.status_code, _errors(response.content.decode()))
        return str(response.headers["Location"])

    def file(self, address: str) -> bytes:
        response = self.client.get(address)
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith("attachment")
        return b"".join(response.streaming_content)  # type: ignore[arg-type]


def _sent(value: Any) -> Any:
    """A file as it is, anything else as texts."""
    if isinstance(value, File):
        return value
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _errors(html: str) -> list[str]:
    """What the form says is wrong."""
    return re.findall(r'class="[^"]*(?:field-error|error-summary|alert)[^"]*"[^>]*>(.{0,400})', html, re.S)
