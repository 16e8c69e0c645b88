"""The organizer's pages of the timetable: have one made, look at its quality, move single meetings, publish it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.fairs.models import Fair, FairStatus
from events.fairs.selectors import slots_by_day
from events.meetings.forms import MoveForm
from events.meetings.models import Meeting, Timetable, TimetableStatus
from events.meetings.selectors import (
    conflicts_in,
    day_grid,
    latest_job,
    outcome_counts,
    unmet_wishes,
)
from events.meetings.services import cancel_meeting, move_meeting, publish_timetable, request_timetable
from events.meetings.services.timetables import PLANNABLE
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal


def own_fair(request: Request, slug: str) -> Fair:
    """The fair, if the user runs it; everybody else gets a 404."""
    return get_object_or_404(Fair.objects.editable_by(request.user), slug=slug)


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
    }
    if shown is not None:
        shown.fair = fair
        days = [day for day, _slots in slots_by_day(fair)]
        day = _day(request.GET.get("day", ""), days)
        context |= {
            "days": days,
            "day": day,
            "grid": day_grid(shown, day) if day else None,
            "as_list": request.GET.get("view") == "list",
            "conflicts": [] if shown.status == TimetableStatus.SUPERSEDED else conflicts_in(shown),
            "unmet": unmet_wishes(shown),
        }
    return render(request, "meetings/timetable.html", context)


def _chosen(versions: list[Timetable], number: str) -> Timetable | None:
    named = [version for version in versions if str(version.number) == number]
    return next(iter(named or versions), None)


def _day(text: str, days: list[date]) -> date | None:
    """The day asked for; else today during the fair, else the first one."""
    asked = [day for day in days if day.isoformat() == text]
    today = [day for day in days if day == timezone.localdate()]
    return next(iter(asked or today or days), None)


@require_POST
def timetable_request(request: Request, slug: str) -> HttpResponse:
    fair = own_fair(request, slug)
    try:
        request_timetable(fair_id=fair.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("meetings:timetable", slug=slug)


@require_POST
def timetable_publish(request: Request, slug: str, number: int) -> HttpResponse:
    fair = own_fair(request, slug)
    version = get_object_or_404(fair.timetables, number=number)
    try:
        publish_timetable(timetable_id=version.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Version %(n)d is published. Everybody who comes has been told.") % {"n": number})
    return redirect(f"{reverse('meetings:timetable', args=[slug])}?version={number}")


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Request, pk: int) -> HttpResponse:
    """Put one meeting into another slot or at another table, or take it off the timetable."""
    meeting = _own_meeting(request, pk)
    form = MoveForm(request.POST or None, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            moved = move_meeting(
                meeting_id=pk,
                slot_id=form.cleaned_data["slot"].pk,
                table_id=form.cleaned_data["table"].pk,
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Moved."))
            return redirect(_page_of(moved))
    return render(request, "meetings/move.html", {"form": form, "meeting": meeting, "back_url": _page_of(meeting)})


@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    meeting = _own_meeting(request, pk)
    try:
        cancel_meeting(meeting_id=pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The meeting is off the timetable."))
    return redirect(_page_of(meeting))


def _own_meeting(request: Request, pk: int) -> Meeting:
    return get_object_or_404(Meeting.objects.editable_by(request.user).with_parties(), pk=pk)


def _page_of(meeting: Meeting) -> str:
    """The page of the version and day on which the meeting stands."""
    version, day = meeting.timetable, timezone.localdate(meeting.slot.starts_at)
    return f"{reverse('meetings:timetable', args=[version.fair.slug])}?version={version.number}&day={day.isoformat()}"
