"""Several approve, sign, give up and draft at once: on connections of their own, exactly one wins each."""

from __future__ import annotations

import pytest

from events.agreements.models import Agreement, AgreementFile, AgreementYear
from events.agreements.services import draft_from_outcome, give_up
from events.meetings.models import OutcomeLevel
from portal.audit.models import AuditEvent
from portal.audit.services import broken_links
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, sign
from tests.factories_events import OutcomeFactory
from tests.races.signing import Crowd, doubled, drafts, race

pytestmark = pytest.mark.django_db(transaction=True)
AGREEMENTS = 10  # tests/benchmarks/test_signing.py has 500


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world(OutcomeLevel.CONSENSUS)


def test_eight_who_approve_and_sign_at_once_have_one_winner_each(world):
    agreements = drafts(world, AGREEMENTS)

    tally = race(world, agreements)

    assert tally.of("approve") == (2 * AGREEMENTS, 6 * AGREEMENTS)
    assert tally.of("sign for all") == (AGREEMENTS // 2, 7 * AGREEMENTS // 2)
    assert tally.of("sign alone") == (AGREEMENTS, 3 * AGREEMENTS)
    assert sum(tally.answers.values()) == 16 * AGREEMENTS
    assert doubled() == {}
    assert set(Agreement.objects.values_list("status", flat=True)) == {"in_force"}
    assert AgreementFile.objects.count() == AGREEMENTS // 2 + AGREEMENTS  # no scan of those who came too late
    assert list(broken_links()) == []


def test_signing_raises_the_outcome_once(world):
    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)
    approve_all(agreement, world.organizer)

    with Crowd() as crowd:
        crowd.at_once([lambda: sign(agreement, world.organizer)] * 8)

    assert AuditEvent.objects.filter(verb="agreement.signed").count() == 1
    world.outcome.refresh_from_db()
    assert (world.outcome.level, world.outcome.version) == (OutcomeLevel.SIGNED, 2)


def test_signing_and_giving_up_at_once_end_in_one_of_the_two(world):
    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)
    approve_all(agreement, world.organizer)

    with Crowd() as crowd:
        answers = crowd.at_once(
            [
                lambda: sign(agreement, world.organizer),
                lambda: give_up(agreement=agreement, actor=world.teacher, at=NOON, reason="不再需要"),
            ]
            * 4
        )

    winners = [answer.status for answer in answers if isinstance(answer, Agreement)]
    agreement.refresh_from_db()
    assert winners == [agreement.status]
    assert agreement.status in {"in_force", "withdrawn"}
    assert agreement.texts.get().signatures.count() == (2 if agreement.status == "in_force" else 0)


def test_drafting_at_once_makes_one_agreement_an_outcome_and_numbers_without_a_gap(world):
    other = OutcomeFactory(fair=world.fair, level=OutcomeLevel.SIGNED)

    with Crowd() as crowd:
        drafted = crowd.at_once(
            [
                lambda outcome=outcome: draft_from_outcome(outcome=outcome, kind="intent", actor=world.hr, at=NOON)
                for outcome in (world.outcome, other) * 4
            ]
        )

    assert len({agreement.pk for agreement in drafted}) == 2
    numbers = Agreement.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == ["ZQ-2024-0001", "ZQ-2024-0002"]
    assert AgreementYear.objects.get().last == 2
