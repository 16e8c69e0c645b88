"""What people type of money paid, milestones and results."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.agreements.facts import Upload
from events.agreements.forms.acts import MOST_BYTES, upload_of
from events.agreements.ledger import Line
from portal.common.upload_fields import UploadField
from portal.common.uploads import DOCUMENTS, SCANS
from portal.taxonomy.models import CooperationKind

MOST_PEOPLE = 100_000
EARLIEST = date(2000, 1, 1)


def day_field(label: Any) -> forms.DateField:
    """A day, with the browser's own calendar; a year typed with two digits, which it takes for 0024, is refused."""
    widget = forms.DateInput(attrs={"type": "date", "min": EARLIEST.isoformat()}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[MinValueValidator(EARLIEST)])


class WithFile(forms.Form):
    """A form with one file that need not be sent."""

    file_field = "evidence"

    def upload(self) -> Upload | None:
        """The file for the services, if one was sent."""
        checked = self.cleaned_data[self.file_field]
        return upload_of(checked) if checked else None


class PaymentForm(WithFile):
    """Money paid under one of the promises."""

    file_field = "proof"
    line = forms.TypedChoiceField(label=_("Promise"), coerce=int)
    paid_on = day_field(_("Paid on"))
    amount = forms.DecimalField(label=_("Amount (yuan)"), max_digits=14, decimal_places=2)
    proof = UploadField(label=_("Proof of payment"), allowed=SCANS, most_bytes=MOST_BYTES, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, lines: list[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = _("%(line)s. %(purpose)s: %(left)s yuan left")
        self.fields["line"].choices = [  # type: ignore[attr-defined]
            (
                line.funding.line,
                left % {"line": line.funding.line, "purpose": line.funding.purpose, "left": f"{line.left:,.2f}"},
            )
            for line in lines
        ]


class MilestoneForm(forms.Form):
    """A step to be reached by a day."""

    title = forms.CharField(label=_("Milestone"), max_length=160)
    due_on = day_field(_("Due"))


class ReachForm(WithFile):
    """That a step was reached, and what shows it."""

    done_on = day_field(_("Reached on"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    evidence = UploadField(label=_("Evidence"), allowed=DOCUMENTS, most_bytes=MOST_BYTES, required=False)


class KindField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A kind of cooperation by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name if (get_language() or "").startswith("zh") else obj.name_en)


class ResultForm(WithFile):
    """What came of one kind of cooperation in one year."""

    cooperation_kind = KindField(label=_("Kind of cooperation"), queryset=CooperationKind.objects.none())
    year = forms.IntegerField(label=_("Year"), min_value=1900, max_value=9999)
    people = forms.IntegerField(label=_("People"), min_value=0, max_value=MOST_PEOPLE)
    note = forms.CharField(label=_("What was done"), max_length=500, required=False)
    evidence = UploadField(label=_("Evidence"), allowed=DOCUMENTS, most_bytes=MOST_BYTES, required=False)

    def __init__(self, *args: Any, agreement_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = CooperationKind.objects.filter(terms__agreement=agreement_id).order_by("position")
        self.fields["cooperation_kind"].queryset = kinds  # type: ignore[attr-defined]
