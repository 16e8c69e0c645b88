"""What the home pages show, told by the slices themselves: the pages know none of them.

An application registers its providers in `AppConfig.ready`:

    from portal.pages import registry
    registry.register_next_actions(actions.next_actions)      # (user) -> Iterable[NextAction]
    registry.register_numbers(actions.numbers)                # (user) -> Iterable[Number]
    registry.register_public_section("fairs/public_section.html", selectors.next_fairs)  # (request) -> context

Providers ask the database for what concerns this person and nothing else: one query each is the budget. They return
nothing for people whom the matter does not concern. Registering the same provider again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from portal.accounts.models import User

MOST_ACTIONS = 7
MOST_NUMBERS = 4


class Severity(IntEnum):
    """How much an action weighs before deadlines are looked at."""

    BLOCKING = 0  # others wait for it
    NORMAL = 1
    OPTIONAL = 2


@dataclass(frozen=True, slots=True)
class NextAction:
    """One thing to do now: verb and object, where it is done, and until when."""

    text: str | Promise
    url: str
    button: str | Promise
    deadline: date | None = None
    severity: Severity = Severity.NORMAL


@dataclass(frozen=True, slots=True)
class Number:
    """One figure with its name; `url` leads to the rows behind it, `hint` says what is counted."""

    label: str | Promise
    value: int | str
    url: str = ""
    hint: str | Promise = ""


@dataclass(frozen=True, slots=True)
class PublicSection:
    """A part of the public home page: a template and the function that makes its context."""

    template: str
    context: Callable[[HttpRequest], Mapping[str, Any]]


ActionProvider = Callable[[User], Iterable[NextAction]]
NumberProvider = Callable[[User], Iterable[Number]]

_actions: dict[ActionProvider, None] = {}  # dictionaries keep the order of registration and each entry once
_numbers: dict[NumberProvider, None] = {}
_sections: dict[str, PublicSection] = {}


def register_next_actions(provider: ActionProvider) -> None:
    """Ask `provider(user)` for next actions whenever a home page is made."""
    _actions[provider] = None


def register_numbers(provider: NumberProvider) -> None:
    """Ask `provider(user)` for figures whenever a home page is made; the first four of all are shown."""
    _numbers[provider] = None


def register_public_section(template: str, context: Callable[[HttpRequest], Mapping[str, Any]]) -> None:
    """Show `template`, rendered with `context(request)`, on the public home page; the latter makes no writes."""
    _sections[template] = PublicSection(template, context)


def next_actions(user: User, *, today: date, most: int = MOST_ACTIONS) -> list[NextAction]:
    """The most urgent actions: overdue, then blocking others, then by deadline, then what can wait."""
    found = [action for provider in _actions for action in provider(user)]
    return sorted(found, key=lambda action: urgency(action, today))[:most]


def urgency(action: NextAction, today: date) -> tuple[int, date]:
    """The order of an action: smaller is more urgent."""
    deadline = action.deadline or date.max
    if deadline < today:
        return 0, deadline
    if action.severity is Severity.BLOCKING:
        return 1, deadline
    if action.severity is Severity.OPTIONAL:
        return 4, deadline
    return (2 if action.deadline else 3), deadline


def numbers(user: User, *, most: int = MOST_NUMBERS) -> list[Number]:
    """The figures of this person's home page, in the order of registration."""
    return [number for provider in _numbers for number in provider(user)][:most]


def public_sections(request: HttpRequest) -> list[SafeString]:
    """Each part of the public home page as HTML."""
    return [
        SafeString(render_to_string(section.template, dict(section.context(request)), request))
        for section in _sections.values()
    ]
