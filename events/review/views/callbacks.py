"""Call-backs: what is due, what was said."""

from __future__ import annotations

import io

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.review.forms import CallBackForm, FinishForm
from events.review.models import CallBack, CallBackQuerySet
from events.review.selectors import call_backs_seen_by
from events.review.services import change_call_back, drop_call_back, finish_call_back
from events.review.sheets import call_back_sheet
from portal.common.errors import DomainError
from portal.common.http import Request, attachment, show_refusal
from portal.common.paging import keyset_page
from portal.common.xlsx import workbook

WHEN = ("due", "open", "done")


def _chosen(request: Request) -> CallBackQuerySet:
    """The call-backs that the address asks for: of one fair, due, open or done."""
    rows = call_backs_seen_by(request.user)
    when = request.GET.get("when", "")
    if when == "due":
        rows = rows.filter(done_at=None, due_on__lte=timezone.localdate())
    elif when in WHEN:
        rows = rows.filter(done_at__isnull=when == "open")
    fair = request.GET.get("fair", "")[:60]
    return rows.filter(outcome__fair__slug=fair) if fair else rows


@require_safe
def call_back_list(request: Request) -> HttpResponse:
    """The next due first."""
    page = keyset_page(_chosen(request), order=("due_on", "id"), after=request.GET.get("after", ""))
    context = {
        "page": page,
        "when": request.GET.get("when", ""),
        "fair": request.GET.get("fair", "")[:60],
        "today": timezone.localdate(),
    }
    return render(request, "review/call_backs.html", context)


@require_safe
def export(request: Request) -> HttpResponseBase:
    """The same list as an Excel workbook."""
    content = workbook([call_back_sheet(_chosen(request).order_by("due_on", "id"))])
    return attachment(io.BytesIO(content), name=_("call-backs") + ".xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def call_back(request: Request, pk: int) -> HttpResponse:
    """One call-back; posted, its day and what to ask are changed."""
    row = _seen(request, pk)
    form = CallBackForm(request.POST or None, initial={"due_on": row.due_on, "note": row.note})
    if request.method == "POST" and form.is_valid():
        try:
            change_call_back(call_back_id=pk, **form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("review:call_back", pk=pk)
    return _page(request, row, form, FinishForm())


def _seen(request: Request, pk: int) -> CallBack:
    return get_object_or_404(call_backs_seen_by(request.user), pk=pk)


def _page(request: Request, row: CallBack, form: forms.Form, finish_form: forms.Form) -> HttpResponse:
    return render(request, "review/call_back.html", {"call_back": row, "form": form, "finish_form": finish_form})


@require_POST
def finish(request: Request, pk: int) -> HttpResponse:
    """Note what was said."""
    row = _seen(request, pk)
    form = FinishForm(request.POST)
    if form.is_valid():
        try:
            finish_call_back(call_back_id=pk, **form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Noted."))
            return redirect("review:call_backs")
    return _page(request, row, CallBackForm(initial={"due_on": row.due_on, "note": row.note}), form)


@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    """Take it off the list."""
    _seen(request, pk)
    try:
        drop_call_back(call_back_id=pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("review:call_backs")
