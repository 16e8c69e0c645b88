"""What came of a talk in two taps, on the own timetable: open the line, touch the level. The other side confirms."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.fairs.models import Fair, Participation
from events.meetings.models import AbsentSide, Meeting, Outcome, OutcomeLevel
from events.meetings.selectors import Line, outcome_of
from events.meetings.services import (
    OutcomeFacts,
    confirm_outcome,
    mark_no_show,
    record_outcome,
    take_back_no_show,
)
from events.meetings.services.outcomes import sides_confirmed_by
from portal.common.errors import DomainError
from portal.common.http import Request


@require_POST
def tap(request: Request, pk: int, meeting_pk: int) -> HttpResponse:
    """The second tap: the level. What the other side recorded meanwhile in the same words is confirmed by it."""
    row, meeting = _line_of(request, pk, meeting_pk)
    level = request.POST.get("level", "")
    if level not in {str(value) for value in OutcomeLevel.values}:
        return _answer(request, row, meeting, _("Choose what came of it."))
    known, chosen, now = outcome_of(meeting.school_id, meeting.enterprise_id), OutcomeLevel(int(level)), timezone.now()
    try:
        if known is not None and _is_theirs(request, known, chosen):
            confirm_outcome(outcome_id=known.pk, version=known.version, actor=request.user, at=now)
        else:
            record_outcome(
                school_id=meeting.school_id,
                enterprise_id=meeting.enterprise_id,
                facts=_facts(known, chosen),
                version=_version(request),
                actor=request.user,
                at=now,
            )
    except DomainError as error:
        return _answer(request, row, meeting, str(error))
    return _answer(request, row, meeting)


@require_POST
def confirm(request: Request, pk: int, meeting_pk: int) -> HttpResponse:
    """The other side agrees with one tap."""
    row, meeting = _line_of(request, pk, meeting_pk)
    known = outcome_of(meeting.school_id, meeting.enterprise_id)
    if known is None:
        return _answer(request, row, meeting, _("Nothing is recorded yet."))
    version = _version(request) or 0
    try:
        confirm_outcome(outcome_id=known.pk, version=version, actor=request.user, at=timezone.now())
    except DomainError as error:
        return _answer(request, row, meeting, str(error))
    return _answer(request, row, meeting)


@require_POST
def not_held(request: Request, pk: int, meeting_pk: int) -> HttpResponse:
    """The partner did not come, neither did, or that was a mistake."""
    row, meeting = _line_of(request, pk, meeting_pk)
    partner = AbsentSide.ENTERPRISE if row.pk == meeting.school_id else AbsentSide.SCHOOL
    absent = {"partner": partner, "both": AbsentSide.BOTH}.get(request.POST.get("absent", ""))
    try:
        if request.POST.get("absent") == "back":
            take_back_no_show(meeting_id=meeting.pk, actor=request.user, at=timezone.now())
        else:
            mark_no_show(meeting_id=meeting.pk, actor=request.user, at=timezone.now(), absent=absent)
    except DomainError as error:
        return _answer(request, row, meeting, str(error))
    return _answer(request, row, meeting)


def _line_of(request: Request, pk: int, meeting_pk: int) -> tuple[Participation, Meeting]:
    """A line of an own timetable."""
    shown = Participation.objects.editable_by(request.user).select_related("fair", "organization")
    row = get_object_or_404(shown, pk=pk)
    recordable = Meeting.objects.recordable_by(request.user).taking_place().with_parties()
    meeting = get_object_or_404(recordable, pk=meeting_pk)
    if pk not in (meeting.school_id, meeting.enterprise_id):
        raise Http404
    return row, meeting


def _is_theirs(request: Request, known: Outcome, chosen: OutcomeLevel) -> bool:
    """Whether the other side has recorded just that, unseen by who taps."""
    theirs = known.level == chosen and known.confirmed_at is None
    return theirs and known.recorded_side in sides_confirmed_by(request.user, known)


def _facts(known: Outcome | None, level: OutcomeLevel) -> OutcomeFacts:
    """The level alone is changed; what was typed besides stays."""
    if known is None:
        return OutcomeFacts(level)
    kinds = tuple(kind.code for kind in known.cooperation_kinds.all())
    return OutcomeFacts(level, kinds=kinds, headcount=known.headcount, note=known.note)


def _version(request: Request) -> int | None:
    """The version on the page; None if there was none, 0 (no row's) if unreadable."""
    text = request.POST.get("version", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _answer(request: Request, row: Participation, meeting: Meeting, error: str = "") -> HttpResponse:
    """The line as it is now; without scripts the page again."""
    if not request.htmx:
        if error:
            messages.error(request, error)
        answer = redirect("meetings:own", pk=row.pk)
        answer.headers["Location"] += f"#line-{meeting.pk}"
        return answer
    meeting.refresh_from_db(fields=["state", "absent_side"])
    partner = meeting.enterprise if row.pk == meeting.school_id else meeting.school
    context = {
        "row": row,
        "line": Line(meeting, partner, outcome_of(meeting.school_id, meeting.enterprise_id)),
        "levels": OutcomeLevel.choices,
        "may_record": True,
        "runs_it": Fair.objects.editable_by(request.user).filter(pk=row.fair_id).exists(),
        "error": error,
    }
    return render(request, "meetings/outcome_line.html", context)
