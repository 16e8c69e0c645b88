"""What is typed about guests: delegations, limits, reasons, files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.fairs.models import Delegate, Participation
from events.fairs.services import Person
from portal.organizations.standing import Seat


class DelegateForm(forms.ModelForm):  # type: ignore[type-arg]
    """One delegate; a row without a name is no delegate."""

    known = forms.UUIDField(required=False, widget=forms.HiddenInput)
    rank = forms.IntegerField(label=pgettext_lazy("of a delegate", "Rank"), required=False, min_value=1, max_value=99)
    leaves = forms.BooleanField(label=_("Does not come"), required=False)

    class Meta:
        model = Delegate
        fields = ["rank", "name", "post", "phone", "is_leader", "arrives_at", "lodging", "diet", "vehicle"]
        labels = {"post": pgettext_lazy("of a person", "post"), "vehicle": _("Number plate")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False

    def person(self) -> Person:
        """What was typed, once the form is valid."""
        typed = {name: self.cleaned_data[name] for name in Person.__slots__ if name in self.cleaned_data}
        return Person(**typed, public_id=self.cleaned_data["known"])


class DelegationFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """A delegation: rows in the order of rank, blank ones for more."""

    def people(self) -> list[Person]:
        """Those with a name who come, the highest first; rows without a rank last, as they stand."""
        rows = [
            (form.cleaned_data.get("rank") or 100, number, form.person())
            for number, form in enumerate(self.forms)
            if form.cleaned_data.get("name") and not form.cleaned_data.get("leaves")
        ]
        return [person for _rank, _number, person in sorted(rows, key=lambda row: row[:2])]

    def clean(self) -> None:
        """A row with facts but without a name would be lost unseen."""
        for form in self.forms:
            facts = form.cleaned_data if hasattr(form, "cleaned_data") else {}
            if not facts.get("name") and any(facts.get(name) for name in ("post", "phone", "arrives_at")):
                form.add_error("name", _("The name is missing."))
        if any(form.errors for form in self.forms):
            raise forms.ValidationError(_("Some rows are not complete."))


def delegation_forms(people: Iterable[Delegate], data: Any = None, *, blank: int = 3) -> DelegationFormSet:
    """The formset of known people and some blank rows."""
    factory = forms.formset_factory(
        DelegateForm, formset=DelegationFormSet, extra=blank, max_num=50, validate_max=True, absolute_max=60
    )
    names = ("rank", "name", "post", "phone", "is_leader", "arrives_at", "lodging", "diet", "vehicle")
    initial = [{"known": one.public_id, **{name: getattr(one, name) for name in names}} for one in people]
    formset: Any = factory(data, initial=initial, prefix="people")
    return formset  # type: ignore[no-any-return]


class LimitsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How many meetings an organization has at once, at least and at most."""

    class Meta:
        model = Participation
        fields = ["at_once", "min_meetings", "max_meetings"]
        help_texts = {
            "at_once": _("A delegation that splits up can sit at two tables at once."),
            "min_meetings": _("Empty: as for everybody at this fair."),
            "max_meetings": _("Empty: as for everybody at this fair."),
        }

    def _post_clean(self) -> None:
        """The rules stand in the service; here nothing is checked against the row."""


class ApplyForm(forms.Form):
    """Asking for a place without an invitation."""

    organization = forms.TypedChoiceField(label=_("Organization"), coerce=int)
    delegates = forms.IntegerField(label=_("Number of delegates"), min_value=1, max_value=50, initial=2)
    note = forms.CharField(
        label=_("What you are looking for"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(seat.organization_id, seat.name) for seat in seats]
        self.fields["organization"] = forms.TypedChoiceField(label=_("Organization"), choices=choices, coerce=int)


class UploadForm(forms.Form):
    """A list in Excel."""

    file = forms.FileField(label=_("Excel file (.xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))
