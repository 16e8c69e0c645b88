"""What a pass for the door opens: the pages of the door of its fair, and nothing that anybody else's sign-in does."""

from __future__ import annotations

from django.db import transaction
from django.test import Client

from events.door.access import COOKIE
from events.fairs.models import Delegate
from tests.access.crawling import body_of
from tests.access.matrix import MATRIX
from tests.access.world import World

CLOSED = {"tables", "talk"}  # for a pass without the right to record outcomes
OPEN = {"desk", "list", "organizations", "timer", "now", "missing", "paper"}


def phone_with(secret: str) -> Client:
    phone = Client()
    phone.cookies[COOKIE] = secret
    return phone


def names_at_the_door(world: World) -> set[str]:
    """Names and posts of those who come to the fair: the door needs them."""
    rows = Delegate.objects.filter(participation__fair=world.own.fair)
    return {text for pair in rows.values_list("name", "post") for text in pair}


def test_a_pass_opens_the_door_of_its_fair_and_nothing_else(world):
    phone, wrong, opened = phone_with(world.own.desk_secret), [], set()
    for address in MATRIX:
        if "GET" not in address.methods or address.name.startswith("account_"):
            continue
        for variant in address.variants:
            answer = phone.get(address.path(world, variant), headers=address.headers)
            body = body_of(answer).decode("utf-8", "replace")
            space, _, name = address.name.partition(":")
            ours = space == "door" and name in OPEN and variant == "own"
            closed = space == "door" and name in CLOSED and variant == "own"
            expected = 200 if ours else 404 if closed else address.expected("GET", variant, "anonymous")
            if answer.status_code != expected:
                wrong.append(f"{address.name} {variant} → {answer.status_code}, expected {expected}")
            leaked = world.secrets.leaked_to("anonymous", body) - (names_at_the_door(world) if ours else set())
            if leaked:
                wrong.append(f"{address.name} {variant} shows {leaked}")
            opened |= {name} if ours and answer.status_code == 200 else set()
    assert wrong == []
    assert opened == OPEN


def test_a_pass_writes_at_its_own_door_alone(world):
    for secret, status in ((world.own.desk_secret, 422), (world.foreign.desk_secret, 302), ("a" * 32, 302)):
        with transaction.atomic():
            answer = phone_with(secret).post(f"/door/{world.own.fair.slug}/events/", "{}", "application/json")
            transaction.set_rollback(True)
        assert answer.status_code == status
