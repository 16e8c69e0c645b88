"""A guest's place at the fair: asked for, given, on the waiting list; its letter, limits and times."""

from __future__ import annotations

import io

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.fairs.guest_forms import ApplyForm, LimitsForm
from events.fairs.guests import GuestFilter, days_of, grid_of, guest_rows, own_seats
from events.fairs.letters import FORMATS, guests_of, letter_file, letter_name, letters_of
from events.fairs.models import TAKING_PART, Fair, FairStatus, Participation, Slot
from events.fairs.selectors import participation_counts
from events.fairs.services import (
    ask_to_take_part,
    decide_application,
    move_up,
    set_absence,
    set_limits,
    void_links,
)
from events.fairs.views.answering import own_participation
from events.fairs.views.organizing import own_fair
from portal.common.errors import DomainError
from portal.common.http import Request, attachment, show_refusal
from portal.common.paging import keyset_page


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: Request, slug: str) -> HttpResponse:
    """Ask for a place without an invitation; for those who answer for a school or an enterprise."""
    fair = get_object_or_404(Fair.objects.visible_to(request.user), slug=slug)
    seats = own_seats(request.user)
    if not seats:
        raise Http404
    form = ApplyForm(request.POST or None, seats=seats)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        organization = facts.pop("organization")
        try:
            row = ask_to_take_part(
                fair_id=fair.pk, organization_id=organization, **facts, actor=request.user, at=timezone.now()
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The organizer has been told and will answer you here."))
            return redirect(row)
    return render(request, "fairs/participation_apply.html", {"fair": fair, "form": form})


def _guest(request: Request, pk: int) -> Participation:
    """A participation of a fair that the user runs."""
    own = Participation.objects.filter(fair__in=Fair.objects.editable_by(request.user))
    return get_object_or_404(own.select_related("fair__organizer", "organization"), pk=pk)


@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Accept whoever asked to come, or not."""
    row = _guest(request, pk)
    note = request.POST.get("note", "").replace("\x00", "")[:300]
    accept = request.POST.get("accept") == "1"
    try:
        decided = decide_application(
            participation_id=pk, accept=accept, note=note, actor=request.user, at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Now: %(status)s.") % {"status": decided.get_status_display()})
    return redirect(row)


@require_POST
def up(request: Request, pk: int) -> HttpResponse:
    """Let somebody from the waiting list in."""
    row = _guest(request, pk)
    try:
        move_up(participation_id=pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Has a place now and has been told."))
    return redirect(row)


@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: Request, pk: int) -> HttpResponse:
    """Meetings at once, at least and at most."""
    row = _guest(request, pk)
    form = LimitsForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            set_limits(participation_id=pk, **form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(row)
    return render(request, "fairs/participation_limits.html", {"row": row, "fair": row.fair, "form": form})


@require_POST
def new_link(request: Request, pk: int) -> HttpResponse:
    """Make the links given out before void."""
    row = _guest(request, pk)
    void_links(participation_id=pk, actor=request.user, at=timezone.now())
    messages.success(request, _("Links sent before no longer work. Download the letter again to send the new one."))
    return redirect(row)


@require_safe
def letter(request: Request, pk: int, kind: str) -> HttpResponseBase:
    """The letter of one organization as PDF or Word, with its reply slip."""
    row = own_participation(request, pk)
    if kind not in FORMATS:
        raise Http404
    guests = guests_of([row], request.build_absolute_uri("/").rstrip("/"))
    language = get_language() or ""
    try:
        letters = letters_of(row.fair, guests, language=language, issued_on=timezone.localdate(row.invited_at))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(row)
    return attachment(io.BytesIO(letter_file(letters, kind)), name=letter_name(1, guests[0], kind))


@require_safe
def availability(request: Request, slug: str) -> HttpResponse:
    """All who come by all slots: who is there when; a tap on a cell changes it."""
    fair = own_fair(request, slug)
    chosen = GuestFilter.of(request.GET)
    slots = list(Slot.objects.filter(fair=fair).order_by("starts_at"))
    coming = chosen.applied(guest_rows(fair)).filter(status__in=TAKING_PART)
    page = keyset_page(coming, order=("organization__pinyin", "id"), after=request.GET.get("after", ""))
    context = {
        "fair": fair,
        "chosen": chosen,
        "page": page,
        "days": days_of(slots),
        "slots": slots,
        "lines": grid_of(page.rows, slots),
        "counts": participation_counts(fair),
        "may_change": fair.status in (FairStatus.REGISTRATION, FairStatus.MATCHING),
    }
    return render(request, "fairs/participants_grid.html", context)


@require_POST
def away(request: Request, pk: int) -> HttpResponse:
    """One cell of the grid: `slot` away or, with `here`, there again; answers with the row."""
    row = _guest(request, pk)
    text = request.POST.get("away") or request.POST.get("here") or ""
    slots = list(Slot.objects.filter(fair=row.fair_id).order_by("starts_at"))
    slot = next((slot for slot in slots if str(slot.pk) == text), None)
    if slot is None:
        raise Http404
    error = ""
    is_away = "away" in request.POST
    try:
        set_absence(participation_id=pk, slot_id=slot.pk, is_away=is_away, actor=request.user, at=timezone.now())
    except DomainError as refused:
        error = str(refused)
    if not request.htmx:
        if error:
            messages.error(request, error)
        return redirect("fairs:availability", slug=row.fair.slug)
    (line,) = grid_of([row], slots)
    context = {"line": line, "error": error, "may_change": True, "fair": row.fair}
    return render(request, "fairs/participants_grid.html#line", context)
