"""The pages of what is printed."""

from __future__ import annotations

from tests.access.declaring import NOBODY, SIGNED_IN, Address, May, form, page
from tests.access.matrix_api import by_id, single
from tests.access.matrix_events import ORGANIZER, closed, live
from tests.access.world import Tenant

Args = dict[str, str]


def signs(t: Tenant) -> Args:
    return {**live(t), "document": "sign_in"}


def pack(t: Tenant) -> dict[str, object]:
    return by_id(t.jobs["organizer"][1])


PRINTS: tuple[Address, ...] = (
    form("prints:pack", live, ORGANIZER),
    form("prints:pack", closed, ORGANIZER, label="closed"),
    page("prints:standing", live, see=ORGANIZER, searches=("?language=en", "?language=zk"), budget=24),
    page("prints:pdf", signs, see=ORGANIZER, budget=20),
    page("prints:xlsx", signs, see=ORGANIZER, budget=20),
    page("prints:single", live, see=NOBODY, searches=("?document=badges&party=zk",)),  # of nobody
    Address("api:print-pack-list", {"GET": May(SIGNED_IN), "POST": May(SIGNED_IN, 400)}, searches=("?state=done",)),
    single("print-pack", pack, ORGANIZER),
)
