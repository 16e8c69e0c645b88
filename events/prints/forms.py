"""What the organizer wants printed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.printing.fair_pack import DOCUMENTS, title_of
from events.prints.gathering import PRINTED_IN


def document_title(code: str) -> str:
    """The title of a document in the reader's language."""
    return title_of(code, PRINTED_IN.get(get_language() or "", "en"))


class PackForm(forms.Form):
    """Which documents, in which language, all sheets or those that changed."""

    documents = forms.MultipleChoiceField(label=_("Documents"), widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(label=_("Language of the papers"), choices=settings.LANGUAGES)
    changed_only = forms.BooleanField(
        label=_("Only what changed since the last print"),
        required=False,
        help_text=_("A sheet that says the same as before stays valid and is not printed again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents = self.fields["documents"]
        documents.choices = [(code, document_title(code)) for code in DOCUMENTS]  # type: ignore[attr-defined]


class OneSheetForm(forms.Form):
    """A single sheet: of which document, for whom."""

    KINDS = ("party_timetables", "badges", "name_cards")

    document = forms.ChoiceField(label=_("Document"))
    party = forms.ChoiceField(label=_("Organization"))

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {"document": [(code, document_title(code)) for code in self.KINDS], "party": parties}
        for name, given in choices.items():
            self.fields[name].choices = given  # type: ignore[attr-defined]
