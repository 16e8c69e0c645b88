"""What an organizer and an organization type in after a fair."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from events.meetings.models import OutcomeLevel
from events.review.models import HouseRules
from events.review.services import RulesFacts


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The house rules of an organizer."""

    class Meta:
        model = HouseRules
        fields = ["free_cancel_hours", "late_minutes", "strikes_to_bar", "bar_months", "appeal_days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = {"free_cancel_hours": 24 * 60, "late_minutes": 24 * 60, "strikes_to_bar": 20, "bar_months": 60}
        for name, field in self.fields.items():
            limit = most.get(name, 365)
            field.max_value = limit  # type: ignore[attr-defined]
            field.validators.append(MaxValueValidator(limit))

    def facts(self) -> RulesFacts:
        """What was typed, once the form is valid."""
        return RulesFacts(**self.cleaned_data)


class WaiveForm(forms.Form):
    """Why a breach no longer counts."""

    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The organization is told."))


class AppealForm(forms.Form):
    """The word of an organization against a breach."""

    text = forms.CharField(label=_("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))


class AnswerForm(forms.Form):
    """The organizer's answer to it."""

    upheld = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("1", _("The breach no longer counts")), ("0", _("The breach stands"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PlanForm(forms.Form):
    """After how many days the talks of a fair are asked about."""

    days = forms.CharField(
        label=_("Days after the fair"), initial="30 90 365", max_length=60, help_text=_("Separated by spaces.")
    )
    least = forms.TypedChoiceField(
        label=_("Talks from this outcome on"),
        choices=[choice for choice in OutcomeLevel.choices if choice[0] > OutcomeLevel.NONE],
        coerce=lambda value: OutcomeLevel(int(value)),
        initial=OutcomeLevel.FOLLOW_UP,
    )

    def clean_days(self) -> list[int]:
        words = str(self.cleaned_data["days"]).replace(",", " ").replace("，", " ").split()
        if not words or not all(word.isascii() and word.isdigit() and len(word) < 5 for word in words):
            raise forms.ValidationError(_("Whole numbers of days, separated by spaces: 30 90 365."))
        return [int(word) for word in words]


class CallBackForm(forms.Form):
    """On which day to ask what."""

    due_on = forms.DateField(label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("What to ask"), required=False, max_length=300)


class FinishForm(forms.Form):
    """What was said."""

    finding = forms.CharField(label=_("What was said"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    level = forms.TypedChoiceField(
        label=_("What came of it by now"),
        required=False,
        choices=[("", _("as before")), *OutcomeLevel.choices],
        coerce=lambda value: OutcomeLevel(int(value)),
        empty_value=None,
    )
