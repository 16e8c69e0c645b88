"""The sheet of a new agreement: who, from when to when, what about, what money; nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import LONGEST_TITLE
from events.agreements.checks_of_money import LARGEST_AMOUNT
from events.agreements.choosing import named_organizations
from events.agreements.facts import ROLES, FundingFacts, InstalmentFacts
from events.agreements.models import AgreementKind, FundingCommitment, PartyRole
from events.agreements.refusals import AgreementRefused, Problem
from events.agreements.selectors import fairs_to_draft_at
from events.fairs.models import Fair
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization, OrganizationKind
from portal.taxonomy.models import CooperationKind

MOST_PROMISES = 20  # of money in one new draft
LONGEST_NAME = 120


class KindsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Kinds of cooperation by their names in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name if (get_language() or "").startswith("zh") else obj.name_en)


class NewAgreementForm(forms.Form):
    """What a new agreement says, but for its parties and money."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=AgreementKind.choices,
        help_text=_(
            "A government–school agreement needs a government department and a school, every other kind a school and "
            "an enterprise; an internship agreement has these two alone."
        ),
    )
    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, required=False, help_text=_("Left empty: the standard title.")
    )
    fair = forms.ModelChoiceField(
        Fair.objects.none(),
        label=_("Fair"),
        to_field_name="slug",
        required=False,
        empty_label=_("None"),
        help_text=_("The fair at which it is signed; its schools and enterprises must take part in it."),
    )
    place = forms.CharField(label=_("Place of signature"), max_length=120, required=False)
    starts_on = forms.DateField(label=_("From"))
    ends_on = forms.DateField(
        label=_("To"),
        required=False,
        help_text=_("Left empty: one year for an intent, a project or internships, three years for other kinds."),
    )
    cooperation_kinds = KindsField(
        CooperationKind.objects.all(),
        label=_("Kinds of cooperation"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    demand = forms.ModelChoiceField(
        TalentDemand.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fair"].queryset = fairs_to_draft_at(user)  # type: ignore[attr-defined]
        demands = TalentDemand.objects.visible_to(user).select_related("enterprise")
        self.fields["demand"].queryset = demands  # type: ignore[attr-defined]

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("starts_on") and given.get("ends_on") and given["ends_on"] <= given["starts_on"]:
            self.add_error("ends_on", _("The period ends before it begins."))


class MoneyForm(forms.Form):
    """Money that one party promises another; with a day it is one instalment."""

    payer = forms.ChoiceField(label=_("Who pays"))
    payee = forms.ChoiceField(label=_("Who receives it"))
    purpose = forms.CharField(
        label=pgettext_lazy("of money", "Purpose"), max_length=FundingCommitment._meta.get_field("purpose").max_length
    )
    amount = forms.DecimalField(
        label=_("Amount (yuan)"), min_value=0, max_value=LARGEST_AMOUNT, decimal_places=2, max_digits=14
    )
    due_on = forms.DateField(label=_("Due"), required=False, help_text=_("If it is paid at once."))

    def __init__(self, *args: Any, roles: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, chosen in (("payer", PartyRole.SECOND), ("payee", PartyRole.FIRST)):
            self.fields[name].choices = roles  # type: ignore[attr-defined]
            self.fields[name].initial = chosen.value

    def has_changed(self) -> bool:
        """A row in which only the parties are chosen is an empty one: they are always chosen."""
        return bool(set(self.changed_data) - {"payer", "payee"})

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("payer") and given.get("payer") == given.get("payee"):
            self.add_error("payee", _("Money goes from one party to another."))

    def facts(self) -> FundingFacts:
        given = self.cleaned_data
        parts = [InstalmentFacts(given["due_on"], given["amount"])] if given["due_on"] else []
        return FundingFacts(given["payer"], given["payee"], given["purpose"], given["amount"], parts)


class _Rows(BaseFormSet):  # type: ignore[type-arg]
    """Rows of money; shown again unchecked, they hold what was typed."""

    typed: Sequence[Mapping[str, Any]] = ()

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        given: dict[str, Any] = super().get_form_kwargs(index)
        if index is not None and index < len(self.typed):
            given = given | {"initial": self.typed[index]}
        return given


MoneyRows = forms.formset_factory(
    MoneyForm,
    formset=_Rows,
    extra=1,
    max_num=MOST_PROMISES,
    absolute_max=MOST_PROMISES,  # Django's own is 1000 more: a forged count would have as many rows made
    validate_max=True,
)


class NewSheet:
    """A new agreement as it is typed: sent to be stored, or sent for one more party and shown again as it was.

    `names` has what was typed for each party in the order of roles; `errors` what is wrong with single parties, by
    their place, and `party_problems` with all of them together.
    """

    def __init__(self, user: User, typed: QueryDict | None, initial: Mapping[str, Any], names: Sequence[str]) -> None:
        self.user, self.typed = user, typed
        self.errors: dict[int, str | Promise] = {}
        self.party_problems: list[str | Promise] = []
        self.parties: list[Organization] = []
        act = "" if typed is None else typed.get("act", "")
        self.is_stored = typed is not None and not act
        given = [*names] if typed is None else typed.getlist("party")
        self.names = [name.replace("\x00", "").strip()[:LONGEST_NAME] for name in given][: len(ROLES)]
        self._moved = _changed(self.names, act)
        self.names += [""] * (2 - len(self.names))
        sent = typed if self.is_stored else None
        self.form = NewAgreementForm(sent, user=user, initial=initial if typed is None else _as_typed(typed))
        self.money = MoneyRows(sent, prefix="funding", form_kwargs={"roles": self.roles})
        if typed is not None and not self.is_stored:
            self._show_money_again(typed, more=act == "add_money")

    @property
    def roles(self) -> list[tuple[str, str]]:
        """The roles there are, with the names typed for them."""
        return [(role.value, f"{role.label} {name}".strip()) for role, name in zip(ROLES, self.names, strict=False)]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The parties as the page shows them."""
        return [
            {"label": role.label, "number": place + 1, "name": name, "error": self.errors.get(place, "")}
            for place, (role, name) in enumerate(zip(ROLES, self.names, strict=False))
        ]

    @property
    def demand(self) -> TalentDemand | None:
        """The demand that led here, as far as the person may see it."""
        key = (self.typed or self.form.initial).get("demand")
        try:
            return self.form.fields["demand"].clean(key)  # type: ignore[no-any-return]
        except forms.ValidationError:
            return None

    @property
    def problems(self) -> list[dict[str, str]]:
        """Everything that is wrong, with the anchor of the place: for the summary at the top of the page."""
        if not self.is_stored:
            return []
        above = [*self.form.non_field_errors(), *self.form["demand"].errors]
        found = [{"text": str(text), "anchor": ""} for text in above]
        for field in self.form.visible_fields():
            place = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
            found += [{"text": f"{field.label}: {text}", "anchor": place} for text in field.errors]
        found += [{"text": str(text), "anchor": "parties"} for text in self.party_problems]
        found += [
            {"text": f"{ROLES[place].label}: {text}", "anchor": f"id_party_{place + 1}"}
            for place, text in sorted(self.errors.items())
        ]
        found += [{"text": str(text), "anchor": "money"} for text in self.money.non_form_errors()]
        for row in self.money.forms:
            for field in row.visible_fields():
                found += [{"text": f"{field.label}: {text}", "anchor": field.id_for_label} for text in field.errors]
        return found

    @property
    def may_add(self) -> bool:
        return len(self.names) < len(ROLES)

    def is_valid(self) -> bool:
        """Whether every part is; each is checked, so that all errors show at once."""
        found = [self.form.is_valid(), self.money.is_valid(), self._find_parties()]
        return all(found)

    def service_fields(self) -> dict[str, Any]:
        """Arguments of `draft_agreement`."""
        rows = [row.facts() for row in self.money.forms if row.has_changed()]
        return {**self.form.cleaned_data, "parties": self.parties, "funding": rows}

    def show(self, error: DomainError) -> None:
        """Put what a service refuses beside the fields it names."""
        said = error.problems if isinstance(error, AgreementRefused) else ()
        for problem in said or (Problem(error.field or "", str(error)),):
            if problem.field in OrganizationKind.values or problem.field == "parties":
                self.party_problems.append(problem.message)
            elif problem.field == "funding":
                self.money.non_form_errors().append(str(problem.message))
            else:
                field = problem.field if problem.field in self.form.fields else None
                self.form.add_error(field, str(problem.message))

    def _find_parties(self) -> bool:
        """Find the organizations typed; empty lines behind the second are none."""
        fair = self.form.cleaned_data.get("fair")
        while len(self.names) > 2 and not self.names[-1]:
            self.names.pop()
        found = named_organizations(self.names, fair)
        for place, organization in enumerate(found):
            if isinstance(organization, Organization):
                self.parties.append(organization)
            else:
                self.errors[place] = organization
        demand = self.form.cleaned_data.get("demand")
        if demand and not self.errors and demand.enterprise not in self.parties:
            self.party_problems.append(
                _("%(enterprise)s, whose demand this is, is not among the parties.") % {"enterprise": demand.enterprise}
            )
        return not self.errors and not self.party_problems

    def _show_money_again(self, typed: QueryDict, *, more: bool) -> None:
        """The rows as typed; who pays and receives moves with the parties."""
        count = min(_whole(typed.get("funding-TOTAL_FORMS")), MOST_PROMISES)
        rows = [
            {name: typed.get(f"funding-{row}-{name}", "") for name in MoneyForm.base_fields} for row in range(count)
        ]
        for row in rows:
            row |= {name: self._moved.get(row[name], "") for name in ("payer", "payee")}
        kept = [row for row in rows if any(row[name] for name in ("purpose", "amount", "due_on"))]
        self.money.typed = kept  # type: ignore[attr-defined]  # formset_factory is typed by its base
        self.money.extra = min(max(count, 1) + more, MOST_PROMISES)


def _changed(names: list[str], act: str) -> dict[str, str]:
    """Add, remove or move a party as the button pressed says; roles before → roles after."""
    verb, _colon, text = act.partition(":")
    place = _whole(text) - 1
    order = list(range(len(names)))
    if verb == "add" and len(names) < len(ROLES):
        names.append("")
    elif verb == "remove" and 0 <= place < len(names):
        order.pop(place)
    elif verb == "up" and 0 < place < len(names):
        order[place - 1], order[place] = order[place], order[place - 1]
    names[: len(names) - (verb == "add")] = [names[before] for before in order]
    return {ROLES[before].value: ROLES[after].value for after, before in enumerate(order)}


def _as_typed(typed: QueryDict) -> dict[str, Any]:
    """What was typed, as initial values of a form that is shown again unchecked."""
    given: dict[str, Any] = {name: typed.get(name, "") for name in NewAgreementForm.base_fields}
    return given | {"cooperation_kinds": typed.getlist("cooperation_kinds")}


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 0
