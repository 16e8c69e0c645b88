"""The organizer's pages of the timetable: have one made, look at a version and its quality, publish from there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.fairs.models import Fair, FairStatus, Participation
from events.fairs.selectors import slots_by_day
from events.meetings.figures import quality_of
from events.meetings.helping import advice
from events.meetings.models import Timetable, TimetableStatus, UnmetReason
from events.meetings.selectors import (
    conflicts_in,
    day_grid,
    latest_job,
    outcome_counts,
    taken_off,
    unmet_found,
)
from events.meetings.services import (
    copy_timetable,
    discard_timetable,
    request_timetable,
    take_best,
)
from events.meetings.services.publishing import PLANNABLE
from portal.common.errors import DomainError
from portal.common.http import Request
from portal.common.paging import keyset_page

MOST_VERSIONS = 32_767  # that the database can number
STOP_POLLING = 286  # htmx takes the answer and asks no more


def own_fair(request: Request, slug: str) -> Fair:
    """The fair, if the user runs it; everybody else gets a 404."""
    return get_object_or_404(Fair.objects.editable_by(request.user), slug=slug)


def own_version(request: Request, slug: str, number: int) -> Timetable:
    """A version of such a fair, the fair at hand."""
    rows = Timetable.objects.select_related("fair").filter(fair__in=Fair.objects.editable_by(request.user))
    return get_object_or_404(rows, fair__slug=slug, number=number)


def page_of(version: Timetable, **query: str) -> str:
    """The address of a version's page."""
    given = "".join(f"&{name}={value}" for name, value in query.items() if value)
    return f"{reverse('meetings:timetable', args=[version.fair.slug])}?version={version.number}{given}"


@require_safe
def panel(request: Request, slug: str) -> HttpResponse:
    """How far timetable and outcomes are, as a part of the fair's own page."""
    fair = own_fair(request, slug)
    context = {
        "fair": fair,
        "versions": list(fair.timetables.all()[:3]),
        "job": latest_job(fair),
        "outcomes": outcome_counts(fair) if fair.status in (FairStatus.LIVE, FairStatus.CLOSED) else None,
        "may_plan": fair.status in PLANNABLE,
    }
    return render(request, "meetings/_panel.html", context)


@require_safe
def timetable(request: Request, slug: str) -> HttpResponse:
    """One version, by default the newest, day by day as a grid of slots and tables, with what is proven of it."""
    fair = own_fair(request, slug)
    versions = list(fair.timetables.all())
    shown = _chosen(versions, request.GET.get("version", ""))
    context: dict[str, Any] = {
        "fair": fair,
        "versions": versions,
        "shown": shown,
        "job": latest_job(fair),
        "may_plan": fair.status in PLANNABLE,
        "undo": request.GET.get("undo", "")[:300],
    }
    if shown is not None:
        shown.fair = fair
        days = slots_by_day(fair)
        day = chosen_day(request.GET.get("day", ""), [day for day, _slots in days])
        context |= {
            "days": [day for day, _slots in days],
            "day": day,
            "grid": day_grid(shown, day, dict(days)[day]) if day else None,
            "as_list": request.GET.get("view") == "list",
            "conflicts": [] if shown.status == TimetableStatus.SUPERSEDED else conflicts_in(shown),
            "may_edit": may_edit(shown),
            "quality": quality_of(shown, [slot for _day, slots in days for slot in slots]),
            "former": next((row for row in versions if row.pk == shown.based_on_id), None)
            or next((row for row in versions if row.number < shown.number), None),
        }
    return render(request, "meetings/timetable.html", context)


def may_edit(version: Timetable) -> bool:
    """Whether a page offers to change single meetings; the services decide."""
    open_fair = version.fair.status in (FairStatus.MATCHING, FairStatus.SCHEDULED, FairStatus.LIVE)
    return open_fair and version.status != TimetableStatus.SUPERSEDED


def _chosen(versions: list[Timetable], number: str) -> Timetable | None:
    named = [version for version in versions if str(version.number) == number]
    return next(iter(named or versions), None)


def chosen_day(text: str, days: list[date]) -> date | None:
    """The day asked for; else today during the fair, else the first one."""
    asked = [day for day in days if day.isoformat() == text]
    today = [day for day in days if day == timezone.localdate()]
    return next(iter(asked or today or days), None)


@require_safe
def quality(request: Request, slug: str, number: int) -> HttpResponse:
    """How good a version is as it stands: for all, for each participant, and every wish that it does not keep."""
    version = own_version(request, slug, number)
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "reason", "must")}
    unmet = unmet_found(version, words=chosen["q"], reason=chosen["reason"], must=bool(chosen["must"]))
    context = {
        "fair": version.fair,
        "shown": version,
        "quality": quality_of(version),
        "taken_off": taken_off(version),
        "page": keyset_page(unmet, order=("-is_must", "id"), after=request.GET.get("after", "")),
        "reasons": UnmetReason.choices,
        "chosen": chosen,
        "may_edit": may_edit(version),
    }
    return render(request, "meetings/quality.html", context)


@require_safe
def helping(request: Request, slug: str, number: int) -> HttpResponse:
    """What would help: small changes of the fair and what each would gain; for two participants or for all."""
    version = own_version(request, slug, number)
    coming = Participation.objects.taking_part().filter(fair=version.fair_id).select_related("organization")
    sides = {name: coming.filter(pk=number_in(request.GET, name)).first() for name in ("school", "enterprise")}
    context = {
        "fair": version.fair,
        "shown": version,
        "pair": all(sides.values()),
        **sides,
        "advice": advice(version, **sides),
    }
    return render(request, "meetings/_helping.html" if request.htmx else "meetings/helping.html", context)


def number_in(given: QueryDict, name: str) -> int:
    """A row's id as an address or a form gives it; 0, which no row has, for what cannot be one."""
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_POST
def timetable_request(request: Request, slug: str) -> HttpResponse:
    """Have a version proposed; with `keep` the locked meetings of that version stay as they are."""
    fair = own_fair(request, slug)
    base = None
    if request.POST.get("keep"):  # without the version a plan would move what is locked there
        base = get_object_or_404(fair.timetables.all(), number=min(number_in(request.POST, "keep"), MOST_VERSIONS))
    try:
        request_timetable(fair_id=fair.pk, actor=request.user, at=timezone.now(), based_on=base)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("meetings:timetable", slug=slug)


@require_safe
def making(request: Request, slug: str) -> HttpResponse:
    """How good the best timetable is that the running job has found, for htmx; its last answer ends the polling."""
    fair = own_fair(request, slug)
    job = latest_job(fair)
    over = job is None or job.has_ended
    return render(request, "meetings/_making.html", {"fair": fair, "job": job}, status=STOP_POLLING if over else 200)


@require_POST
def best(request: Request, slug: str) -> HttpResponse:
    """Be content with the best timetable so far."""
    fair = own_fair(request, slug)
    try:
        take_best(fair_id=fair.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("meetings:timetable", slug=slug)


@require_POST
def copy(request: Request, slug: str, number: int) -> HttpResponse:
    """A proposed version with the same meetings, to be edited and published in one step."""
    version = own_version(request, slug, number)
    try:
        copied = copy_timetable(timetable_id=version.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(page_of(version))
    messages.success(
        request, _("Version %(n)d is a copy. Nobody sees it before you publish it.") % {"n": copied.number}
    )
    return redirect(page_of(copied))


@require_POST
def discard(request: Request, slug: str, number: int) -> HttpResponse:
    """Throw a proposed version away."""
    version = own_version(request, slug, number)
    try:
        discard_timetable(timetable_id=version.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(page_of(version))
    messages.success(request, _("Version %(n)d is thrown away.") % {"n": number})
    return redirect("meetings:timetable", slug=slug)
