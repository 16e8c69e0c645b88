"""What an organizer and a participant type in; the rules themselves stand in the services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, FairRoom, FairSession, FairTable, Participation, Slot
from events.fairs.services import FairFacts, SessionFacts, SigningFacts, TableFacts
from portal.organizations.models import Organization
from portal.taxonomy.models import Region
from portal.taxonomy.widgets import SearchSelect


class SlotChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Slots, named by day and time at the place of the fair."""

    def label_from_instance(self, obj: Slot) -> str:
        return f"{timezone.localtime(obj.starts_at):%m-%d %H:%M}"


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
            "registration_place",
            "duty_contact",
            "answers_due",
            "names_due",
            "timetable_due",
            "graduating_year",
            "min_meetings",
            "max_meetings",
            "most_schools",
            "most_enterprises",
            "letter",
        ]
        widgets = {"region": SearchSelect("regions"), "letter": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "slug": _("Letters, digits and hyphens, as it stands in the address: baoan-2024."),
            "registration_at": _("When the desk opens: it may be the evening before. Stands in every invitation."),
            "registration_place": _("Hotel, hall or gate: delegates who come the day before look for it."),
            "duty_contact": _("Name and telephone number; stands in the invitation."),
            "answers_due": _("Asked organizations answer until then; three days before, the silent ones are reminded."),
            "names_due": _("Those who come name their delegates until then."),
            "most_schools": _("Whoever accepts after that waits on the list. Empty: no limit."),
            "most_enterprises": _("Whoever accepts after that waits on the list. Empty: no limit."),
            "letter": _("Stands above the facts in every invitation. Empty: the usual words."),
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


class RoomForm(forms.Form):
    """A room and how many people fit into it."""

    name = forms.CharField(label=_("Name of the room"), max_length=60)
    seats = forms.IntegerField(label=_("Seats"), required=False, min_value=1, max_value=30_000)


class _Owners(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Participation) -> str:
        return str(obj.organization.legal_name)


class TableForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where one table stands, what its sign says, to whom it belongs, and when it is closed."""

    owner = _Owners(
        Participation.objects.none(),
        label=_("Fixed to"),
        required=False,
        help_text=_("All meetings of this organization take place here, and nobody else's."),
        widget=forms.Select(attrs={"class": "js-search-select"}),
    )
    slots = SlotChoices(Slot.objects.none(), label=_("Closed in"), required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = FairTable
        fields = ["zone", "room", "header", "owner"]
        help_texts = {"header": _("What the sign above the table says; empty: the name of the organization.")}

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coming = Participation.objects.taking_part().filter(fair=fair).select_related("organization")
        self.fields["owner"].queryset = coming.order_by("organization__pinyin", "pk")  # type: ignore[attr-defined]
        self.fields["room"].queryset = fair.rooms.all()  # type: ignore[attr-defined]
        self.fields["slots"].queryset = fair.slots.all()  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["slots"].initial = list(self.instance.closings.values_list("slot", flat=True))

    def facts(self) -> TableFacts:
        """What was typed, once the form is valid."""
        typed = self.cleaned_data
        room, owner = typed["room"], typed["owner"]
        return TableFacts(
            zone=typed["zone"],
            room_id=room and room.pk,
            owner_id=owner and owner.pk,
            header=typed["header"],
        )


class PlaceForm(forms.Form):
    """A row of tables that stands in a room."""

    room = forms.ModelChoiceField(FairRoom.objects.none(), label=_("Room"), empty_label=_("no room"), required=False)
    first = forms.IntegerField(label=_("From table"), min_value=1, max_value=30_000)
    last = forms.IntegerField(label=_("to table"), min_value=1, max_value=30_000)

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = fair.rooms.all()  # type: ignore[attr-defined]


class PresentationForm(forms.Form):
    """An organization on stage."""

    participation = _Owners(
        Participation.objects.none(),
        label=_("Organization"),
        widget=forms.Select(attrs={"class": "js-search-select"}),
    )
    topic = forms.CharField(label=_("Topic"), required=False, max_length=120)
    speaker = forms.CharField(label=_("Speaker and post"), required=False, max_length=80)
    minutes = forms.IntegerField(label=_("Minutes"), initial=8, min_value=1, max_value=120)

    def __init__(self, *args: Any, session: FairSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coming = Participation.objects.taking_part().filter(fair=session.fair_id).select_related("organization")
        left = coming.exclude(presentations__session=session)
        self.fields["participation"].queryset = left.order_by("organization__pinyin", "pk")  # type: ignore[attr-defined]


class SigningForm(forms.Form):
    """A paper signed on stage."""

    title = forms.CharField(label=_("Paper"), max_length=160)
    school = _Owners(Participation.objects.none(), label=_("School"), required=False)
    school_signatory = forms.CharField(label=_("Signs for the school"), required=False, max_length=80)
    enterprise = _Owners(Participation.objects.none(), label=_("Enterprise"), required=False)
    enterprise_signatory = forms.CharField(label=_("Signs for the enterprise"), required=False, max_length=80)
    witnesses = forms.CharField(label=_("Witnesses"), required=False, max_length=200)

    def __init__(self, *args: Any, session: FairSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coming = Participation.objects.taking_part().filter(fair=session.fair_id).select_related("organization")
        for side, rows in (("school", coming.schools()), ("enterprise", coming.enterprises())):
            field = self.fields[side]
            field.queryset = rows.order_by("organization__pinyin", "pk")  # type: ignore[attr-defined]
            field.widget.attrs["class"] = "js-search-select"

    def facts(self) -> SigningFacts:
        """What was typed, once the form is valid."""
        typed = dict(self.cleaned_data)
        school, enterprise = typed.pop("school"), typed.pop("enterprise")
        return SigningFacts(school_id=school and school.pk, enterprise_id=enterprise and enterprise.pk, **typed)


class TourGroupForm(forms.Form):
    """A bus or group."""

    seats = forms.IntegerField(label=_("Seats"), initial=45, min_value=1, max_value=200)
    vehicle = forms.CharField(label=_("Vehicle"), required=False, max_length=60)
    guide = forms.CharField(label=_("Guide"), required=False, max_length=80)


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
