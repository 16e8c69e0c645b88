"""Publish a version: what it changes for whom, who is told, and afterwards who has seen it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.fairs.models import Participation
from events.meetings.differences import by_party, differences
from events.meetings.figures import qualities_of
from events.meetings.following import not_acknowledged, seen_now
from events.meetings.models import Timetable
from events.meetings.selectors import conflicts_in, published_timetable
from events.meetings.services import publish_timetable
from events.meetings.services.publishing import PLANNABLE
from events.meetings.views.timetables import own_fair, own_version, page_of
from portal.common.errors import DomainError
from portal.common.http import Request

SHOWN = 200  # parties listed; a first publication concerns everybody


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: Request, slug: str, number: int) -> HttpResponse:
    """What the publication changes and who is told, with their number; then the step itself."""
    version = own_version(request, slug, number)
    if request.method == "POST":
        try:
            publish_timetable(timetable_id=version.pk, actor=request.user, at=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Version %(n)d is published.") % {"n": number})
        return redirect(page_of(version))
    former = published_timetable(version.fair)
    changes = differences(former, version)
    parties = by_party(changes)
    coming = Participation.objects.taking_part().filter(fair=version.fair_id)
    context = {
        "fair": version.fair,
        "shown": version,
        "former": former,
        "changes": changes,
        "parties": parties[:SHOWN],
        "told": sum(row.party.takes_part for row in parties) if former else coming.count(),
        "conflicts": conflicts_in(version),
        "may_publish": version.fair.status in PLANNABLE and version.status == "proposed",
    }
    return render(request, "meetings/publish.html", context)


@require_safe
def compare(request: Request, slug: str, number: int, other: int) -> HttpResponse:
    """Two versions side by side: their figures, and every participant for whom something differs."""
    version, before = own_version(request, slug, number), own_version(request, slug, other)
    changes = differences(before, version)
    parties = by_party(changes)
    context = {
        "fair": version.fair,
        "shown": version,
        "before": before,
        "figures": qualities_of([before, version]),
        "changes": changes,
        "parties": parties[:SHOWN],
        "more": max(0, len(parties) - SHOWN),
    }
    return render(request, "meetings/compare.html", context)


@require_safe
def followers(request: Request, slug: str) -> HttpResponse:
    """Who of those with a meeting has not said that it has seen how they stand now, and who has."""
    fair = own_fair(request, slug)
    version = get_object_or_404(Timetable.objects.published(), fair=fair)
    seen = seen_now(version)
    context = {
        "fair": fair,
        "shown": version,
        "missing": list(not_acknowledged(version, seen_by=seen).order_by("organization__pinyin", "pk")),
        "seen": seen,
        "page": reverse("meetings:followers", args=[slug]),
    }
    return render(request, "meetings/followers.html", context)
