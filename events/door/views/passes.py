"""Passes: the organizer makes and revokes them, a helper begins with one."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.door.access import hand_over, pass_of
from events.door.forms import PassForm
from events.door.models import DeskPass
from events.door.selectors import latest_events, unknown_walk_ins
from events.door.services import make_pass, revoke_pass
from events.fairs.models import Fair
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal


@require_http_methods(["GET", "HEAD", "POST"])
def passes(request: Request, slug: str) -> HttpResponse:
    """The passes of a fair; a new one is shown with its address and QR code this once."""
    fair = get_object_or_404(Fair.objects.editable_by(request.user).select_related("organizer"), slug=slug)
    form, made = PassForm(request.POST or None, fair=fair), {}
    if request.method == "POST" and form.is_valid():
        try:
            row, secret = make_pass(fair_id=fair.pk, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            address = request.build_absolute_uri(reverse("door:enter", args=[secret]))
            made = {"made": row, "address": address, "qr": segno.make(address, error="m").svg_data_uri(scale=6)}
            form = PassForm(fair=fair)
    context = {
        "fair": fair,
        "form": form,
        "passes": list(DeskPass.objects.visible_to(request.user).filter(fair=fair).select_related("created_by")),
        "now": timezone.now(),
        "latest": latest_events(fair),
        "unknown": unknown_walk_ins(fair),
    }
    return render(request, "door/passes.html", context | made)


@require_POST
def revoke(request: Request, slug: str, pk: int) -> HttpResponse:
    row = get_object_or_404(DeskPass.objects.visible_to(request.user), pk=pk, fair__slug=slug)
    try:
        revoke_pass(pass_id=row.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": row.name})
    return redirect("door:passes", slug=slug)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request, secret: str) -> HttpResponse:
    """A helper opens the secret address, reads what the pass is for, and begins."""
    found = pass_of(secret, timezone.now())
    if found is None or found.expires_at <= timezone.now():
        return _private(render(request, "door/no_pass.html", status=404))
    if request.method != "POST":
        return _private(render(request, "door/enter.html", {"desk_pass": found, "fair": found.fair}))
    response = redirect("door:desk", slug=found.fair.slug)
    hand_over(response, secret, found)
    return _private(response)


@login_not_required
@require_safe
def worker(request: Request) -> HttpResponse:
    """The service worker of the desk: keeps the pages of the door, and nothing else, for when there is no network."""
    response = render(request, "door/worker.js", content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/door/"
    response.headers["Cache-Control"] = "no-store"  # the browser keeps its own copy, and looks for a newer one
    return response


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the key: nobody keeps it, and no other site is told whence the visitor comes."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"  # with "no-referrer" a browser posts as from nowhere
    response.headers["X-Robots-Tag"] = "noindex"
    return response
