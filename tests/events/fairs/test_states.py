"""The way of a fair: which step leads from which state to which."""

from __future__ import annotations

from typing import Any

import pytest

from events.fairs.models import Fair, FairStatus
from events.fairs.services import (
    FairNotReady,
    FairStateConflict,
    cancel_fair,
    close_answers,
    close_fair,
    mark_scheduled,
    open_registration,
    start_fair,
)
from portal.audit.models import AuditEvent
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.factories import UserFactory
from tests.factories_events import (
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    SlotFactory,
    TableFactory,
    people_of,
)

pytestmark = pytest.mark.django_db

# Every step with the states from which it may be taken, and where it leads.
STEPS = {
    open_registration: ({FairStatus.PLANNING, FairStatus.MATCHING}, FairStatus.REGISTRATION),
    close_answers: ({FairStatus.REGISTRATION}, FairStatus.MATCHING),
    mark_scheduled: ({FairStatus.MATCHING, FairStatus.SCHEDULED}, FairStatus.SCHEDULED),
    start_fair: ({FairStatus.SCHEDULED}, FairStatus.LIVE),
    close_fair: ({FairStatus.LIVE}, FairStatus.CLOSED),
}


def ready_fair(status: str) -> Fair:
    fair = FairFactory(status=status)
    SlotFactory(fair=fair)
    TableFactory(fair=fair)
    ParticipationFactory(fair=fair)
    SchoolParticipationFactory(fair=fair)
    return fair


@pytest.mark.parametrize("status", list(FairStatus))
@pytest.mark.parametrize("step", STEPS)
def test_step_leads_from_its_states_only(step: Any, status: str) -> None:
    fair = ready_fair(status)
    allowed, after = STEPS[step]
    if status in allowed:
        assert step(fair_id=fair.pk, actor=UserFactory(), at=NOON).status == after
    else:
        with pytest.raises(FairStateConflict):
            step(fair_id=fair.pk, actor=UserFactory(), at=NOON)
        assert Fair.objects.get().status == status
        assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("status", list(FairStatus))
def test_cancel_fair_calls_off_announced_ones_only(status: str) -> None:
    fair = ready_fair(status)
    if status in (FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED):
        cancelled = cancel_fair(fair_id=fair.pk, reason="台风", actor=UserFactory(), at=NOON)
        assert cancelled.status == FairStatus.CANCELLED
    else:
        with pytest.raises(FairStateConflict):
            cancel_fair(fair_id=fair.pk, reason="台风", actor=UserFactory(), at=NOON)
        assert Fair.objects.get().status == status


def test_open_registration_asks_for_slots_and_tables() -> None:
    fair = FairFactory(status=FairStatus.PLANNING)
    with pytest.raises(FairNotReady):
        open_registration(fair_id=fair.pk, actor=UserFactory(), at=NOON)
    SlotFactory(fair=fair)
    with pytest.raises(FairNotReady):
        open_registration(fair_id=fair.pk, actor=UserFactory(), at=NOON)
    TableFactory(fair=fair)
    assert open_registration(fair_id=fair.pk, actor=UserFactory(), at=NOON).status == FairStatus.REGISTRATION


def test_close_answers_asks_for_both_sides() -> None:
    fair = FairFactory()
    ParticipationFactory(fair=fair)
    SchoolParticipationFactory(fair=fair, status="invited")
    with pytest.raises(FairNotReady):
        close_answers(fair_id=fair.pk, actor=UserFactory(), at=NOON)
    SchoolParticipationFactory(fair=fair)
    assert close_answers(fair_id=fair.pk, actor=UserFactory(), at=NOON).status == FairStatus.MATCHING


def test_steps_raise_the_version_and_record_who() -> None:
    fair, person = FairFactory(status=FairStatus.SCHEDULED), UserFactory()
    assert start_fair(fair_id=fair.pk, actor=person, at=NOON).version == 2
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.at) == ("fair.started", person, NOON)


def test_cancel_fair_tells_those_asked_and_asks_for_a_reason() -> None:
    fair = FairFactory()
    asked, declined = (ParticipationFactory(fair=fair, status=status) for status in ("invited", "declined"))
    person, stranger = people_of(asked), people_of(declined)
    arrived = people_of(ParticipationFactory(fair=fair, status="attended"))  # at the desk, the evening before
    hoping = [people_of(ParticipationFactory(fair=fair, status=status)) for status in ("waitlisted", "applied")]
    with pytest.raises(FairNotReady) as refused:
        cancel_fair(fair_id=fair.pk, reason="  ", actor=UserFactory(), at=NOON)
    assert refused.value.field == "reason"
    cancel_fair(fair_id=fair.pk, reason="台风", actor=UserFactory(), at=NOON)
    told = Notification.objects.get(recipient=person)
    assert (told.event, told.context["reason"]) == ("fair_cancelled", "台风")
    assert Notification.objects.filter(recipient=arrived, event="fair_cancelled").count() == 1
    assert Notification.objects.filter(recipient__in=hoping, event="fair_cancelled").count() == 2
    assert not Notification.objects.filter(recipient=stranger).exists()
