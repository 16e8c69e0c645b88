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
from portal.demands.wordings import waiting_names
from portal.organizations.models import Organization
from portal.taxonomy.fields import Chosen, majors_field, no_such_major, region_field, skills_field
from portal.taxonomy.models import CooperationKind, EducationLevel, Major
from portal.taxonomy.queue.models import NameKind
from portal.taxonomy.queue.services import Typed
from portal.taxonomy.resolving import resolve_majors

HIGHEST_SALARY = 1_000_000  # yuan a month


class DemandForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an enterprise seeks."""

    enterprise = forms.ModelChoiceField(Organization.objects.none(), label=_("Enterprise"))
    headcount = forms.IntegerField(label=_("People sought"), min_value=1, max_value=10_000)
    majors = majors_field(
        label=_("Majors wanted"),
        required=False,
        open_to_unknown=True,
        help_text=_("Type characters, pinyin, initials or a code. Old names of the catalogue are understood."),
    )
    leave_to_staff = forms.BooleanField(
        label=_("Keep the names that the catalogue does not know; the platform's staff places them."),
        required=False,
        widget=forms.HiddenInput,
    )
    skills = skills_field(
        label=_("Skills wanted"),
        required=False,
        open_to_unknown=True,
        help_text=_("Courses, posts, certificates, occupations. What the list does not have is checked by the staff."),
    )
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
            self._show_waiting(waiting_names(self.instance))
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

    def _show_waiting(self, waiting: list[Typed]) -> None:
        for kind, name in ((NameKind.MAJOR, "majors"), (NameKind.SKILL, "skills")):
            typed = [row.text for row in waiting if row.kind == kind]
            self.initial[name] = [*self.initial.get(name, ()), *typed]
            if typed and kind == NameKind.MAJOR:
                self.initial["leave_to_staff"] = True

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
        self._read_by_level(values)
        self._ask_about_majors(values)
        return values

    def _read_by_level(self, values: dict[str, Any]) -> None:
        """A name that stands for majors of several levels is read by the demand's level, if it accepts just one."""
        majors, levels = values.get("majors"), values.get("levels") or []
        if majors is None or not majors.unknown or len(levels) != 1:
            return
        found = [one.key for one in resolve_majors([(one.text, levels[0]) for one in majors.unknown])]
        rows = Major.objects.in_bulk([key for key in found if key])
        chosen = {row.pk: row for row in majors} | rows
        unknown = [one for one, key in zip(majors.unknown, found, strict=True) if key is None]
        values["majors"] = Chosen(chosen.values(), unknown)

    def _ask_about_majors(self, values: dict[str, Any]) -> None:
        """A name that stands for no major is asked about once; the person chooses one, or leaves it to the staff."""
        majors = values.get("majors")
        if majors is None or not majors.unknown:
            return
        self.fields["leave_to_staff"].widget = forms.CheckboxInput()
        if not values.get("leave_to_staff"):
            self.add_error("majors", [no_such_major(found) for found in majors.unknown])

    def service_fields(self) -> dict[str, Any]:
        """The cleaned values that the services know, by their names there."""
        others = ("version", "enterprise", "leave_to_staff")
        values = {name: value for name, value in self.cleaned_data.items() if name not in others}
        levels = values["levels"]
        level = levels[0] if len(levels) == 1 else ""
        majors = [Typed(NameKind.MAJOR, found.text, level) for found in values["majors"].unknown]
        skills = [Typed(NameKind.SKILL, found.text) for found in values["skills"].unknown]
        return values | {"typed": [*majors, *skills]}


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
