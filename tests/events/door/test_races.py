"""Several desks at once, on real connections: nothing twice, nothing lost, one end whoever was first."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from events.door.models import DoorEvent
from events.door.services import Report, tell
from events.fairs.models import Delegate, Fair, Participation
from events.meetings.models import OutcomeLevel
from events.meetings.services import OutcomeFacts, record_outcome
from portal.audit.services import broken_links
from tests.events.door.conftest import event
from tests.events.meetings.test_races import at_once
from tests.factories import EnterpriseFactory
from tests.factories_events import MORNING, ParticipationFactory, organizer_person

pytestmark = pytest.mark.django_db(transaction=True)
TEN = MORNING + timedelta(hours=1)


def test_one_batch_sent_by_four_connections_is_taken_once(fair: Fair, firm: Participation) -> None:
    """As when a phone loses the answer and sends again while the first sending still runs."""
    sent = [event("arrived", firm, minute=1), event("substitute", firm, minute=2, name="韩梅梅")]
    send = partial(tell, fair_id=fair.pk, told=sent, actor=organizer_person(fair), at=TEN)
    answers = at_once(*[send] * 4)
    assert answers == [[Report(one.nonce, stored=True) for one in sent]] * 4
    assert (DoorEvent.objects.count(), Delegate.objects.count()) == (2, 1)


def test_desks_that_say_different_things_end_with_the_latest(fair: Fair) -> None:
    parties, person = [ParticipationFactory(fair=fair) for _ in range(5)], organizer_person(fair)
    story = [("arrived", 1), ("undone", 2), ("arrived", 3), ("absent", 4)]
    batches = [[event(kind, party, minute=minute) for party in parties] for kind, minute in story]
    acts = [partial(tell, fair_id=fair.pk, told=batch, actor=person, at=TEN) for batch in (*batches, batches[1][::-1])]
    answers = at_once(*acts)
    assert all(report.stored for reports in answers for report in reports), answers
    assert {row.status for row in Participation.objects.filter(fair=fair)} == {"absent"}
    assert list(broken_links()) == []


def test_one_walk_in_at_two_desks_is_one_participation(fair: Fair) -> None:
    organization, person = EnterpriseFactory(), organizer_person(fair)
    told = [event("walk_in", organization=organization.public_id, name=name) for name in ("钱四", "孙五")]
    answers = at_once(*[partial(tell, fair_id=fair.pk, told=[one], actor=person, at=TEN) for one in told])
    assert [reports[0].stored for reports in answers] == [True, True]
    assert Participation.objects.get(fair=fair).status == "attended"
    assert Delegate.objects.count() == 2


def test_an_outcome_and_an_arrival_at_once_do_not_block_each_other(
    fair: Fair, firm: Participation, school: Participation
) -> None:
    person = organizer_person(fair)
    facts = OutcomeFacts(OutcomeLevel.INTENT)
    pair = {"school_id": school.pk, "enterprise_id": firm.pk}
    tell(fair_id=fair.pk, told=[event("arrived", school)], actor=person, at=TEN)
    came, recorded = at_once(
        partial(tell, fair_id=fair.pk, told=[event("arrived", firm, minute=5)], actor=person, at=TEN),
        partial(record_outcome, **pair, facts=facts, actor=person, at=TEN),
    )
    assert came[0].stored
    assert recorded.level == OutcomeLevel.INTENT
    firm.refresh_from_db()
    assert firm.status == "attended"
