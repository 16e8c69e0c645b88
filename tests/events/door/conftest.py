"""A fair that takes place, with a desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from events.door.models import DoorEventKind
from events.door.services import Report, Told, tell
from events.fairs.models import Fair, FairStatus, Participation
from tests.factories_events import (
    MORNING,
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    organizer_person,
)

Tell = Callable[..., Report]


@pytest.fixture
def fair() -> Fair:
    return FairFactory(status=FairStatus.LIVE)


@pytest.fixture
def firm(fair: Fair) -> Participation:
    return ParticipationFactory(fair=fair)


@pytest.fixture
def school(fair: Fair) -> Participation:
    return SchoolParticipationFactory(fair=fair)


def event(kind: str, party: Participation | None = None, *, minute: int = 0, **facts: Any) -> Told:
    """Something that happened so many minutes after nine."""
    party_id = {"party": party.public_id} if party is not None else {}
    given: dict[str, Any] = {"nonce": uuid4(), "happened_at": MORNING + timedelta(minutes=minute)} | party_id | facts
    return Told(kind=DoorEventKind(kind), **given)


@pytest.fixture
def told(fair: Fair) -> Tell:
    """Tell one event of the fair, by somebody who runs it."""
    person = organizer_person(fair)

    def say(
        kind: str, party: Participation | None = None, *, at: datetime = MORNING + timedelta(hours=1), **facts: Any
    ):
        return tell(fair_id=fair.pk, told=[event(kind, party, **facts)], actor=person, at=at)[0]

    return say
