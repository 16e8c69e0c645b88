"""What parties do on the pages of a signed agreement: amend, extend, renew, complete, give notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from events.agreements.facts import FundingFacts
from events.agreements.models import Agreement, TerminationNotice
from events.agreements.periods import years_after
from events.agreements.services import draft_from_outcome, record_payment, record_result, update_agreement
from events.agreements.terms import facts_of
from events.meetings.models import OutcomeLevel
from tests.conftest import NOON
from tests.events.agreements.visiting import a_file, act, form_of, page, post, text_of
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, party, sign

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world(OutcomeLevel.CONSENSUS)


@pytest.fixture
def signed(world: World) -> Agreement:
    """In force until a year from today, with 30 people and 1000 yuan promised."""
    draft = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)
    grant = FundingFacts("second", "first", "职业培训基金", Decimal(1000))
    facts = replace(facts_of(draft.texts.get().content), ends_on=TODAY + timedelta(days=365), funding=(grant,))
    update_agreement(agreement=draft, version=draft.version, facts=facts, actor=world.organizer, at=NOON)
    approve_all(draft, world.organizer)
    return sign(draft, world.organizer)


def read(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def test_amendment_is_negotiated_beside_the_text_in_force(world, signed):
    assert act(world.teacher, "amend", signed.pk, reason="增加地点").status_code == 302
    act(world.teacher, "edit", signed.pk, place="深圳市宝安区")
    detail = text_of(page(world.hr, "detail", signed.pk))
    assert "深圳市宝安区" not in detail
    assert "深圳市宝安区" in text_of(page(world.hr, "detail", signed.pk, text="2"))
    assert "<ins>深圳市宝安区</ins>" in text_of(page(world.hr, "compare", signed.pk))
    for person in (world.teacher, world.hr):
        act(person, "approve", signed.pk)
    act(world.teacher, "sign", signed.pk, first_signatory="李", signed_on=str(TODAY), scan=a_file())
    assert read(signed).place == ""
    act(world.hr, "sign", signed.pk, second_signatory="陈", signed_on=str(TODAY), scan=a_file())
    assert (read(signed).place, read(signed).status) == ("深圳市宝安区", "in_force")


def test_amendment_is_given_up_and_the_text_in_force_stays(world, signed):
    act(world.teacher, "amend", signed.pk, reason="增加地点")
    assert page(world.hr, "amend", signed.pk).status_code == 302  # one at a time
    assert page(world.teacher, "reject", signed.pk).status_code == 302  # an amendment is given up, not rejected
    act(world.hr, "withdraw", signed.pk, reason="不需要")
    assert (read(signed).status, signed.texts.get(number=2).status) == ("in_force", "dropped")


def test_organizer_says_which_party_proposes(world, signed):
    act(world.organizer, "amend", signed.pk, party="second", reason="企业来电")
    assert signed.texts.get(number=2).with_party == party(signed, "second")


def test_extension_shows_its_limit_and_refuses_a_later_day_beside_the_field(world, signed):
    latest = years_after(signed.ends_on, 1)
    assert str(latest) in text_of(page(world.teacher, "extend", signed.pk))
    late = act(world.teacher, "extend", signed.pk, ends_on=str(latest + timedelta(days=1)), reason="延期")
    assert ('id="id_ends_on_error"' in text_of(late), signed.texts.count()) == (True, 1)
    act(world.teacher, "extend", signed.pk, ends_on=str(latest), reason="延期")
    assert facts_of(signed.texts.get(number=2).content).ends_on == latest
    act(world.teacher, "withdraw", signed.pk, reason="算了")
    act(world.teacher, "extend", signed.pk, ends_on=str(latest), reason="还是延期")
    approve_all(signed, world.organizer)
    sign(signed, world.organizer)
    assert page(world.teacher, "extend", signed.pk).status_code == 302  # once in its life


def test_renewal_leads_to_the_new_draft_and_both_name_each_other(world, signed):
    answer = act(world.hr, "renew", signed.pk)
    renewed = Agreement.objects.get(predecessor=signed)
    assert answer["Location"] == renewed.get_absolute_url()
    assert renewed.number in text_of(page(world.teacher, "detail", signed.pk))
    assert signed.number in text_of(page(world.teacher, "detail", renewed.pk))
    assert page(world.hr, "renew", signed.pk).status_code == 302


def test_completion_shows_promises_beside_what_was_recorded(world, signed):
    record_payment(
        funding=signed.funding.get(), paid_on=date(2024, 5, 17), amount=Decimal(600), actor=world.hr, at=NOON
    )
    term = signed.terms.select_related("cooperation_kind").first()
    record_result(
        agreement=signed, cooperation_kind=term.cooperation_kind, year=2024, people=27, actor=world.hr, at=NOON
    )
    text = text_of(page(world.teacher, "complete", signed.pk))
    for part in ("职业培训基金", "1,000", "600", ">27<"):
        assert part in text
    assert 'id="id_closing_note_error"' in text_of(post(world.teacher, "complete", signed.pk))
    old = form_of(world.teacher, "complete", signed.pk)
    assert old.values["version"] == [str(read(signed).version)]
    act(world.teacher, "complete", signed.pk, closing_note="完成", ended_on=str(TODAY))
    assert (read(signed).status, read(signed).closing_note, read(signed).ended_on) == ("completed", "完成", TODAY)
    assert "完成" in text_of(page(world.hr, "detail", signed.pk))


def test_completion_on_a_day_to_come_or_from_an_old_page_is_refused(world, signed):
    tomorrow = str(TODAY + timedelta(days=1))
    answer = act(world.teacher, "complete", signed.pk, closing_note="完成", ended_on=tomorrow)
    assert 'id="id_ended_on_error"' in text_of(answer)
    stale = act(world.teacher, "complete", signed.pk, closing_note="完成", ended_on=str(TODAY), version="1")
    assert (stale.status_code, read(signed).status) == (200, "in_force")


def test_notice_of_one_stands_until_it_is_taken_back(world, signed):
    soon = act(world.teacher, "notice", signed.pk, reason="停招", effective_on=str(TODAY + timedelta(days=3)))
    assert ('id="id_effective_on_error"' in text_of(soon), TerminationNotice.objects.count()) == (True, 0)
    act(world.teacher, "notice", signed.pk, reason="停招")  # the earliest day is filled in
    day = str(TODAY + timedelta(days=30))
    assert day in text_of(page(world.hr, "detail", signed.pk))
    assert page(world.teacher, "notice", signed.pk).status_code == 302
    assert page(world.hr, "notice-take-back", signed.pk).status_code == 302  # not its own
    post(world.teacher, "notice-take-back", signed.pk)
    assert day not in text_of(page(world.hr, "detail", signed.pk))


def test_notice_of_the_last_party_ends_the_agreement_at_once_and_says_so_before(world, signed):
    act(world.teacher, "notice", signed.pk, reason="停招")
    assert form_of(world.hr, "notice", signed.pk).names >= {"reason", "effective_on"}
    act(world.hr, "notice", signed.pk, reason="同意")
    assert (read(signed).status, read(signed).ended_on) == ("terminated", TODAY)


def test_organizer_records_a_notice_and_says_how_it_was_given(world, signed):
    answer = act(world.organizer, "notice", signed.pk, party="first", reason="停招")
    assert ('id="id_on_behalf_error"' in text_of(answer), TerminationNotice.objects.count()) == (True, 0)
    act(world.organizer, "notice", signed.pk, party="first", reason="停招", on_behalf="书面通知")
    assert TerminationNotice.objects.get().party == party(signed)


def test_acts_of_another_state_lead_back_with_a_sentence(world, signed):
    for name in ("approve", "sign", "edit", "hand-over", "reject", "withdraw", "take-back", "annex-add"):
        assert page(world.teacher, name, signed.pk)["Location"] == signed.get_absolute_url(), name
        assert post(world.teacher, name, signed.pk).status_code == 302, name
    assert signed.texts.filter(status="open").count() == 0
    with pytest.raises(signed.texts.model.DoesNotExist):
        open_hash(signed)
