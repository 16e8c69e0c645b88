from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from events.agreements.facts import AgreementFacts, FundingFacts, HeadCountFacts, TermFacts
from events.agreements.models import Agreement, AgreementYear
from events.agreements.selectors import history_of
from events.agreements.services import (
    AgreementConflict,
    AgreementRefused,
    draft_agreement,
    draft_from_outcome,
    give_up,
    update_agreement,
)
from events.agreements.signals import agreement_changed
from events.agreements.terms import facts_of
from events.meetings.models import Outcome, OutcomeLevel
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.notifications.models import Notification
from portal.organizations.models import OrganizationStatus
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, sign
from tests.factories import EnterpriseFactory, SchoolFactory, StaffFactory, member_of
from tests.factories_events import ParticipationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return lay_world()


def drafted(world: World, kind: str = "intent") -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind=kind, actor=world.organizer, at=NOON)


def stated(agreement: Agreement) -> AgreementFacts:
    """What its open text says."""
    return facts_of(agreement.texts.get(status="open").content)


# --- from an outcome ----------------------------------------------------------------------------------------------


def test_draft_from_outcome_names_the_parties_in_their_roles(world):
    agreement = drafted(world)

    parties = agreement.parties.order_by("role").values_list("role", "organization__legal_name")
    assert list(parties) == [("first", "昭通市职业教育中心"), ("second", "深圳市长盈精密技术股份有限公司")]
    assert (agreement.number, agreement.status, agreement.fair, agreement.outcome) == (
        "ZQ-2024-0001",
        "draft",
        world.fair,
        world.outcome,
    )


def test_draft_from_outcome_proposes_terms_with_the_majors_of_both_sides(world):
    content = stated(drafted(world))

    both = "机械制造及自动化、大数据技术"
    shared_out = (HeadCountFacts(2024, 10, "460104"), HeadCountFacts(2024, 20, "510205"))
    assert content.terms == (
        TermFacts("internship", majors=both, headcounts=shared_out),  # the people are promised once
        TermFacts("order_class", majors=both),
        TermFacts("training_base"),  # no students are counted there
    )


@pytest.mark.parametrize(("kind", "last_day"), [("intent", date(2025, 5, 16)), ("framework", date(2027, 5, 16))])
def test_draft_from_outcome_runs_from_the_fair_for_as_long_as_its_kind(world, kind, last_day):
    agreement = drafted(world, kind)

    assert (agreement.starts_on, agreement.ends_on) == (date(2024, 5, 17), last_day)


def test_draft_from_outcome_twice_is_one_agreement_and_uses_up_one_number(world):
    first, second = drafted(world), drafted(world)

    assert first == second
    assert AgreementYear.objects.get(year=2024).last == 1
    assert AuditEvent.objects.filter(verb="agreement.drafted").count() == 1
    assert drafted(world, "framework").number == "ZQ-2024-0002"


def test_draft_from_outcome_again_after_a_withdrawal(world):
    first = drafted(world)
    give_up(agreement=first, actor=world.hr, at=NOON, reason="重复")

    second = drafted(world)

    assert (first == second, second.number) == (False, "ZQ-2024-0002")


@pytest.mark.parametrize("level", [OutcomeLevel.NONE, OutcomeLevel.FOLLOW_UP])
def test_draft_from_outcome_refuses_when_nothing_is_agreed(world, level):
    Outcome.objects.update(level=level)
    world.outcome.refresh_from_db()

    with pytest.raises(AgreementRefused):
        drafted(world)
    assert Agreement.objects.count() == 0


def test_draft_from_outcome_refuses_a_suspended_party_and_stores_nothing(world):
    world.school.status = OrganizationStatus.SUSPENDED
    world.school.save(update_fields=["status"])
    world.outcome.refresh_from_db()

    with pytest.raises(AgreementRefused) as refusal:
        drafted(world)

    assert (refusal.value.field, Agreement.objects.count()) == ("school", 0)


def test_draft_from_outcome_marks_sample_data(world):
    assert drafted(world).is_sample is False
    world.enterprise.is_sample = True
    world.enterprise.save(update_fields=["is_sample"])
    world.outcome = Outcome.objects.get()

    assert drafted(world, "framework").is_sample is True


def test_draft_from_outcome_tells_both_sides_but_not_who_did_it(world):
    draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.teacher, at=NOON)

    told = Notification.objects.filter(event="agreement_drafted").values_list("recipient__email", flat=True)
    assert list(told) == [world.hr.email]


def test_draft_sends_its_fact_after_commit(world, django_capture_on_commit_callbacks):
    heard: list[int] = []
    agreement_changed.connect(lambda agreement_id, **_: heard.append(agreement_id), weak=False, dispatch_uid="test")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            agreement = drafted(world)
            assert heard == []
    finally:
        agreement_changed.disconnect(dispatch_uid="test")
    assert heard == [agreement.pk]


def test_numbers_begin_anew_each_year_of_the_local_calendar(world):
    new_year_here = datetime(2024, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shenzhen

    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=new_year_here)

    assert agreement.number == "ZQ-2025-0001"


# --- without an outcome -------------------------------------------------------------------------------------------


def framework(world: World, **changes):
    stated = {
        "kind": "framework",
        "parties": (world.school, world.enterprise),
        "fair": world.fair,
        "cooperation_kinds": ["internship"],
        "funding": [FundingFacts("second", "first", "职业培训基金", Decimal(300_000))],
        "actor": world.organizer,
        "at": NOON,
    }
    return draft_agreement(**stated | changes)


def test_draft_agreement_stores_the_funding_that_the_enterprise_promises_the_school(world):
    agreement = framework(world)

    money = agreement.funding.get()
    assert (money.payer.organization, money.payee.organization) == (world.enterprise, world.school)
    assert (money.amount, money.purpose) == (Decimal(300_000), "职业培训基金")
    assert (agreement.outcome, agreement.ends_on) == (None, date(2027, 5, 16))


def test_draft_agreement_takes_a_content_as_it_is_stated(world):
    content = AgreementFacts(
        title="合作协议", starts_on=date(2024, 6, 1), ends_on=date(2025, 5, 31), terms=[TermFacts("order_class")]
    )

    agreement = framework(world, content=content, funding=(), cooperation_kinds=())

    assert (stated(agreement).title, stated(agreement).terms) == ("合作协议", (TermFacts("order_class"),))
    unknown = replace(content, terms=[TermFacts("no_such_kind")])
    with pytest.raises(AgreementRefused) as refusal:
        framework(world, content=unknown)
    assert refusal.value.field == "terms"


def test_draft_agreement_without_a_fair_begins_today(world):
    agreement = framework(world, fair=None, funding=(), actor=world.hr)

    assert (agreement.fair, agreement.starts_on) == (None, date(2024, 5, 17))


def test_draft_agreement_by_a_stranger_is_refused(world):
    stranger = member_of(EnterpriseFactory())

    with pytest.raises(AgreementRefused):
        framework(world, actor=stranger)
    assert framework(world, actor=world.teacher).pk  # a party may


def test_draft_agreement_with_somebody_who_is_not_at_the_fair_is_refused(world):
    absent = SchoolFactory()

    with pytest.raises(AgreementRefused) as refusal:
        framework(world, parties=(absent, world.enterprise))

    assert refusal.value.field == "school"
    ParticipationFactory(fair=world.fair, organization=absent)
    assert framework(world, parties=(absent, world.enterprise)).pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"funding": [FundingFacts("second", "second", "x", Decimal(1))]}, "funding"),
        ({"funding": [FundingFacts("third", "first", "x", Decimal(1))]}, "funding"),
        ({"funding": [FundingFacts("second", "first", "x", Decimal(0))]}, "funding"),
        ({"funding": [FundingFacts("second", "first", "x", Decimal("0.005"))]}, "funding"),
        ({"funding": [FundingFacts("second", "first", " ", Decimal(1))]}, "funding"),
        ({"ends_on": date(2024, 5, 17)}, "ends_on"),
        ({"kind": "treaty"}, "kind"),
        ({"cooperation_kinds": ["no_such_kind"]}, "cooperation_kinds"),
        ({"title": "长" * 201}, "title"),
    ],
)
def test_draft_agreement_refuses_what_cannot_be_beside_its_field(world, changes, field):
    with pytest.raises(AgreementRefused) as refusal:
        framework(world, **changes)

    assert (refusal.value.field, Agreement.objects.count()) == (field, 0)
    assert not AgreementYear.objects.exclude(last=0).exists()  # no number used up


def test_draft_agreement_needs_a_school_and_an_enterprise(world):
    with pytest.raises(AgreementRefused) as refusal:
        framework(world, parties=(world.enterprise, EnterpriseFactory()), fair=None, funding=())

    assert refusal.value.field == "school"


# --- changing a draft ---------------------------------------------------------------------------------------------


def test_update_agreement_replaces_text_and_rows_and_counts_the_version(world):
    agreement = drafted(world)
    money = FundingFacts("second", "first", "实训设备", Decimal("1000.50"))
    people = (HeadCountFacts(2025, 5),)
    facts = replace(
        stated(agreement),
        title="新标题",
        terms=(TermFacts("internship", None, None, "护理", people, "每年五月上岗", Decimal("1000.50")),),
        funding=(money,),
    )

    changed = update_agreement(agreement=agreement, version=1, facts=facts, actor=world.organizer, at=NOON)

    assert (changed.title, changed.version, changed.amount) == ("新标题", 2, Decimal("1000.50"))
    assert (stated(changed).terms, stated(changed).funding) == (facts.terms, (replace(money, line=1),))
    (term,) = changed.terms.all()
    assert (term.majors, term.amount, term.headcounts.get().people) == ("护理", Decimal("1000.50"), 5)
    assert changed.funding.get().amount == Decimal("1000.50")


def test_update_agreement_by_the_slower_one_is_refused_and_changes_nothing(world):
    agreement = drafted(world)
    facts = stated(agreement)
    by = {"agreement": agreement, "version": 1, "at": NOON}
    update_agreement(facts=replace(facts, title="快"), actor=world.teacher, **by)

    with pytest.raises(AgreementConflict):
        update_agreement(facts=replace(facts, title="慢"), actor=world.organizer, **by)

    agreement.refresh_from_db()
    assert (agreement.title, agreement.version) == ("快", 2)


def test_update_agreement_of_a_signed_one_is_refused(world):
    agreement = drafted(world)
    facts = stated(agreement)
    approve_all(agreement, world.organizer)
    signed = sign(agreement, world.organizer)

    with pytest.raises(AgreementConflict):
        update_agreement(agreement=signed, version=signed.version, facts=facts, actor=world.organizer, at=NOON)


def test_update_agreement_refuses_terms_that_are_not_what_is_promised(world):
    agreement = drafted(world)
    money = (FundingFacts("second", "first", "基金", Decimal(100)),)
    facts = replace(stated(agreement), funding=money, terms=(TermFacts("internship", amount=Decimal(101)),))
    by = {"agreement": agreement, "version": 1, "actor": world.teacher, "at": NOON}

    with pytest.raises(AgreementRefused) as refusal:
        update_agreement(facts=facts, **by)

    assert refusal.value.field == "terms"
    equal = replace(facts, terms=(TermFacts("internship", amount=Decimal(100)),))
    assert update_agreement(facts=equal, **by).amount == Decimal("100.00")


# --- signing and withdrawing --------------------------------------------------------------------------------------


def agreed(world: World, kind: str = "intent") -> Agreement:
    """Drafted, and approved by both."""
    return approve_all(drafted(world, kind), world.organizer)


def test_sign_agreement_records_who_signed_and_raises_the_outcome(world):
    Outcome.objects.update(level=OutcomeLevel.CONSENSUS)
    world.outcome.refresh_from_db()

    signed = sign(agreed(world), world.organizer)

    assert (signed.status, signed.signed_on) == ("in_force", date(2024, 5, 17))
    assert set(signed.parties.values_list("signatory", "signatory_post")) == {("䶮喆", "校长")}
    outcome = Outcome.objects.get()
    assert (outcome.level, outcome.version) == (OutcomeLevel.SIGNED, 2)
    assert AuditEvent.objects.filter(verb="agreement.signed").count() == 1


def test_sign_agreement_leaves_an_outcome_that_is_signed_already(world):
    sign(agreed(world), world.organizer)

    assert Outcome.objects.get().version == 1


def test_give_up_ends_a_draft_and_no_signed_one(world):
    draft, other = drafted(world), agreed(world, "framework")
    digest = open_hash(draft)
    sign(other, world.organizer)

    withdrawn = give_up(agreement=draft, actor=world.hr, at=NOON, reason="重复")

    assert withdrawn.status == "withdrawn"
    assert (draft.texts.get().status, draft.texts.get().terms_hash) == ("dropped", digest)
    with pytest.raises(AgreementConflict):
        give_up(agreement=other, actor=world.hr, at=NOON, reason="重复")
    with pytest.raises(AgreementConflict):
        give_up(agreement=draft, actor=world.hr, at=NOON, reason="重复")


def test_actor_of_an_audit_event_is_the_one_who_signed(world):
    person = StaffFactory(name="李堃")

    sign(agreed(world), person)

    assert AuditEvent.objects.get(verb="agreement.signed").actor_label == "李堃"


def test_sign_agreement_looks_at_the_parties_once_more(world):
    agreement = agreed(world)
    world.enterprise.status = OrganizationStatus.SUSPENDED
    world.enterprise.save(update_fields=["status"])

    with pytest.raises(AgreementRefused) as refusal:
        sign(agreement, world.organizer)

    assert refusal.value.field == "enterprise"
    assert Agreement.objects.get().status == "approved"
    world.enterprise.status = OrganizationStatus.APPROVED
    world.enterprise.save(update_fields=["status"])
    assert sign(agreement, world.organizer).status == "in_force"


def test_history_shows_no_address_but_the_name_or_the_organization(world):
    named, nameless = drafted(world), drafted(world, "framework")
    User.objects.filter(pk=world.hr.pk).update(name="")
    world.hr.refresh_from_db()
    give_up(agreement=nameless, actor=world.hr, at=NOON, reason="重复")

    assert AuditEvent.objects.get(verb="agreement.withdrawn").actor_label == world.hr.email
    assert [line.by for line in history_of(nameless)] == [world.enterprise.legal_name, str(world.organizer)]
    User.objects.filter(pk=world.hr.pk).update(name="王堃")
    assert history_of(nameless)[0].by == "王堃"
    assert [line.by for line in history_of(named)] == [str(world.organizer)]
