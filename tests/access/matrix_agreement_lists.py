"""The pages of many agreements: the pipeline, the register, a new one, histories, the signing ceremony."""

from __future__ import annotations

from typing import Any

from tests.access.declaring import PART, SENT_BY_SCRIPT, SIGNED_IN, Address, button, form, page, roles
from tests.access.world import Tenant

PARTIES = roles("school hr reader")  # the members of both sides
ORGANIZER = roles("organizer")
SEARCHES = (
    "?text=zk",
    "?text=foreign",
    "?status=draft",
    "?fair=foreign-live",
    "?state=with_us",
    "?state=with_others",
    "?party=foreign",
    "?waiting=on",
    "?year=2027",
)


def pair(t: Tenant) -> dict[str, Any]:
    return {"organization": t.enterprise.pk, "partner": t.school.pk}


def live(t: Tenant) -> dict[str, Any]:
    return {"slug": t.fair.slug}


def turn(t: Tenant) -> dict[str, Any]:
    return {"slug": t.fair.slug, "item": t.signing.pk}


AGREEMENT_LISTS: tuple[Address, ...] = (
    page("agreements:list", searches=SEARCHES),
    page("agreements:export", searches=SEARCHES),
    form("agreements:new", None, SIGNED_IN),
    page("agreements:party-names", searches=("?party=zk", "?party=foreign", "?fair=foreign-live")),
    page("agreements:history", pair, see=PARTIES),
    page("agreements:history", pair, see=PARTIES, headers=PART, but=SENT_BY_SCRIPT, label="part"),
    form("agreements:ceremony", live, ORGANIZER),
    form("agreements:ceremony-turn", turn, ORGANIZER, post_status=302),
    button("agreements:ceremony-change", lambda t: turn(t) | {"change": "remove"}, ORGANIZER),
)
