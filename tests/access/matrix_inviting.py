"""The pages of inviting, answering by a link, delegations and the waiting list."""

from __future__ import annotations

from typing import Any

from events.fairs.replies import token_of
from tests.access.declaring import EVERYBODY, PART, SENT_BY_SCRIPT, SIGNED_IN, Address, May, button, form, page, roles
from tests.access.matrix_api import COMING, action, answering
from tests.access.matrix_api import firm as firm_by_id
from tests.access.matrix_events import FIRM, ORGANIZER, firm, guest, live
from tests.access.world import Tenant

SIDES = roles("school hr stranger") - {"staff"}  # of a school or an enterprise, whoever organizes the fair


def by_link(t: Tenant) -> dict[str, Any]:
    """Whoever holds a link is let in, whoever it is."""
    return {"token": token_of(t.firms[0].public_id, t.firms[0].reply_serial)}


LIMITS = {"at_once": 1, "min_meetings": None, "max_meetings": None}
# The fair takes place: what could be done before is a conflict for those who might have, for the others forbidden.
API: tuple[Address, ...] = (
    action("fair-apply", live, POST=May(SIGNED_IN, 400)),
    action("fair-letters", live, POST=May(ORGANIZER, 202, denied=422)),
    action("fair-remind", live, POST=May(ORGANIZER, 409, denied=422, body=lambda t: {"about": "names"})),
    action("participation-withdraw", firm_by_id, POST=answering({}, 409)),
    action("participation-decide", firm_by_id, POST=answering({"accept": True}, 409, ORGANIZER, hr_own=422)),
    action("participation-move-up", firm_by_id, POST=answering({}, 409, ORGANIZER, hr_own=422)),
    action("participation-limits", firm_by_id, PUT=answering(LIMITS, 200, ORGANIZER, hr_own=422)),
    action("participation-delegates", firm_by_id, GET=May(COMING), PUT=answering([], 200, ORGANIZER, hr_own=409)),
)
INVITING: tuple[Address, ...] = (
    *API,
    page("fairs:participants_sheet", live, see=ORGANIZER, searches=("?q=zk", "?without=names")),
    button("fairs:participants_bulk", live, ORGANIZER),
    button("fairs:letters", live, ORGANIZER),
    Address("fairs:reminders", {"GET": May(ORGANIZER), "POST": May(ORGANIZER, 302)}, live),
    page("fairs:availability", live, see=ORGANIZER, searches=("?q=zk", "?side=school")),
    form("fairs:delegations", live, ORGANIZER, searches=("?without=names",)),
    page("fairs:delegations_sheet", live, see=ORGANIZER),
    button("fairs:delegations_do", live, ORGANIZER),
    page(
        "fairs:invite_reasons",
        live,
        see=ORGANIZER,
        headers=PART,
        searches=("?org=1", "?org=zk"),
        but=SENT_BY_SCRIPT,
        budget=14,  # as many questions as the ranking needs for its reasons
    ),
    form("fairs:invite_upload", live, ORGANIZER),
    button("fairs:invite_rows", live, ORGANIZER),
    page("fairs:invite_template", live, see=ORGANIZER),
    form("fairs:apply", live, SIDES),
    form("fairs:delegation", firm, FIRM, post_status=200),
    form("fairs:delegation", guest, ORGANIZER, label="of a guest"),
    page("fairs:letter", lambda t: {**firm(t), "kind": "pdf"}, see=FIRM),
    form("fairs:limits", firm, ORGANIZER),
    button("fairs:decide", firm, ORGANIZER),
    button("fairs:move_up", firm, ORGANIZER),
    button("fairs:new_link", firm, ORGANIZER),
    button("fairs:away", firm, ORGANIZER, body=lambda t: {"away": t.slots[0].pk}),
    form("fairs:reply", by_link, EVERYBODY),
    button("fairs:reply_absences", by_link, EVERYBODY),
    button("fairs:reply_names", by_link, EVERYBODY, status=200),
)
