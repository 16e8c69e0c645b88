"""Two people sign at once, and two drafts are made at once: on connections of their own, one wins."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from events.agreements.models import Agreement, AgreementStatus, AgreementYear
from events.agreements.services import AgreementConflict, draft_from_outcome, withdraw_agreement
from events.meetings.models import OutcomeLevel
from portal.audit.models import AuditEvent
from tests.conftest import NOON
from tests.events.agreements.world import lay_world, sign
from tests.factories_events import OutcomeFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """What each of the works returns, or the refusal that it meets, all begun at the same moment."""
    start = Barrier(len(works))

    def begin(work: Callable[[], object]) -> object:
        start.wait(timeout=10)
        try:
            return work()
        except AgreementConflict as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


def test_signing_at_once_has_exactly_one_winner():
    world = lay_world(OutcomeLevel.CONSENSUS)
    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)

    answers = at_once([lambda: sign(agreement, world.organizer)] * 6)

    winners = [answer for answer in answers if isinstance(answer, Agreement)]
    assert (len(winners), len(answers)) == (1, 6)
    assert AuditEvent.objects.filter(verb="agreement.signed").count() == 1
    world.outcome.refresh_from_db()
    assert (world.outcome.level, world.outcome.version) == (OutcomeLevel.SIGNED, 2)


def test_signing_and_withdrawing_at_once_end_in_one_of_the_two():
    world = lay_world()
    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)

    answers = at_once(
        [
            lambda: sign(agreement, world.organizer),
            lambda: withdraw_agreement(agreement=agreement, actor=world.teacher, at=NOON),
        ]
    )

    winners = [answer for answer in answers if isinstance(answer, Agreement)]
    agreement.refresh_from_db()
    assert [winner.status for winner in winners] == [agreement.status]
    assert agreement.status != AgreementStatus.DRAFT


def test_drafting_at_once_makes_one_agreement_an_outcome_and_numbers_without_a_gap():
    world = lay_world()
    other = OutcomeFactory(fair=world.fair, level=OutcomeLevel.SIGNED)

    drafted = at_once(
        [
            lambda outcome=outcome: draft_from_outcome(outcome=outcome, kind="intent", actor=world.hr, at=NOON)
            for outcome in (world.outcome, other) * 4
        ]
    )

    assert len({agreement.pk for agreement in drafted}) == 2
    numbers = Agreement.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == ["ZQ-2024-0001", "ZQ-2024-0002"]
    assert AgreementYear.objects.get().last == 2
