"""The rows of a text: kinds of cooperation with their head-counts, promises of money with their instalments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.agreements.checks_of_money import LARGEST_AMOUNT
from events.agreements.facts import FundingFacts, HeadCountFacts, InstalmentFacts, TermFacts
from events.agreements.models import AgreementTerm, FundingCommitment
from portal.taxonomy.widgets import SearchSelect

MOST_TERMS, MOST_PEOPLE_ROWS, MOST_FUNDING, MOST_PARTS = 20, 40, 20, 24
SHORT_TEXT = {"rows": 2}


def amount_field(**options: Any) -> forms.DecimalField:
    """An amount of yuan with at most two decimal places."""
    return forms.DecimalField(
        min_value=0,
        max_value=LARGEST_AMOUNT,
        decimal_places=2,
        max_digits=14,
        **{"label": _("Amount (yuan)")} | options,
    )


class MajorSelect(SearchSelect):
    """One major by its code, searched for; a page looks the names of all its majors up at once (`labels`)."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        super().__init__("majors")
        self.labels = labels

    def _chosen(self, values: list[str]) -> list[tuple[str, str]]:
        return [(code, self.labels.get(code, code)) for code in dict.fromkeys(values)]


class RowForm(forms.Form):
    """A row that counts as empty until something of it is typed; a choice that always has a value is nothing typed."""

    always_chosen: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        return any(name not in self.always_chosen for name in self.changed_data)


class HeadCountForm(RowForm):
    """People of one year, of one major or of all."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    major = forms.CharField(label=_("Major (left empty: all)"), max_length=20, required=False)
    people = forms.IntegerField(label=_("People"), min_value=0, max_value=100_000)

    def __init__(self, *args: Any, majors: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.majors = majors
        self.fields["major"].widget = MajorSelect(majors)

    def clean_major(self) -> str:
        code: str = self.cleaned_data["major"]
        if code and code not in self.majors:
            raise forms.ValidationError(_("Choose a major from the list."))
        return code

    def facts(self) -> HeadCountFacts:
        given = self.cleaned_data
        return HeadCountFacts(given["year"], given["people"], given["major"])


class InstalmentForm(RowForm):
    """A part of the money, and when it is due."""

    due_on = forms.DateField(label=_("Due"))
    amount = amount_field()

    def facts(self) -> InstalmentFacts:
        return InstalmentFacts(self.cleaned_data["due_on"], self.cleaned_data["amount"])


class Rows(BaseFormSet):  # type: ignore[type-arg]
    """Rows of one kind; a row that was emptied is a row taken away."""

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    def filled(self) -> list[Any]:
        """Those in which something was typed."""
        return [form for form in self.forms if form.has_changed()]


def rows_of(form: type[forms.Form], most: int) -> Any:
    """A set of rows; `most` is what is ever made, however many a forged page asks for."""
    return forms.formset_factory(form, formset=Rows, extra=0, max_num=most, absolute_max=most, validate_max=True)


HeadCountRows = rows_of(HeadCountForm, MOST_PEOPLE_ROWS)
InstalmentRows = rows_of(InstalmentForm, MOST_PARTS)


class ParentForm(RowForm):
    """A row that has rows of its own, in `inner`; it is filled as soon as any of them is."""

    inner_name = ""
    inner_rows: Any = None

    def __init__(self, *args: Any, inner: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = (self.initial or {}).get(self.inner_name, [])
        self.inner = self.inner_rows(
            self.data if self.is_bound else None,
            prefix=f"{self.prefix}-{self.inner_name}",
            initial=rows,
            form_kwargs=dict(inner or {}),
        )

    def has_changed(self) -> bool:
        return super().has_changed() or (self.is_bound and bool(self.inner.filled()))

    def is_valid(self) -> bool:
        """Both are looked at, so that all errors show at once."""
        own = super().is_valid()
        return (self.inner.is_valid() or not self.has_changed()) and own


class TermForm(ParentForm):
    """One kind of cooperation with its own period, duties, amount, and the people planned."""

    inner_name = "people"
    inner_rows = HeadCountRows

    cooperation_kind = forms.ChoiceField(label=_("Kind of cooperation"))
    starts_on = forms.DateField(label=_("From"), required=False, help_text=_("Left empty: as the agreement."))
    ends_on = forms.DateField(label=_("To"), required=False)
    majors = forms.CharField(
        label=_("Majors concerned"),
        required=False,
        max_length=AgreementTerm._meta.get_field("majors").max_length,
    )
    amount = amount_field(required=False)
    obligations = forms.CharField(
        label=_("Duties"), max_length=2000, required=False, widget=forms.Textarea(attrs=SHORT_TEXT)
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], majors: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, inner={"majors": majors}, **kwargs)
        self.fields["cooperation_kind"].choices = [("", ""), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> None:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if bool(first) != bool(last) and not {"starts_on", "ends_on"} & set(self.errors):
            self.add_error("ends_on" if first else "starts_on", _("Give both days, or neither."))
        elif isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("ends_on", _("The period ends before it begins."))

    def facts(self) -> TermFacts:
        given = self.cleaned_data
        return TermFacts(**given, headcounts=tuple(row.facts() for row in self.inner.filled()))


class FundingRowForm(ParentForm):
    """Money that one party promises another, in one sum or in instalments; `line` tells it through all texts."""

    inner_name = "parts"
    inner_rows = InstalmentRows
    always_chosen = ("direction", "line")

    direction = forms.ChoiceField(label=_("Who pays whom"))
    purpose = forms.CharField(
        label=pgettext_lazy("of money", "Purpose"),
        max_length=FundingCommitment._meta.get_field("purpose").max_length,
    )
    amount = amount_field()
    line = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=30_000, required=False)

    def __init__(self, *args: Any, directions: list[tuple[str, str]], lines: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.fields["direction"].choices = directions  # type: ignore[attr-defined]

    def clean_line(self) -> int:
        """The line of a promise that the text has; whatever else is posted is a new one."""
        line = self.cleaned_data["line"]
        return line if line in self.lines else 0

    def clean(self) -> None:
        parts = [row.cleaned_data.get("amount") for row in self.inner.filled() if row.is_valid()]
        amount = self.cleaned_data.get("amount")
        if parts and amount is not None and None not in parts and sum(parts) != amount:
            self.add_error(
                "amount",
                _("The instalments add up to %(sum)s yuan. Correct one of them.") % {"sum": f"{sum(parts):,.2f}"},
            )

    def facts(self) -> FundingFacts:
        given = self.cleaned_data
        payer, payee = given["direction"].split("-")
        return FundingFacts(
            payer,
            payee,
            given["purpose"],
            given["amount"],
            tuple(row.facts() for row in self.inner.filled()),
            given["line"],
        )


TermRows = rows_of(TermForm, MOST_TERMS)
FundingRows = rows_of(FundingRowForm, MOST_FUNDING)
