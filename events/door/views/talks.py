"""The tables: whoever walks along them records in two taps what came of each talk, planned or not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from events.door.access import Desk, at_a_desk
from events.door.forms import TalkForm
from events.door.selectors import TableLine, slot_now, tables_of
from events.fairs.models import Slot
from events.fairs.selectors import slots_by_day, tables_by_zone
from events.meetings.models import AbsentSide, Meeting, OutcomeLevel, TimetableStatus
from events.meetings.selectors import outcome_of
from events.meetings.services import OutcomeFacts, mark_no_show, record_outcome, take_back_no_show
from events.meetings.services.outcomes import RECORDING
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal


@at_a_desk("GET", "HEAD")
def tables(request: Request, desk: Desk) -> HttpResponse:
    """The tables of one slot, the one that runs unless another is chosen."""
    _check_may_record(desk)
    slot = _slot(request, desk) or slot_now(desk.fair, timezone.now()) or _last(desk)
    zone = request.GET.get("zone", "")
    zones = [row.zone for row in tables_by_zone(desk.fair)]
    zone = zone if zone in zones else ""
    context = {
        "desk": desk,
        "fair": desk.fair,
        "slot": slot,
        "days": slots_by_day(desk.fair),
        "zones": zones if len(zones) > 1 else [],
        "zone": zone,
        "lines": tables_of(desk.fair, slot, zone) if slot else [],
        "levels": OutcomeLevel.choices,
        "is_on": desk.fair.status in RECORDING,
        "now": timezone.now(),
    }
    return render(request, "door/tables.html", context)


@at_a_desk("POST")
def record(request: Request, desk: Desk, pk: int) -> HttpResponse:
    """The second tap: the level of what came of a meeting."""
    meeting = _meeting(desk, pk)
    level, version = request.POST.get("level", ""), request.POST.get("version", "")
    if level not in {str(value) for value in OutcomeLevel.values}:
        return _line(request, desk, meeting, error=_("Choose what came of it."))
    known = outcome_of(meeting.school_id, meeting.enterprise_id)
    facts = OutcomeFacts(level=OutcomeLevel(int(level)))
    if known is not None:  # the desk corrects the level; what the sides said besides stays
        kinds = tuple(kind.code for kind in known.cooperation_kinds.all())
        facts = OutcomeFacts(facts.level, kinds=kinds, headcount=known.headcount, note=known.note)
    try:
        record_outcome(
            school_id=meeting.school_id,
            enterprise_id=meeting.enterprise_id,
            facts=facts,
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
            actor=desk.answers_for,
            desk=_name_of(desk),
            at=timezone.now(),
        )
    except DomainError as error:
        return _line(request, desk, meeting, error=str(error))
    return _line(request, desk, meeting)


@at_a_desk("POST")
def not_held(request: Request, desk: Desk, pk: int) -> HttpResponse:
    """Somebody did not come to the table, or that was a mistake."""
    meeting = _meeting(desk, pk)
    absent = request.POST.get("absent", "")
    given: dict[str, Any] = {
        "meeting_id": meeting.pk,
        "actor": desk.answers_for,
        "at": timezone.now(),
        "desk": _name_of(desk),
    }
    try:
        if absent == "back":
            take_back_no_show(**given)
        else:
            mark_no_show(**given, absent=AbsentSide(absent) if absent in AbsentSide.values else None)
    except DomainError as error:
        return _line(request, desk, meeting, error=str(error))
    return _line(request, desk, meeting)


@at_a_desk("GET", "HEAD", "POST")
def talk(request: Request, desk: Desk) -> HttpResponse:
    """A talk nobody had planned."""
    _check_may_record(desk)
    form = TalkForm(request.POST or None, fair=desk.fair)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            record_outcome(
                school_id=given["school"].pk,
                enterprise_id=given["enterprise"].pk,
                facts=OutcomeFacts(level=OutcomeLevel(given["level"])),
                actor=desk.answers_for,
                desk=_name_of(desk),
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Recorded."))
            return redirect("door:talk", slug=desk.fair.slug)
    return render(request, "door/talk.html", {"desk": desk, "fair": desk.fair, "form": form})


def _check_may_record(desk: Desk) -> None:
    """A pass for the door alone does not know who meets whom."""
    if not desk.may_record:
        raise Http404


def _name_of(desk: Desk) -> str:
    return desk.desk_pass.name if desk.desk_pass is not None else ""


def _meeting(desk: Desk, pk: int) -> Meeting:
    _check_may_record(desk)
    published = Meeting.objects.taking_place().filter(timetable__status=TimetableStatus.PUBLISHED)
    return get_object_or_404(published.filter(timetable__fair=desk.fair).with_parties(), pk=pk)


def _slot(request: Request, desk: Desk) -> Slot | None:
    text = request.GET.get("slot", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return Slot.objects.filter(fair=desk.fair, pk=int(text)).first()


def _last(desk: Desk) -> Slot | None:
    return Slot.objects.filter(fair=desk.fair).order_by("-starts_at").first()


def _line(request: Request, desk: Desk, meeting: Meeting, *, error: str = "") -> HttpResponse:
    """The table as it is now; without scripts the page again."""
    if not request.htmx:
        if error:
            messages.error(request, error)
        answer = redirect("door:tables", slug=desk.fair.slug)
        answer.headers["Location"] += f"?slot={meeting.slot_id}#table-{meeting.pk}"
        return answer
    meeting.refresh_from_db(fields=["state", "absent_side"])
    line = TableLine(meeting, outcome_of(meeting.school_id, meeting.enterprise_id))
    context = {"desk": desk, "fair": desk.fair, "line": line, "levels": OutcomeLevel.choices, "error": error}
    return render(request, "door/tables.html#line", context | {"is_on": True})
