"""A fair's facts, slots, tables and programme."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.fairs.models import Fair, FairStatus, FairTable, Slot
from events.fairs.services import (
    FairChangedMeanwhile,
    FairFacts,
    FairRefused,
    FairStateConflict,
    GroundsRefused,
    SessionFacts,
    add_session,
    create_fair,
    discard_fair,
    lay_out_slots,
    lay_out_tables,
    remove_session,
    remove_slots,
    remove_tables,
    update_fair,
    update_session,
)
from portal.audit.models import AuditEvent
from tests.conftest import NOON
from tests.factories import RegionFactory, UserFactory
from tests.factories_events import (
    MORNING,
    AbsenceFactory,
    FairFactory,
    MeetingFactory,
    OrganizerFactory,
    SlotFactory,
    TableFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 17)


@pytest.fixture
def facts() -> FairFacts:
    return FairFacts(
        slug="baoan-2024",
        name="百校千企·职爱宝安",
        region_id=RegionFactory().pk,
        venue="职业训练中心",
        starts_on=DAY,
        ends_on=DAY + timedelta(days=1),
        graduating_year=2024,
    )


def test_create_fair_stores_a_plan_and_its_audit_event(facts: FairFacts) -> None:
    organizer, person = OrganizerFactory(), UserFactory()
    fair = create_fair(organizer_id=organizer.pk, facts=facts, actor=person, at=NOON)
    assert (fair.status, fair.slug, fair.organizer) == (FairStatus.PLANNING, "baoan-2024", organizer)
    event = AuditEvent.objects.get(verb="fair.created")
    assert (event.subject_id, event.actor) == (str(fair.pk), person)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_on": date.min, "ends_on": date.min, "registration_at": NOON}, "starts_on"),
        ({"starts_on": date.max, "ends_on": date.max}, "starts_on"),
        ({"ends_on": date(2024, 5, 16)}, "ends_on"),
        ({"ends_on": date(2024, 6, 16)}, "ends_on"),
        ({"min_meetings": 9, "max_meetings": 8}, "max_meetings"),
        ({"min_meetings": 0, "max_meetings": 0}, "max_meetings"),
        ({"slug": "new"}, "slug"),
    ],
)
def test_create_fair_names_the_wrong_field_and_stores_nothing(facts: FairFacts, change: Any, field: Any) -> None:
    with pytest.raises(FairRefused) as refused:
        create_fair(organizer_id=OrganizerFactory().pk, facts=replace(facts, **change), actor=UserFactory(), at=NOON)
    assert refused.value.field == field
    assert not Fair.objects.exists()


def test_create_fair_refuses_a_taken_address(facts: FairFacts) -> None:
    FairFactory(slug=facts.slug)
    with pytest.raises(FairRefused) as refused:
        create_fair(organizer_id=OrganizerFactory().pk, facts=facts, actor=UserFactory(), at=NOON)
    assert refused.value.field == "slug"
    assert Fair.objects.count() == 1


def test_create_fair_needs_an_approved_organizer(facts: FairFacts) -> None:
    with pytest.raises(FairRefused) as refused:
        create_fair(organizer_id=OrganizerFactory(status="draft").pk, facts=facts, actor=UserFactory(), at=NOON)
    assert refused.value.field == "organizer"


def test_update_fair_wins_once_per_version(facts: FairFacts) -> None:
    fair, person = FairFactory(), UserFactory()
    changed = update_fair(fair_id=fair.pk, version=1, facts=replace(facts, venue="会展中心"), actor=person, at=NOON)
    assert (changed.venue, changed.version) == ("会展中心", 2)
    with pytest.raises(FairChangedMeanwhile):
        update_fair(fair_id=fair.pk, version=1, facts=replace(facts, venue="别处"), actor=person, at=NOON)
    assert Fair.objects.get().venue == "会展中心"


def test_update_fair_records_what_changed(facts: FairFacts) -> None:
    fair = FairFactory(**asdict(facts))
    update_fair(
        fair_id=fair.pk,
        version=1,
        facts=replace(facts, venue="会展中心"),
        actor=UserFactory(),
        at=NOON,
    )
    assert AuditEvent.objects.get(verb="fair.updated").data == {"changes": {"venue": "会展中心"}}


def test_update_fair_leaves_no_slot_outside_of_the_days(facts: FairFacts) -> None:
    fair = SlotFactory(starts_at=MORNING).fair
    with pytest.raises(FairRefused) as refused:
        update_fair(
            fair_id=fair.pk,
            version=1,
            facts=replace(facts, starts_on=date(2024, 5, 18)),
            actor=UserFactory(),
            at=NOON,
        )
    assert refused.value.field == "starts_on"


@pytest.mark.parametrize("status", [FairStatus.LIVE, FairStatus.CLOSED, FairStatus.CANCELLED])
def test_update_fair_refuses_one_that_has_begun(facts: FairFacts, status: str) -> None:
    fair = FairFactory(status=status)
    with pytest.raises(FairChangedMeanwhile):
        update_fair(fair_id=fair.pk, version=1, facts=facts, actor=UserFactory(), at=NOON)


def test_discard_fair_deletes_a_plan_only() -> None:
    announced, plan = FairFactory(), FairFactory(status=FairStatus.PLANNING)
    with pytest.raises(FairChangedMeanwhile):
        discard_fair(fair_id=announced.pk, actor=UserFactory(), at=NOON)
    discard_fair(fair_id=plan.pk, actor=UserFactory(), at=NOON)
    assert list(Fair.objects.all()) == [announced]


def test_lay_out_slots_fills_the_time_in_local_hours() -> None:
    fair = FairFactory()
    lay_out_slots(
        fair_id=fair.pk, day=DAY, start=time(9), end=time(10), minutes=20, buffer=5, actor=UserFactory(), at=NOON
    )
    local = [
        (f"{timezone.localtime(slot.starts_at):%d %H:%M}", f"{timezone.localtime(slot.ends_at):%H:%M}")
        for slot in fair.slots.all()
    ]
    assert local == [("17 09:00", "09:20"), ("17 09:25", "09:45")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"day": date(2024, 5, 19)}, "day"),
        ({"end": time(9)}, "end"),
        ({"end": time(9, 10)}, "end"),
        ({"minutes": 4}, "minutes"),
        ({"minutes": 181}, "minutes"),
        ({"buffer": -1}, "buffer"),
        ({"buffer": 121}, "buffer"),
    ],
)
def test_lay_out_slots_names_the_wrong_field(change: Any, field: Any) -> None:
    given: dict[str, Any] = {"day": DAY, "start": time(9), "end": time(12), "minutes": 20, "buffer": 5} | change
    with pytest.raises(GroundsRefused) as refused:
        lay_out_slots(fair_id=FairFactory().pk, **given, actor=UserFactory(), at=NOON)
    assert refused.value.field == field
    assert not Slot.objects.exists()


def test_lay_out_slots_refuses_overlapping_ones_and_keeps_the_former() -> None:
    fair = FairFactory()
    given: dict[str, Any] = {"fair_id": fair.pk, "day": DAY, "minutes": 30, "actor": UserFactory(), "at": NOON}
    lay_out_slots(**given, start=time(9), end=time(10))
    with pytest.raises(GroundsRefused):
        lay_out_slots(**given, start=time(9, 45), end=time(11))
    lay_out_slots(**given, start=time(10), end=time(11))
    assert fair.slots.count() == 4


def test_lay_out_slots_is_too_late_once_the_timetable_is_published() -> None:
    fair = FairFactory(status=FairStatus.SCHEDULED)
    with pytest.raises(FairStateConflict):
        lay_out_slots(fair_id=fair.pk, day=DAY, start=time(9), end=time(10), minutes=20, actor=UserFactory(), at=NOON)


def test_remove_slots_clears_one_day() -> None:
    fair = FairFactory()
    SlotFactory(fair=fair, starts_at=MORNING)
    SlotFactory(fair=fair, starts_at=MORNING + timedelta(days=1))
    assert remove_slots(fair_id=fair.pk, day=DAY, actor=UserFactory(), at=NOON) == 1
    assert [timezone.localdate(slot.starts_at) for slot in fair.slots.all()] == [date(2024, 5, 18)]


def test_remove_slots_keeps_those_of_an_absence() -> None:
    absence = AbsenceFactory(slot__starts_at=MORNING)
    with pytest.raises(GroundsRefused):
        remove_slots(fair_id=absence.slot.fair_id, day=DAY, actor=UserFactory(), at=NOON)
    assert Slot.objects.count() == 1


def test_remove_slots_and_tables_keeps_those_of_a_meeting() -> None:
    meeting = MeetingFactory(slot__starts_at=MORNING)
    fair = meeting.timetable.fair
    with pytest.raises(GroundsRefused):
        remove_slots(fair_id=fair.pk, day=DAY, actor=UserFactory(), at=NOON)
    with pytest.raises(GroundsRefused):
        remove_tables(fair_id=fair.pk, actor=UserFactory(), at=NOON)
    assert (Slot.objects.count(), FairTable.objects.count()) == (1, 1)


def test_lay_out_tables_numbers_on_and_shares_out_the_zones() -> None:
    fair = TableFactory(number=3).fair
    tables = lay_out_tables(fair_id=fair.pk, count=5, zones=["A", "B"], actor=UserFactory(), at=NOON)
    assert [str(table) for table in tables] == ["A04", "A05", "A06", "B07", "B08"]


@pytest.mark.parametrize("count", [0, -1, 2001])
def test_lay_out_tables_refuses_impossible_numbers(count: int) -> None:
    with pytest.raises(GroundsRefused) as refused:
        lay_out_tables(fair_id=FairFactory().pk, count=count, actor=UserFactory(), at=NOON)
    assert refused.value.field == "count"
    assert not FairTable.objects.exists()


def test_remove_tables_clears_them() -> None:
    fair = TableFactory().fair
    assert remove_tables(fair_id=fair.pk, actor=UserFactory(), at=NOON) == 1
    assert not fair.tables.exists()


def test_sessions_are_added_changed_and_removed() -> None:
    fair, person = FairFactory(), UserFactory()
    facts = SessionFacts(kind="opening", title="开幕式", starts_at=MORNING, ends_at=MORNING + timedelta(hours=1))
    session = add_session(fair_id=fair.pk, facts=facts, actor=person, at=NOON)
    changed = update_session(session_id=session.pk, facts=replace(facts, place="大礼堂"), actor=person, at=NOON)
    assert changed.place == "大礼堂"
    remove_session(session_id=session.pk, actor=person, at=NOON)
    assert not fair.sessions.exists()


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [(0, 0, "ends_at"), (-24, -23, "starts_at"), (47, 49, None), (47, 64, "starts_at")],
)
def test_sessions_lie_within_the_days_of_the_fair(begins: int, ends: int, field: Any) -> None:
    """The fair lasts from midnight to midnight in Shenzhen: hours after nine o'clock on the first day."""
    facts = SessionFacts(
        kind="tour", title="参观", starts_at=MORNING + timedelta(hours=begins), ends_at=MORNING + timedelta(hours=ends)
    )
    fair = FairFactory(ends_on=date(2024, 5, 19))
    if field is None:
        assert add_session(fair_id=fair.pk, facts=facts, actor=UserFactory(), at=NOON).pk
        return
    with pytest.raises(GroundsRefused) as refused:
        add_session(fair_id=fair.pk, facts=facts, actor=UserFactory(), at=NOON)
    assert refused.value.field == field


def test_update_fair_locks_it_before_it_looks_at_the_slots(facts: FairFacts) -> None:
    fair = FairFactory()
    with CaptureQueriesContext(connection) as asked:
        update_fair(fair_id=fair.pk, version=1, facts=facts, actor=UserFactory(), at=NOON)
    statements = [row["sql"] for row in asked]
    lock = next(place for place, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql)
    look = next(place for place, sql in enumerate(statements) if '"events_slot"' in sql)
    assert lock < look
