"""The desk: a page that works on without network, the list that it keeps, and the events that it sends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.door.access import COOKIE, COOKIE_PATH, Desk, at_a_desk
from events.door.reading import NotRead, told_from
from events.door.selectors import guest_list, organizations_named, places_in, stamp_of, timer_slots
from events.door.services import Report, Told, tell
from events.door.words import DESK, TIMER, in_words
from events.fairs.services.arrival import DOOR_OPEN
from portal.common.errors import DomainError, StateConflict
from portal.common.http import Request


@at_a_desk("GET", "HEAD")
def desk_page(request: Request, desk: Desk) -> HttpResponse:
    """The page without the list: that comes by itself, so that no name stands in what a browser keeps of pages."""
    context = {
        "desk": desk,
        "fair": desk.fair,
        "is_open": desk.fair.status in DOOR_OPEN,
        "words": in_words(DESK),
        "language": get_language(),
    }
    return render(request, "door/desk.html", context)


@at_a_desk("GET", "HEAD")
def guests(request: Request, desk: Desk) -> HttpResponse:
    """The list as JSON: whole, or with `since` (milliseconds) what has changed; 304 if nothing has.

    Whole too if everybody's next table may be another one than with the stamp that is known.
    """
    now = timezone.now()
    stamp, known = stamp_of(desk.fair, now), request.headers.get("If-None-Match", "")
    if known == stamp:
        return HttpResponse(status=304, headers={"ETag": stamp})
    moved = bool(known) and places_in(known) != places_in(stamp)
    since = None if moved else _moment(request.GET.get("since", ""))
    rows = guest_list(desk.fair, at=now, since=since)
    facts = {"rows": rows, "whole": since is None, "now": _milliseconds(now), "open": desk.fair.status in DOOR_OPEN}
    return JsonResponse(facts | {"csrf": get_token(request)}, headers={"ETag": stamp})


@at_a_desk("POST", late=True)
def events(request: Request, desk: Desk) -> HttpResponse:
    """Take a batch of events; answers with one report an event, and with the rows as they are now."""
    now = timezone.now()
    try:
        told, bad = told_from(_body(request), received_at=now)
        told, too_late = _in_time(desk, told)
        reports = too_late + tell(fair_id=desk.fair.pk, told=told, actor=desk.person, desk_pass=desk.desk_pass, at=now)
    except DomainError as error:
        status = 409 if isinstance(error, StateConflict) else 422
        return JsonResponse({"detail": str(error)}, status=status)
    rows = [] if desk.is_over else guest_list(desk.fair, at=now, since=now)
    answer = {"reports": [_report(report) for report in reports], "unread": bad, "rows": rows}
    return JsonResponse(answer | {"now": _milliseconds(now)})


@at_a_desk("GET", "HEAD")
def organizations(request: Request, desk: Desk) -> HttpResponse:
    """Approved organizations by name, for somebody who was not on the list."""
    found = organizations_named(request.GET.get("q", "")[:60])
    results = [{"id": str(row.public_id), "name": row.legal_name} for row in found]
    return JsonResponse({"results": results})


@at_a_desk("GET", "HEAD")
def timer(request: Request, desk: Desk) -> HttpResponse:
    """The clock of the hall, for a big screen; works on once it is loaded."""
    context = {
        "fair": desk.fair,
        "slots": timer_slots(desk.fair),
        "now": _milliseconds(timezone.now()),
        "words": in_words(TIMER),
    }
    return render(request, "door/timer.html", context)


@at_a_desk("GET", "HEAD")
def now(request: Request, desk: Desk) -> HttpResponse:
    """The time by our clock and the slots, for the timer."""
    return JsonResponse({"now": _milliseconds(timezone.now()), "slots": timer_slots(desk.fair)})


@at_a_desk("POST", late=True)
def leave(request: Request, desk: Desk) -> HttpResponse:
    """Give the pass back on this phone."""
    response = redirect("pages:index")
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Lax")
    return response


def _in_time(desk: Desk, told: list[Told]) -> tuple[list[Told], list[Report]]:
    """What a pass that has ended may still send: only what happened before."""
    if not desk.is_over or desk.desk_pass is None:
        return told, []
    until = desk.desk_pass.expires_at
    reason = str(_("This pass is no longer valid. Ask the organizer for a new one."))
    refused = [Report(one.nonce, stored=False, reason=reason) for one in told if one.happened_at > until]
    return [one for one in told if one.happened_at <= until], refused


def _report(report: Report) -> dict[str, Any]:
    return {"nonce": str(report.nonce), "stored": report.stored, "reason": report.reason}


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError, RawPostDataException) as error:  # the last for a form instead of JSON
        raise NotRead(_("This is no list of events.")) from error


def _moment(text: str) -> datetime | None:
    """Milliseconds since 1970 as a moment; None, the whole list, if it cannot be read."""
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        return None
    return datetime.fromtimestamp(int(text) / 1000, tz=UTC)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
