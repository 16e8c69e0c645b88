from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from events.agreements.facts import FundingFacts, HeadCountFacts, InstalmentFacts
from events.agreements.ledger import PartState, ledger_of, parts_of, results_of
from events.agreements.models import Agreement, Instalment, Milestone, Payment, TermResult
from events.agreements.services import (
    cancel_payment,
    draft_from_outcome,
    plan_milestone,
    reach_milestone,
    record_payment,
    record_result,
    update_agreement,
)
from events.agreements.terms import facts_of
from portal.accounts.models import User
from portal.taxonomy.models import CooperationKind
from tests.access.crawling import body_of
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, scan, sign
from tests.factories import UserFactory, member_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = NOON.date()


def png() -> bytes:
    """One white pixel."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff")),
        (b"IEND", b""),
    )
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def draft(world) -> Agreement:
    """A draft of 1,000 yuan in two instalments, and 30 people."""
    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)
    parts = (InstalmentFacts(date(2024, 6, 1), Decimal(400)), InstalmentFacts(date(2024, 9, 1), Decimal(600)))
    money = FundingFacts("second", "first", "职业培训基金", Decimal(1000), parts)
    facts = replace(facts_of(agreement.texts.get().content), funding=(money,))
    return update_agreement(agreement=agreement, version=1, facts=facts, actor=world.organizer, at=NOON)


@pytest.fixture
def signed(world, draft) -> Agreement:
    approve_all(draft, world.organizer)
    return sign(draft, world.organizer)


def browser(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def status_of(client: Client, address: str) -> int:
    """The status of an answer that is read to its end, which closes a file."""
    answer = client.get(address)
    body_of(answer)
    return answer.status_code


def pay(world: World, agreement: Agreement, amount: int) -> Payment:
    line = agreement.funding.get()
    return record_payment(funding=line, paid_on=TODAY, amount=Decimal(amount), proof=scan(), actor=world.hr, at=NOON)


# --- the ledger ---------------------------------------------------------------------------------------------------


def parts(paid: int, today: date) -> list[tuple[int, str]]:
    rows = [
        Instalment(number=1, due_on=date(2024, 6, 1), amount=Decimal(400)),
        Instalment(number=2, due_on=date(2024, 9, 1), amount=Decimal(600)),
    ]
    return [(int(part.paid), part.state.value) for part in parts_of(Decimal(1000), rows, Decimal(paid), today)]


@pytest.mark.parametrize(
    ("paid", "today", "expected"),
    [
        (0, date(2024, 6, 1), [(0, "open"), (0, "open")]),  # due by the end of its day
        (0, date(2024, 6, 2), [(0, "overdue"), (0, "open")]),
        (399, date(2024, 6, 2), [(399, "overdue"), (0, "open")]),
        (400, date(2024, 6, 2), [(400, "paid"), (0, "open")]),
        (401, date(2024, 6, 2), [(400, "paid"), (1, "partly")]),
        (1000, date(2024, 12, 1), [(400, "paid"), (600, "paid")]),
    ],
)
def test_payments_fill_the_instalments_in_their_order(paid, today, expected):
    assert parts(paid, today) == expected


def test_money_without_instalments_is_one_part_without_a_day():
    (part,) = parts_of(Decimal(50), [], Decimal(20), TODAY)

    assert (part.due_on, part.left, part.state) == (None, Decimal(30), PartState.PARTLY)


def test_the_totals_of_the_ledger_add_up_and_leave_out_what_was_cancelled(world, signed):
    pay(world, signed, 300)
    mistaken = pay(world, signed, 500)
    cancel_payment(payment=mistaken, actor=world.hr, at=NOON)

    ledger = ledger_of(signed, date(2024, 6, 2))

    assert (ledger.promised, ledger.paid, ledger.left, ledger.overdue) == (1000, 300, 700, 100)
    assert [payment.amount for payment in ledger.lines[0].payments] == [300, 500]


def test_results_stand_beside_what_was_promised(world, signed):
    kind = CooperationKind.objects.get(code="internship")
    record_result(agreement=signed, cooperation_kind=kind, year=2024, people=25, actor=world.teacher, at=NOON)

    results = results_of(signed)

    assert [(row.kind.code, row.year, row.promised, row.difference) for row in results.rows] == [
        ("internship", 2024, 30, -5)
    ]
    assert (results.promised, results.recorded) == (30, 25)


def test_years_without_a_promise_or_a_record_have_no_difference(world, draft):
    facts = facts_of(draft.texts.get().content)
    term = replace(facts.terms[0], headcounts=(HeadCountFacts(2024, 0), HeadCountFacts(2025, 12)))
    update_agreement(
        agreement=draft,
        version=draft.version,
        facts=replace(facts, terms=(term,)),
        actor=world.organizer,
        at=NOON,
    )
    approve_all(draft, world.organizer)
    agreement = sign(draft, world.organizer)

    assert [(row.year, row.promised, row.difference) for row in results_of(agreement).rows] == [
        (2024, 0, None),
        (2025, 12, None),
    ]


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["money", "milestones", "results"])
def test_a_draft_says_when_its_ledger_begins(world, draft, part):
    page = browser(world.hr).get(reverse(f"agreements:{part}", args=[draft.pk]))

    assert page.status_code == 200
    assert "as soon as all parties have signed" in page.content.decode()
    assert "<form" not in page.content.decode().split('id="main"')[1].split("</main>")[0]


@pytest.mark.parametrize("part", ["money", "milestones", "results"])
def test_a_part_alone_is_for_scripts_and_takes_few_queries(world, signed, part, django_assert_max_num_queries):
    pay(world, signed, 300)
    client, address = browser(world.hr), reverse(f"agreements:{part}", args=[signed.pk])
    with django_assert_max_num_queries(12):
        whole = client.get(address).content.decode()
    alone = client.get(address, headers={"hx-request": "true"}).content.decode()

    assert whole.lstrip().startswith("<!doctype html>")
    assert alone.startswith(f'<section class="card ledger" id="{part}"')


def test_a_payment_is_recorded_with_its_proof_and_totals_in_words(world, signed):
    client, address = browser(world.hr), reverse("agreements:money", args=[signed.pk])
    typed = {
        "payment-line": "1",
        "payment-paid_on": "2024-05-17",
        "payment-amount": "400",
        "payment-note": "首付",
        "payment-proof": SimpleUploadedFile("回单.png", png(), content_type="image/png"),
    }

    answer = client.post(address, typed)

    assert answer.status_code == 302
    payment = Payment.objects.get()
    assert (payment.amount, payment.note, payment.proof.name) == (400, "首付", "回单.png")
    page = client.get(address).content.decode()
    assert "人民币陆佰元整" in page
    assert body_of(client.get(reverse("agreements:file", args=[payment.proof.public_id]))) == png()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", "1000.01", "1,000.00 yuan are left"),
        ("amount", "0", "above zero"),
        ("amount", "abc", "Enter a number"),
        ("paid_on", "2999-01-01", "lies in the future"),
        ("line", "2", "Select a valid choice"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_beside_its_field(world, signed, field, value, said):
    address = reverse("agreements:money", args=[signed.pk])
    typed = {"payment-line": "1", "payment-paid_on": "2024-05-17", "payment-amount": "400", f"payment-{field}": value}

    page = browser(world.hr).post(address, typed, headers={"hx-request": "true"}).content.decode()

    assert said in page
    assert 'class="ledger-new" open' in page
    assert Payment.objects.count() == 0


def test_a_cancelled_payment_stays_on_the_page_struck_out(world, signed):
    payment = pay(world, signed, 300)
    client = browser(world.hr)
    cancel = reverse("agreements:payment-cancel", args=[payment.public_id])

    part = client.post(cancel, headers={"hx-request": "true"}).content.decode()

    assert "<s>300</s>" in part
    assert "cancelled already" in client.post(cancel, headers={"hx-request": "true"}).content.decode()
    assert ledger_of(signed, TODAY).paid == 0


def test_a_milestone_is_planned_reached_opened_again_and_removed_on_its_page(world, signed):
    client, address = browser(world.teacher), reverse("agreements:milestones", args=[signed.pk])
    assert client.post(address, {"milestone-title": "挂牌", "milestone-due_on": "2024-08-01"}).status_code == 302
    milestone = Milestone.objects.get()
    reach = reverse("agreements:milestone-reach", args=[milestone.public_id])
    prefix = f"reach-{milestone.pk}"

    late = client.post(reach, {f"{prefix}-done_on": "2999-01-01"}, headers={"hx-request": "true"}).content.decode()
    assert "lies in the future" in late
    evidence = SimpleUploadedFile("现场.png", png())
    client.post(reach, {f"{prefix}-done_on": "2024-05-17", f"{prefix}-note": "已挂牌", f"{prefix}-evidence": evidence})
    milestone.refresh_from_db()
    assert (milestone.done_on, milestone.note, milestone.evidence.name) == (TODAY, "已挂牌", "现场.png")
    remove = reverse("agreements:milestone-remove", args=[milestone.public_id])
    assert "stays on record" in client.post(remove, headers={"hx-request": "true"}).content.decode()
    client.post(reverse("agreements:milestone-reopen", args=[milestone.public_id]))
    client.post(remove)
    assert Milestone.objects.count() == 0


def test_a_result_is_recorded_and_corrected_on_its_page(world, signed):
    client, address = browser(world.teacher), reverse("agreements:results", args=[signed.pk])
    typed = {"result-cooperation_kind": "internship", "result-year": "2024", "result-people": "25"}

    client.post(address, typed | {"result-evidence": SimpleUploadedFile("名册.png", png())})
    client.post(address, typed | {"result-people": "28"})

    result = TermResult.objects.get()
    assert (result.people, result.evidence.name) == (28, "名册.png")  # a correction keeps the evidence
    page = client.post(address, typed | {"result-year": "2023"}).content.decode()
    assert "Results are of years" in page


def test_readers_see_the_ledger_without_forms_and_cannot_write(world, signed):
    reader = member_of(world.enterprise, role="reader")
    pay(world, signed, 300)
    milestone = plan_milestone(agreement=signed, title="挂牌", due_on=date(2024, 8, 1), actor=world.teacher, at=NOON)
    client = browser(reader)

    for part in ("money", "milestones", "results"):
        address = reverse(f"agreements:{part}", args=[signed.pk])
        page = client.get(address, headers={"hx-request": "true"})
        assert (page.status_code, "<form" in page.content.decode()) == (200, False), part
        assert client.post(address, {}).status_code == 404
    assert client.post(reverse("agreements:milestone-reach", args=[milestone.public_id])).status_code == 404
    assert client.post(reverse("agreements:payment-cancel", args=[Payment.objects.get().public_id])).status_code == 404


def test_a_proof_is_handed_out_by_the_rights_of_this_very_request(world, signed):
    proof = pay(world, signed, 300).proof
    address = reverse("agreements:file", args=[proof.public_id])
    stranger = browser(UserFactory())
    clients = {name: browser(getattr(world, name)) for name in ("hr", "teacher", "organizer")}

    assert {name: status_of(client, address) for name, client in clients.items()} == dict.fromkeys(clients, 200)
    assert (status_of(stranger, address), status_of(Client(), address)) == (404, 302)
    world.hr.memberships.all().delete()
    assert (status_of(clients["hr"], address), status_of(clients["teacher"], address)) == (404, 200)


def test_reached_milestones_of_an_ended_agreement_are_still_recorded(world, signed):
    milestone = plan_milestone(agreement=signed, title="总结", due_on=signed.ends_on, actor=world.teacher, at=NOON)
    after = NOON + timedelta(days=400)
    Agreement.objects.filter(pk=signed.pk).update(status="expired", ended_on=signed.ends_on)

    reached = reach_milestone(milestone=milestone, done_on=after.date(), actor=world.teacher, at=after)

    assert reached.done_on == after.date()
