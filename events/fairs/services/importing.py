"""Guests from a list in Excel: every row is matched to an approved organization before anybody is invited."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.fairs.models import Fair, ParticipationStatus
from events.fairs.services.waiting import SIDES
from events.fairs.spreadsheets import Row, columns_of
from portal.common.errors import DomainError
from portal.organizations.identity import InvalidUscc, valid_uscc
from portal.organizations.models import Organization

LABELS = {"name": gettext_lazy("Organization"), "uscc": gettext_lazy("Unified social credit code")}
MOST_SUGGESTIONS = 50  # rows for which a similar name is looked for
CODE = re.compile(r"(?=.*\d)[0-9A-Z]{15,20}")
BRACKETS = str.maketrans("（）", "()")


class RowsRefused(DomainError):
    """Some rows are wrong, and it was not said to go on without them."""


class Verdict(Enum):
    """What comes of a row."""

    NEW = "new"
    KNOWN = "known"  # asked already: left alone
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Guest:
    """One row of the list: as typed, the organization found, and what is wrong with it; `line` counts from 1."""

    line: int
    name: str
    uscc: str
    organization: Organization | None = None
    verdict: Verdict = Verdict.WRONG
    problem: str = ""
    suggestion: str = ""


def check_guests(fair: Fair, rows: Sequence[Row]) -> list[Guest]:
    """Every row below the head, matched by code, else by full, short or former name; blank rows are passed over.

    Three queries and one for each of the first 50 names that nobody has.
    """
    guests = [guest for guest in _read(rows) if guest.name or guest.uscc]
    found = _Registry(guests)
    asked = fair.participations.exclude(status=ParticipationStatus.CANCELLED)
    known = set(asked.values_list("organization_id", flat=True))
    seen: dict[int, int] = {}
    checked = []
    suggestions = MOST_SUGGESTIONS
    for guest in guests:
        row = _matched(guest, found, known, seen)
        if row.organization is None and guest.name and suggestions:
            suggestions -= 1
            row = replace(row, suggestion=_similar(guest.name))
        checked.append(row)
    return checked


def to_invite(guests: Iterable[Guest], *, valid_only: bool) -> list[int]:
    """The organizations of the new rows; RowsRefused if others are wrong and it was not said to go on without them."""
    rows = list(guests)
    wrong = sum(row.verdict is Verdict.WRONG for row in rows)
    if wrong and not valid_only:
        raise RowsRefused(_("%(n)d rows are wrong. Correct them, or go on without them.") % {"n": wrong})
    return [row.organization.pk for row in rows if row.organization and row.verdict is Verdict.NEW]


def _read(rows: Sequence[Row]) -> Iterable[Guest]:
    """By the heads of our own template, else by what the cells look like: a code, and the first name before it."""
    columns = columns_of(rows[0], LABELS)
    for line, cells in enumerate(rows[1:], start=2):
        code = _cell(cells, columns.get("uscc"))
        if "uscc" not in columns:
            code = next((cell for cell in cells if CODE.fullmatch(_plain(cell).upper())), "")
        name = _cell(cells, columns.get("name"))
        if "name" not in columns:
            name = next((cell for cell in cells if cell != code and not cell.isdigit() and cell), "")
        yield Guest(line, name, code)


def _cell(cells: Row, column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _plain(text: str) -> str:
    """One spelling for a name: full and half width, brackets and blanks alike."""
    return "".join(unicodedata.normalize("NFKC", text).translate(BRACKETS).split())


class _Registry:
    """The approved organizations that the rows could mean, in one query."""

    def __init__(self, guests: Sequence[Guest]) -> None:
        names = {spelling for guest in guests if guest.name for spelling in _spellings(guest.name)}
        codes = {_plain(guest.uscc).upper() for guest in guests if guest.uscc}
        meant = Q(uscc__in=codes) | Q(legal_name__in=names) | Q(short_name__in=names)
        rows = Organization.objects.approved().filter(meant | Q(former_names__overlap=list(names)))
        self.by_code: dict[str, Organization] = {}
        self.by_name: dict[str, list[Organization]] = {}
        for row in rows.select_related("region").order_by("pk"):
            if row.uscc:
                self.by_code[row.uscc] = row
            for name in {_plain(text) for text in (row.legal_name, row.short_name, *row.former_names) if text}:
                self.by_name.setdefault(name, []).append(row)


def _spellings(name: str) -> set[str]:
    plain = _plain(name)
    return {name, plain, plain.replace("(", "（").replace(")", "）")}


def _matched(guest: Guest, found: _Registry, known: set[int], seen: dict[int, int]) -> Guest:
    """The row with its organization and its verdict; `seen`: organization → the line that named it first."""
    named = found.by_name.get(_plain(guest.name), []) if guest.name else []
    try:
        code = valid_uscc(guest.uscc)
    except InvalidUscc as error:
        return replace(guest, problem=str(error))
    if code is None and len(named) > 1:
        return replace(guest, problem=_("Several organizations have this name: add the code."))
    organization = found.by_code.get(code) if code else (named[0] if named else None)
    problem = _problem(guest, organization, named)
    if organization is None or problem:
        return replace(guest, organization=None, problem=problem)
    if organization.pk in seen:
        problem = _("The same organization stands in row %(line)d.") % {"line": seen[organization.pk]}
        return replace(guest, organization=organization, problem=problem)
    seen[organization.pk] = guest.line
    verdict = Verdict.KNOWN if organization.pk in known else Verdict.NEW
    return replace(guest, organization=organization, verdict=verdict)


def _problem(guest: Guest, organization: Organization | None, named: list[Organization]) -> str:
    if organization is None:
        if guest.uscc:
            return _("No approved organization has this code.")
        return _("No approved organization has this name.")
    if named and organization not in named:
        return _("Code and name belong to different organizations.")
    if organization.kind not in SIDES:
        return _("Only schools and enterprises are invited.")
    return ""


def _similar(name: str) -> str:
    """The full name of an approved organization that is called much the same, or nothing."""
    able = Organization.objects.approved().filter(kind__in=SIDES)
    for words in (name, name[: max(2, len(name) // 2)]):
        row = able.named_like(words).order_by("pinyin", "pk").first()
        if row is not None:
            return row.legal_name
    return ""
