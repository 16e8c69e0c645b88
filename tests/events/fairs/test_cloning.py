"""A fair made after an earlier one or by a pattern."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from events.fairs.models import Fair, FairStatus
from events.fairs.services import FairFacts, FairRefused, create_from_fair, create_from_pattern, facts_for_next
from events.fairs.services.cloning import PATTERNS
from tests.conftest import NOON
from tests.factories import UserFactory
from tests.factories_events import (
    MORNING,
    FairFactory,
    OrganizerFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    SlotFactory,
    TableFactory,
)

pytestmark = pytest.mark.django_db


def facts_on(first: date, days: int, region_id: str) -> FairFacts:
    return FairFacts(
        slug=f"next-{first:%Y%m%d}",
        name="下一届",
        region_id=region_id,
        venue="新馆",
        starts_on=first,
        ends_on=first + timedelta(days=days - 1),
        graduating_year=2025,
    )


@pytest.fixture
def last_year() -> Fair:
    fair = FairFactory(status="closed")
    SlotFactory(fair=fair, starts_at=MORNING)
    SlotFactory(fair=fair, starts_at=MORNING + timedelta(days=1))
    SessionFactory(fair=fair, title="开幕式")
    room = RoomFactory(fair=fair, name="一号厅", seats=80)
    owner = ParticipationFactory(fair=fair)
    TableFactory(fair=fair, number=1, zone="A", room=room, owner=owner)
    TableFactory(fair=fair, number=2)
    return fair


def test_create_from_fair_takes_the_grounds_along_and_nobody_who_came(last_year):
    fair = create_from_fair(
        source=last_year,
        organizer_id=last_year.organizer_id,
        facts=facts_on(date(2025, 5, 16), 2, last_year.region_id),
        actor=UserFactory(),
        at=NOON,
    )
    assert fair.based_on == last_year
    assert fair.status == FairStatus.PLANNING
    slots = [f"{timezone.localtime(slot.starts_at):%Y-%m-%d %H:%M}" for slot in fair.slots.all()]
    assert slots == ["2025-05-16 09:00", "2025-05-17 09:00"]
    assert [(row.title, timezone.localdate(row.starts_at)) for row in fair.sessions.all()] == [
        ("开幕式", date(2025, 5, 16))
    ]
    tables = [(row.number, row.zone, row.room and row.room.name, row.owner) for row in fair.tables.all()]
    assert tables == [(1, "A", "一号厅", None), (2, "", None, None)]
    assert not fair.participations.exists()


def test_create_from_fair_leaves_out_what_lies_after_a_shorter_fair(last_year):
    fair = create_from_fair(
        source=last_year,
        organizer_id=last_year.organizer_id,
        facts=facts_on(date(2025, 5, 16), 1, last_year.region_id),
        actor=UserFactory(),
        at=NOON,
    )
    assert fair.slots.count() == 1


def test_facts_for_next_fall_on_the_same_weekdays_in_the_future(last_year):
    facts = facts_for_next(last_year, date(2026, 11, 22))
    assert facts["starts_on"] > date(2026, 11, 22)
    assert facts["starts_on"].weekday() == last_year.starts_on.weekday()
    assert facts["ends_on"] - facts["starts_on"] == last_year.ends_on - last_year.starts_on
    assert facts["duty_contact"] == last_year.duty_contact


@pytest.mark.parametrize("name", PATTERNS)
def test_create_from_pattern_lays_out_talks_in_slots(name):
    organizer, fair_like = OrganizerFactory(), FairFactory()
    shape = PATTERNS[name]
    facts = facts_on(date(2025, 5, 16), shape.days, fair_like.region_id)
    fair = create_from_pattern(pattern=name, organizer_id=organizer.pk, facts=facts, actor=UserFactory(), at=NOON)
    assert fair.sessions.count() == len(shape.parts)
    assert fair.tables.count() == shape.tables
    lengths = {slot.ends_at - slot.starts_at for slot in fair.slots.all()}
    assert lengths == {timedelta(minutes=20)}


def test_create_from_pattern_refuses_a_fair_that_is_too_short():
    organizer, fair_like = OrganizerFactory(), FairFactory()
    facts = facts_on(date(2025, 5, 16), 1, fair_like.region_id)
    before = Fair.objects.count()
    with pytest.raises(FairRefused) as refusal:
        create_from_pattern(pattern="two-days", organizer_id=organizer.pk, facts=facts, actor=UserFactory(), at=NOON)
    assert refusal.value.field == "ends_on"
    assert Fair.objects.count() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answers_due": date(2025, 5, 2), "names_due": date(2025, 5, 1)}, "names_due"),
        ({"timetable_due": date(2025, 6, 1)}, "timetable_due"),
        ({"registration_at": NOON}, "registration_at"),
    ],
)
def test_dates_that_cannot_be_are_refused_beside_their_field(changes, field):
    organizer, fair_like = OrganizerFactory(), FairFactory()
    facts = facts_on(date(2025, 5, 16), 2, fair_like.region_id)
    fair = create_from_pattern(pattern="one-day", organizer_id=organizer.pk, facts=facts, actor=UserFactory(), at=NOON)
    assert fair.pk
    with pytest.raises(FairRefused) as refusal:
        create_from_pattern(
            pattern="one-day",
            organizer_id=organizer.pk,
            facts=replace(facts, slug="other", **changes),
            actor=UserFactory(),
            at=NOON,
        )
    assert refusal.value.field == field
