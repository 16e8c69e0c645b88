"""Forms over an organization; what they hold is handed to the services by name."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.common.errors import DomainError
from portal.organizations import services
from portal.organizations.identity import valid_uscc
from portal.organizations.models import (
    Contact,
    EnterpriseProfile,
    Organization,
    OrganizationKind,
    SchoolProfile,
)
from portal.taxonomy.fields import industry_field, region_field
from portal.taxonomy.models import CooperationKind, EducationLevel

_SEPARATOR = re.compile(r"[\n,，、;；]+")
FROM_PROFILE = ("level", "moe_code", "students", "industry", "scale", "stock_code")


class OrganizationForm(forms.ModelForm):  # type: ignore[type-arg]
    """What every kind of organization says of itself."""

    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=60,
        required=False,
        help_text=_("18 characters, as on the licence. Leave it empty if the organization has none."),
    )
    former_names = forms.CharField(
        label=_("Former names"),
        required=False,
        max_length=1000,
        help_text=_("Separated by commas. People who know only the old name will find you."),
    )
    region = region_field(label=_("Region"), help_text=_("City or district: type characters or pinyin."))
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Organization
        fields = (
            "legal_name",
            "uscc",
            "short_name",
            "name_en",
            "former_names",
            "region",
            "address",
            "website",
            "description",
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "legal_name": _("Exactly as on the licence."),
            "short_name": _("For table cards and lists."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["former_names"] = "、".join(self.instance.former_names)
            self.initial["version"] = self.instance.version
            self.initial.update(profile_values(self.instance))

    def clean_uscc(self) -> str | None:
        try:
            return valid_uscc(self.cleaned_data["uscc"])
        except DomainError as error:
            raise ValidationError(str(error), code="invalid_uscc") from error

    def clean_former_names(self) -> list[str]:
        names = [name.strip() for name in _SEPARATOR.split(self.cleaned_data["former_names"])]
        if any(len(name) > 120 for name in names):
            raise ValidationError(_("A name has at most 120 characters."))
        return [name for name in dict.fromkeys(names) if name]

    def service_fields(self) -> dict[str, Any]:
        """The cleaned values that the services know, by their names there."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def profile_values(organization: Organization) -> dict[str, Any]:
    """The present values of the profile's fields."""
    profile: SchoolProfile | EnterpriseProfile | None = getattr(organization, organization.kind, None)
    if profile is None:
        return {}
    values = {name: getattr(profile, name) for name in FROM_PROFILE if hasattr(profile, name)}
    if isinstance(profile, SchoolProfile):
        values["cooperation_kinds"] = list(profile.cooperation_kinds.all())
    return values


class SchoolForm(OrganizationForm):
    """A school with its profile."""

    level = forms.ChoiceField(label=_("Level"), choices=EducationLevel.choices)
    moe_code = forms.RegexField(
        label=_("Ministry's school code"),
        regex=r"^[0-9]{4,12}$",
        required=False,
        error_messages={"invalid": _("The code has 4 to 12 digits.")},
    )
    students = forms.IntegerField(label=_("Students"), min_value=0, max_value=500_000, initial=0)
    cooperation_kinds = forms.ModelMultipleChoiceField(
        CooperationKind.objects.all(),
        label=_("Cooperation offered"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class EnterpriseForm(OrganizationForm):
    """A firm with its profile."""

    industry = industry_field(
        label=_("Industry"), required=False, help_text=_("Type characters, pinyin or the code of GB/T 4754.")
    )
    scale = forms.ChoiceField(
        label=_("Staff"), choices=[("", _("not stated")), *EnterpriseProfile.Scale.choices], required=False
    )
    stock_code = forms.CharField(label=_("Stock code"), max_length=10, required=False)


def form_for(kind: str) -> type[OrganizationForm]:
    """The form of a kind of organization."""
    forms_by_kind = {OrganizationKind.SCHOOL: SchoolForm, OrganizationKind.ENTERPRISE: EnterpriseForm}
    return forms_by_kind.get(OrganizationKind(kind), OrganizationForm)


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person to call."""

    class Meta:
        model = Contact
        fields = ("name", "post", "phone", "email", "is_primary")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not values.get("phone") and not values.get("email") and "email" not in self.errors:
            self.add_error("phone", _("Give a phone number or an e-mail address."))
        return values


class InvitationForm(forms.Form):
    """A colleague to be let in."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, role.label) for role in services.roles_for(kind)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class SuspensionForm(forms.Form):
    """A reason in the writer's own words, which the organization's people will read."""

    note = forms.CharField(label=_("Reason"), max_length=200)


class NoteForm(forms.Form):
    """A reason that the organization's people will read: one of the usual ones, own words, or both."""

    USUAL = (
        ("", _("Choose a usual reason …")),
        ("name", _("The name differs from the licence.")),
        ("code", _("The code differs from the licence.")),
        ("kind", _("The kind of organization is wrong.")),
        ("details", _("Address or region are missing or wrong.")),
    )
    usual = forms.ChoiceField(label=_("Usual reasons"), choices=USUAL, required=False)
    note = forms.CharField(label=_("In your own words"), max_length=200, required=False)

    def reason(self) -> str:
        """The sentence to store, in the writer's language; empty without any."""
        usual = dict(self.USUAL)[self.cleaned_data["usual"]] if self.cleaned_data["usual"] else ""
        return f"{usual} {self.cleaned_data['note']}".strip()
