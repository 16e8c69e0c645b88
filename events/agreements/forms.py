"""Forms of agreements: a new one, a draft's text with its rows, and the signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import LARGEST_AMOUNT, LONGEST_TITLE
from events.agreements.facts import AgreementFacts, FundingFacts, MajorFacts, Signatory, TermFacts
from events.agreements.models import AgreementKind, AgreementParty, AgreementTerm, FundingCommitment, PartyRole
from events.agreements.selectors import fairs_to_draft_at, organizations_to_choose
from events.fairs.models import Fair
from portal.accounts.models import User
from portal.organizations.models import Organization, OrganizationKind
from portal.taxonomy.fields import MajorField
from portal.taxonomy.models import CooperationKind

Directions = Sequence[tuple[str, Any]]
# Whoever fills in the page knows only the two sides; the roles follow from the order school, enterprise.
NEW_DIRECTIONS: Directions = (
    (f"{PartyRole.SECOND}-{PartyRole.FIRST}", _("The enterprise pays the school")),
    (f"{PartyRole.FIRST}-{PartyRole.SECOND}", _("The school pays the enterprise")),
)


class OrganizationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One organization, searched for by its name among those of the page."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Select(attrs={"class": "js-search-select"})
        super().__init__(Organization.objects.none(), widget=widget, **kwargs)


def kind_label(kind: CooperationKind) -> str:
    """The kind's name in the reader's language."""
    return kind.name if (get_language() or "").startswith("zh") else kind.name_en


class KindField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return kind_label(obj)


class KindsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return kind_label(obj)


class AgreementForm(forms.Form):
    """A new agreement that no outcome leads to."""

    kind = forms.ChoiceField(label=_("Kind"), choices=AgreementKind.choices)
    fair = forms.ModelChoiceField(
        Fair.objects.none(),
        label=_("Fair"),
        to_field_name="slug",
        required=False,
        empty_label=_("None"),
        help_text=_("The fair at which it is signed; both parties must take part in it."),
    )
    school = OrganizationField(label=_("School"), help_text=_("Party A"))
    enterprise = OrganizationField(label=_("Enterprise"), help_text=_("Party B"))
    starts_on = forms.DateField(label=_("From"))
    ends_on = forms.DateField(
        label=_("To"),
        required=False,
        help_text=_("Left empty: one year for an intent or a project, three years for a framework or a strategy."),
    )
    place = forms.CharField(label=_("Place of signature"), max_length=120, required=False)
    cooperation_kinds = KindsField(
        CooperationKind.objects.all(),
        label=_("Kinds of cooperation"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, user: User, fair: Fair | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fair"].queryset = fairs_to_draft_at(user)  # type: ignore[attr-defined]
        for kind in (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE):
            self.fields[kind].queryset = organizations_to_choose(user, kind, fair)  # type: ignore[attr-defined]

    def service_fields(self) -> dict[str, Any]:
        """Arguments of `draft_agreement`."""
        given = dict(self.cleaned_data)
        parties = (given.pop("school"), given.pop("enterprise"))
        return {**given, "parties": parties}


class AgreementTextForm(forms.Form):
    """The text of a draft, with the version that the person has read."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    purpose = forms.CharField(
        label=_("Purpose"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    starts_on = forms.DateField(label=_("From"))
    ends_on = forms.DateField(label=_("To"))
    place = forms.CharField(label=_("Place of signature"), max_length=120, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class TermForm(forms.Form):
    """One kind of cooperation."""

    cooperation_kind = KindField(CooperationKind.objects.all(), label=_("Kind of cooperation"))
    majors = forms.CharField(
        label=_("Majors"), required=False, max_length=AgreementTerm._meta.get_field("majors").max_length
    )
    headcount = forms.IntegerField(label=_("People a year"), min_value=0, max_value=100_000, initial=0)
    amount = forms.DecimalField(
        label=_("Amount (yuan)"),
        required=False,
        min_value=0,
        max_value=LARGEST_AMOUNT,
        decimal_places=2,
        max_digits=14,
    )
    obligations = forms.CharField(
        label=_("Duties"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def facts(self) -> TermFacts:
        given = self.cleaned_data
        return TermFacts(
            cooperation_kind=given["cooperation_kind"].code,
            majors=given["majors"],
            headcount=given["headcount"],
            obligations=given["obligations"],
            amount=given["amount"],
        )


class AnnexForm(forms.Form):
    """People of one major and class."""

    major = MajorField(label=_("Major"))
    graduating_year = forms.IntegerField(label=_("Class of"), min_value=2000, max_value=2100)
    people = forms.IntegerField(label=_("People"), min_value=0, max_value=100_000)

    def facts(self) -> MajorFacts:
        given = self.cleaned_data
        return MajorFacts(given["major"].code, given["graduating_year"], given["people"])


class FundingForm(forms.Form):
    """Money that one party promises another."""

    direction = forms.ChoiceField(label=_("Who pays"))
    purpose = forms.CharField(
        label=pgettext_lazy("of money", "Purpose"),
        max_length=FundingCommitment._meta.get_field("purpose").max_length,
    )
    amount = forms.DecimalField(
        label=_("Amount (yuan)"), min_value=0, max_value=LARGEST_AMOUNT, decimal_places=2, max_digits=14
    )
    due_on = forms.DateField(label=_("Due"), required=False)

    def __init__(self, *args: Any, directions: Directions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["direction"].choices = directions  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """A row in which only who pays is chosen is an empty one: that choice is always made."""
        return any(name != "direction" for name in self.changed_data)

    def facts(self) -> FundingFacts:
        given = self.cleaned_data
        payer, payee = given["direction"].split("-")
        return FundingFacts(payer, payee, given["purpose"], given["amount"], given["due_on"])


MOST_ROWS = 60  # of one group in one draft


def _rows(form: type[forms.Form], *, extra: int = 1) -> Any:
    return forms.formset_factory(
        form,
        extra=extra,
        can_delete=True,
        can_delete_extra=False,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,  # Django's own is 1000 more: a forged count would have as many rows made
        validate_max=True,
    )


TermRows, AnnexRows, FundingRows = _rows(TermForm), _rows(AnnexForm), _rows(FundingForm)


def directions_between(parties: Sequence[AgreementParty]) -> Directions:
    """Who may pay whom, the enterprise first; values are two roles."""
    by_side = sorted(parties, key=lambda party: party.organization.kind != OrganizationKind.ENTERPRISE)
    return [
        (f"{payer.role}-{payee.role}", f"{payer.organization.display_name} → {payee.organization.display_name}")
        for payer in by_side
        for payee in parties
        if payer.role != payee.role
    ]


def filled(rows: BaseFormSet[Any]) -> list[Any]:
    """The facts of those rows that are neither empty nor struck out."""
    return [form.facts() for form in rows.forms if form.has_changed() and not form.cleaned_data.get("DELETE")]


class DraftSheet:
    """A draft as one form: its text, and the rows of terms, annex and funding."""

    def __init__(
        self, content: AgreementFacts, version: int, parties: Sequence[AgreementParty], data: Any = None
    ) -> None:
        text = {name: getattr(content, name) for name in ("title", "purpose", "starts_on", "ends_on", "place")}
        directions = {"directions": directions_between(parties)}
        # A page sent back speaks for itself: compared with the rows stored now, an untouched row would count as empty.
        shown = AgreementFacts(content.title, content.starts_on, content.ends_on) if data else content
        self.text = AgreementTextForm(data, initial=text | {"version": version})
        self.terms = TermRows(data, prefix="terms", initial=[_term(term) for term in shown.terms])
        self.annex = AnnexRows(data, prefix="annex", initial=[_annex(row) for row in shown.majors])
        self.funding = FundingRows(
            data, prefix="funding", initial=[_funding(row) for row in shown.funding], form_kwargs=directions
        )

    @property
    def groups(self) -> list[tuple[Any, Any]]:
        """Heading and rows of each group, as the page shows them."""
        return [
            (_("Kinds of cooperation"), self.terms),
            (_("Annex: majors and people"), self.annex),
            (_("Funding"), self.funding),
        ]

    def is_valid(self) -> bool:
        """Whether all parts are; each part is checked, so that all errors show at once."""
        found = [part.is_valid() for part in (self.text, self.terms, self.annex, self.funding)]
        return all(found)

    def facts(self) -> AgreementFacts:
        given = {name: value for name, value in self.text.cleaned_data.items() if name != "version"}
        return AgreementFacts(
            **given, terms=filled(self.terms), majors=filled(self.annex), funding=filled(self.funding)
        )


def _term(term: TermFacts) -> dict[str, Any]:
    return {
        "cooperation_kind": term.cooperation_kind,
        "majors": term.majors,
        "headcount": term.headcount,
        "obligations": term.obligations,
        "amount": term.amount,
    }


def _annex(row: MajorFacts) -> dict[str, Any]:
    return {"major": row.major, "graduating_year": row.graduating_year, "people": row.people}


def _funding(row: FundingFacts) -> dict[str, Any]:
    direction = f"{row.payer}-{row.payee}"
    return {"direction": direction, "purpose": row.purpose, "amount": row.amount, "due_on": row.due_on}


class SignatureForm(forms.Form):
    """The day, the place, and who signs for each party."""

    signed_on = forms.DateField(label=_("Day of signature"))
    place = forms.CharField(label=_("Place of signature"), max_length=120, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, parties: Sequence[AgreementParty], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties, self.today = parties, today
        for party in parties:
            names = {"role": party.get_role_display(), "organization": party.organization.display_name}
            self.fields[f"{party.role}_signatory"] = forms.CharField(
                label=_("%(role)s (%(organization)s): signed by") % names, max_length=60, initial=party.signatory
            )
            self.fields[f"{party.role}_post"] = forms.CharField(
                label=_("%(role)s: post") % names, max_length=60, required=False, initial=party.signatory_post
            )

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > self.today:
            raise forms.ValidationError(_("The day of signature lies in the future."))
        return day

    def signatories(self) -> Mapping[str, Signatory]:
        """Who signs, by role."""
        given = self.cleaned_data
        return {
            party.role: Signatory(given[f"{party.role}_signatory"], given[f"{party.role}_post"])
            for party in self.parties
        }
