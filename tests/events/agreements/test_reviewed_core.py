"""What a second pair of eyes asked of the services: who speaks for whom, and which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.agreements.facts import Signatory
from events.agreements.models import Agreement, Approval, TextChange
from events.agreements.periods import years_after
from events.agreements.refusals import AgreementConflict, AgreementRefused, NotTheirTurn
from events.agreements.selectors import history_of
from events.agreements.services import (
    approve,
    carry_out_notices,
    draft_agreement,
    draft_from_outcome,
    expire,
    give_notice,
    open_amendment,
    open_extension,
    sign_agreement,
    take_back_notice,
)
from events.fairs.services import NotTheirs
from events.meetings.models import OutcomeLevel
from portal.notifications.models import Notification
from portal.organizations.models import Membership
from tests.conftest import NOON
from tests.events.agreements.reviewing import GRANT, TODAY, amend, rewrite, stated
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, party, scan, sign, signatures
from tests.factories import EnterpriseFactory, OrganizationFactory, UserFactory, member_of

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


# --- who speaks for whom ----------------------------------------------------------------------------------------------


def test_a_sentence_about_paper_does_not_let_a_party_approve_out_of_turn(world, draft):
    for words in ("", "本人确认"):
        with pytest.raises(NotTheirTurn):
            approve(
                agreement=draft,
                party=party(draft, "second"),
                terms_hash=open_hash(draft),
                actor=world.hr,
                at=NOON,
                on_behalf=words,
            )
    approve(
        agreement=draft,
        party=party(draft),
        terms_hash=open_hash(draft),
        actor=world.teacher,
        at=NOON,
        on_behalf="本人确认",
    )
    assert Approval.objects.get().on_behalf == ""  # it was not given on paper
    approve(agreement=draft, party=party(draft, "second"), terms_hash=open_hash(draft), actor=world.hr, at=NOON)
    assert Agreement.objects.get().status == "approved"


def test_an_organizer_who_is_a_party_speaks_for_itself_alone(world):
    of_both = member_of(world.fair.organizer)
    member_of(world.enterprise, user=of_both)
    draft = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)
    assert list(Agreement.objects.attended_by(of_both)) == []
    assert list(Agreement.objects.attended_by(world.organizer)) == [draft]
    with pytest.raises(NotTheirs):
        approve(
            agreement=draft,
            party=party(draft),
            terms_hash=open_hash(draft),
            actor=of_both,
            at=NOON,
            on_behalf="盖章函",
        )
    approve_all(draft, world.organizer)
    with pytest.raises(NotTheirs):
        sign(draft, of_both)
    sign_agreement(
        agreement=draft,
        terms_hash=open_hash(draft),
        signed_on=TODAY,
        signatories={"second": Signatory("陈")},
        scan=scan(),
        actor=of_both,
        at=NOON,
    )


def test_a_party_of_another_agreement_has_no_say(world, signed):
    other = draft_agreement(kind="framework", parties=[world.school, EnterpriseFactory()], actor=world.teacher, at=NOON)
    stranger = party(other)
    with pytest.raises(AgreementRefused, match="party of this"):
        give_notice(
            agreement=signed,
            party=stranger,
            reason="停招",
            effective_on=TODAY + timedelta(days=30),
            actor=world.teacher,
            at=NOON,
        )
    with pytest.raises(AgreementRefused, match="party of this"):
        open_amendment(agreement=signed, party=stranger, reason="变更", actor=world.teacher, at=NOON)
    assert amend(signed, world.teacher).number == 2


def test_a_signature_for_a_role_that_nobody_has_is_refused(world, draft):
    approve_all(draft, world.organizer)
    given = {
        "agreement": draft,
        "terms_hash": open_hash(draft),
        "signed_on": TODAY,
        "scan": scan(),
        "actor": world.organizer,
        "at": NOON,
    }
    with pytest.raises(AgreementRefused):
        sign_agreement(signatories={**signatures(draft), "third": Signatory("王")}, **given)
    assert sign_agreement(signatories=signatures(draft), **given).status == "in_force"


def test_history_of_an_agreement_without_a_fair_names_no_body_outside(world):
    nameless = UserFactory(name="", is_staff=True)
    Membership.objects.create(organization=OrganizationFactory(legal_name="别家公司"), user=nameless)
    agreement = draft_agreement(kind="framework", parties=[world.school, world.enterprise], actor=nameless, at=NOON)
    assert [line.by for line in history_of(agreement)] == [""]


# --- which day --------------------------------------------------------------------------------------------------------


def test_an_extension_stays_within_a_year_however_it_is_rewritten(world, signed):
    latest = years_after(signed.ends_on, 1)
    open_extension(agreement=signed, party=party(signed), ends_on=latest, reason="延期", actor=world.teacher, at=NOON)
    for day in (latest + timedelta(days=1), signed.ends_on):
        with pytest.raises(AgreementRefused, match="by a year"):
            rewrite(signed, world.teacher, ends_on=day)
    rewrite(signed, world.teacher, ends_on=latest - timedelta(days=1))
    assert stated(signed).ends_on == latest - timedelta(days=1)


def test_an_amendment_does_not_put_off_the_last_day(world, signed):
    amend(signed, world.teacher)
    with pytest.raises(AgreementRefused, match="does not put off"):
        rewrite(signed, world.teacher, ends_on=signed.ends_on + timedelta(days=1))
    rewrite(signed, world.teacher, ends_on=signed.ends_on - timedelta(days=1))
    approve_all(signed, world.organizer)
    assert sign(signed, world.organizer).ends_on == signed.ends_on - timedelta(days=1)


def test_the_once_of_an_extension_is_asked_of_the_agreement_as_it_is_now(world, signed):
    stale = Agreement.objects.get(pk=signed.pk)
    later = signed.ends_on + timedelta(days=200)
    open_extension(agreement=signed, party=party(signed), ends_on=later, reason="延期", actor=world.teacher, at=NOON)
    approve_all(signed, world.organizer)
    sign(signed, world.organizer)
    with pytest.raises(AgreementConflict, match="once"):
        open_extension(
            agreement=stale, party=party(signed), ends_on=later, reason="再延期", actor=world.teacher, at=NOON
        )
    assert signed.texts.filter(change=TextChange.EXTENSION).count() == 1


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_period_outside_our_time_is_refused_beside_its_field(world, year):
    with pytest.raises(AgreementRefused) as refusal:
        draft_agreement(
            kind="project",
            parties=[world.school, world.enterprise],
            actor=world.teacher,
            at=NOON,
            starts_on=date(year, 12, 31),
        )
    assert refusal.value.field == "ends_on"


def test_nobody_signs_after_the_last_day(world, draft):
    approve_all(draft, world.organizer)
    late = NOON + timedelta(days=365 * 4)

    def signed_on(day: date) -> Agreement:
        return sign_agreement(
            agreement=draft,
            terms_hash=open_hash(draft),
            signed_on=day,
            signatories=signatures(draft),
            scan=scan(),
            actor=world.organizer,
            at=late,
        )

    for day in (draft.ends_on + timedelta(days=1), date(224, 5, 17)):
        with pytest.raises(AgreementRefused) as refusal:
            signed_on(day)
        assert refusal.value.field == "signed_on"
    assert signed_on(draft.ends_on).signed_on == draft.ends_on


def test_the_news_of_an_amendment_names_the_day_on_which_it_was_signed(world, signed):
    amend(signed, world.teacher)
    rewrite(signed, world.teacher, place="深圳市宝安区")
    later = NOON + timedelta(days=30)
    approve_all(signed, world.organizer, at=later)
    sign_agreement(
        agreement=signed,
        terms_hash=open_hash(signed),
        signed_on=later.date(),
        signatories=signatures(signed),
        scan=scan(),
        actor=world.organizer,
        at=later,
    )
    told = Notification.objects.filter(event="agreement_signed", recipient=world.hr).order_by("pk")
    assert [row.context["signed_on"] for row in told] == ["2024-05-17", later.date().isoformat()]


def test_an_agreement_that_was_over_before_its_notice_took_effect_has_expired(world, signed):
    after = signed.ends_on + timedelta(days=10)
    give_notice(agreement=signed, party=party(signed), reason="停招", effective_on=after, actor=world.teacher, at=NOON)
    beat = after + timedelta(days=1)  # nobody swept in between
    assert (carry_out_notices(beat, NOON), expire(beat, NOON)) == (0, 1)
    assert Agreement.objects.get().ended_on == signed.ends_on


def test_a_notice_taken_back_ends_nothing_and_one_that_stands_does(world, signed):
    day = TODAY + timedelta(days=30)

    def give() -> None:
        give_notice(
            agreement=signed, party=party(signed), reason="停招", effective_on=day, actor=world.teacher, at=NOON
        )

    give()
    take_back_notice(agreement=signed, party=party(signed), actor=world.teacher, at=NOON)
    assert carry_out_notices(day, NOON) == 0
    give()
    assert (carry_out_notices(day - timedelta(days=1), NOON), carry_out_notices(day, NOON)) == (0, 1)
    assert Agreement.objects.get().ended_on == day
