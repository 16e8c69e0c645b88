from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from events.agreements.models import Agreement, AgreementText
from events.agreements.services import draft_from_outcome, give_notice, give_up, open_amendment, open_extension
from events.agreements.verifying import Standing, judge
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, party, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def draft(world) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)


@pytest.fixture
def signed(world, draft) -> Agreement:
    approve_all(draft, world.organizer)
    return sign(draft, world.organizer)


@pytest.fixture
def lasting(signed) -> Agreement:
    """In force by the machine's clock, which the page reads."""
    Agreement.objects.filter(pk=signed.pk).update(ends_on="2099-12-31")
    return signed


def text(agreement: Agreement, number: int = 1) -> AgreementText:
    return agreement.texts.get(number=number)


def standing(agreement: Agreement, number: int = 1, at: datetime = NOON) -> Standing:
    """How a version stands by its full hash."""
    return judge(agreement.number, number, text(agreement, number).terms_hash, at).standing


def test_a_draft_binds_nobody_and_a_signed_text_is_in_force(world, draft):
    assert standing(draft) == Standing.DRAFT
    approve_all(draft, world.organizer)
    assert standing(draft) == Standing.DRAFT  # approved is not signed
    sign(draft, world.organizer)
    assert standing(draft) == Standing.IN_FORCE


def test_validity_is_judged_by_the_day_in_shanghai(world, signed):
    Agreement.objects.filter(pk=signed.pk).update(status="signed", starts_on="2024-06-01", ends_on="2025-05-31")
    before, first = datetime.fromisoformat("2024-05-31T15:59Z"), datetime.fromisoformat("2024-05-31T16:00Z")
    last, after = datetime.fromisoformat("2025-05-31T15:59Z"), datetime.fromisoformat("2025-05-31T16:00Z")

    assert [standing(signed, at=at) for at in (before, first, last, after)] == [
        Standing.AHEAD,
        Standing.IN_FORCE,
        Standing.IN_FORCE,
        Standing.ENDED,
    ]


def test_a_replaced_version_says_so_once_the_next_is_signed(world, signed):
    later = signed.ends_on + timedelta(days=100)
    open_extension(agreement=signed, party=party(signed), ends_on=later, reason="延期", actor=world.teacher, at=NOON)
    assert (standing(signed, 1), standing(signed, 2)) == (Standing.IN_FORCE, Standing.DRAFT)

    approve_all(signed, world.organizer)
    sign(signed, world.organizer)

    assert (standing(signed, 1), standing(signed, 2)) == (Standing.REPLACED, Standing.IN_FORCE)


def test_what_was_given_up_binds_nobody(world, signed):
    open_amendment(agreement=signed, party=party(signed), reason="增加经费", actor=world.teacher, at=NOON)
    give_up(agreement=signed, actor=world.teacher, at=NOON, reason="不再需要")

    assert standing(signed, 2) == Standing.GIVEN_UP
    # the change said what the text in force says: without a version, that one is told
    assert judge(signed.number, None, text(signed).terms_hash, NOON).standing == Standing.IN_FORCE


def test_a_notice_that_has_taken_effect_ends_it_before_the_hourly_round(world, signed):
    effective = NOON.date() + timedelta(days=30)
    give_notice(
        agreement=signed, party=party(signed), reason="停招", effective_on=effective, actor=world.teacher, at=NOON
    )

    assert standing(signed, at=NOON + timedelta(days=29)) == Standing.IN_FORCE
    assert standing(signed, at=NOON + timedelta(days=30)) == Standing.ENDED


@pytest.mark.parametrize(
    ("number", "version", "digits", "expected"),
    [
        (None, 1, "f" * 64, Standing.ALTERED),
        (None, 1, "", Standing.ALTERED),
        (None, 1, "g" * 12, Standing.ALTERED),
        (None, 2, None, Standing.UNKNOWN),
        (None, 10**30, None, Standing.UNKNOWN),
        ("ZQ-1999-0001", 1, None, Standing.UNKNOWN),
    ],
)
def test_what_does_not_belong_together_is_said(signed, number, version, digits, expected):
    digits = text(signed).terms_hash if digits is None else digits

    assert judge(number or signed.number, version, digits, NOON).standing == expected


def test_fewer_than_twelve_digits_prove_nothing(signed):
    digest = text(signed).terms_hash

    assert judge(signed.number, 1, digest[:12], NOON).standing == Standing.IN_FORCE
    assert judge(signed.number, 1, digest[:11], NOON).standing == Standing.ALTERED


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_is_for_anybody_and_names_nothing_confidential(
    world, lasting, language, django_assert_max_num_queries
):
    signed, digest = lasting, text(lasting).terms_hash
    address = reverse("agreements:verify", args=[signed.number, 1, digest[:12]])

    with django_assert_max_num_queries(2):
        answer = Client(headers={"accept-language": language}).get(address)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "verdict-in_force" in page
    assert digest in page
    confidential = [world.school.legal_name, world.enterprise.legal_name, signed.title, "䶮喆", world.fair.name]
    assert [word for word in confidential if word in page] == []


def test_number_and_hash_can_be_typed_as_they_stand_on_the_paper(lasting):
    digest = text(lasting).terms_hash
    typed = {"number": f" {lasting.number} ", "hash": f"{digest[:6].upper()} {digest[6:12]}"}

    page = Client().get(reverse("agreements:verify-form"), typed).content.decode()

    assert "verdict-in_force" in page


@pytest.mark.parametrize("typed", [{"number": "", "hash": ""}, {"number": "x", "hash": "12"}, {"number": "x\x00"}])
def test_what_is_not_typed_well_is_said_beside_its_field(signed, typed):
    answer = Client().get(reverse("agreements:verify-form"), typed)

    assert (answer.status_code, "field-error" in answer.content.decode()) == (200, True)
    assert "verdict-line" not in answer.content.decode()


@pytest.mark.parametrize("number", ["x\x00y", "<b>", "ZQ 2024", "昭", "x" * 3000])
def test_strange_addresses_are_answered(number):
    answer = Client().get(f"/agreements/verify/{quote(number)}/1/{quote(number)}/")

    assert (answer.status_code, "verdict-unknown" in answer.content.decode()) == (200, True)
    assert "<b>" not in answer.content.decode()
