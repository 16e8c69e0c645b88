"""Forms over a talent demand; what they hold is handed to the services by name."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.demands.services import USUAL_VALIDITY
from portal.organizations.models import Organization
from portal.taxonomy.fields import majors_field, region_field, skills_field
from portal.taxonomy.models import CooperationKind, EducationLevel

HIGHEST_SALARY = 1_000_000  # yuan a month


class DemandForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an enterprise seeks."""

    enterprise = forms.ModelChoiceField(Organization.objects.none(), label=_("Enterprise"))
    headcount = forms.IntegerField(label=_("People sought"), min_value=1, max_value=10_000)
    majors = majors_field(
        label=_("Majors wanted"),
        required=False,
        help_text=_("Type characters, pinyin, initials or a code. Old names of the catalogue are understood."),
    )
    skills = skills_field(label=_("Skills wanted"), required=False, help_text=_("Courses, posts and certificates."))
    levels = forms.MultipleChoiceField(
        label=_("Education levels accepted"),
        choices=EducationLevel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every level."),
    )
    graduating_year = forms.IntegerField(label=_("Class of"), min_value=2000, max_value=2100, required=False)
    workplace = region_field(
        label=_("Place of work"), required=False, help_text=_("Left empty, it is where the enterprise is.")
    )
    salary_min = forms.IntegerField(
        label=_("Monthly salary from (yuan)"), min_value=0, max_value=HIGHEST_SALARY, required=False
    )
    salary_max = forms.IntegerField(
        label=_("Monthly salary up to (yuan)"), min_value=0, max_value=HIGHEST_SALARY, required=False
    )
    cooperation_kinds = forms.ModelMultipleChoiceField(
        CooperationKind.objects.all(),
        label=_("Cooperation wanted"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_until = forms.DateField(label=_("Valid until"), help_text=_("The last day on which schools see it."))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = TalentDemand
        fields = (
            "title",
            "headcount",
            "majors",
            "skills",
            "levels",
            "graduating_year",
            "workplace",
            "salary_min",
            "salary_max",
            "cooperation_kinds",
            "description",
            "valid_until",
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 5})}

    field_order = ("enterprise",)

    def __init__(self, *args: Any, enterprises: list[Organization] | None = None, **kwargs: Any) -> None:
        """`enterprises`: those for which a new demand may be posted; None for a demand that exists."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = self.instance.version
        else:
            self.initial.setdefault("valid_until", timezone.localdate() + USUAL_VALIDITY)
        if enterprises is None:
            del self.fields["enterprise"]
        else:
            self._choose_among(enterprises)

    def _choose_among(self, enterprises: list[Organization]) -> None:
        field = cast("forms.ModelChoiceField[Organization]", self.fields["enterprise"])
        field.queryset = Organization.objects.filter(pk__in=[row.pk for row in enterprises])
        if len(enterprises) == 1:
            field.widget = forms.HiddenInput()
            self.initial["enterprise"] = enterprises[0].pk

    def clean_valid_until(self) -> date:
        day: date = self.cleaned_data["valid_until"]
        if day < timezone.localdate() and day != self.instance.valid_until:
            raise ValidationError(_("This day is over. Choose a later one."))
        return day

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = values.get("salary_min"), values.get("salary_max")
        if low is not None and high is not None and low > high:
            self.add_error("salary_max", _("The upper salary is below the lower one."))
        return values

    def service_fields(self) -> dict[str, Any]:
        """The cleaned values that the services know, by their names there."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "enterprise")}


class RefreshForm(forms.Form):
    """A later last day."""

    valid_until = forms.DateField(label=_("Valid until"))


class FilledForm(forms.Form):
    """How many people were found in all."""

    filled = forms.IntegerField(label=_("People found in all"), min_value=0)


def enterprises_of(user: User) -> list[Organization]:
    """The enterprises for which a person may post demands, by pinyin; for the staff only chosen ones, elsewhere."""
    if user.is_staff:
        return []
    return list(Organization.objects.enterprises().editable_by(user).order_by("pinyin", "pk"))
