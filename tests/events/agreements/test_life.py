"""An agreement from the draft to its end: approval of these terms and no others, signature, change, end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from events.agreements.facts import FundingFacts
from events.agreements.models import Agreement, Signature
from events.agreements.refusals import AgreementConflict, AgreementRefused, NotTheirTurn
from events.agreements.services import (
    approve,
    draft_from_outcome,
    expire,
    give_notice,
    give_up,
    hand_over,
    open_amendment,
    open_extension,
    record_payment,
    renew_agreement,
    sign_agreement,
    take_back_approval,
    update_agreement,
)
from events.agreements.tasks import follow_agreements
from events.agreements.terms import facts_of
from events.fairs.services import NotTheirs
from events.meetings.models import OutcomeLevel
from portal.audit.models import AuditEvent
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, party, scan, sign, signatures
from tests.factories_agreements import FundingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def world() -> World:
    return lay_world(OutcomeLevel.CONSENSUS)


@pytest.fixture
def draft(world: World) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)


def read(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def test_each_party_approves_in_its_turn_and_nobody_signs_before_all_have(world, draft):
    with pytest.raises(NotTheirTurn):
        approve(agreement=draft, party=party(draft, "second"), terms_hash=open_hash(draft), actor=world.hr, at=NOON)
    approve(agreement=draft, party=party(draft), terms_hash=open_hash(draft), actor=world.teacher, at=NOON)
    assert draft.texts.get().with_party == party(draft, "second")
    with pytest.raises(AgreementConflict):  # one approval is not the agreement, and an approval is no signature
        sign(draft, world.organizer)
    approved = approve(
        agreement=draft, party=party(draft, "second"), terms_hash=open_hash(draft), actor=world.hr, at=NOON
    )
    assert (approved.status, draft.texts.get().with_party, approved.signed_on) == ("approved", None, None)
    assert sign(draft, world.organizer).status == "in_force"


def test_a_changed_term_resets_approvals_and_a_changed_contact_does_not(world, draft):
    approve_all(draft, world.organizer)
    text = draft.texts.get()
    facts = facts_of(text.content)
    same = update_agreement(agreement=draft, version=read(draft).version, facts=facts, actor=world.organizer, at=NOON)
    assert (same.status, text.approvals.filter(standing=True).count()) == ("approved", 2)
    changed = replace(facts, purpose="共同培养")
    with pytest.raises(AgreementConflict, match="takes its word back"):
        update_agreement(agreement=draft, version=same.version, facts=changed, actor=world.teacher, at=NOON)
    update_agreement(agreement=draft, version=same.version, facts=changed, actor=world.organizer, at=NOON)
    assert (read(draft).status, text.approvals.filter(standing=True).count()) == ("draft", 0)
    back = update_agreement(agreement=draft, version=read(draft).version, facts=facts, actor=world.organizer, at=NOON)
    assert (open_hash(draft), back.status) == (text.terms_hash, "draft")
    assert text.approvals.filter(standing=True).count() == 0  # the old word does not come back with the old text


def test_approving_what_was_read_before_the_change_is_refused(world, draft):
    read_before = open_hash(draft)
    facts = facts_of(draft.texts.get().content)
    update_agreement(
        agreement=draft, version=draft.version, facts=replace(facts, title="合作意向书"), actor=world.teacher, at=NOON
    )
    with pytest.raises(AgreementConflict, match="changed since"):
        approve(agreement=draft, party=party(draft), terms_hash=read_before, actor=world.teacher, at=NOON)
    approve(agreement=draft, party=party(draft), terms_hash=open_hash(draft), actor=world.teacher, at=NOON)


def test_who_takes_an_approval_back_for_a_party_says_how_it_did_so(world, draft):
    approve_all(draft, world.organizer)
    with pytest.raises(NotTheirs, match="Say how"):
        take_back_approval(agreement=draft, party=party(draft), actor=world.organizer, at=NOON)
    taken = take_back_approval(
        agreement=draft, party=party(draft), on_behalf="电话告知", actor=world.organizer, at=NOON
    )
    assert (taken.status, AuditEvent.objects.latest("id").data["on_behalf"]) == ("draft", "电话告知")


def test_hand_over_lets_the_other_party_edit_and_the_first_no_longer(world, draft):
    hand_over(agreement=draft, to=party(draft, "second"), message="请补充设备", actor=world.teacher, at=NOON)
    facts = replace(facts_of(draft.texts.get().content), place="深圳市宝安区")
    with pytest.raises(NotTheirs, match="is with"):
        update_agreement(agreement=draft, version=read(draft).version, facts=facts, actor=world.teacher, at=NOON)
    update_agreement(agreement=draft, version=read(draft).version, facts=facts, actor=world.hr, at=NOON)
    assert read(draft).place == "深圳市宝安区"


def test_every_party_signs_for_itself_and_the_last_signature_makes_it_valid(world, draft):
    approve_all(draft, world.organizer)
    mine = {"first": signatures(draft)["first"]}
    with pytest.raises(NotTheirs):
        sign(draft, world.teacher)  # both signatures at once, by one side

    def once(names, actor):
        return sign_agreement(
            agreement=draft,
            terms_hash=open_hash(draft),
            signed_on=date(2024, 5, 17),
            signatories=names,
            scan=scan(),
            actor=actor,
            at=NOON,
        )

    assert once(mine, world.teacher).status == "approved"
    with pytest.raises(AgreementConflict, match="has signed"):
        once(mine, world.teacher)
    with pytest.raises(AgreementConflict, match="has signed"):
        take_back_approval(agreement=draft, party=party(draft), actor=world.teacher, at=NOON)
    signed = once({"second": signatures(draft)["second"]}, world.hr)
    assert (signed.status, signed.signed_on, Signature.objects.count()) == ("in_force", date(2024, 5, 17), 2)


def test_a_text_that_one_has_signed_is_changed_by_nobody(world, draft):
    approve_all(draft, world.organizer)
    facts = facts_of(draft.texts.get().content)
    sign_agreement(
        agreement=draft,
        terms_hash=open_hash(draft),
        signed_on=date(2024, 5, 17),
        signatories={"first": signatures(draft)["first"]},
        scan=scan(),
        actor=world.teacher,
        at=NOON,
    )
    with pytest.raises(AgreementConflict, match="has signed"):
        update_agreement(
            agreement=draft,
            version=read(draft).version,
            facts=replace(facts, place="深圳"),
            actor=world.organizer,
            at=NOON,
        )
    assert (read(draft).status, draft.texts.get().approvals.filter(standing=True).count()) == ("approved", 2)


def test_a_promise_is_never_less_than_what_was_paid(world, draft):
    grant = FundingFacts("second", "first", "职业培训基金", Decimal(1000))
    facts = replace(facts_of(draft.texts.get().content), funding=(grant,))
    update_agreement(agreement=draft, version=draft.version, facts=facts, actor=world.organizer, at=NOON)
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)
    record_payment(funding=draft.funding.get(), paid_on=date(2024, 5, 17), amount=Decimal(600), actor=world.hr, at=NOON)
    text = open_amendment(agreement=read(draft), party=party(draft), reason="减少", actor=world.teacher, at=NOON)
    kept = facts_of(text.content)
    for funding in ((), (replace(kept.funding[0], amount=Decimal("599.99")),)):
        with pytest.raises(AgreementRefused):
            update_agreement(
                agreement=draft,
                version=read(draft).version,
                facts=replace(kept, funding=funding, amount=None),
                actor=world.teacher,
                at=NOON,
            )
    less = replace(kept, funding=(replace(kept.funding[0], amount=Decimal(600)),), amount=None)
    update_agreement(agreement=draft, version=read(draft).version, facts=less, actor=world.teacher, at=NOON)


def test_an_amendment_leaves_the_text_in_force_until_all_have_signed_it(world, draft):
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)
    text = open_amendment(agreement=read(draft), party=party(draft), reason="增加经费", actor=world.teacher, at=NOON)
    facts = facts_of(text.content)
    grant = FundingFacts("second", "first", "职业培训基金", Decimal("1100000"))
    update_agreement(
        agreement=draft,
        version=read(draft).version,
        facts=replace(facts, funding=(grant,)),
        actor=world.teacher,
        at=NOON,
    )
    assert (read(draft).status, read(draft).amount, draft.funding.count()) == ("in_force", None, 0)
    approve_all(draft, world.organizer)
    assert draft.funding.count() == 0
    sign(draft, world.organizer)
    assert (read(draft).amount, draft.funding.get().amount) == (Decimal("1100000.00"), Decimal("1100000.00"))
    assert list(draft.texts.order_by("number").values_list("number", "status")) == [(1, "superseded"), (2, "current")]


def test_a_given_up_amendment_leaves_the_agreement_as_it_was(world, draft):
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)
    later = draft.ends_on + timedelta(days=100)
    open_extension(
        agreement=read(draft), party=party(draft), ends_on=later, reason="延期", actor=world.teacher, at=NOON
    )
    kept = give_up(agreement=draft, actor=world.hr, at=NOON, reason="不再需要")
    assert (kept.status, kept.ends_on) == ("in_force", draft.ends_on)
    assert draft.texts.get(number=1).status == "current"


def test_money_paid_is_never_more_than_promised(world, draft):
    grant = FundingFacts("second", "first", "职业培训基金", Decimal(1000))
    facts = replace(facts_of(draft.texts.get().content), funding=(grant,))
    update_agreement(agreement=draft, version=draft.version, facts=facts, actor=world.organizer, at=NOON)
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)
    line = draft.funding.get()
    record_payment(funding=line, paid_on=date(2024, 5, 17), amount=Decimal(600), actor=world.hr, at=NOON)
    with pytest.raises(AgreementRefused, match="400"):
        record_payment(funding=line, paid_on=date(2024, 5, 17), amount=Decimal(401), actor=world.hr, at=NOON)
    record_payment(funding=line, paid_on=date(2024, 5, 17), amount=Decimal(400), actor=world.hr, at=NOON)


def test_one_party_gives_notice_and_both_end_it_at_once(world, draft):
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)
    soon = NOON.date() + timedelta(days=3)
    with pytest.raises(AgreementRefused, match="30"):
        give_notice(
            agreement=draft, party=party(draft), reason="专业停招", effective_on=soon, actor=world.teacher, at=NOON
        )
    later = NOON.date() + timedelta(days=30)
    noticed = give_notice(
        agreement=draft, party=party(draft), reason="专业停招", effective_on=later, actor=world.teacher, at=NOON
    )
    assert noticed.status == "in_force"
    ended = give_notice(
        agreement=draft, party=party(draft, "second"), reason="同意", effective_on=soon, actor=world.hr, at=NOON
    )
    assert (ended.status, ended.ended_on) == ("terminated", NOON.date())


def test_it_expires_after_its_last_day_and_is_renewed_once(world, draft):
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)
    assert (expire(draft.ends_on, NOON), expire(draft.ends_on + timedelta(days=1), NOON)) == (0, 1)
    renewed = renew_agreement(agreement=read(draft), actor=world.hr, at=NOON)
    assert (renewed.predecessor, renewed.starts_on) == (draft, draft.ends_on + timedelta(days=1))
    assert renewed.texts.get().with_party == party(renewed, "second")
    with pytest.raises(AgreementConflict, match="successor"):
        renew_agreement(agreement=read(draft), actor=world.hr, at=NOON)


def test_a_step_of_the_day_that_fails_does_not_keep_the_others_from_being_done(world, draft, monkeypatch):
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)

    def fail(today: date, at: object) -> int:
        raise LookupError(today)

    monkeypatch.setattr("events.agreements.tasks.enter_into_force", fail)
    with pytest.raises(ExceptionGroup) as failed:
        follow_agreements()
    assert [type(error) for error in failed.value.exceptions] == [LookupError]
    assert read(draft).status == "expired"  # its period is long over today
    with pytest.raises(AgreementRefused):
        record_payment(
            funding=FundingFactory(agreement=draft),
            paid_on=date(24, 5, 17),
            amount=Decimal(1),
            actor=world.hr,
            at=NOON,
        )
