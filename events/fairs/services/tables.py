"""Rooms, single tables, tables fixed to a participant, and tables that are closed for a while."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from events.fairs.models import TAKING_PART, Fair, FairRoom, FairTable, Participation, Slot, TableClosing
from events.fairs.services.grounds import BEFORE_THE_END, BEFORE_THE_TIMETABLE, GroundsRefused
from events.fairs.services.states import locked_fair_in
from portal.accounts.models import User
from portal.audit.services import record


@dataclass(frozen=True, slots=True)
class TableFacts:
    """Where a table stands, what its sign says, and to whom it belongs."""

    zone: str = ""
    room_id: int | None = None
    owner_id: int | None = None
    header: str = ""


@transaction.atomic
def add_room(*, fair_id: int, name: str, seats: int | None, actor: User, at: datetime) -> FairRoom:
    """Add a room; GroundsRefused if there is one of this name."""
    fair = locked_fair_in(fair_id, BEFORE_THE_END)
    try:
        with transaction.atomic():
            room = FairRoom.objects.create(fair=fair, name=name.strip(), seats=seats)
    except IntegrityError as error:
        raise GroundsRefused(_("There is a room of this name already."), field="name") from error
    record(verb="fair.room_added", subject=fair, actor=actor, at=at, room=room.name)
    return room


@transaction.atomic
def remove_room(*, room_id: int, actor: User, at: datetime) -> None:
    """Take a room away; its tables stay, without a room."""
    room = FairRoom.objects.get(pk=room_id)
    fair = locked_fair_in(room.fair_id, BEFORE_THE_END)
    room.delete()
    record(verb="fair.room_removed", subject=fair, actor=actor, at=at, room=room.name)


@transaction.atomic
def put_tables_in_room(*, fair_id: int, room_id: int | None, first: int, last: int, actor: User, at: datetime) -> int:
    """Say in which room the tables from one number to another stand; returns how many these are."""
    fair = locked_fair_in(fair_id, BEFORE_THE_END)
    if room_id is not None and not FairRoom.objects.filter(pk=room_id, fair=fair).exists():
        raise GroundsRefused(_("This room does not belong to the fair."), field="room")
    moved = FairTable.objects.filter(fair=fair, number__range=(first, last)).update(room=room_id)
    if not moved:
        raise GroundsRefused(_("There is no table between these numbers."), field="first")
    record(verb="fair.tables_placed", subject=fair, actor=actor, at=at, first=first, last=last, room=room_id)
    return moved


@transaction.atomic
def update_table(*, table_id: int, facts: TableFacts, actor: User, at: datetime) -> FairTable:
    """Change one table; GroundsRefused for a room or an owner of another fair, or an owner that has a table."""
    table = FairTable.objects.get(pk=table_id)
    fair = locked_fair_in(table.fair_id, BEFORE_THE_END)
    if facts.room_id is not None and not FairRoom.objects.filter(pk=facts.room_id, fair=fair).exists():
        raise GroundsRefused(_("This room does not belong to the fair."), field="room")
    if facts.owner_id is not None:
        _check_owner(fair, table, facts.owner_id)
    FairTable.objects.filter(pk=table_id).update(
        zone=facts.zone.strip(), room=facts.room_id, owner=facts.owner_id, header=facts.header.strip()
    )
    record(verb="fair.table_changed", subject=fair, actor=actor, at=at, table=table.number, owner=facts.owner_id)
    table.refresh_from_db()
    return table


@transaction.atomic
def fix_tables_to_side(*, fair_id: int, kind: str | None, actor: User, at: datetime) -> int:
    """Give each participant of a side ("school" or "enterprise") a table of its own, by name; None frees all tables.

    The other side then goes from table to table. GroundsRefused with fewer tables than participants. Returns how many
    tables are fixed.
    """
    fair = locked_fair_in(fair_id, BEFORE_THE_TIMETABLE)
    FairTable.objects.filter(fair=fair).update(owner=None)
    owners: list[Participation] = []
    if kind is not None:
        coming = Participation.objects.taking_part().filter(fair=fair, organization__kind=kind)
        owners = list(coming.order_by("organization__pinyin", "pk"))
    tables = list(FairTable.objects.filter(fair=fair).order_by("number"))
    if len(owners) > len(tables):
        raise GroundsRefused(
            _("There are %(tables)d tables for %(owners)d participants: add tables first.")
            % {"tables": len(tables), "owners": len(owners)}
        )
    for table, owner in zip(tables, owners, strict=False):
        table.owner = owner
    FairTable.objects.bulk_update(tables[: len(owners)], ["owner"])
    record(verb="fair.tables_fixed", subject=fair, actor=actor, at=at, side=kind or "", tables=len(owners))
    return len(owners)


@transaction.atomic
def close_tables(*, fair_id: int, first: int, last: int, slot_ids: Iterable[int], actor: User, at: datetime) -> int:
    """Say in which slots, and in no others, the tables from one number to another are closed. Returns the closings."""
    fair = locked_fair_in(fair_id, BEFORE_THE_END)
    wanted = sorted(set(slot_ids))
    if Slot.objects.filter(fair=fair, pk__in=wanted).count() != len(wanted):
        raise GroundsRefused(_("One of the slots does not belong to this fair."), field="slots")
    tables = FairTable.objects.filter(fair=fair, number__range=(first, last))
    ids = list(tables.values_list("pk", flat=True))
    if not ids:
        raise GroundsRefused(_("There is no table between these numbers."), field="first")
    TableClosing.objects.filter(table__in=ids).delete()
    closings = TableClosing.objects.bulk_create(
        TableClosing(table_id=table, slot_id=slot) for table in ids for slot in wanted
    )
    record(verb="fair.tables_closed", subject=fair, actor=actor, at=at, first=first, last=last, slots=wanted)
    return len(closings)


def next_number(fair: Fair) -> int:
    """The number of the table that would be added next."""
    last: int = FairTable.objects.filter(fair=fair).aggregate(last=Max("number"))["last"] or 0
    return last + 1


def _check_owner(fair: Fair, table: FairTable, owner_id: int) -> None:
    if not Participation.objects.filter(pk=owner_id, fair=fair, status__in=TAKING_PART).exists():
        raise GroundsRefused(_("This organization does not take part in the fair."), field="owner")
    if FairTable.objects.filter(owner=owner_id).exclude(pk=table.pk).exists():
        raise GroundsRefused(_("This organization has a table of its own already."), field="owner")
