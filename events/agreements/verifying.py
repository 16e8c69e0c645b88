"""What anybody may learn of a paper: whether its number, version and hash are those of an agreement in force.

Parties, amounts and people are not named: whoever holds the paper reads them there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.agreements.documents import HASH_DIGITS
from events.agreements.models import Agreement, AgreementStatus, AgreementText, TextStatus
from events.agreements.models.agreement import ENDED

LONGEST_NUMBER = 40
TOLD_FIRST = (TextStatus.CURRENT, TextStatus.OPEN, TextStatus.SUPERSEDED, TextStatus.DROPPED)


class Standing(models.TextChoices):
    """How a text stands on a day, in a sentence for whoever holds the paper."""

    IN_FORCE = "in_force", _("In force. All parties have signed this version.")
    AHEAD = "ahead", _("Signed by all parties; its period has not begun yet.")
    REPLACED = "replaced", _("No longer valid: a later version, signed by all parties, has replaced this one.")
    ENDED = "ended", _("The agreement has ended. This version was the last one in force.")
    DRAFT = "draft", _("A draft. Not all parties have signed it, so it binds nobody.")
    GIVEN_UP = "given_up", _("A draft that was given up. It binds nobody.")
    ALTERED = "altered", _("The hash does not belong to this number. The paper was altered, or something is mistyped.")
    UNKNOWN = "unknown", _("The portal has no agreement of this number and version.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a number, version and hash, and when; the whole hash only where the first digits were right."""

    standing: Standing
    number: str
    version: int | None
    said_at: datetime
    terms_hash: str = ""
    is_sample: bool = False


class PaperForm(forms.Form):
    """Number and hash, as the header of a paper shows them."""

    number = forms.CharField(label=_("Number"), max_length=LONGEST_NUMBER)
    hash = forms.CharField(
        label=_("Hash"),
        max_length=100,
        help_text=_("It stands in the page header after the version; its first 12 characters suffice."),
    )

    def clean_hash(self) -> str:
        """The digits in lower case, without spaces."""
        digits = "".join(self.cleaned_data["hash"].split()).lower()
        if not _is_hash(digits):
            raise forms.ValidationError(_("Type at least the first 12 characters: 0 to 9 and a to f."))
        return digits


@login_not_required
@never_cache
@require_safe
def verify(request: HttpRequest, number: str = "", version: int | None = None, digits: str = "") -> HttpResponse:
    """Say how a paper stands: by the address in its code, or as typed. Each answer is one or two look-ups by key."""
    at = timezone.now()
    verdict = None
    if number:
        number = number.replace("\x00", "")[:LONGEST_NUMBER]
        form = PaperForm(initial={"number": number, "hash": digits[:64]})
        verdict = judge(number, version, digits.lower(), at)
    else:
        form = PaperForm(request.GET or None)
        if form.is_bound and form.is_valid():
            verdict = judge(form.cleaned_data["number"], None, form.cleaned_data["hash"], at)
    return render(request, "agreements/verify.html", {"form": form, "verdict": verdict})


def judge(number: str, version: int | None, digits: str, at: datetime) -> Verdict:
    """How the text of this number and version stands at a moment; without a version, that with this hash."""
    texts = AgreementText.objects.filter(agreement__number=number).select_related("agreement")
    found = list(texts if version is None else texts.filter(number=version))
    if not found:
        return Verdict(Standing.UNKNOWN, number, version, at)
    right = [text for text in found if _is_hash(digits) and text.terms_hash.startswith(digits)]
    if not right:
        return Verdict(Standing.ALTERED, number, version, at)
    text = min(right, key=lambda text: TOLD_FIRST.index(TextStatus(text.status)))
    return Verdict(
        standing=_standing(text, timezone.localdate(at)),
        number=number,
        version=text.number,
        said_at=at,
        terms_hash=text.terms_hash,
        is_sample=text.agreement.is_sample,
    )


def _is_hash(digits: str) -> bool:
    return re.fullmatch(rf"[0-9a-f]{{{HASH_DIGITS},64}}", digits) is not None


def _standing(text: AgreementText, today: date) -> Standing:
    if text.status == TextStatus.CURRENT:
        return _validity(text.agreement, today)
    return {
        TextStatus.OPEN: Standing.DRAFT,
        TextStatus.SUPERSEDED: Standing.REPLACED,
        TextStatus.DROPPED: Standing.GIVEN_UP,
    }[TextStatus(text.status)]


def _validity(agreement: Agreement, today: date) -> Standing:
    """By the day, not by what the hourly round has noted so far."""
    if agreement.status in ENDED or agreement.ends_on < today or _is_terminated(agreement, today):
        return Standing.ENDED
    begun = agreement.status == AgreementStatus.IN_FORCE or agreement.starts_on <= today
    return Standing.IN_FORCE if begun else Standing.AHEAD


def _is_terminated(agreement: Agreement, today: date) -> bool:
    return agreement.notices.filter(revoked_at=None, effective_on__lte=today).exists()
