"""What a second pair of eyes asked of the content: which line of money, which sum, which form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.agreements.checks import content_problems
from events.agreements.facts import AgreementFacts, InstalmentFacts, TermFacts
from events.agreements.models import Agreement, Payment
from events.agreements.refusals import AgreementConflict, AgreementRefused
from events.agreements.services import (
    cancel_payment,
    draft_from_outcome,
    record_payment,
    record_result,
)
from events.agreements.terms import canonical, hash_of
from events.meetings.models import OutcomeLevel
from portal.accounts.models import User
from portal.notifications.models import Notification
from portal.taxonomy.models import CooperationKind
from tests.conftest import NOON
from tests.events.agreements.reviewing import GRANT, TODAY, amend, rewrite, stated
from tests.events.agreements.world import World, approve_all, lay_world, sign

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def world(db: None) -> World:
    return lay_world(OutcomeLevel.CONSENSUS)


@pytest.fixture
def draft(world: World) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="framework", actor=world.organizer, at=NOON)


@pytest.fixture
def signed(world: World, draft: Agreement) -> Agreement:
    rewrite(draft, world.organizer, funding=(GRANT,))
    approve_all(draft, world.organizer)
    return sign(draft, world.organizer)


def problems(content: AgreementFacts) -> list[str]:
    return [problem.field for problem in content_problems("intent", content, ["first", "second"])]


def facts(**changes: Any) -> AgreementFacts:
    return replace(AgreementFacts("意向书", date(2024, 5, 16), date(2025, 5, 15)), **changes)


def test_a_line_of_money_stands_once_and_none_is_made_up(world, draft):
    rewrite(draft, world.organizer, funding=(GRANT,))
    one = stated(draft).funding[0]
    for rows in ((one, replace(one, purpose="设备")), (one, replace(GRANT, line=32_000))):
        with pytest.raises(AgreementRefused) as refusal:
            rewrite(draft, world.organizer, funding=rows)
        assert refusal.value.field == "funding"
    rewrite(draft, world.organizer, funding=(one, replace(GRANT, purpose="设备")))
    assert [row.line for row in stated(draft).funding] == [1, 2]


def test_who_pays_whom_does_not_turn_round_once_something_was_paid(world, signed):
    paid = {"funding": signed.funding.get(), "paid_on": TODAY, "amount": Decimal(600), "actor": world.hr, "at": NOON}
    payment = record_payment(**paid)
    amend(signed, world.teacher)
    one = stated(signed).funding[0]
    cancel_payment(payment=payment, actor=world.hr, at=NOON)  # it stays on the ledger, struck out
    with pytest.raises(AgreementRefused, match="who pays whom"):
        rewrite(signed, world.teacher, funding=(replace(one, payer="first", payee="second"),))
    rewrite(signed, world.teacher, funding=(replace(one, purpose="设备"),))
    assert stated(signed).funding[0].purpose == "设备"


def test_a_payment_of_a_promise_that_a_later_text_has_dropped_is_refused(world, signed):
    line = signed.funding.get()
    amend(signed, world.teacher)
    rewrite(signed, world.teacher, funding=(), amount=None)
    approve_all(signed, world.organizer)
    sign(signed, world.organizer)
    with pytest.raises(AgreementConflict, match="no longer"):
        record_payment(funding=line, paid_on=TODAY, amount=Decimal(1), actor=world.hr, at=NOON)
    assert Payment.objects.count() == 0


def test_amounts_that_no_column_holds_are_refused_together():
    large = replace(GRANT, amount=Decimal("999999999999.99"))
    assert problems(facts(funding=[large])) == []
    assert problems(facts(funding=[large, replace(large, line=2)])) == ["amount"]
    assert problems(facts(terms=[TermFacts(kind, amount=large.amount) for kind in ("a", "b")])) == ["amount"]


@pytest.mark.parametrize(
    ("most", "more", "field"),
    [
        ({"place": "宝" * 120}, {"place": "宝" * 121}, "place"),
        ({"purpose": "宝" * 2000}, {"purpose": "宝" * 2001}, "purpose"),
        ({"terms": [TermFacts("a", majors="宝" * 300)]}, {"terms": [TermFacts("a", majors="宝" * 301)]}, "terms"),
        (
            {"terms": [TermFacts("a", obligations="宝" * 2000)]},
            {"terms": [TermFacts("a", obligations="宝" * 2001)]},
            "terms",
        ),
        (
            {"funding": [replace(GRANT, purpose="宝" * 200)]},
            {"funding": [replace(GRANT, purpose="宝" * 201)]},
            "funding",
        ),
    ],
)
def test_a_text_that_no_column_holds_is_refused(most, more, field):
    assert (problems(facts(**most)), problems(facts(**more))) == ([], [field])


def test_instalments_of_one_day_have_one_form_in_whatever_order():
    parts = [InstalmentFacts(TODAY, Decimal(400)), InstalmentFacts(TODAY, Decimal(600))]
    forms = [
        canonical("intent", [], facts(funding=[replace(GRANT, line=1, instalments=order)]))
        for order in (parts, parts[::-1])
    ]
    assert hash_of(forms[0]) == hash_of(forms[1])
    assert canonical("intent", [], facts(amount=Decimal("-0"))) == canonical("intent", [], facts(amount=Decimal(0)))


def test_columns_and_rows_say_what_the_form_says(world, draft):
    terms = (replace(stated(draft).terms[0], obligations="第一条 \n第二条", majors=" 护理 "),)
    changed = rewrite(draft, world.organizer, purpose="一 \n二 ", terms=terms)
    content = draft.texts.get().content
    row = draft.terms.get()
    assert (changed.purpose, content["purpose"]) == ("一\n二", "一\n二")
    assert (row.obligations, row.majors) == (content["terms"][0]["obligations"], content["terms"][0]["majors"])
    assert row.majors == "护理"


def test_a_result_counts_people_and_not_less_than_none(world, signed):
    kind = CooperationKind.objects.get(code="order_class")
    given = {"agreement": signed, "cooperation_kind": kind, "year": 2024, "actor": world.teacher, "at": NOON}
    for people in (-1, 2**31):
        with pytest.raises(AgreementRefused) as refusal:
            record_result(people=people, **given)
        assert refusal.value.field == "people"
    assert record_result(people=0, **given).people == 0


def test_an_instalment_is_due_in_our_time():
    parts = [replace(GRANT, instalments=[InstalmentFacts(day, Decimal(1000))]) for day in (date(1, 1, 2), TODAY)]
    assert [problems(facts(funding=[row])) for row in parts] == [["funding"], []]


def test_parties_learn_that_their_word_no_longer_stands_and_of_payments_struck_out(world, draft):
    def told(event: str) -> list[User]:
        return [row.recipient for row in Notification.objects.filter(event=event).order_by("pk")]

    rewrite(draft, world.organizer, funding=(GRANT,))
    assert told("agreement_approvals_reset") == []  # nobody had given any
    approve_all(draft, world.organizer)
    rewrite(draft, world.organizer, place="深圳市宝安区")
    assert told("agreement_approvals_reset") == [world.teacher, world.hr]
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)
    payment = record_payment(funding=draft.funding.get(), paid_on=TODAY, amount=Decimal(600), actor=world.hr, at=NOON)
    cancel_payment(payment=payment, actor=world.hr, at=NOON)
    assert told("agreement_paid") == told("agreement_payment_cancelled") == [world.teacher]
