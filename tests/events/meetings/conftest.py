"""A small fair, ready for a timetable."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from events.fairs.models import Absence, Fair, FairStatus, FairTable, Slot, Wish
from matching.models import PairScore
from tests.factories_events import (
    EARLIER,
    MORNING,
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
)


def fair_of(schools: int, enterprises: int, *, slots: int, tables: int, seed: int = 1, **facts: object) -> Fair:
    """A fair whose answers are closed, on two days: scores, wishes and absences drawn from the seed."""
    dice = random.Random(seed)
    fair = FairFactory(status=FairStatus.MATCHING, **facts)
    begins = [MORNING + timedelta(days=n % 2, minutes=25 * (n // 2)) for n in range(slots)]
    Slot.objects.bulk_create(
        Slot(fair=fair, starts_at=begin, ends_at=begin + timedelta(minutes=20)) for begin in begins
    )
    FairTable.objects.bulk_create(FairTable(fair=fair, number=n + 1, zone="AB"[n % 2]) for n in range(tables))
    left = [SchoolParticipationFactory(fair=fair) for _ in range(schools)]
    right = [ParticipationFactory(fair=fair) for _ in range(enterprises)]
    PairScore.objects.bulk_create(
        PairScore(
            school=school.organization,
            enterprise=firm.organization,
            enterprise_score=dice.random(),
            school_score=dice.random(),
            mutual=dice.uniform(0.05, 1),
            coverage=0.5,
            graduates=40,
            vacancies=20,
            computed_at=EARLIER,
        )
        for school in left
        for firm in right
        if dice.random() < 0.6
    )
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


@pytest.fixture
def fair() -> Fair:
    """Twelve schools and fifteen firms, twelve slots, ten tables."""
    return fair_of(12, 15, slots=12, tables=10, min_meetings=2, max_meetings=8)
