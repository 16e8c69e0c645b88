"""Who is missing, and the list on paper that is entered later."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.door.access import Desk, at_a_desk
from events.door.models import DoorEventKind
from events.door.reading import time_on
from events.door.selectors import awaited_rows, missing_at, slot_now
from events.door.services import Told, tell
from events.fairs.models import Fair, Participation
from events.fairs.selectors import participation_counts
from portal.common.errors import DomainError
from portal.common.http import Request

MARKS = (DoorEventKind.ARRIVED, DoorEventKind.ABSENT, DoorEventKind.UNDONE)


@at_a_desk("GET", "HEAD")
def missing(request: Request, desk: Desk) -> HttpResponse:
    """Who should be at a table now, or soon, and is not here; the organizer also sees whom to call."""
    now = timezone.now()
    context = {
        "desk": desk,
        "fair": desk.fair,
        "missing": missing_at(desk.fair, now),
        "slot": slot_now(desk.fair, now),
        "now": now,
        "counts": participation_counts(desk.fair),
        "replan_url": _replan_url(desk),
    }
    template = "door/missing.html#board" if request.htmx else "door/missing.html"
    return render(request, template, context)


def _replan_url(desk: Desk) -> str:
    """Where the organizer has the rest of the day planned anew."""
    if not desk.runs_it:
        return ""
    try:
        return reverse("meetings:replan", args=[desk.fair.slug])
    except NoReverseMatch:
        return ""


@at_a_desk("POST")
def mark(request: Request, desk: Desk, pk: int) -> HttpResponse:
    """One delegation is here, absent, or neither after all."""
    row = get_object_or_404(Participation.objects.filter(fair=desk.fair).select_related("organization"), pk=pk)
    kind = request.POST.get("kind", "")
    if kind in MARKS:
        now = timezone.now()
        told = Told(uuid4(), DoorEventKind(kind), now, party=row.public_id)
        try:
            tell(fair_id=desk.fair.pk, told=[told], at=now, actor=desk.person, desk_pass=desk.desk_pass)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            row.refresh_from_db(fields=["status"])
            facts = {"name": row.organization.display_name, "status": row.get_status_display()}
            messages.success(request, _("%(name)s: %(status)s.") % facts)
    return redirect("door:missing", slug=desk.fair.slug)


@at_a_desk("GET", "HEAD", "POST")
def paper(request: Request, desk: Desk) -> HttpResponse:
    """A sign-in sheet is entered: tick who came, and when; also for browsers without scripts."""
    typed, error, now = request.POST.get("time", ""), "", timezone.now()
    days = _days_on_paper(desk.fair, timezone.localdate(now))
    day = next((day for day in days if day.isoformat() == request.POST.get("day")), days[-1])
    rows = awaited_rows(desk.fair)
    chosen = set(request.POST.getlist("party")) & {str(row.public_id) for row in rows}
    if request.method == "POST":
        happened_at = time_on(day, typed)
        if happened_at is None:
            error = _("Write the time as 08:45.")
        elif not chosen:
            error = _("Tick at least one organization.")
        else:
            told = [Told(uuid4(), DoorEventKind.ARRIVED, happened_at, party=UUID(party)) for party in sorted(chosen)]
            try:
                tell(fair_id=desk.fair.pk, told=told, at=now, actor=desk.person, desk_pass=desk.desk_pass)
            except DomainError as refusal:
                error = str(refusal)
            else:
                n = len(told)
                said = ngettext("%(n)d organization is checked in.", "%(n)d organizations are checked in.", n)
                messages.success(request, said % {"n": n})
                return redirect("door:paper", slug=desk.fair.slug)
    context = {"desk": desk, "fair": desk.fair, "rows": rows, "chosen": chosen, "error": error, "now": now}
    return render(request, "door/paper.html", context | {"time": typed, "days": days, "day": day})


def _days_on_paper(fair: Fair, today: date) -> list[date]:
    """The days of which there can be a sheet: from the evening before until today or the last day; at least today."""
    first, last = fair.starts_on - timedelta(days=1), min(today, fair.ends_on)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)] or [today]
