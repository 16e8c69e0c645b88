"""The pages of templates, rooms, tables, programme and dates."""

from __future__ import annotations

from typing import Any

from tests.access.declaring import Address, button, form, page
from tests.access.matrix_events import ORGANIZER, live, planned
from tests.access.world import Tenant


def talks(t: Tenant) -> dict[str, Any]:
    return {"pk": t.presentations.pk}


def presented(t: Tenant) -> dict[str, Any]:
    return {"pk": t.presentations.pk, "item": t.presentation.pk, "change": "up"}


def room(t: Tenant) -> dict[str, Any]:
    return {"pk": t.room.pk}


def table(t: Tenant) -> dict[str, Any]:
    return {"pk": t.table.pk}


GROUNDS: tuple[Address, ...] = (
    page("fairs:tables", live, see=ORGANIZER),
    button("fairs:tables_place", live, ORGANIZER, status=200),
    button("fairs:tables_fix", planned, ORGANIZER),
    button("fairs:room_add", planned, ORGANIZER, status=200),
    button("fairs:room_remove", room, ORGANIZER),
    form("fairs:table_edit", table, ORGANIZER),
    page("fairs:items", talks, see=ORGANIZER),
    button("fairs:item_add", talks, ORGANIZER, status=200),
    button("fairs:items_fill", talks, ORGANIZER),
    button("fairs:item_change", presented, ORGANIZER),
)
