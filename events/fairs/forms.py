"""What an organizer and a participant type in; the rules themselves stand in the services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, FairSession
from events.fairs.services import FairFacts, SessionFacts
from portal.organizations.models import Organization
from portal.taxonomy.models import Region
from portal.taxonomy.widgets import SearchSelect


class FairForm(forms.ModelForm):  # type: ignore[type-arg]
    """The facts of a fair."""

    class Meta:
        model = Fair
        fields = [
            "name",
            "slug",
            "theme",
            "hosts",
            "region",
            "venue",
            "starts_on",
            "ends_on",
            "registration_at",
            "graduating_year",
            "min_meetings",
            "max_meetings",
        ]
        widgets = {"region": SearchSelect("regions")}
        help_texts = {
            "slug": _("Letters, digits and hyphens, as it stands in the address: baoan-2024."),
            "registration_at": _("When the desk opens: it may be the evening before. Stands in every invitation."),
            "graduating_year": _("The class that the fair is about."),
            "min_meetings": _("The timetable serves this number to everybody first."),
            "max_meetings": _("Keep it below the number of slots, so that everybody has a pause."),
        }

    def facts(self) -> FairFacts:
        """What was typed, once the form is valid."""
        typed = dict(self.cleaned_data)
        typed.pop("organizer", None)
        region: Region = typed.pop("region")
        return FairFacts(region_id=region.pk, **typed)


class NewFairForm(FairForm):
    """The facts of a fair and who runs it: one of the organizations for which the person may."""

    def __init__(self, *args: Any, organizers: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organization.objects.filter(pk__in=[organizer.pk for organizer in organizers])
        field = forms.ModelChoiceField(own, label=_("Organizer"), initial=organizers[0] if organizers else None)
        self.fields = {"organizer": field, **self.fields}


class SlotsForm(forms.Form):
    """A row of slots on one day."""

    day = forms.ChoiceField(label=_("Day"))
    start = forms.TimeField(label=_("From"), initial="09:00")
    end = forms.TimeField(label=_("To"), initial="12:00")
    minutes = forms.IntegerField(label=_("Minutes a meeting"), initial=20, min_value=5, max_value=180)
    buffer = forms.IntegerField(label=_("Minutes between"), initial=5, min_value=0, max_value=120)

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [fair.starts_on + timedelta(days=n) for n in range((fair.ends_on - fair.starts_on).days + 1)]
        choices = [(day.isoformat(), day.isoformat()) for day in days]
        self.fields["day"] = forms.TypedChoiceField(label=_("Day"), choices=choices, coerce=date.fromisoformat)


class TablesForm(forms.Form):
    """A number of tables, shared out over zones."""

    count = forms.IntegerField(label=_("Tables"), initial=60, min_value=1, max_value=2000)
    zones = forms.CharField(
        label=_("Zones"), required=False, max_length=200, help_text=_("Separated by spaces: A B C. May stay empty.")
    )

    def clean_zones(self) -> list[str]:
        return str(self.cleaned_data["zones"]).replace(",", " ").replace("，", " ").split() or [""]


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A part of the programme."""

    class Meta:
        model = FairSession
        fields = ["kind", "title", "place", "starts_at", "ends_at"]

    def facts(self) -> SessionFacts:
        """What was typed, once the form is valid."""
        return SessionFacts(**self.cleaned_data)


class CancelForm(forms.Form):
    """Why a fair is called off."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Everybody who was asked reads it."))


class AnswerForm(forms.Form):
    """The answer to an invitation."""

    accept = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("1", _("We come")), ("0", _("We do not come"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    delegates = forms.IntegerField(label=_("Number of delegates"), min_value=1, max_value=50, initial=2)
    note = forms.CharField(
        label=_("Note for the organizer"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
