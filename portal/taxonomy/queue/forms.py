"""Forms over a name of the queue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.taxonomy.fields import MajorField
from portal.taxonomy.models import Skill
from portal.taxonomy.queue.models import NameKind, UnresolvedName
from portal.taxonomy.resolving import LONGEST_NAME
from portal.taxonomy.widgets import SearchSelect


class TargetForm(forms.Form):
    """What a name stands for: a suggestion pressed, or a row searched for."""

    def __init__(self, name: UnresolvedName, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{name.pk}-%s")
        label = _("Search in the whole list")
        self.fields["target"] = (
            MajorField(label=label)
            if name.kind == NameKind.MAJOR
            else forms.ModelChoiceField(
                Skill.objects.listed(), to_field_name="name", label=label, widget=SearchSelect("skills")
            )
        )


class NewSkillForm(forms.Form):
    """A word that the vocabulary should have."""

    text = forms.CharField(label=_("Name in the list"), max_length=LONGEST_NAME)
    kind = forms.ChoiceField(label=_("Kind"), choices=Skill.Kind.choices)

    def __init__(self, name: UnresolvedName, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{name.pk}-new-%s", initial={"text": name.text})


class RejectionForm(forms.Form):
    """Why a name is none."""

    reason = forms.CharField(label=_("Reason; those who typed the name read it"), max_length=200)

    def __init__(self, name: UnresolvedName, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{name.pk}-no-%s")
