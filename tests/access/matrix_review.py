"""The pages of house rules, breaches, appeals and call-backs."""

from __future__ import annotations

from typing import Any

from tests.access.declaring import Address, May, button, form, page
from tests.access.matrix_api import action, by_id, listing, single
from tests.access.matrix_events import FIRM_READERS, HR, ORGANIZER, closed, planned
from tests.access.world import Tenant


def strike(t: Tenant) -> dict[str, Any]:
    return {"pk": t.strike.pk}


def call_back(t: Tenant) -> dict[str, Any]:
    return {"pk": t.call_back.pk}


def strike_id(t: Tenant) -> dict[str, Any]:
    return by_id(t.strike)


def call_back_id(t: Tenant) -> dict[str, Any]:
    return by_id(t.call_back)


REVIEW: tuple[Address, ...] = (
    page("review:panel", closed, see=ORGANIZER),
    page("review:rules_shown", closed),
    page("review:rules_shown", planned, see=ORGANIZER, label="in planning"),
    form("review:plan", closed, ORGANIZER),
    form("review:rules", lambda t: {"pk": t.organizer.pk}, ORGANIZER),
    page("review:strikes", searches=("?q=zk", "?state=standing", "?fair=foreign-closed")),
    page("review:strike", strike, see=FIRM_READERS),
    button("review:waive", strike, ORGANIZER, status=200),
    button("review:appeal", strike, HR, status=200),
    button("review:answer", strike, ORGANIZER, status=200),
    page("review:call_backs", searches=("?when=due", "?fair=foreign-closed")),
    page("review:export", searches=("?fair=foreign-closed",)),
    form("review:call_back", call_back, ORGANIZER),
    button("review:finish", call_back, ORGANIZER, status=200),
    button("review:drop", call_back, ORGANIZER),
    listing("strike", "?fair=foreign-closed"),
    single("strike", strike_id, FIRM_READERS),
    action("strike-waive", strike_id, POST=May(ORGANIZER, 400)),
    action("strike-appeal", strike_id, POST=May(FIRM_READERS, 400)),
    action("strike-answer", strike_id, POST=May(ORGANIZER, 400)),
    listing("call-back", "?fair=foreign-closed"),
    single("call-back", call_back_id, ORGANIZER),
    action("call-back-finish", call_back_id, POST=May(ORGANIZER, 400)),
)
