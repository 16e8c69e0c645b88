"""A small fair, ready for a timetable."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from events.fairs.models import Absence, Fair, FairStatus, FairTable, Participation, Slot, Wish
from matching.rebuilding import rebuild_now
from tests.factories import DemandFactory, MajorFactory, ProgrammeFactory, SupplyLineFactory
from tests.factories_events import (
    MORNING,
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
)


def fair_of(schools: int, enterprises: int, *, slots: int, tables: int, seed: int = 1, **facts: object) -> Fair:
    """A fair whose answers are closed, on two days: who fits whom, wishes and absences are drawn from the seed."""
    dice = random.Random(seed)
    fair = FairFactory(status=FairStatus.MATCHING, **facts)
    begins = [MORNING + timedelta(days=n % 2, minutes=25 * (n // 2)) for n in range(slots)]
    Slot.objects.bulk_create(
        Slot(fair=fair, starts_at=begin, ends_at=begin + timedelta(minutes=20)) for begin in begins
    )
    FairTable.objects.bulk_create(FairTable(fair=fair, number=n + 1, zone="AB"[n % 2]) for n in range(tables))
    left = [SchoolParticipationFactory(fair=fair) for _ in range(schools)]
    right = [ParticipationFactory(fair=fair) for _ in range(enterprises)]
    _lay_supply_and_demand(left, right, dice)
    rebuild_now()
    kinds = ["must", "ok", "ok", "ok", "no"]
    Wish.objects.bulk_create(
        Wish(wisher=wisher, partner=partner, kind=dice.choice(kinds))
        for ours, theirs in ((left, right), (right, left))
        for wisher in ours
        for partner in dice.sample(theirs, 2)
    )
    ordered = list(fair.slots.all())
    Absence.objects.bulk_create(
        Absence(participation=party, slot=slot)
        for party in dice.sample([*left, *right], (schools + enterprises) // 4)
        for slot in dice.sample(ordered, len(ordered) // 5)
    )
    return fair


def _lay_supply_and_demand(schools: list[Participation], enterprises: list[Participation], dice: random.Random) -> None:
    """Six majors far from each other; about half of the pairs have one in common."""
    majors = [MajorFactory(code=f"8{n}0101", category_code=f"8{n}", class_code=f"8{n}01") for n in range(6)]
    for school in schools:
        for major in dice.sample(majors, 2):
            programme = ProgrammeFactory(school=school.organization, major=major)
            SupplyLineFactory(programme=programme, graduating=dice.randrange(20, 200))
    for enterprise in enterprises:
        DemandFactory(
            enterprise=enterprise.organization,
            status="published",
            majors=dice.sample(majors, 2),
            headcount=dice.randrange(5, 60),
        )


@pytest.fixture
def fair() -> Fair:
    """Twelve schools and fifteen firms, twelve slots, ten tables."""
    return fair_of(12, 15, slots=12, tables=10, min_meetings=2, max_meetings=8)
