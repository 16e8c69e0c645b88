"""Slots, tables and the programme."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.fairs.forms import SessionForm, SlotsForm, TablesForm
from events.fairs.models import Fair, FairSession
from events.fairs.selectors import programme_by_day, slots_by_day, tables_by_zone
from events.fairs.services import (
    add_session,
    lay_out_slots,
    lay_out_tables,
    remove_session,
    remove_slots,
    remove_tables,
    update_session,
)
from events.fairs.views.organizing import own_fair
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal


@require_safe
def grounds_page(request: Request, slug: str) -> HttpResponse:
    return _page(request, own_fair(request, slug))


def _page(
    request: Request, fair: Fair, *, slots: forms.Form | None = None, tables: forms.Form | None = None
) -> HttpResponse:
    """The page with the forms as typed, if one of them was refused."""
    days = slots_by_day(fair)
    context = {
        "fair": fair,
        "days": days,
        "slot_count": sum(len(found) for _day, found in days),
        "zones": tables_by_zone(fair),
        "programme": programme_by_day(fair),
        "slots_form": slots or SlotsForm(fair=fair, auto_id="slots_%s"),
        "tables_form": tables or TablesForm(auto_id="tables_%s"),
    }
    return render(request, "fairs/grounds.html", context)


@require_POST
def slots_add(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    form = SlotsForm(request.POST, fair=fair, auto_id="slots_%s")
    if not form.is_valid():
        return _page(request, fair, slots=form)
    try:
        slots = lay_out_slots(fair_id=fair.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
    except DomainError as error:
        show_refusal(form, error)
        return _page(request, fair, slots=form)
    messages.success(request, _("%(n)d slots added.") % {"n": len(slots)})
    return redirect("fairs:grounds", slug=slug)


@require_POST
def slots_remove(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
        remove_slots(fair_id=fair.pk, day=day, actor=request.user, at=timezone.now())
    except (DomainError, ValueError) as error:
        messages.error(request, str(error) if isinstance(error, DomainError) else _("This is not a day."))
    return redirect("fairs:grounds", slug=slug)


@require_POST
def tables_add(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    form = TablesForm(request.POST, auto_id="tables_%s")
    if not form.is_valid():
        return _page(request, fair, tables=form)
    try:
        tables = lay_out_tables(fair_id=fair.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
    except DomainError as error:
        show_refusal(form, error)
        return _page(request, fair, tables=form)
    messages.success(request, _("%(n)d tables added.") % {"n": len(tables)})
    return redirect("fairs:grounds", slug=slug)


@require_POST
def tables_remove(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    try:
        remove_tables(fair_id=fair.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("fairs:grounds", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def session_add(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    form = SessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_session(fair_id=fair.pk, facts=form.facts(), actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("fairs:grounds", slug=slug)
    return render(request, "fairs/session.html", {"form": form, "fair": fair})


@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: Request, pk: int) -> HttpResponse:
    session = _own_session(request, pk)
    fair = session.fair
    form = SessionForm(request.POST or None, instance=session)
    if request.method == "POST" and form.is_valid():
        try:
            update_session(session_id=pk, facts=form.facts(), actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("fairs:grounds", slug=fair.slug)
    return render(request, "fairs/session.html", {"form": form, "fair": fair, "session": session})


@require_POST
def session_remove(request: Request, pk: int) -> HttpResponse:
    session = _own_session(request, pk)
    try:
        remove_session(session_id=pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("fairs:grounds", slug=session.fair.slug)


def _own_session(request: Request, pk: int) -> FairSession:
    own = FairSession.objects.filter(fair__in=Fair.objects.editable_by(request.user))
    return get_object_or_404(own.select_related("fair"), pk=pk)
