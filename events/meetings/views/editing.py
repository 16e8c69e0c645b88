"""Change single meetings of a version: by "Move to …" with every place explained, on the timeline, or by its list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.fairs.models import Participation
from events.fairs.selectors import slots_by_day
from events.meetings import undoing
from events.meetings.board import Board, SlotChoice
from events.meetings.models import Meeting, MeetingState, Timetable
from events.meetings.selectors import against_pair, known_to_each_other
from events.meetings.services import (
    MoveRefused,
    cancel_meeting,
    lock_meetings,
    move_meeting,
    put_in_meeting,
    swap_meetings,
)
from events.meetings.timeline import timeline
from events.meetings.views.timetables import chosen_day, may_edit, own_version, page_of
from portal.common.errors import DomainError
from portal.common.http import Request

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def edit(request: Request, slug: str, number: int) -> HttpResponse:
    """One day of a version on a time line of tables or participants; whoever has no script uses the list."""
    version = own_version(request, slug, number)
    days = [day for day, _slots in slots_by_day(version.fair)]
    by = "parties" if request.GET.get("by") == "parties" else "tables"
    context = {
        "fair": version.fair,
        "shown": version,
        "days": days,
        "day": chosen_day(request.GET.get("day", ""), days),
        "by": by,
        "may_edit": may_edit(version),
    }
    return render(request, "meetings/edit.html", context)


@require_safe
def lines(request: Request, slug: str, number: int) -> JsonResponse:
    """What the timeline of a day shows, as JSON."""
    version = own_version(request, slug, number)
    days = [day for day, _slots in slots_by_day(version.fair)]
    day = chosen_day(request.GET.get("day", ""), days)
    by = "parties" if request.GET.get("by") == "parties" else "tables"
    return JsonResponse(timeline(version, day, by=by, editable=may_edit(version)))


@require_safe
def cells(request: Request, pk: int) -> JsonResponse:
    """Where a meeting cannot be put, and why, as JSON."""
    meeting = _own_meeting(request, pk)
    choices = Board(meeting.timetable).choices(meeting.school, meeting.enterprise, moving=meeting)
    return JsonResponse(
        {
            "slots": [{"slot": choice.slot.pk, "why": str(choice.refusal)} for choice in choices if choice.refusal],
            "tables": [
                {"slot": choice.slot.pk, "table": table.table.pk, "why": str(table.refusal)}
                for choice in choices
                for table in choice.tables
                if table.refusal
            ],
        }
    )


@require_http_methods(METHODS)
def move(request: Request, pk: int) -> HttpResponse:
    """Every slot and table with what stands against it; put the meeting into another one, or answer a timeline."""
    meeting = _own_meeting(request, pk)
    refusal = ""
    if request.method == "POST":
        try:
            moved = move_meeting(
                meeting_id=pk,
                **_place(request, meeting),
                sequence=_number(request.POST.get("sequence", "")),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            refusal = str(error)
        else:
            return _changed(request, moved, _("Moved."), undoing.after_move(meeting, moved))
        if _wants_json(request):
            return JsonResponse({"refusal": refusal}, status=409)
    board = Board(meeting.timetable)
    context = {
        "meeting": meeting,
        "refusal": refusal,
        "choices": board.choices(meeting.school, meeting.enterprise, moving=meeting),
        "swaps": board.partners_to_swap(meeting) if meeting.state == MeetingState.PLANNED else [],
        "known": known_to_each_other(meeting.school, meeting.enterprise),
        "back_url": _page(meeting),
        "fair": meeting.timetable.fair,
        "may_edit": may_edit(meeting.timetable),
    }
    return render(request, "meetings/move.html", context)


def _place(request: Request, meeting: Meeting) -> dict[str, int]:
    """The place asked for; without a table the own one if it is free there, else the first free one."""
    slot, table = _number(request.POST.get("slot", "")), _number(request.POST.get("table", ""))
    if slot is None:
        raise MoveRefused(_("Choose a slot."), field="slot")
    if table is None:
        choices = Board(meeting.timetable).choices(meeting.school, meeting.enterprise, moving=meeting)
        table = _first_free(choices, slot)
    return {"slot_id": slot, "table_id": table}


def _first_free(choices: list[SlotChoice], slot: int) -> int:
    choice = next((each for each in choices if each.slot.pk == slot), None)
    if choice is None:
        raise MoveRefused(_("This slot does not belong to the fair."), field="slot")
    if choice.first_free is None or choice.refusal:
        raise MoveRefused(choice.refusal or _("No table is free in this slot."), field="slot")
    return choice.first_free


@require_POST
def swap(request: Request, pk: int) -> HttpResponse:
    """Let two meetings exchange their places."""
    meeting = _own_meeting(request, pk)
    other = get_object_or_404(Meeting.objects.editable_by(request.user), pk=_number(request.POST.get("other", "")) or 0)
    try:
        first, second = swap_meetings(meeting_id=pk, other_id=other.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        return _refused(request, meeting, error)
    return _changed(request, first, _("The two have changed places."), undoing.after_swap(first, second))


@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    """Take a meeting off the timetable."""
    meeting = _own_meeting(request, pk)
    try:
        cancelled = cancel_meeting(meeting_id=pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        return _refused(request, meeting, error)
    return _changed(request, cancelled, _("The meeting is off the timetable."), undoing.after_cancel(cancelled))


@require_POST
def lock(request: Request, pk: int) -> HttpResponse:
    """Lock a meeting, or with `unlock` unlock it: a locked one is not moved, by hand or by a new plan."""
    meeting = _own_meeting(request, pk)
    locked = "unlock" not in request.POST
    try:
        lock_meetings(
            timetable_id=meeting.timetable_id, meeting_ids=[pk], locked=locked, actor=request.user, at=timezone.now()
        )
    except DomainError as error:
        return _refused(request, meeting, error)
    if _wants_json(request):
        return JsonResponse({"locked": locked})
    messages.success(request, _("Locked.") if locked else _("Unlocked."))
    return redirect(_page(meeting))


@require_POST
def lock_all(request: Request, slug: str, number: int) -> HttpResponse:
    """Lock all planned meetings of a version, or with `day` those of that day; with `unlock` unlock them."""
    version = own_version(request, slug, number)
    locked = "unlock" not in request.POST
    slots = dict(slots_by_day(version.fair))
    days = {day.isoformat(): day for day in slots}
    day = request.POST.get("day", "")
    rows = version.meetings.planned()
    ids = list((rows.filter(slot__in=slots[days[day]]) if day in days else rows).values_list("pk", flat=True))
    try:
        n = lock_meetings(
            timetable_id=version.pk, meeting_ids=ids, locked=locked, actor=request.user, at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        said = _("%(n)d meetings locked.") if locked else _("%(n)d meetings unlocked.")
        messages.success(request, said % {"n": n})
    return redirect(page_of(version, day=day if day in days else "", view="list"))


@require_http_methods(METHODS)
def put_in(request: Request, slug: str, number: int) -> HttpResponse:
    """A meeting of two participants, chosen here or in the list of unmet wishes, put into a version by hand."""
    version = own_version(request, slug, number)
    given = request.POST if request.method == "POST" else request.GET
    people = Participation.objects.taking_part().filter(fair=version.fair_id).select_related("organization")
    sides = {name: people.filter(pk=_number(given.get(name, "")) or 0).first() for name in ("school", "enterprise")}
    school, enterprise, refusal = sides["school"], sides["enterprise"], ""
    against = against_pair(version, school, enterprise) if school and enterprise else ""
    if request.method == "POST" and school and enterprise:
        try:
            slot, table = _number(given.get("slot", "")), _number(given.get("table", ""))
            if slot is None or table is None:
                raise MoveRefused(_("Choose a slot."), field="slot")
            added = put_in_meeting(
                timetable_id=version.pk,
                school_id=school.pk,
                enterprise_id=enterprise.pk,
                slot_id=slot,
                table_id=table,
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            refusal = str(error)
        else:
            return _changed(request, added, _("The meeting is on the timetable."), undoing.after_put_in(added))
    context: dict[str, Any] = {
        "fair": version.fair,
        "shown": version,
        "school": school,
        "enterprise": enterprise,
        "refusal": refusal or against,
        "choices": Board(version).choices(school, enterprise) if school and enterprise and not against else [],
        "may_edit": may_edit(version),
        "known": known_to_each_other(school, enterprise) if school and enterprise else [],
        "people": list(people.order_by("organization__pinyin")),
        "back_url": page_of(version),
    }
    return render(request, "meetings/put_in.html", context)


@require_POST
def undo(request: Request, slug: str, number: int) -> HttpResponse:
    """Take the last change back, as long as the page offers it."""
    version = own_version(request, slug, number)
    try:
        meeting = undoing.undo(request.POST.get("token", ""), actor=request.user, at=timezone.now())
    except DomainError as error:
        if _wants_json(request):
            return JsonResponse({"refusal": str(error)}, status=409)
        messages.error(request, str(error))
        return redirect(page_of(version, view="list"))
    if _wants_json(request):
        return JsonResponse({"said": _("Undone.")})
    messages.success(request, _("Undone."))
    return redirect(_page(meeting))


def _own_meeting(request: Request, pk: int) -> Meeting:
    return get_object_or_404(Meeting.objects.editable_by(request.user).with_parties(), pk=pk)


def _number(text: str) -> int | None:
    """A row's id as typed into a form or an address; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _wants_json(request: Request) -> bool:
    return request.headers.get("Accept") == "application/json"


def _changed(request: Request, meeting: Meeting, said: str, token: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"said": said, "undo": token})
    messages.success(request, said)
    return redirect(f"{_page(meeting)}&undo={token}")


def _refused(request: Request, meeting: Meeting, error: DomainError) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"refusal": str(error)}, status=409)
    messages.error(request, str(error))
    return redirect(_page(meeting))


def _page(meeting: Meeting) -> str:
    """The list of the version and day on which the meeting stands."""
    version: Timetable = meeting.timetable
    return page_of(version, day=timezone.localdate(meeting.slot.starts_at).isoformat(), view="list")
