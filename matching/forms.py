"""Forms of the matching pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.feedback import HideReason
from matching.models import Weights
from matching.weighing import FACTORS, factors_of, weights_row


class HideForm(forms.Form):
    """Why a partner is hidden."""

    reason = forms.ChoiceField(choices=HideReason.choices, widget=forms.RadioSelect, label=_("Reason"))
    note = forms.CharField(
        max_length=200, required=False, label=_("Note"), help_text=_("Only you and the staff see it.")
    )


class WeightsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The five weights; what no one can be told without a reason is adopted with one (the service asks for it)."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Weights
        fields = [*FACTORS, "note"]
        widgets = {name: forms.NumberInput(attrs={"step": "0.05", "min": "0", "max": "1"}) for name in FACTORS}

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        row = weights_row()
        chosen = factors_of(row) | {"based_on": row.pk if row else 0} | (initial or {})
        super().__init__(data, initial=chosen)

    def factors(self) -> dict[str, Any]:
        """The five, once the form is valid."""
        return {name: self.cleaned_data[name] for name in FACTORS}
