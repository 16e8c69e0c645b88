"""What everybody sees of a fair; who comes is shown to those who come, the cockpit to the organizer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.fairs.cockpit import cockpit
from events.fairs.guests import own_seats
from events.fairs.models import Fair, FairQuerySet, FairStatus, Participation
from events.fairs.selectors import may_run_fairs, participation_counts, programme_by_day
from events.fairs.services.moving import is_over
from events.fairs.services.waiting import AGAIN
from portal.common.http import Request
from portal.common.paging import keyset_page
from portal.organizations.models import Organization

LISTED_ON_HOME = 3


@login_not_required
@require_safe
def fair_list(request: Request) -> HttpResponse:
    """Announced fairs, the coming ones first; an organizer's own in every state."""
    fairs = Fair.objects.visible_to(request.user).select_related("region", "organizer")
    when = request.GET.get("when", "")
    words = request.GET.get("q", "").strip()[:60]
    if words:
        fairs = fairs.filter(name__icontains=words) | fairs.filter(region__name__icontains=words)
    page = keyset_page(_in_time(fairs, when), order=_ORDERS.get(when, _LATEST), after=request.GET.get("after", ""))
    context = {"page": page, "when": when, "words": words, "may_create": may_run_fairs(request.user)}
    return render(request, "fairs/list.html", context)


_LATEST = ("-starts_on", "-id")
_ORDERS = {"coming": ("starts_on", "id")}


def _in_time(fairs: FairQuerySet, when: str) -> FairQuerySet:
    today = timezone.localdate()
    if when == "coming":
        return fairs.filter(ends_on__gte=today).exclude(status__in=(FairStatus.CANCELLED, FairStatus.CLOSED))
    return fairs.filter(ends_on__lt=today) if when == "past" else fairs


@login_not_required
@require_safe
def fair_detail(request: Request, slug: str) -> HttpResponse:
    """Facts and programme for everybody; who comes; what the organizer or a participant can do next."""
    shown = Fair.objects.visible_to(request.user).select_related("region", "organizer")
    fair = get_object_or_404(shown, slug=slug)
    context: dict[str, Any] = {"fair": fair, "programme": programme_by_day(fair)}
    runs_it = Fair.objects.editable_by(request.user).filter(pk=fair.pk).exists()
    if runs_it:
        panel = cockpit(fair)
        context |= {"runs_it": True, "cockpit": panel, "counts": panel.counts}
    else:
        context["counts"] = participation_counts(fair)
        context["own"] = _own_participations(request, fair)
        context["may_apply"] = _may_apply(request, fair, context["own"])
    context |= _who_comes(request, fair)
    return render(request, "fairs/detail.html", context)


def _may_apply(request: Request, fair: Fair, own: list[Participation]) -> bool:
    """Whether the reader answers for a school or an enterprise that is not in the fair, while registration is open."""
    if fair.status != FairStatus.REGISTRATION or is_over(fair, timezone.now()):
        return False
    there = {row.organization_id for row in own if row.status not in AGAIN}
    return any(seat.organization_id not in there for seat in own_seats(request.user))


def _own_participations(request: Request, fair: Fair) -> list[Participation]:
    """Those of the reader's organizations, annotated with `may_answer`: who only reads has no page of answers."""
    mine = Organization.objects.of_member(request.user)
    editable = Participation.objects.editable_by(request.user).filter(pk=OuterRef("pk"))
    own = fair.participations.filter(organization__in=mine).annotate(may_answer=Exists(editable))
    return list(own.select_related("organization").order_by("pk"))


def _who_comes(request: Request, fair: Fair) -> dict[str, list[Participation]]:
    """Both sides by name, as far as the reader may know them."""
    visible = Participation.objects.visible_to(request.user).taking_part().filter(fair=fair)
    rows = visible.select_related("organization__region").order_by("organization__pinyin", "pk")
    return {
        "schools": [row for row in rows if row.is_school],
        "enterprises": [row for row in rows if not row.is_school],
    }


def next_fairs(_request: HttpRequest) -> Mapping[str, Any]:
    """The next announced fairs, for the public home page."""
    announced = (FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED, FairStatus.LIVE)
    fairs = Fair.objects.filter(status__in=announced, ends_on__gte=timezone.localdate())
    return {"fairs": list(fairs.select_related("region").order_by("starts_on", "pk")[:LISTED_ON_HOME])}
