"""A participant's own timetable: seen, printed, acknowledged, followed by the own calendar."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.fairs.models import Fair, Participation
from events.meetings.calendars import CONTENT_TYPE, calendar_of
from events.meetings.differences import own_changes
from events.meetings.models import Acknowledgement, CalendarLink, OutcomeLevel
from events.meetings.selectors import agenda, last_two_published, unplanned_outcomes
from events.meetings.services import acknowledge, make_calendar_link, revoke_calendar_link
from events.meetings.services.following import digest_of, note_fetched
from events.meetings.services.outcomes import RECORDING
from portal.common.errors import DomainError
from portal.common.http import Request

LONGEST_SECRET = 64


@require_safe
def own(request: Request, pk: int) -> HttpResponse:
    """The meetings of one organization by day, for paper too; on the day the way to record what came of them."""
    row = _own(request, pk)
    return render(request, "meetings/own.html", _context(request, row))


def _context(request: Request, row: Participation, *, secret: str = "") -> dict[str, object]:
    edits, runs_it = _rights(request, row)
    version, former = last_two_published(row.fair)
    said = Acknowledgement.objects.filter(timetable=version, participation=row).select_related("by").first()
    days = agenda(row)
    stand = sum(line.meeting.sequence + 1 for _day, lines in days for line in lines)  # as `following.stands` counts
    seen = said if said and said.stand >= stand else None
    return {
        "row": row,
        "fair": row.fair,
        "days": days,
        "unplanned": unplanned_outcomes(row),
        "may_record": edits and row.fair.status in RECORDING,
        "edits": edits,
        "levels": OutcomeLevel.choices,
        "runs_it": runs_it,
        "version": version,
        "seen": seen,
        "stand": stand,
        "outdated": None if seen else said,
        "news": own_changes(row, former, version) if version and former and not said else [],
        "link": row.calendar_links.alive().first(),
        "address": request.build_absolute_uri(reverse("meetings:calendar", args=[secret])) if secret else "",
    }


def _rights(request: Request, row: Participation) -> tuple[bool, bool]:
    """Whether the user acts for the participant or its fair, and whether it runs the fair; one query."""
    runs = Exists(Fair.objects.editable_by(request.user).filter(pk=OuterRef("fair")))
    found = Participation.objects.editable_by(request.user).filter(pk=row.pk).annotate(runs=runs).values_list("runs")
    rights = found.first()
    return rights is not None, bool(rights and rights[0])


@require_POST
def seen(request: Request, pk: int) -> HttpResponse:
    """Say that the meetings of the published version were seen."""
    row = _own_to_edit(request, pk)
    number, stand = (_number(request.POST.get(name, "")) for name in ("number", "stand"))
    try:
        acknowledge(participation_id=row.pk, number=number or 0, stand=stand, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Thank you. The organizer sees that you have seen your meetings."))
    return redirect("meetings:own", pk=pk)


@require_POST
def calendar_link(request: Request, pk: int) -> HttpResponse:
    """Make a secret address for the own calendar; it is shown on this page, once."""
    row = _own_to_edit(request, pk)
    try:
        secret = make_calendar_link(participation_id=row.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("meetings:own", pk=pk)
    answer = render(request, "meetings/own.html", _context(request, row, secret=secret))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def calendar_revoke(request: Request, pk: int) -> HttpResponse:
    """Let the secret address open nothing any more."""
    row = _own_to_edit(request, pk)
    try:
        revoke_calendar_link(participation_id=row.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The link opens nothing any more."))
    return redirect("meetings:own", pk=pk)


@require_safe
def own_calendar(request: Request, pk: int) -> HttpResponse:
    """The own meetings as a file for a calendar, of this moment."""
    return _file(_own(request, pk))


@login_not_required
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The same for a calendar that comes by itself, with nothing but the secret address."""
    links = CalendarLink.objects.alive().select_related(
        "participation__fair", "participation__organization", "created_by"
    )
    link = get_object_or_404(links, digest=digest_of(secret[:LONGEST_SECRET]))
    note_fetched(link_id=link.pk, at=timezone.now())
    with translation.override(link.created_by.language):
        return _file(link.participation)


def _file(row: Participation) -> HttpResponse:
    answer = HttpResponse(calendar_of(row), content_type=CONTENT_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.fair.slug}.ics"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _number(text: str) -> int | None:
    """A number as a form sends it; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _own(request: Request, pk: int) -> Participation:
    shown = Participation.objects.own_of(request.user).select_related("fair", "organization")
    return get_object_or_404(shown, pk=pk)


def _own_to_edit(request: Request, pk: int) -> Participation:
    shown = Participation.objects.editable_by(request.user).select_related("fair", "organization")
    return get_object_or_404(shown, pk=pk)
