"""What a day brings, on a connection of its own, while somebody acts on the same agreement: the act comes first."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from events.agreements.models import Agreement
from events.agreements.services import (
    carry_out_notices,
    draft_from_outcome,
    expire,
    give_notice,
    open_extension,
    take_back_notice,
)
from events.meetings.models import OutcomeLevel
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, party, sign

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world(OutcomeLevel.CONSENSUS)


@pytest.fixture
def signed(world: World) -> Agreement:
    draft = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)
    approve_all(draft, world.organizer)
    return sign(draft, world.organizer)


def while_it_waits(beat: Callable[[], int], act: Callable[[], object]) -> int:
    """What the beat returns if it has read the rows before an act that is stored while it waits for them."""

    def on_its_own() -> int:
        try:
            return beat()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            act()
            moved: Future[int] = beside.submit(on_its_own)
            _wait_until_blocked()
        return moved.result(timeout=30)


def _wait_until_blocked() -> None:
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
    with connection.cursor() as cursor:
        for _ in range(1000):
            cursor.execute(waiting)
            if cursor.fetchone():
                return
            time.sleep(0.01)
    raise AssertionError("the beat does not wait for the act")


def test_an_extension_signed_as_the_beat_comes_keeps_the_agreement_in_force(world, signed):
    later, tomorrow = signed.ends_on + timedelta(days=100), signed.ends_on + timedelta(days=1)
    open_extension(agreement=signed, party=party(signed), ends_on=later, reason="延期", actor=world.teacher, at=NOON)
    approve_all(signed, world.organizer)

    assert while_it_waits(lambda: expire(tomorrow, NOON), lambda: sign(signed, world.organizer)) == 0
    assert Agreement.objects.get().status == "in_force"
    assert expire(later + timedelta(days=1), NOON) == 1


def test_a_notice_taken_back_as_the_beat_comes_ends_nothing(world, signed):
    day = NOON.date() + timedelta(days=30)
    facts = {"agreement": signed, "party": party(signed), "actor": world.teacher, "at": NOON}
    give_notice(reason="停招", effective_on=day, **facts)

    assert while_it_waits(lambda: carry_out_notices(day, NOON), lambda: take_back_notice(**facts)) == 0
    assert Agreement.objects.get().status == "in_force"
    give_notice(reason="停招", effective_on=day, **facts)
    assert carry_out_notices(day, NOON) == 1
