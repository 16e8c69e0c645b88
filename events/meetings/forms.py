"""What an organizer or a participant types in about meetings; the rules themselves stand in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Participation, Slot
from events.meetings.models import OutcomeLevel
from events.meetings.services import OutcomeFacts
from portal.pages.templatetags.site import name_of
from portal.taxonomy.models import CooperationKind


class _Kinds(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Kinds of cooperation, named in the reader's language."""

    def label_from_instance(self, obj: CooperationKind) -> str:
        return str(name_of(obj, plain=True))


class SlotsField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A slot, named by day and time at the place of the fair."""

    def label_from_instance(self, obj: Slot) -> str:
        return f"{timezone.localtime(obj.starts_at):%m-%d %H:%M}"


class PartnersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Participants, by the names of their organizations."""

    def label_from_instance(self, obj: Participation) -> str:
        return str(obj.organization.display_name)


class _Partners(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Participation) -> str:
        return str(obj.organization.legal_name)


class OutcomeForm(forms.Form):
    """What came of a pair: the level is enough."""

    level = forms.TypedChoiceField(
        label=_("What came of it?"), choices=OutcomeLevel.choices, coerce=int, widget=forms.RadioSelect
    )
    kinds = _Kinds(
        CooperationKind.objects.all(),
        label=_("Cooperation discussed"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    headcount = forms.IntegerField(label=_("People promised"), required=False, min_value=0, max_value=10_000, initial=0)
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def facts(self) -> OutcomeFacts:
        """What was typed, once the form is valid."""
        typed = self.cleaned_data
        return OutcomeFacts(
            level=OutcomeLevel(typed["level"]),
            kinds=tuple(kind.code for kind in typed["kinds"]),
            headcount=typed["headcount"] or 0,
            note=typed["note"],
        )


class PairForm(OutcomeForm):
    """What came of a talk that nobody had planned: the partners are chosen too."""

    def __init__(self, *args: Any, sides: dict[str, Any], **kwargs: Any) -> None:
        """`sides` holds the choices, a QuerySet of Participation, for "school", "enterprise" or both."""
        super().__init__(*args, **kwargs)
        labels = {"school": _("School"), "enterprise": _("Enterprise")}
        dressed = forms.Select(attrs={"class": "js-search-select"})
        chosen = {side: _Partners(choices, label=labels[side], widget=dressed) for side, choices in sides.items()}
        self.fields = {**chosen, **self.fields}
