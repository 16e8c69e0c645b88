"""Rooms and single tables: where they stand, to whom they belong, when they are closed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.fairs.forms import PlaceForm, RoomForm, TableForm
from events.fairs.models import Fair, FairRoom, FairTable
from events.fairs.selectors import tables_with_owners
from events.fairs.services import (
    add_room,
    close_tables,
    fix_tables_to_side,
    put_tables_in_room,
    remove_room,
    update_table,
)
from events.fairs.views.organizing import own_fair
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal


@require_safe
def tables_page(request: Request, slug: str) -> HttpResponse:
    return _page(request, own_fair(request, slug))


def _page(
    request: Request, fair: Fair, *, room: forms.Form | None = None, place: forms.Form | None = None
) -> HttpResponse:
    """The page with the forms as typed, if one of them was refused."""
    tables = tables_with_owners(fair)
    context = {
        "fair": fair,
        "tables": tables,
        "fixed": sum(table.owner_id is not None for table in tables),
        "rooms": list(fair.rooms.all()),
        "room_form": room or RoomForm(auto_id="room_%s"),
        "place_form": place or PlaceForm(fair=fair, auto_id="place_%s"),
    }
    return render(request, "fairs/tables.html", context)


@require_POST
def room_add(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    form = RoomForm(request.POST, auto_id="room_%s")
    if not form.is_valid():
        return _page(request, fair, room=form)
    try:
        add_room(fair_id=fair.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
    except DomainError as error:
        show_refusal(form, error)
        return _page(request, fair, room=form)
    return redirect("fairs:tables", slug=slug)


@require_POST
def room_remove(request: Request, pk: int) -> HttpResponse:
    own = FairRoom.objects.filter(fair__in=Fair.objects.editable_by(request.user))
    room = get_object_or_404(own.select_related("fair"), pk=pk)
    try:
        remove_room(room_id=pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("fairs:tables", slug=room.fair.slug)


@require_POST
def tables_place(request: Request, slug: str) -> HttpResponse:
    """Say in which room a row of tables stands."""
    fair = own_fair(request, slug)
    form = PlaceForm(request.POST, fair=fair, auto_id="place_%s")
    if not form.is_valid():
        return _page(request, fair, place=form)
    room = form.cleaned_data["room"]
    numbers = {"first": form.cleaned_data["first"], "last": form.cleaned_data["last"]}
    try:
        placed = put_tables_in_room(
            fair_id=fair.pk, room_id=room and room.pk, **numbers, actor=request.user, at=timezone.now()
        )
    except DomainError as error:
        show_refusal(form, error)
        return _page(request, fair, place=form)
    messages.success(request, ngettext("%(n)d table placed.", "%(n)d tables placed.", placed) % {"n": placed})
    return redirect("fairs:tables", slug=slug)


@require_POST
def tables_fix(request: Request, slug: str) -> HttpResponse:
    """Give everybody of one side a table of its own, or free all tables."""
    fair = own_fair(request, slug)
    side = request.POST.get("side", "")
    kind = side if side in {"school", "enterprise"} else None
    try:
        fixed = fix_tables_to_side(fair_id=fair.pk, kind=kind, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        text = ngettext("%(n)d table is fixed.", "%(n)d tables are fixed.", fixed) % {"n": fixed}
        messages.success(request, text if fixed else _("No table is fixed to anybody."))
    return redirect("fairs:tables", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def table_edit(request: Request, pk: int) -> HttpResponse:
    own = FairTable.objects.filter(fair__in=Fair.objects.editable_by(request.user))
    table = get_object_or_404(own.select_related("fair"), pk=pk)
    fair, number = table.fair, str(table)
    form = TableForm(request.POST or None, instance=table, fair=fair)
    if request.method == "POST" and form.is_valid():
        slots = [slot.pk for slot in form.cleaned_data["slots"]]
        try:
            update_table(table_id=pk, facts=form.facts(), actor=request.user, at=timezone.now())
            close_tables(
                fair_id=fair.pk,
                first=table.number,
                last=table.number,
                slot_ids=slots,
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("fairs:tables", slug=fair.slug)
    return render(request, "fairs/table.html", {"form": form, "fair": fair, "table": table, "number": number})
