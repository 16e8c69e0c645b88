"""What happens in one session: the list of presentations, the run sheet of a signing, the groups of a tour."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from events.fairs.forms import PresentationForm, SigningForm, TourGroupForm
from events.fairs.models import Fair, FairSession, Presentation, SessionKind, SigningItem, TourGroup
from events.fairs.services import (
    add_presentation,
    add_signing,
    add_tour_group,
    fill_presentations,
    move_presentation,
    move_signing,
    remove_item,
    share_out_seats,
)
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal

FILL_MINUTES = 8
TURNS = {"up": -1, "down": 1}


def _own_session(request: Request, pk: int) -> FairSession:
    own = FairSession.objects.filter(fair__in=Fair.objects.editable_by(request.user), kind__in=_FORMS)
    return get_object_or_404(own.select_related("fair"), pk=pk)


def _form(session: FairSession, typed: Any = None) -> forms.Form:
    if session.kind == SessionKind.PRESENTATION:
        return PresentationForm(typed, session=session)
    return SigningForm(typed, session=session) if session.kind == SessionKind.SIGNING else TourGroupForm(typed)


_FORMS = (SessionKind.PRESENTATION, SessionKind.SIGNING, SessionKind.TOUR)


@require_safe
def items(request: Request, pk: int) -> HttpResponse:
    session = _own_session(request, pk)
    return _page(request, session, _form(session))


def _page(request: Request, session: FairSession, form: forms.Form) -> HttpResponse:
    organizations = ("school__organization", "enterprise__organization")
    context: dict[str, Any] = {"session": session, "fair": session.fair, "form": form}
    if session.kind == SessionKind.PRESENTATION:
        context["presentations"] = rows = list(session.presentations.select_related("participation__organization"))
        context["minutes"] = sum(row.minutes for row in rows)
        context["room"] = int((session.ends_at - session.starts_at).total_seconds() // 60)
    elif session.kind == SessionKind.SIGNING:
        context["signings"] = list(session.signings.select_related(*organizations))
    else:
        groups = list(session.tour_groups.prefetch_related("riders__participation__organization"))
        context["groups"] = [(group, sum(rider.people for rider in group.riders.all())) for group in groups]
    return render(request, "fairs/items.html", context)


@require_POST
def item_add(request: Request, pk: int) -> HttpResponse:
    """Add an organization, a paper or a group, as the kind of the session asks."""
    session = _own_session(request, pk)
    form = _form(session, request.POST)
    if not form.is_valid():
        return _page(request, session, form)
    act: dict[str, Any] = {"session_id": pk, "actor": request.user, "at": timezone.now()}
    try:
        if isinstance(form, PresentationForm):
            typed = dict(form.cleaned_data)
            add_presentation(participation_id=typed.pop("participation").pk, **typed, **act)
        elif isinstance(form, SigningForm):
            add_signing(facts=form.facts(), **act)
        else:
            add_tour_group(**form.cleaned_data, **act)
    except DomainError as error:
        show_refusal(form, error)
        return _page(request, session, form)
    return redirect("fairs:items", pk=pk)


@require_POST
def items_fill(request: Request, pk: int) -> HttpResponse:
    """All of a side onto the list of presentations, or everybody into the groups of the tour."""
    session = _own_session(request, pk)
    act: dict[str, Any] = {"session_id": pk, "actor": request.user, "at": timezone.now()}
    try:
        if session.kind == SessionKind.TOUR:
            n = share_out_seats(**act)
            text = ngettext("%(n)d person has a seat.", "%(n)d people have a seat.", n)
        else:
            side = "enterprise" if request.POST.get("side") == "enterprise" else "school"
            n = fill_presentations(kind=side, minutes=FILL_MINUTES, **act)
            text = ngettext("%(n)d organization added.", "%(n)d organizations added.", n)
        messages.success(request, text % {"n": n})
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("fairs:items", pk=pk)


@require_POST
def item_change(request: Request, pk: int, item: int, change: str) -> HttpResponse:
    """Move one line up or down, or take it off."""
    session = _own_session(request, pk)
    rows: dict[str, Any] = {
        SessionKind.PRESENTATION: Presentation,
        SessionKind.SIGNING: SigningItem,
        SessionKind.TOUR: TourGroup,
    }
    row = get_object_or_404(rows[session.kind].objects.select_related("session"), pk=item, session=session)
    act: dict[str, Any] = {"actor": request.user, "at": timezone.now()}
    try:
        if change == "remove":
            remove_item(item=row, **act)
            messages.success(request, _("Taken off the list."))
        elif isinstance(row, Presentation) and change in TURNS:
            move_presentation(presentation_id=item, by=TURNS[change], **act)
        elif isinstance(row, SigningItem) and change in TURNS:
            move_signing(signing_id=item, by=TURNS[change], **act)
        else:
            raise Http404
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("fairs:items", pk=pk)
