"""500 agreements, each approved by eight at once and then signed by eight at once.

The load: eight threads in one process, each with a connection of its own, begin every act at the same moment: four
approve for each party, then eight sign. 8,000 attempts in all, of which 1,000 approvals and 750 signatures may win.

`pytest -s tests/benchmarks/test_signing.py` prints what the attempts came to and how long they took.
"""

from __future__ import annotations

import os
import time

import pytest

from events.agreements.models import Agreement
from events.meetings.models import OutcomeLevel
from portal.audit.services import broken_links
from tests.events.agreements.world import World, lay_world
from tests.races.signing import doubled, drafts, race

pytestmark = pytest.mark.django_db(transaction=True)
AGREEMENTS = 500


@pytest.fixture
def world(settings: pytest.FixtureRequest, tmp_path: object) -> World:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return lay_world(OutcomeLevel.CONSENSUS)


def test_five_hundred_agreements_are_approved_and_signed_once(world: World) -> None:
    agreements = drafts(world, AGREEMENTS)
    started = time.perf_counter()

    tally = race(world, agreements)

    seconds = time.perf_counter() - started
    print(f"\n{AGREEMENTS} agreements × 8 at once, approved and signed: {seconds:.1f} s")
    print(f"  load of the machine meanwhile {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    for (act, answer), number in sorted(tally.answers.items()):
        print(f"  {act:14} {answer:18} {number:5}")
    print(f"  doubled: {sum(doubled().values())}")
    assert tally.of("approve") == (2 * AGREEMENTS, 6 * AGREEMENTS)
    assert tally.of("sign for all") == (AGREEMENTS // 2, 7 * AGREEMENTS // 2)
    assert tally.of("sign alone") == (AGREEMENTS, 3 * AGREEMENTS)
    assert doubled() == {}
    assert set(Agreement.objects.values_list("status", flat=True)) == {"in_force"}
    assert list(broken_links()) == []
