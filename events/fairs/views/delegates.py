"""Who comes by name: the party's own list, and the organizer's view of all."""

from __future__ import annotations

import io

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.fairs.delegation_sheets import read_delegations, sheet_of
from events.fairs.guest_forms import DelegationFormSet, UploadForm, delegation_forms
from events.fairs.guests import delegates_of, guest_rows
from events.fairs.models import TAKING_PART, Fair, Participation
from events.fairs.services import set_delegation, set_delegations
from events.fairs.services.delegations import PARTY_MAY, names_are_over
from events.fairs.sheets import checked_workbook
from events.fairs.spreadsheets import Row, SheetRefused, carried, carry
from events.fairs.views.answering import own_participation
from events.fairs.views.organizing import own_fair
from events.fairs.views.uploading import uploaded_rows
from portal.common.errors import DomainError
from portal.common.http import Request, attachment, show_refusal
from portal.common.paging import keyset_page
from portal.common.xlsx import workbook


@require_http_methods(["GET", "HEAD", "POST"])
def delegation(request: Request, pk: int) -> HttpResponse:
    """The names of one organization: all at once, in the order of rank."""
    row = own_participation(request, pk)
    people = delegates_of(request.user, row)
    formset = delegation_forms(people, request.POST if request.method == "POST" else None)
    if request.method == "POST" and formset.is_valid():
        try:
            kept = set_delegation(participation_id=pk, people=formset.people(), actor=request.user, at=timezone.now())
        except DomainError as error:
            formset.non_form_errors().append(str(error))
        else:
            text = ngettext("%(n)d delegate is on the list.", "%(n)d delegates are on the list.", len(kept))
            messages.success(request, text % {"n": len(kept)})
            return redirect("fairs:delegation" if "more" in request.POST else "fairs:participation", pk=pk)
    return render(request, "fairs/delegation.html", _delegation(request, row, formset))


def _delegation(request: Request, row: Participation, formset: DelegationFormSet) -> dict[str, object]:
    runs_it = Fair.objects.editable_by(request.user).filter(pk=row.fair_id).exists()
    late = names_are_over(row.fair, timezone.now()) or row.fair.status not in PARTY_MAY
    return {"row": row, "fair": row.fair, "formset": formset, "runs_it": runs_it, "is_late": late and not runs_it}


@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: Request, slug: str) -> HttpResponse:
    """All who come, those without names first to be seen; the sheet down and up."""
    fair = own_fair(request, slug)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            return _preview(request, fair, uploaded_rows(form))
        except DomainError as error:
            show_refusal(form, error)
    coming = guest_rows(fair).filter(status__in=TAKING_PART)
    lacking = request.GET.get("without") == "names"
    shown = coming.filter(names_confirmed_at=None) if lacking else coming
    page = keyset_page(
        shown.prefetch_related("people"), order=("organization__pinyin", "id"), after=request.GET.get("after", "")
    )
    context = {
        "fair": fair,
        "form": form,
        "page": page,
        "lacking": lacking,
        "coming": coming.count(),
        "without": coming.filter(names_confirmed_at=None).count(),
    }
    return render(request, "fairs/delegations.html", context)


def _preview(request: Request, fair: Fair, rows: list[Row], error: str = "") -> HttpResponse:
    reading = read_delegations(fair, rows)
    changed = Participation.objects.filter(pk__in=reading.changed).select_related("organization")
    lines = [(row, reading.changed[row.pk]) for row in changed.order_by("organization__pinyin", "pk")]
    problems = [(line, text, " · ".join(filter(None, rows[line - 1]))) for line, text in reading.problems.items()]
    context = {
        "fair": fair,
        "reading": reading,
        "lines": lines,
        "problems": problems,
        "rows": carry(rows),
        "error": error,
    }
    return render(request, "fairs/delegations_preview.html", context)


@require_POST
def delegations_do(request: Request, slug: str) -> HttpResponseBase:
    """Store what was previewed, or get the workbook back with a remark beside every wrong row."""
    fair = own_fair(request, slug)
    try:
        rows = carried(request.POST.get("rows", ""))
        reading = read_delegations(fair, rows)
    except SheetRefused as error:
        messages.error(request, str(error))
        return redirect("fairs:delegations", slug=slug)
    if "annotated" in request.POST:
        remarks = {line: (text,) for line, text in reading.problems.items()}
        return attachment(checked_workbook(rows, remarks, (_("Check"),)), name=f"{fair.slug}-checked.xlsx")
    if reading.problems:
        return _preview(request, fair, rows, _("Correct the rows first and upload the file again."))
    try:
        changed = set_delegations(fair_id=fair.pk, delegations=reading.changed, actor=request.user, at=timezone.now())
    except DomainError as error:
        return _preview(request, fair, rows, str(error))
    text = ngettext(
        "The names of %(n)d organization are stored.", "The names of %(n)d organizations are stored.", len(changed)
    )
    messages.success(request, text % {"n": len(changed)})
    return redirect("fairs:delegations", slug=slug)


@require_safe
def delegations_sheet(request: Request, slug: str) -> HttpResponseBase:
    """All delegations as Excel: filled in and uploaded again, it is an update."""
    fair = own_fair(request, slug)
    return attachment(io.BytesIO(workbook([sheet_of(fair)])), name=f"{fair.slug}-delegations.xlsx")
