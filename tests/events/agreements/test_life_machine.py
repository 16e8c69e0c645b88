"""300 random steps through the life of agreements; AGREEMENT_STEPS=10000 makes them as many as one wants.

After every step: an approval that stands is of the very terms, what is in force is what all approved and signed, rows
say what the text says, sums agree, no text and no approval is lost, every act has its line in the audit log.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from events.meetings.models import OutcomeLevel
from tests.events.agreements.life_machine import AgreementLife
from tests.events.agreements.world import lay_world
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
STEPS = int(os.environ.get("AGREEMENT_STEPS", "300"))
A_RUN = 50  # steps from one draft


def test_whatever_people_do_the_invariants_hold(settings: pytest.FixtureRequest, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    AgreementLife.world = lay_world(OutcomeLevel.CONSENSUS)
    AgreementLife.staff = StaffFactory()
    AgreementLife.steps = AgreementLife.refusals = 0
    AgreementLife.counted = {}

    run_state_machine_as_test(AgreementLife, settings=_bounds())

    counted = dict(sorted(AgreementLife.counted.items()))
    print(f"\n{AgreementLife.steps} steps, of which {AgreementLife.refusals} were refused; done: {counted}")
    assert AgreementLife.steps >= STEPS * 0.7
    assert {"approve", "edit", "sign", "pay"} <= set(counted)  # the positive control: something was done


def _bounds() -> settings:
    """The same steps at every run of the suite; as many as asked for where somebody looks for more."""
    return settings(
        max_examples=max(1, STEPS // A_RUN * 2),
        stateful_step_count=A_RUN,
        derandomize=STEPS <= 300,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
