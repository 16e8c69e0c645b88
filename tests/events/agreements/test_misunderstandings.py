"""What people who agree through tools commonly get wrong, and the rules that keep it from doing harm.

The five misunderstandings, then the rules of the process, are those that Erasmus Without Paper lists for its
inter-institutional agreements (mandatory business requirements). Beside each refusal stands what is right.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from events.agreements.facts import HeadCountFacts, TermFacts
from events.agreements.models import Agreement, AgreementYear, Approval, TextStatus
from events.agreements.services import (
    AgreementConflict,
    AgreementRefused,
    approve,
    change_party,
    draft_agreement,
    draft_from_outcome,
    give_notice,
    give_up,
    open_amendment,
    sign_agreement,
    update_agreement,
)
from events.agreements.terms import facts_of
from events.meetings.models import OutcomeLevel
from portal.audit.models import AuditEvent
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, party, scan, sign, signatures

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world(OutcomeLevel.CONSENSUS)


@pytest.fixture
def draft(world: World) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)


def read(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def says_yes(agreement: Agreement, role: str, actor: object) -> Agreement:
    return approve(
        agreement=agreement, party=party(agreement, role), terms_hash=open_hash(agreement), actor=actor, at=NOON
    )


def changed(agreement: Agreement, actor: object, **facts: object) -> Agreement:
    stands = facts_of(agreement.texts.get(status="open").content)
    return update_agreement(
        agreement=agreement, version=read(agreement).version, facts=replace(stands, **facts), actor=actor, at=NOON
    )


# --- the five misunderstandings -----------------------------------------------------------------------------------


def test_the_approval_of_one_party_is_not_final(world, draft):
    after_one = says_yes(draft, "first", world.teacher)

    assert (after_one.status, after_one.signed_on) == ("draft", None)
    assert draft.texts.get().with_party == party(draft, "second")  # and the page says whose turn it is
    told = Notification.objects.filter(event="agreement_approved").values_list("recipient", flat=True)
    assert set(told) == {world.hr.pk}
    with pytest.raises(AgreementConflict):
        sign(draft, world.organizer)
    assert says_yes(draft, "second", world.hr).status == "approved"  # only now have all approved
    assert Notification.objects.filter(event="agreement_approved_by_all").exists()


def test_an_approval_is_no_signature(world, draft):
    approved = approve_all(draft, world.organizer)

    assert (approved.status, approved.signed_on, approved.is_valid) == ("approved", None, False)
    assert draft.texts.get().signatures.count() == 0
    assert not Agreement.objects.signed().exists()  # no figure counts it
    assert [sign(draft, world.organizer).is_valid, Agreement.objects.signed().count()] == [True, 1]


def test_a_signature_is_no_approval(world, draft):
    """A scan of a signed paper does not stand for the word on the terms that the portal holds."""
    says_yes(draft, "first", world.teacher)

    def school_signs() -> Agreement:
        return sign_agreement(
            agreement=draft,
            terms_hash=open_hash(draft),
            signed_on=NOON.date(),
            signatories={"first": signatures(draft)["first"]},
            scan=scan(),
            actor=world.teacher,
            at=NOON,
        )

    with pytest.raises(AgreementConflict):
        school_signs()
    assert (draft.texts.get().signatures.count(), draft.files.count()) == (0, 0)
    says_yes(draft, "second", world.hr)
    assert school_signs().status == "approved"
    assert Approval.objects.filter(standing=True).count() == 2  # the signature has added none


def test_the_day_of_signature_is_not_that_of_the_approval(world, draft):
    approve_all(draft, world.organizer)
    later = NOON + timedelta(days=9)
    facts = {"terms_hash": open_hash(draft), "signatories": signatures(draft), "scan": scan()}

    signed = sign_agreement(agreement=draft, signed_on=later.date(), actor=world.organizer, at=later, **facts)

    assert signed.signed_on == later.date()
    assert set(Approval.objects.values_list("approved_at", flat=True)) == {NOON}


def test_editing_after_the_other_has_approved_takes_its_approval_away(world, draft):
    says_yes(draft, "first", world.teacher)
    before = draft.texts.get().terms_hash

    changed(draft, world.hr, purpose="共同培养")

    assert not Approval.objects.filter(standing=True).exists()
    with pytest.raises(AgreementConflict):  # the one who edits does not hold the other to it
        approve(agreement=draft, party=party(draft, "second"), terms_hash=before, actor=world.hr, at=NOON)
    waiting = says_yes(draft, "second", world.hr)
    assert waiting.status == "draft"
    assert draft.texts.get().with_party == party(draft)  # the school is asked again
    assert says_yes(draft, "first", world.teacher).status == "approved"


def test_what_the_other_approved_is_kept_to_be_compared_with_the_edit(world, draft):
    says_yes(draft, "first", world.teacher)
    changed(draft, world.hr, purpose="共同培养")

    kept = Approval.objects.get(party=party(draft))

    assert kept.standing is False
    assert facts_of(kept.content).purpose != facts_of(draft.texts.get().content).purpose == "共同培养"


def test_a_major_that_no_list_has_is_refused(world, draft):
    def planned(code: str) -> TermFacts:
        return TermFacts("internship", headcounts=(HeadCountFacts(2024, 5, code),))

    with pytest.raises(AgreementRefused) as refusal:
        changed(draft, world.teacher, terms=(planned("999999"),))

    assert refusal.value.field == "terms"
    changed(draft, world.teacher, terms=(planned("510205"),))
    assert draft.terms.get().headcounts.get().major_id == "510205"


def test_a_kind_of_cooperation_that_no_list_has_is_refused(world, draft):
    with pytest.raises(AgreementRefused) as refusal:
        changed(draft, world.teacher, terms=(TermFacts("dual_degree"),))

    assert refusal.value.field == "terms"
    assert changed(draft, world.teacher, terms=(TermFacts("order_class"),)).terms.count() == 1


def test_many_kinds_years_and_majors_are_one_agreement(world, draft):
    """One agreement is not exploded into many, whoever asks and however often."""
    terms = tuple(
        TermFacts(
            kind,
            headcounts=tuple(HeadCountFacts(year, 5, major) for year in (2024, 2025) for major in ("460104", "510205")),
        )
        for kind in ("internship", "order_class", "training_base")
    )
    changed(draft, world.teacher, terms=terms)
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)

    again = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)

    assert (again, Agreement.objects.count()) == (draft, 1)
    assert [term.headcounts.count() for term in draft.terms.all()] == [4, 4, 4]
    other_kind = draft_from_outcome(outcome=world.outcome, kind="framework", actor=world.hr, at=NOON)
    assert other_kind != draft  # another kind is another agreement


# --- the rules of the process -------------------------------------------------------------------------------------


def test_particulars_change_without_approval_and_terms_do_not(world, draft):
    approve_all(draft, world.organizer)

    change_party(
        party=party(draft, "second"),
        own_number="CY-2024-7",
        signatory="王芳",
        signatory_post="总监",
        contact="陈喆",
        contact_phone="0755-1",
        actor=world.hr,
        at=NOON,
    )

    assert (read(draft).status, Approval.objects.filter(standing=True).count()) == ("approved", 2)
    changed(draft, world.organizer, title="另一标题")
    assert (read(draft).status, Approval.objects.filter(standing=True).count()) == ("draft", 0)


@pytest.mark.parametrize(("starts", "role"), [("teacher", "first"), ("hr", "second")])
def test_either_side_may_begin_and_has_the_draft_first(world, starts, role):
    begun = draft_agreement(
        kind="strategic",
        parties=(world.school, world.enterprise),
        cooperation_kinds=("order_class",),
        actor=getattr(world, starts),
        at=NOON,
    )

    assert begun.texts.get().with_party == party(begun, role)


def test_an_approval_fails_where_the_copies_differ(world, draft):
    mine = open_hash(draft)
    changed(draft, world.organizer, place="深圳市宝安区")

    with pytest.raises(AgreementConflict):
        approve(agreement=draft, party=party(draft), terms_hash=mine, actor=world.teacher, at=NOON)
    assert says_yes(draft, "first", world.teacher).pk == draft.pk


def test_the_last_text_that_all_agreed_on_is_there_to_go_back_to(world, draft):
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)
    agreed = draft.texts.get()
    open_amendment(agreement=read(draft), party=party(draft), reason="调整", actor=world.teacher, at=NOON)
    changed(draft, world.teacher, purpose="另一目的")
    says_yes(draft, "first", world.teacher)

    give_up(agreement=draft, actor=world.hr, at=NOON, reason="不同意")

    stands = draft.texts.get(status=TextStatus.CURRENT)
    assert (stands.pk, stands.terms_hash, read(draft).purpose) == (agreed.pk, agreed.terms_hash, draft.purpose)
    assert stands.approvals.filter(standing=True, terms_hash=agreed.terms_hash).count() == 2
    assert draft.texts.get(number=2).status == "dropped"  # and what was proposed can be read


def test_one_side_alone_ends_it_with_notice_only(world, draft):
    approve_all(draft, world.organizer)
    sign(draft, world.organizer)
    facts = {"agreement": draft, "party": party(draft), "reason": "停招", "actor": world.teacher, "at": NOON}

    with pytest.raises(AgreementRefused) as refusal:
        give_notice(effective_on=NOON.date() + timedelta(days=29), **facts)

    assert refusal.value.field == "effective_on"
    assert give_notice(effective_on=NOON.date() + timedelta(days=30), **facts).status == "in_force"


def test_a_draft_is_given_up_and_its_number_never_given_again(world, draft):
    give_up(agreement=draft, actor=world.hr, at=NOON, reason="重复")

    second = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)

    assert (draft.number, second.number) == ("ZQ-2024-0001", "ZQ-2024-0002")
    assert AgreementYear.objects.get().last == 2
    assert read(draft).status == "withdrawn"  # it is kept, with who gave it up
    assert AuditEvent.objects.get(verb="agreement.withdrawn").data["reason"] == "重复"


def test_an_agreement_that_is_not_worked_out_yet_cannot_be_approved(world, draft):
    over = NOON + timedelta(days=400)
    by = {"agreement": draft, "party": party(draft), "terms_hash": open_hash(draft), "actor": world.teacher}

    with pytest.raises(AgreementRefused) as refusal:
        approve(at=over, **by)

    assert refusal.value.field == "ends_on"
    assert approve(at=NOON, **by).pk == draft.pk
