"""The pages of the day: desk, arrivals, no-shows, timer. What a pass opens besides is in test_desk.py."""

from __future__ import annotations

from typing import Any

from tests.access.declaring import EVERYBODY, PAIR_READERS, SIGNED_IN, Address, May, button, form, page
from tests.access.matrix_events import FIRM, ORGANIZER, live
from tests.access.world import Tenant


def meeting(t: Tenant) -> dict[str, Any]:
    return {**live(t), "pk": t.meetings[0].pk}


def guest(t: Tenant) -> dict[str, Any]:
    return {**live(t), "pk": t.firms[0].pk}


def desk_pass(t: Tenant) -> dict[str, Any]:
    return {**live(t), "pk": t.desk_pass.pk}


def secret(t: Tenant) -> dict[str, Any]:
    return {"secret": t.desk_secret}


def line(t: Tenant) -> dict[str, Any]:
    return {"pk": t.firms[0].pk, "meeting_pk": t.meetings[0].pk}


def outcome(t: Tenant) -> dict[str, Any]:
    return {"public_id": t.outcomes[0].public_id}


ENTER = {"GET": May(EVERYBODY), "POST": May(EVERYBODY, 302)}
DOOR: tuple[Address, ...] = (
    page("door:worker", see=EVERYBODY),
    Address("door:enter", ENTER, secret),  # the secret is the right
    page("door:desk", live, see=ORGANIZER),
    page("door:list", live, see=ORGANIZER, searches=("?since=1", "?since=zk")),
    button("door:events", live, ORGANIZER, status=422),
    page("door:organizations", live, see=ORGANIZER, searches=("?q=own", "?q=zk")),
    button("door:leave", live, ORGANIZER),
    page("door:timer", live, see=ORGANIZER),
    page("door:now", live, see=ORGANIZER),
    page("door:missing", live, see=ORGANIZER),
    button("door:mark", guest, ORGANIZER),
    form("door:paper", live, ORGANIZER),
    page("door:tables", live, see=ORGANIZER, searches=("?slot=zk&zone=A", "?slot=1")),
    button("door:record", meeting, ORGANIZER),
    button("door:not_held", meeting, ORGANIZER),
    form("door:talk", live, ORGANIZER),
    form("door:passes", live, ORGANIZER),
    button("door:revoke", desk_pass, ORGANIZER),
    Address("api:door-event-list", {"GET": May(SIGNED_IN), "POST": May(SIGNED_IN, 400)}, searches=("?fair=zk",)),
    Address("api:outcome-confirm", {"POST": May(PAIR_READERS, 400)}, outcome),
    button("meetings:tap", line, FIRM),
    button("meetings:confirm", line, FIRM),
    button("meetings:not_held", line, FIRM),
)
