"""The pages of editing, publishing and following a timetable."""

from __future__ import annotations

from typing import Any

from tests.access.declaring import EVERYBODY, SIGNED_IN, Address, May, button, form, page, roles
from tests.access.world import Tenant

ORGANIZER = roles("organizer")
FIRM = roles("hr organizer")
FIRM_READERS = roles("hr reader organizer")


def live(t: Tenant) -> dict[str, Any]:
    return {"slug": t.fair.slug}


def version(t: Tenant) -> dict[str, Any]:
    return {"slug": t.fair.slug, "number": 1}


def proposed(t: Tenant) -> dict[str, Any]:
    return {"slug": t.fair.slug, "number": 2}


def both(t: Tenant) -> dict[str, Any]:
    return {"slug": t.fair.slug, "number": 2, "other": 1}


def exported(kind: str) -> Any:
    return lambda t: {"slug": t.fair.slug, "number": 1, "kind": kind}


def firm(t: Tenant) -> dict[str, Any]:
    return {"pk": t.firms[0].pk}


def meeting(t: Tenant) -> dict[str, Any]:
    return {"pk": t.meetings[0].pk}


def by_id(t: Tenant) -> dict[str, Any]:
    return {"public_id": t.meetings[0].public_id}


def unknown_secret(_t: Tenant) -> dict[str, Any]:
    """Nobody's: the address itself is the key, whoever comes with it; see tests/events/meetings/test_versions.py."""
    return {"secret": "no-such-secret"}


TIMETABLE: tuple[Address, ...] = (
    page("meetings:making", live, see=ORGANIZER, status=286),
    button("meetings:best", live, ORGANIZER),
    page("meetings:quality", version, see=ORGANIZER, searches=("?q=zk", "?reason=outbid", "?must=1")),
    # asks the engine, for which the whole fair is read: its own request, loaded after the page
    page("meetings:helping", version, see=ORGANIZER, searches=("?school=x&enterprise=999999999",), budget=20),
    button("meetings:copy", version, ORGANIZER),
    button("meetings:discard", proposed, ORGANIZER),
    Address("meetings:publish", {"GET": May(ORGANIZER), "POST": May(ORGANIZER, 302)}, proposed),
    page("meetings:compare", both, see=ORGANIZER),
    page("meetings:edit", version, see=ORGANIZER, searches=("?by=parties",)),
    page("meetings:lines", version, see=ORGANIZER, searches=("?by=parties",)),
    button("meetings:lock_all", proposed, ORGANIZER),
    form("meetings:put_in", version, ORGANIZER),
    button("meetings:undo", version, ORGANIZER),
    page("meetings:export", exported("xlsx"), see=ORGANIZER, label="workbook"),
    page("meetings:export", exported("csv"), see=ORGANIZER, label="csv"),
    form("meetings:replan", live, ORGANIZER),
    page("meetings:followers", live, see=ORGANIZER),
    page("meetings:wall", live, see=ORGANIZER),
    page("meetings:tables", live, see=ORGANIZER),
    form("meetings:move", meeting, ORGANIZER),
    page("meetings:cells", meeting, see=ORGANIZER),
    Address("meetings:swap", {"POST": May(ORGANIZER, 302, body=lambda t: {"other": t.meetings[1].pk})}, meeting),
    button("meetings:cancel", meeting, ORGANIZER),
    button("meetings:lock", meeting, ORGANIZER),
    button("meetings:seen", firm, FIRM),
    page("meetings:own_calendar", firm, see=FIRM_READERS),
    button("meetings:calendar_link", firm, FIRM, status=200),
    button("meetings:calendar_revoke", firm, FIRM),
    Address("api:meeting-move", {"POST": May(ORGANIZER, 400)}, by_id),
    Address("api:meeting-cancel", {"POST": May(ORGANIZER)}, by_id),
    Address("api:meeting-lock", {"POST": May(ORGANIZER, body=lambda t: {"locked": True})}, by_id),
    Address("api:timetable-acknowledge", {"POST": May(SIGNED_IN, 400)}),
    Address("meetings:calendar", {"GET": May(EVERYBODY, 404)}, unknown_secret),
)
