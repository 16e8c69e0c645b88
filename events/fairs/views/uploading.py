"""Guests from an Excel list: check, preview with every row, then invite; nothing is stored before that."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.fairs.guest_forms import UploadForm
from events.fairs.letters import letter_gaps
from events.fairs.models import Fair
from events.fairs.services import request_invitations
from events.fairs.services.importing import Verdict, check_guests, to_invite
from events.fairs.sheets import checked_workbook, guest_remarks, upload_template
from events.fairs.spreadsheets import LARGEST_FILE, Row, SheetRefused, carried, carry, read_rows
from events.fairs.views.inviting import job_facts
from events.fairs.views.organizing import own_fair
from portal.common.errors import DomainError
from portal.common.http import Request, attachment, show_refusal

SHOWN = 200  # rows of the preview; all are in the annotated workbook


@require_http_methods(["GET", "HEAD", "POST"])
def invite_upload(request: Request, slug: str) -> HttpResponse:
    """Choose a file; then every row with what comes of it."""
    fair = own_fair(request, slug)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            return _preview(request, fair, uploaded_rows(form))
        except DomainError as error:
            show_refusal(form, error)
    return render(request, "fairs/invite_upload.html", {"fair": fair, "form": form, "gaps": letter_gaps(fair)})


def uploaded_rows(form: UploadForm) -> list[Row]:
    """The rows of a valid form's file; SheetRefused."""
    return read_rows(form.cleaned_data["file"].read(LARGEST_FILE + 1))


def _preview(request: Request, fair: Fair, rows: list[Row], error: str = "") -> HttpResponse:
    guests = check_guests(fair, rows)
    counts = Counter(guest.verdict.value for guest in guests)
    wrong_first = sorted(guests, key=lambda guest: guest.verdict is not Verdict.WRONG)
    context: dict[str, Any] = {
        "fair": fair,
        "guests": wrong_first[:SHOWN],
        "more": max(0, len(guests) - SHOWN),
        "counts": {verdict.value: counts[verdict.value] for verdict in Verdict},
        "rows": carry(rows),
        "error": error,
        "gaps": letter_gaps(fair),
    }
    return render(request, "fairs/invite_preview.html", context)


@require_POST
def invite_rows(request: Request, slug: str) -> HttpResponseBase:
    """What was previewed: invite by a job, or get the workbook back with a remark beside every row."""
    fair = own_fair(request, slug)
    try:
        rows = carried(request.POST.get("rows", ""))
    except SheetRefused as error:
        messages.error(request, str(error))
        return redirect("fairs:invite_upload", slug=slug)
    guests = check_guests(fair, rows)
    if "annotated" in request.POST:
        heads = (_("Check"), _("Perhaps meant"))
        return attachment(checked_workbook(rows, guest_remarks(guests), heads), name=f"{fair.slug}-checked.xlsx")
    try:
        chosen = to_invite(guests, valid_only="valid_only" in request.POST)
        job = request_invitations(fair_id=fair.pk, organization_ids=chosen, **job_facts(request))
    except DomainError as error:
        return _preview(request, fair, rows, str(error))
    return redirect("jobs:detail", public_id=job.public_id)


@require_safe
def invite_template(request: Request, slug: str) -> HttpResponseBase:
    """An empty list to fill in."""
    fair = own_fair(request, slug)
    return attachment(upload_template(), name=f"{fair.slug}-guests.xlsx")
