"""The sheet on which the open text of an agreement is edited: its head, its terms and its money as one form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import LONGEST_TITLE, content_problems
from events.agreements.facts import AgreementFacts, AnnexFacts
from events.agreements.forms.rows import (
    MOST_FUNDING,
    MOST_PARTS,
    MOST_PEOPLE_ROWS,
    MOST_TERMS,
    FundingRowForm,
    FundingRows,
    HeadCountForm,
    InstalmentForm,
    TermForm,
    TermRows,
    amount_field,
)
from events.agreements.models import AgreementParty
from events.agreements.reading import kind_name
from events.agreements.refusals import AgreementRefused, Problem
from portal.organizations.models import OrganizationKind
from portal.taxonomy.models import CooperationKind, Major
from portal.taxonomy.search import major_label

Typed = dict[str, Any]
INNER: Mapping[str, tuple[str, type[forms.Form], int]] = {
    "terms": ("people", HeadCountForm, MOST_PEOPLE_ROWS),
    "funding": ("parts", InstalmentForm, MOST_PARTS),
}
OUTER: Mapping[str, tuple[type[forms.Form], int]] = {
    "terms": (TermForm, MOST_TERMS),
    "funding": (FundingRowForm, MOST_FUNDING),
}


class TextForm(forms.Form):
    """The head of a text, with the hash of the terms that the person has read."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    purpose = forms.CharField(
        label=_("Purpose"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    starts_on = forms.DateField(label=_("From"))
    ends_on = forms.DateField(label=_("To"))
    place = forms.CharField(label=_("Place of signature"), max_length=120, required=False)
    amount = amount_field(
        label=_("Total amount (yuan)"),
        required=False,
        help_text=_("Left empty: what the promises of money, or else the terms, add up to."),
    )
    amount_in_words = forms.CharField(
        label=_("Total in Chinese capitals"),
        max_length=80,
        required=False,
        help_text=_("As the paper has it, if you want it checked against the figures. It is not kept."),
    )
    terms_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)


class Sheet:
    """One text as one form. `data` is what was sent; without it the sheet shows `typed` values (see `typed_of`)."""

    def __init__(
        self, parties: Sequence[AgreementParty], lines: Iterable[int], *, typed: Typed, data: Mapping[str, Any] | None
    ) -> None:
        kinds = [(kind.code, kind_name(kind)) for kind in CooperationKind.objects.all()]
        majors = _majors(_codes(data if data is not None else typed))
        self.roles = [party.role for party in parties]
        self.text = TextForm(data, initial=typed)
        self.terms = TermRows(
            data, prefix="terms", initial=typed.get("terms"), form_kwargs={"kinds": kinds, "majors": majors}
        )
        self.funding = FundingRows(
            data,
            prefix="funding",
            initial=typed.get("funding"),
            form_kwargs={"directions": directions_between(parties), "lines": frozenset(lines)},
        )
        self.term_problems: list[str] = []
        self.funding_problems: list[str] = []

    def is_valid(self) -> bool:
        """Whether all parts are; each part is checked, so that all errors show at once."""
        found = [part.is_valid() for part in (self.text, self.terms, self.funding)]
        return all(found)

    def facts(self, annexes: Sequence[AnnexFacts]) -> AgreementFacts:
        """What the sheet says; the annexes are changed elsewhere and stay as they are."""
        given = {name: value for name, value in self.text.cleaned_data.items() if name != "terms_hash"}
        return AgreementFacts(
            **given,
            terms=[row.facts() for row in self.terms.filled()],
            funding=[row.facts() for row in self.funding.filled()],
            annexes=tuple(annexes),
        )

    def show(self, refusal: AgreementRefused, kind: str, facts: AgreementFacts) -> None:
        """Put every problem beside its field: that of a row at the row, that of several rows at their heading."""
        placed: set[Problem] = set()
        bare = replace(facts, terms=(), funding=(), amount=None, amount_in_words="")
        for rows, name in ((self.terms, "terms"), (self.funding, "funding")):
            for row in rows.filled():
                alone = (
                    replace(bare, terms=(row.facts(),)) if name == "terms" else replace(bare, funding=(row.facts(),))
                )
                for problem in content_problems(kind, alone, self.roles):
                    if problem.field == name:
                        row.add_error(None, str(problem.message))
                        placed.add(problem)
        for problem in refusal.problems:
            if problem in placed:
                continue
            place = {"terms": self.term_problems, "funding": self.funding_problems}.get(problem.field)
            if place is not None:
                place.append(str(problem.message))
            else:
                self.text.add_error(problem.field if problem.field in self.text.fields else None, str(problem.message))

    def focus(self, group: str) -> None:
        """Put the cursor into the last row of a group, which a button has added."""
        sets = [self.terms, self.funding, *(row.inner for rows in (self.terms, self.funding) for row in rows)]
        for rows in sets:
            if rows.prefix == group and rows.forms:
                field = rows.forms[-1].visible_fields()[0].field
                field.widget.attrs["autofocus"] = True

    @property
    def has_errors(self) -> bool:
        """Whether anything is to be corrected."""
        if not self.text.is_bound:
            return False
        inner = [row.inner for rows in (self.terms, self.funding) for row in rows.filled()]
        wrong = any(any(rows.errors) or rows.non_form_errors() for rows in (self.terms, self.funding, *inner))
        return bool(wrong or self.text.errors or self.term_problems or self.funding_problems)


def directions_between(parties: Sequence[AgreementParty]) -> list[tuple[str, str]]:
    """Who may pay whom, the enterprise first; values are two roles."""
    by_side = sorted(parties, key=lambda party: party.organization.kind != OrganizationKind.ENTERPRISE)
    return [
        (f"{payer.role}-{payee.role}", f"{payer.organization.display_name} → {payee.organization.display_name}")
        for payer in by_side
        for payee in parties
        if payer.role != payee.role
    ]


def typed_of(facts: AgreementFacts, terms_hash: str) -> Typed:
    """What the fields of a sheet hold when a text is first shown."""
    return {
        **{name: getattr(facts, name) for name in ("title", "purpose", "place", "starts_on", "ends_on", "amount")},
        "terms_hash": terms_hash,
        "terms": [
            {
                **{name: getattr(term, name) for name in ("cooperation_kind", "starts_on", "ends_on", "majors")},
                "amount": term.amount,
                "obligations": term.obligations,
                "people": [{"year": row.year, "major": row.major, "people": row.people} for row in term.headcounts],
            }
            for term in facts.terms
        ],
        "funding": [
            {
                "direction": f"{row.payer}-{row.payee}",
                "purpose": row.purpose,
                "amount": row.amount,
                "line": row.line,
                "parts": [{"due_on": part.due_on, "amount": part.amount} for part in row.instalments],
            }
            for row in facts.funding
        ],
    }


def retyped(data: Mapping[str, Any], *, add: str = "", remove: str = "") -> Typed:
    """What was typed, as it was typed, with one blank row more or one row less; nothing is checked or lost.

    `add` names a group of rows ("terms", "terms-0-people"), `remove` a row ("funding-1", "terms-0-people-2").
    """
    typed: Typed = {name: data.get(name, "") for name in TextForm.base_fields}
    for group, (form, most) in OUTER.items():
        name, inner_form, inner_most = INNER[group]
        rows = []
        for number, row in _typed_rows(data, group, form, most):
            prefix = f"{group}-{number}-{name}"
            inner = _typed_rows(data, prefix, inner_form, inner_most)
            row[name] = [each for part, each in inner if remove != f"{prefix}-{part}"] + [{}] * (add == prefix)
            if remove != f"{group}-{number}":
                rows.append(row)
        typed[group] = rows + [{}] * (add == group)
    return typed


def _typed_rows(data: Mapping[str, Any], prefix: str, form: type[forms.Form], most: int) -> list[tuple[int, Typed]]:
    """Number and values of every row of a group."""
    try:
        total = min(int(data.get(f"{prefix}-TOTAL_FORMS", 0)), most)
    except ValueError:
        total = 0
    return [
        (number, {name: data.get(f"{prefix}-{number}-{name}", "") for name in form.base_fields})
        for number in range(total)
    ]


def _codes(source: Mapping[str, Any]) -> set[str]:
    """The codes of majors among what was sent, or among typed values."""
    rows = source.get("terms")
    if isinstance(rows, list):
        return {str(row["major"]) for term in rows for row in term.get("people", ()) if row.get("major")}
    return {str(value) for name, value in source.items() if name.endswith("-major") and value}


def _majors(codes: set[str]) -> dict[str, str]:
    """The names of majors by their code; one query, none without codes."""
    clean = {code for code in codes if "\x00" not in code}
    return {major.code: major_label(major) for major in Major.objects.filter(pk__in=clean)} if clean else {}
