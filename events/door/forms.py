"""What is typed at the door; the rules themselves stand in the services."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, Participation
from events.meetings.models import OutcomeLevel


class PassForm(forms.Form):
    """A pass for a helper."""

    name = forms.CharField(label=_("Desk or helper"), max_length=60)
    expires_at = forms.DateTimeField(
        label=_("Valid until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    may_record = forms.BooleanField(
        label=_("Also records what came of the talks at the tables"),
        required=False,
        help_text=_("Then the helper sees who meets whom at which table."),
    )

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        evening = timezone.make_aware(datetime.combine(fair.ends_on, time(20)))
        now = timezone.now()
        ends = evening if evening > now else now + timedelta(hours=12)
        kwargs.setdefault("initial", {"expires_at": timezone.localtime(ends)})
        super().__init__(*args, **kwargs)


class _Guests(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Participation) -> str:
        return str(obj.organization.legal_name)


class TalkForm(forms.Form):
    """A talk that was on no timetable: who with whom, and what came of it."""

    school = _Guests(Participation.objects.none(), label=_("School"))
    enterprise = _Guests(Participation.objects.none(), label=_("Enterprise"))
    level = forms.TypedChoiceField(
        label=_("What came of it?"), choices=OutcomeLevel.choices, coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coming = Participation.objects.taking_part().filter(fair=fair).select_related("organization")
        ordered = coming.order_by("organization__pinyin", "pk")
        for side, rows in (("school", ordered.schools()), ("enterprise", ordered.enterprises())):
            self.fields[side].queryset = rows  # type: ignore[attr-defined]
            self.fields[side].widget.attrs["class"] = "js-search-select"
