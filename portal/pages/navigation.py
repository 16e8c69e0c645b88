"""The menu: entries by role, addressed by URL names only, because the pages know none of the slices above them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.organizations.standing import Role

EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu for the people in these roles."""

    url_name: str
    label: str | Promise
    icon: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the menu on a page: `current` where the page belongs to it."""

    url: str
    label: str | Promise
    icon: str
    current: bool


ENTRIES = (
    Entry("pages:home", _("Home"), "home", EVERYBODY),
    Entry("majors:list", _("Majors and supply"), "school", frozenset({Role.SCHOOL})),
    Entry("demands:list", _("My demands"), "briefcase", frozenset({Role.ENTERPRISE})),
    Entry("demands:list", _("Talent demands"), "briefcase", frozenset({Role.SCHOOL, Role.STAFF})),
    Entry("matching:mine", _("Schools that fit"), "heart-handshake", frozenset({Role.ENTERPRISE})),
    Entry("matching:mine", _("Enterprises that fit"), "heart-handshake", frozenset({Role.SCHOOL})),
    Entry("matching:runs", _("Matching"), "heart-handshake", frozenset({Role.STAFF})),
    Entry("fairs:list", _("Fairs"), "calendar-event", EVERYBODY),
    Entry("agreements:list", _("Agreements"), "certificate", EVERYBODY),
    Entry("organizations:list", _("Organizations"), "building", EVERYBODY),
    Entry("jobs:list", _("Jobs"), "list-details", frozenset({Role.ORGANIZER, Role.STAFF})),
    Entry("organizations:review", _("Review"), "circle-check", frozenset({Role.STAFF})),
    Entry("taxonomy:queue", _("Names to place"), "language", frozenset({Role.STAFF})),
    Entry("agreements:templates", _("Word templates"), "file-text", frozenset({Role.STAFF})),
    Entry("admin:index", _("Administration"), "settings", frozenset({Role.STAFF})),
)


def menu(roles: frozenset[Role], path: str) -> list[Link]:
    """The lines of the menu for these roles; the one with the longest address that `path` begins with is current."""
    shown: dict[str, Entry] = {}
    for entry in ENTRIES:
        url = _address(entry.url_name) if entry.roles & roles or entry.url_name == "pages:home" else None
        if url is not None:
            shown.setdefault(url, entry)
    current = max((url for url in shown if path.startswith(url)), key=len, default=None)
    return [Link(url, entry.label, entry.icon, url == current) for url, entry in shown.items()]


@cache
def _address(url_name: str) -> str | None:
    """The address behind a name; None for an application that is not installed."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None
