"""Who takes part, and who could be asked."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from events.fairs.models import Fair, Participation, ParticipationStatus
from events.fairs.selectors import found_to_invite, named_like, participation_counts, suggest_partners
from events.fairs.services import invite_partners
from events.fairs.views.organizing import own_fair
from portal.common.errors import DomainError
from portal.common.http import Request
from portal.common.paging import keyset_page
from portal.organizations.models import OrganizationKind

SIDES = {"school": OrganizationKind.SCHOOL, "enterprise": OrganizationKind.ENTERPRISE}


@require_safe
def participants(request: Request, slug: str) -> HttpResponse:
    """The organizer's list: answers, delegates, wishes given, by side and status."""
    fair = own_fair(request, slug)
    rows = _filtered(request, fair).select_related("organization__region")
    rows = rows.annotate(wish_count=Count("wishes", distinct=True), absence_count=Count("absences", distinct=True))
    page = keyset_page(rows, order=("organization__pinyin", "id"), after=request.GET.get("after", ""))
    context = {
        "fair": fair,
        "page": page,
        "counts": participation_counts(fair),
        "statuses": ParticipationStatus.choices,
        "side": request.GET.get("side", ""),
        "status": request.GET.get("status", ""),
        "words": request.GET.get("q", ""),
    }
    return render(request, "fairs/participants.html", context)


def _filtered(request: Request, fair: Fair) -> QuerySet[Participation]:
    rows = Participation.objects.visible_to(request.user).filter(fair=fair)
    if request.GET.get("side") in SIDES:
        rows = rows.filter(organization__kind=request.GET["side"])
    if request.GET.get("status") in ParticipationStatus:
        rows = rows.filter(status=request.GET["status"])
    return rows.filter(named_like(request.GET.get("q", ""))) if request.GET.get("q") else rows


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request, slug: str) -> HttpResponse:
    """Suggestions from the ranking, best first, and a search by name; invite the chosen ones."""
    fair = own_fair(request, slug)
    side = request.GET.get("side", "school")
    kind = SIDES.get(side, OrganizationKind.SCHOOL)
    if request.method == "POST":
        _invite(request, fair)
        return redirect(request.get_full_path())
    words = request.GET.get("q", "").strip()[:60]
    context = {
        "fair": fair,
        "side": kind.value,
        "words": words,
        "found": found_to_invite(fair, side=kind, words=words) if words else [],
        "suggestions": [] if words else suggest_partners(fair, side=kind),
    }
    return render(request, "fairs/invite.html", context)


def _invite(request: Request, fair: Fair) -> None:
    chosen = [int(pk) for pk in request.POST.getlist("organizations") if pk.isascii() and pk.isdigit()]
    try:
        invited = invite_partners(fair_id=fair.pk, organization_ids=chosen, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return
    text = ngettext("%(n)d organization has been invited.", "%(n)d organizations have been invited.", len(invited))
    messages.success(request, text % {"n": len(invited)})
