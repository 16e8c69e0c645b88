"""The organizer's pages: make a fair, change its facts, take it forward or call it off."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from events.fairs.forms import CancelForm, FairForm, NewFairForm
from events.fairs.models import Fair
from events.fairs.selectors import organizers_of
from events.fairs.services import (
    PATTERNS,
    cancel_fair,
    close_answers,
    close_fair,
    create_fair,
    create_from_fair,
    create_from_pattern,
    discard_fair,
    facts_for_next,
    open_registration,
    start_fair,
    update_fair,
)
from events.fairs.services.cloning import Pattern
from events.fairs.services.states import STILL_ASKED
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal

EARLIER_SHOWN = 10
STEPS = {
    "open": open_registration,
    "close-answers": close_answers,
    "start": start_fair,
    "close": close_fair,
}


def own_fair(request: Request, slug: str) -> Fair:
    """The fair, if the user runs it; everybody else gets a 404."""
    return get_object_or_404(Fair.objects.editable_by(request.user).select_related("region", "organizer"), slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def fair_create(request: Request) -> HttpResponse:
    organizers = organizers_of(request.user)
    if not organizers:
        raise Http404
    mine = Fair.objects.editable_by(request.user)
    earlier = mine.order_by("-starts_on", "-pk")
    source = get_object_or_404(mine, slug=request.GET["from"]) if "from" in request.GET else None
    pattern = PATTERNS.get(request.GET.get("pattern", ""))
    form = NewFairForm(request.POST or None, organizers=organizers, initial=_beginning(source))
    if request.method == "POST" and form.is_valid():
        try:
            fair = _create(request, form, source, pattern)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The fair is in planning. Nobody else sees it yet."))
            return redirect("fairs:grounds", slug=fair.slug)
    context = {"form": form, "patterns": PATTERNS.values(), "pattern": pattern, "source": source}
    return render(request, "fairs/form.html", context | {"earlier": earlier[:EARLIER_SHOWN]})


def _beginning(source: Fair | None) -> dict[str, Any]:
    """What a new form holds: the facts of the fair it is made after, on other days."""
    if source is None:
        return {}
    facts = facts_for_next(source, timezone.localdate())
    return facts | {"region": facts.pop("region_id"), "organizer": source.organizer_id}


def _create(request: Request, form: NewFairForm, source: Fair | None, pattern: Pattern | None) -> Fair:
    """The fair as typed: after an earlier one, by a pattern, or with nothing laid out."""
    organizer, facts = form.cleaned_data["organizer"].pk, form.facts()
    if source is not None:
        return create_from_fair(
            source=source, organizer_id=organizer, facts=facts, actor=request.user, at=timezone.now()
        )
    if pattern is not None:
        return create_from_pattern(
            pattern=pattern.name, organizer_id=organizer, facts=facts, actor=request.user, at=timezone.now()
        )
    return create_fair(organizer_id=organizer, facts=facts, actor=request.user, at=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def fair_edit(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    form = FairForm(request.POST or None, instance=copy(fair))
    if request.method == "POST" and form.is_valid():
        try:
            fair = update_fair(
                fair_id=fair.pk,
                version=_version(request),
                facts=form.facts(),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(fair)
    version = _version(request) if request.method == "POST" else fair.version
    return render(request, "fairs/form.html", {"form": form, "fair": fair, "version": version})


def _version(request: Request) -> int:
    """The version on which the typed changes are based; 0, which no row has, if it cannot be read."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_POST
def fair_discard(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    try:
        discard_fair(fair_id=fair.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(fair)
    messages.success(request, _("The plan has been discarded."))
    return redirect("fairs:list")


@require_POST
def fair_step(request: Request, slug: str, step: str) -> HttpResponse:
    """One step of the fair's way: open, close-answers, start, close."""
    fair = own_fair(request, slug)
    if step not in STEPS:
        raise Http404
    try:
        fair = STEPS[step](fair_id=fair.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Now: %(status)s.") % {"status": fair.get_status_display()})
    return redirect(fair)


@require_http_methods(["GET", "HEAD", "POST"])
def fair_cancel(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_fair(fair_id=fair.pk, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The fair is cancelled and everybody who was asked has been told."))
            return redirect(fair)
    asked = fair.participations.filter(status__in=STILL_ASKED).count()
    return render(request, "fairs/cancel.html", {"form": form, "fair": fair, "asked": asked})
