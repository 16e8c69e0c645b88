"""Two texts of an agreement side by side: what was added, removed or changed, field by field and row by row. Pure.

Terms are matched by their kind of cooperation, head-counts by year and major, promises of money by their line,
instalments by their day, annexes by their content.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext

from events.agreements.facts import AgreementFacts, FundingFacts, TermFacts
from events.agreements.reading import Names, period
from events.agreements.terms import total_of

LONG = 24  # characters from which on changed words are marked inside a text
# Chinese has no spaces between words: every character is one, so that a changed figure or word is marked alone.
WORDS = re.compile(r"[A-Za-z0-9.,%]+|\s+|.", re.DOTALL)
SENTENCES = re.compile(r"[^。；！？;!?\n]*[。；！？;!?\n]?")
MOST_WORDS = 500  # of a text that is compared word by word; longer ones by the sentence, which stays quick


class How(StrEnum):
    """What happened to a field or row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def label(self) -> str | Promise:
        return {"added": _lazy("Added"), "removed": _lazy("Removed"), "changed": _lazy("Changed")}[self.value]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text; `marked` where the other text says something else."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs; an empty side says nothing of it."""

    label: str
    how: How
    before: list[Piece]
    after: list[Piece]


@dataclass(frozen=True, slots=True)
class DifferenceGroup:
    """Differences of one part of the text; a part that came or went as a whole says so in `how`."""

    heading: str
    differences: list[Difference]
    how: How = field(default=How.CHANGED)


def differences(old: AgreementFacts, new: AgreementFacts, names: Names) -> list[DifferenceGroup]:
    """All that differs between two texts, in the order of the page; empty if they say the same."""
    groups = [_group(_("The agreement"), _head(old), _head(new))]
    groups += _matched(_terms(old), _terms(new), lambda term: names.kind(term.cooperation_kind), _term_fields, names)
    groups += _matched(_money(old), _money(new), _funding_heading, _funding_fields, names)
    groups.append(_group(_("Annexes"), _annexes(old), _annexes(new)))
    return [group for group in groups if group.differences]


def _terms(facts: AgreementFacts) -> dict[Any, TermFacts]:
    return {term.cooperation_kind: term for term in facts.terms}


def _money(facts: AgreementFacts) -> dict[Any, FundingFacts]:
    return {row.line or -number: row for number, row in enumerate(facts.funding, 1)}


def _head(facts: AgreementFacts) -> dict[str, str]:
    return {
        _("Title"): facts.title,
        _("Purpose"): facts.purpose,
        _("Period"): period(facts.starts_on, facts.ends_on),
        _("Place of signature"): facts.place,
        _("Total amount (yuan)"): _amount(total_of(facts)),
    }


def _annexes(facts: AgreementFacts) -> dict[str, str]:
    """An annex with another content under the same name is another annex."""
    return {f"{annex.name} ({annex.sha256[:12]})": annex.name for annex in facts.annexes}


def _term_fields(term: TermFacts | None, names: Names) -> dict[str, str]:
    if term is None:
        return {}
    people = {
        _("%(year)s, %(major)s: people") % {"year": row.year, "major": names.major(row.major)}: f"{row.people:,}"
        for row in sorted(term.headcounts, key=lambda row: (row.year, row.major))
    }
    return {
        _("Period"): period(term.starts_on, term.ends_on) or _("that of the agreement"),
        _("Majors concerned"): term.majors,
        **people,
        _("Duties"): term.obligations,
        _("Amount (yuan)"): _amount(term.amount),
    }


def _funding_heading(row: FundingFacts) -> str:
    return _("Money: %(purpose)s") % {"purpose": row.purpose}


def _funding_fields(row: FundingFacts | None, names: Names) -> dict[str, str]:
    if row is None:
        return {}
    parts: dict[str, Decimal] = {}
    for part in row.instalments:  # two may be due on one day
        parts[part.due_on.isoformat()] = parts.get(part.due_on.isoformat(), Decimal(0)) + part.amount
    return {
        _("Who pays whom"): f"{names.party(row.payer)} → {names.party(row.payee)}",
        pgettext("of money", "Purpose"): row.purpose,
        _("Amount (yuan)"): _amount(row.amount),
        **{_("Instalment due on %(day)s (yuan)") % {"day": day}: _amount(amount) for day, amount in parts.items()},
    }


def _matched(old: Mapping[Any, Any], new: Mapping[Any, Any], heading: Any, fields: Any, names: Names) -> list[Any]:
    """A group for every row of either text; rows that both have are compared field by field."""
    groups = []
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        how = How.ADDED if before is None else How.REMOVED if after is None else How.CHANGED
        shown = after if after is not None else before
        groups.append(_group(heading(shown), fields(before, names), fields(after, names), how))
    return groups


def _group(heading: str, old: dict[str, str], new: dict[str, str], how: How = How.CHANGED) -> DifferenceGroup:
    return DifferenceGroup(heading, list(_fields(old, new)), how)


def _fields(old: dict[str, str], new: dict[str, str]) -> Iterator[Difference]:
    for label in dict.fromkeys([*old, *new]):
        before, after = old.get(label, ""), new.get(label, "")
        if before == after:
            continue
        how = How.ADDED if not before else How.REMOVED if not after else How.CHANGED
        yield Difference(label, how, *pieces(before, after))


def pieces(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts cut into runs; in long ones only the words that differ are marked, short ones are marked whole."""
    if not before or not after or max(len(before), len(after)) < LONG:
        return _whole(before), _whole(after)
    old, new = WORDS.findall(before), WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = SENTENCES.findall(before), SENTENCES.findall(after)
    left, right = [], []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left.append(Piece("".join(old[i:j]), tag != "equal"))
        right.append(Piece("".join(new[k:m]), tag != "equal"))
    return [piece for piece in left if piece.text], [piece for piece in right if piece.text]


def _whole(text: str) -> list[Piece]:
    return [Piece(text, marked=True)] if text else []


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"
