"""Rooms, owners and closings of tables."""

from __future__ import annotations

import pytest

from events.fairs.models import FairTable
from events.fairs.services import (
    GroundsRefused,
    TableFacts,
    add_room,
    close_tables,
    fix_tables_to_side,
    put_tables_in_room,
    remove_room,
    update_table,
)
from tests.conftest import NOON
from tests.factories import UserFactory
from tests.factories_events import (
    FairFactory,
    ParticipationFactory,
    RoomFactory,
    SchoolParticipationFactory,
    SlotFactory,
    TableFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    fair = FairFactory()
    for number in (1, 2, 3):
        TableFactory(fair=fair, number=number)
    return fair


@pytest.fixture
def act():
    return {"actor": UserFactory(), "at": NOON}


def owners_of(fair):
    return list(FairTable.objects.filter(fair=fair).order_by("number").values_list("owner", flat=True))


def test_add_room_refuses_a_name_twice(fair, act):
    add_room(fair_id=fair.pk, name="一号厅", seats=None, **act)
    with pytest.raises(GroundsRefused) as refusal:
        add_room(fair_id=fair.pk, name=" 一号厅 ", seats=30, **act)
    assert refusal.value.field == "name"
    assert fair.rooms.count() == 1


def test_tables_in_a_room_stay_when_the_room_goes(fair, act):
    room = add_room(fair_id=fair.pk, name="一号厅", seats=60, **act)
    assert put_tables_in_room(fair_id=fair.pk, room_id=room.pk, first=2, last=9, **act) == 2
    remove_room(room_id=room.pk, **act)
    assert fair.tables.filter(room=None).count() == 3


def test_put_tables_in_room_refuses_a_room_of_another_fair(fair, act):
    with pytest.raises(GroundsRefused) as refusal:
        put_tables_in_room(fair_id=fair.pk, room_id=RoomFactory().pk, first=1, last=2, **act)
    assert refusal.value.field == "room"


def test_fix_tables_to_side_gives_everybody_of_the_side_one_and_frees_them_again(fair, act):
    schools = [SchoolParticipationFactory(fair=fair) for _ in range(2)]
    ParticipationFactory(fair=fair)
    assert fix_tables_to_side(fair_id=fair.pk, kind="school", **act) == 2
    assert sorted(owner for owner in owners_of(fair) if owner) == sorted(row.pk for row in schools)
    assert fix_tables_to_side(fair_id=fair.pk, kind=None, **act) == 0
    assert owners_of(fair) == [None, None, None]


def test_fix_tables_to_side_with_too_few_tables_changes_nothing(fair, act):
    first = SchoolParticipationFactory(fair=fair)
    fix_tables_to_side(fair_id=fair.pk, kind="school", **act)
    for _ in range(3):
        SchoolParticipationFactory(fair=fair)
    with pytest.raises(GroundsRefused):
        fix_tables_to_side(fair_id=fair.pk, kind="school", **act)
    assert owners_of(fair) == [first.pk, None, None]


def test_update_table_refuses_an_owner_with_a_table_and_one_who_does_not_come(fair, act):
    tables = list(fair.tables.order_by("number"))
    owner = SchoolParticipationFactory(fair=fair)
    away = SchoolParticipationFactory(fair=fair, status="declined")
    update_table(table_id=tables[0].pk, facts=TableFacts(owner_id=owner.pk, header="甲"), **act)
    for refused in (owner, away):
        with pytest.raises(GroundsRefused) as refusal:
            update_table(table_id=tables[1].pk, facts=TableFacts(owner_id=refused.pk), **act)
        assert refusal.value.field == "owner"
    assert owners_of(fair) == [owner.pk, None, None]


def test_close_tables_says_the_slots_and_no_others(fair, act):
    slots = [SlotFactory(fair=fair) for _ in range(3)]
    closed = {"fair_id": fair.pk, "first": 1, "last": 2, **act}
    assert close_tables(slot_ids=[slots[0].pk, slots[1].pk], **closed) == 4
    assert close_tables(slot_ids=[slots[2].pk], **closed) == 2
    assert set(fair.tables.get(number=1).closings.values_list("slot", flat=True)) == {slots[2].pk}
    with pytest.raises(GroundsRefused):
        close_tables(slot_ids=[SlotFactory().pk], **closed)
