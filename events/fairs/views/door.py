"""The desk at the door: find an organization by name, check it in with one tap."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events.fairs.models import Fair, Participation
from events.fairs.selectors import named_like, participation_counts
from events.fairs.services import check_in, mark_absent
from events.fairs.views.organizing import own_fair
from portal.common.errors import DomainError
from portal.common.http import Request

SHOWN = 40


@require_safe
def door(request: Request, slug: str) -> HttpResponse:
    """Those still awaited first; the search finds everybody who was asked."""
    fair = own_fair(request, slug)
    words = request.GET.get("q", "").strip()
    rows = Participation.objects.filter(fair=fair).select_related("organization__region", "fair")
    awaited = rows.filter(named_like(words)) if words else rows.filter(status="confirmed")
    found = list(awaited.order_by("organization__pinyin", "pk")[: SHOWN + 1])
    context = {"fair": fair, "rows": found[:SHOWN], "more": len(found) > SHOWN, "words": words}
    if request.htmx:
        return render(request, "fairs/door.html#rows", context)
    latest = list(rows.filter(status="attended").order_by("-checked_in_at")[:5])
    return render(request, "fairs/door.html", context | {"counts": participation_counts(fair), "latest": latest})


@require_POST
def check_in_one(request: Request, pk: int) -> HttpResponse:
    row = _at_the_door(request, pk)
    text = request.POST.get("delegates", "")
    delegates = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
    try:
        check_in(participation_id=row.pk, actor=request.user, at=timezone.now(), delegates=delegates)
    except DomainError as error:
        return _answer(request, row.pk, str(error))
    return _answer(request, row.pk)


@require_POST
def absent_one(request: Request, pk: int) -> HttpResponse:
    row = _at_the_door(request, pk)
    try:
        mark_absent(participation_id=row.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        return _answer(request, row.pk, str(error))
    return _answer(request, row.pk)


def _at_the_door(request: Request, pk: int) -> Participation:
    own = Participation.objects.filter(fair__in=Fair.objects.editable_by(request.user))
    return get_object_or_404(own, pk=pk)


def _answer(request: Request, pk: int, error: str = "") -> HttpResponse:
    """The row as it is now, for htmx with the counts; else the page again."""
    row = Participation.objects.select_related("organization__region", "fair").get(pk=pk)
    if not request.htmx:
        if error:
            messages.error(request, error)
        return redirect("fairs:door", slug=row.fair.slug)
    context = {"row": row, "error": error, "fair": row.fair, "counts": participation_counts(row.fair)}
    return render(request, "fairs/door.html#answer", context)
