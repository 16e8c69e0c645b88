"""What a party says when it acts: one small form an act, with what was read where the act is of that alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.agreements.facts import Signatory, Upload
from events.agreements.models import AgreementParty
from events.agreements.situation import Side
from portal.common.upload_fields import UploadField
from portal.common.uploads import DOCUMENTS, MEGABYTE, SCANS, CheckedFile

MOST_BYTES = 20 * MEGABYTE
LONG_TEXT = {"rows": 3}


def upload_of(checked: CheckedFile) -> Upload:
    """What the services take, from what the field gives."""
    return Upload(checked.file, checked.name, checked.content_type, checked.sha256, checked.size)


def reason_field() -> forms.CharField:
    """Why something is done, for the other parties; short."""
    return forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs=LONG_TEXT))


def version_field() -> forms.IntegerField:
    """The version of the agreement that was read."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)


class PartyForm(forms.Form):
    """An act of one party. Who acts for one alone is not asked which; who attends the agreement says how it said so."""

    asks_how = False

    def __init__(self, *args: Any, sides: Sequence[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = sides
        if len(sides) != 1 or not sides[0].is_own:
            choices = [(side.role, f"{side.party.get_role_display()} · {side.name}") for side in sides]
            self.fields = {"party": forms.ChoiceField(label=_("Party"), choices=choices), **self.fields}
        if self.asks_how and any(not side.is_own for side in sides):
            self.fields["on_behalf"] = forms.CharField(
                label=_("How the party said so"),
                max_length=300,
                required=not any(side.is_own for side in sides),
                help_text=_("Such as “stamped letter of 17 May” or “said at the signing table”. It is kept on record."),
            )

    @property
    def party(self) -> AgreementParty:
        """The party that acts."""
        chosen = self.cleaned_data.get("party")
        return next(side.party for side in self.sides if chosen in (None, side.role))

    @property
    def on_behalf(self) -> str:
        """How the party gave its word, where another records it; an own one needs none."""
        own = any(side.is_own and side.party == self.party for side in self.sides)
        return "" if own else str(self.cleaned_data.get("on_behalf", ""))


class ApproveForm(PartyForm):
    """The word of a party on the terms with this hash."""

    asks_how = True
    terms_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)


class TakeBackForm(PartyForm):
    """A party takes its approval, or its notice, back."""

    asks_how = True


class HandOverForm(forms.Form):
    """To whom the draft goes, and what they should know."""

    to = forms.ChoiceField(label=_("Hand over to"))
    message = forms.CharField(
        label=_("Message"), max_length=1000, required=False, widget=forms.Textarea(attrs=LONG_TEXT)
    )

    def __init__(self, *args: Any, sides: Sequence[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = sides
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (side.role, f"{side.party.get_role_display()} · {side.name}") for side in sides
        ]

    @property
    def receiver(self) -> AgreementParty:
        return next(side.party for side in self.sides if side.role == self.cleaned_data["to"])


class SignatureForm(forms.Form):
    """Who has signed for whom, on which day, with the scan; a party signs for itself, who attends records several."""

    signed_on = forms.DateField(label=_("Day of signature"))
    scan = UploadField(label=_("Scan of the signed paper"), allowed=SCANS, most_bytes=MOST_BYTES)
    terms_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, sides: Sequence[Side], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides, self.today = sides, today
        self.fields["signed_on"].initial = today
        if len(sides) > 1:
            self.fields["parties"] = forms.MultipleChoiceField(
                label=_("Who has signed"),
                choices=[(side.role, f"{side.party.get_role_display()} · {side.name}") for side in sides],
                initial=[side.role for side in sides],
                widget=forms.CheckboxSelectMultiple,
            )
        for side in sides:
            names = {"role": side.party.get_role_display(), "organization": side.name}
            self.fields[f"{side.role}_signatory"] = forms.CharField(
                label=_("%(role)s (%(organization)s): signed by") % names,
                max_length=60,
                required=len(sides) == 1,
                initial=side.party.signatory,
            )
            self.fields[f"{side.role}_post"] = forms.CharField(
                label=_("%(role)s: post") % names, max_length=60, required=False, initial=side.party.signatory_post
            )

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > self.today:
            raise forms.ValidationError(_("The day of signature lies in the future."))
        return day

    def clean(self) -> None:
        for side in self._signing():
            field = f"{side.role}_signatory"
            if field not in self.errors and not self.cleaned_data.get(field):
                self.add_error(field, _("Name the person who signs for %(party)s.") % {"party": side.name})

    def _signing(self) -> list[Side]:
        chosen = self.cleaned_data.get("parties", [side.role for side in self.sides])
        return [side for side in self.sides if side.role in chosen]

    def signatories(self) -> Mapping[str, Signatory]:
        """Who signs, by role."""
        given = self.cleaned_data
        return {
            side.role: Signatory(given[f"{side.role}_signatory"], given[f"{side.role}_post"])
            for side in self._signing()
        }


class ReasonForm(forms.Form):
    """Why a draft or a change is given up."""

    reason = reason_field()


class AmendForm(PartyForm):
    """Why another text is proposed."""

    reason = reason_field()


class ExtendForm(PartyForm):
    """Until when, and why."""

    ends_on = forms.DateField(label=_("New last day"))
    reason = reason_field()


class RenewForm(forms.Form):
    """The last day of the agreement that follows."""

    ends_on = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Left empty: as long as agreements of this kind usually are.")
    )


class CompleteForm(forms.Form):
    """What came of it."""

    ended_on = forms.DateField(label=_("Completed on"))
    closing_note = forms.CharField(
        label=_("Closing note"),
        max_length=2000,
        widget=forms.Textarea(attrs=LONG_TEXT),
        help_text=_("What came of the agreement, for the file."),
    )
    version = version_field()


class NoticeForm(PartyForm):
    """From which day on a party ends the agreement, and why."""

    asks_how = True
    effective_on = forms.DateField(label=_("Takes effect on"))
    reason = reason_field()


class ParticularsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What of a party needs nobody's approval."""

    class Meta:
        model = AgreementParty
        fields = ("own_number", "signatory", "signatory_post", "contact", "contact_phone")
        labels = {
            "own_number": _("Own number"),
            "signatory": _("Signatory"),
            "signatory_post": pgettext_lazy("of a person", "Post"),
            "contact": _("Contact person"),
            "contact_phone": _("Phone of the contact"),
        }
        help_texts = {"own_number": _("Under which number the party files the agreement itself.")}


class AnnexForm(forms.Form):
    """A file that becomes part of the text."""

    file = UploadField(label=_("File"), allowed=DOCUMENTS, most_bytes=MOST_BYTES)
    version = version_field()


class RemoveAnnexForm(forms.Form):
    """Which annex is taken out of the text."""

    sha256 = forms.ChoiceField(label=_("Annex"), widget=forms.RadioSelect)
    version = version_field()

    def __init__(self, *args: Any, annexes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sha256"].choices = annexes  # type: ignore[attr-defined]
