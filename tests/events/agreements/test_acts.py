"""What parties do on the pages before the signature, and the signature: who may, what is refused, what it leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.agreements.models import Agreement, Approval, HandOver, Signature
from events.agreements.services import approve, draft_from_outcome, update_agreement
from events.agreements.terms import facts_of
from events.meetings.models import OutcomeLevel
from portal.accounts.models import User
from tests.conftest import NOON
from tests.events.agreements.visiting import PART, a_file, act, as_user, form_of, page, post, text_of
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, party
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world(OutcomeLevel.CONSENSUS)


@pytest.fixture
def draft(world: World) -> Agreement:
    """A draft whose period is not over: the pages go by the clock of today."""
    drafted = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)
    change(drafted, world.teacher, ends_on=timezone.localdate() + timedelta(days=400))
    return read(drafted)


def read(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def change(draft: Agreement, actor: User, **facts: object) -> None:
    stated = replace(facts_of(draft.texts.get(status="open").content), **facts)
    update_agreement(agreement=draft, version=read(draft).version, facts=stated, actor=actor, at=NOON)


# --- approve ------------------------------------------------------------------------------------------------------


def test_parties_approve_one_after_the_other(world, draft):
    assert act(world.teacher, "approve", draft.pk)["Location"] == draft.get_absolute_url()
    assert read(draft).status == "draft"
    assert act(world.hr, "approve", draft.pk).status_code == 302
    assert (read(draft).status, Approval.objects.filter(standing=True).count()) == ("approved", 2)


def test_approve_says_that_it_is_no_signature_and_shows_the_hash(world, draft):
    text = text_of(page(world.teacher, "approve", draft.pk))
    assert "这不是签字" in text or "This is no signature" in text
    assert open_hash(draft)[:12] in text


def test_approve_out_of_turn_leads_back_and_says_whose_turn_it_is(world, draft):
    answer = as_user(world.hr).get(reverse("agreements:approve", args=[draft.pk]), follow=True)
    assert answer.redirect_chain == [(draft.get_absolute_url(), 302)]
    assert world.school.legal_name in text_of(answer)
    post(world.hr, "approve", draft.pk, terms_hash=open_hash(draft))
    assert Approval.objects.count() == 0


def test_approve_of_terms_changed_meanwhile_is_refused_beside_the_form(world, draft):
    old = form_of(world.teacher, "approve", draft.pk)
    change(draft, world.teacher, title="合作意向书")
    answer = as_user(world.teacher).post(old.action, old.values)
    assert (answer.status_code, Approval.objects.count(), "error-summary" in text_of(answer)) == (200, 0, True)


def test_second_click_on_approve_does_nothing_more(world, draft):
    form = form_of(world.teacher, "approve", draft.pk)
    first, second = (as_user(world.teacher).post(form.action, form.values) for _ in range(2))
    assert (first.status_code, second.status_code, Approval.objects.count()) == (302, 302, 1)


def test_organizer_records_an_approval_given_on_paper_and_says_how(world, draft):
    answer = act(world.organizer, "approve", draft.pk, party="second")
    assert ('id="id_on_behalf_error"' in text_of(answer), Approval.objects.count()) == (True, 0)
    assert act(world.organizer, "approve", draft.pk, party="second", on_behalf="盖章函").status_code == 302
    given = Approval.objects.get()
    assert (given.party.role, given.on_behalf, given.approved_by) == ("second", "盖章函", world.organizer)
    assert "盖章函" in text_of(page(world.hr, "detail", draft.pk))


def test_party_is_shown_what_changed_since_it_approved(world, draft):
    approve(agreement=draft, party=party(draft), terms_hash=open_hash(draft), actor=world.teacher, at=NOON)
    change(draft, world.hr, place="深圳市宝安区")
    act(world.hr, "hand-over", draft.pk, to="first", message="改了地点")
    text = text_of(page(world.teacher, "approve", draft.pk))
    assert "<ins>深圳市宝安区</ins>" in text
    staff = text_of(page(StaffFactory(), "approve", draft.pk))  # what is new to each party whose word is missing
    assert (staff.count("<ins>深圳市宝安区</ins>"), world.enterprise.legal_name in staff) == (1, True)


def test_approval_is_taken_back_before_anybody_has_signed(world, draft):
    approve_all(draft, world.organizer)
    assert act(world.hr, "take-back", draft.pk).status_code == 302
    assert (read(draft).status, draft.texts.get().with_party) == ("draft", party(draft, "second"))
    assert page(world.hr, "take-back", draft.pk).status_code == 302  # there is none any more


# --- hand over ----------------------------------------------------------------------------------------------------


def test_hand_over_carries_a_message_that_the_timeline_shows(world, draft):
    act(world.teacher, "hand-over", draft.pk, to="second", message="请补充设备")
    assert (HandOver.objects.get().message, draft.texts.get().with_party) == ("请补充设备", party(draft, "second"))
    text = text_of(page(world.hr, "timeline", draft.pk))
    assert "请补充设备" in text
    assert f"→ {world.enterprise.legal_name}" in text
    assert page(world.teacher, "hand-over", draft.pk).status_code == 302  # it is with the other now


# --- sign ---------------------------------------------------------------------------------------------------------


def test_sign_says_which_approval_is_missing(world, draft):
    for answer in (page(world.teacher, "sign", draft.pk), post(world.teacher, "sign", draft.pk)):
        assert (answer.status_code, "<form" in text_of(answer).split('id="act"')[1]) == (200, False)
        assert world.school.legal_name in text_of(answer)
    approve_all(draft, world.organizer)
    assert form_of(world.teacher, "sign", draft.pk).names >= {"signed_on", "scan", "first_signatory"}


def test_each_party_signs_for_itself(world, draft):
    approve_all(draft, world.organizer)
    answer = act(world.teacher, "sign", draft.pk, first_signatory="李堃", signed_on="2024-05-17", scan=a_file())
    assert answer.status_code == 302
    assert [(row.party.role, row.signatory, row.signed_on) for row in Signature.objects.all()] == [
        ("first", "李堃", date(2024, 5, 17))
    ]
    assert "first_signatory" not in form_of(world.hr, "sign", draft.pk).names
    act(world.hr, "sign", draft.pk, second_signatory="陈喆", signed_on="2024-05-17", scan=a_file())
    assert read(draft).status == "in_force"
    assert page(world.hr, "sign", draft.pk).status_code == 302


def test_organizer_records_the_signatures_of_all_or_of_one(world, draft):
    approve_all(draft, world.organizer)
    typed = {"signed_on": "2024-05-17", "first_signatory": "李堃", "second_signatory": "陈喆"}
    act(world.organizer, "sign", draft.pk, **typed, parties=["first"], scan=a_file())
    assert Signature.objects.get().party.role == "first"
    act(world.organizer, "sign", draft.pk, signed_on="2024-05-17", second_signatory="陈喆", scan=a_file())
    assert (Signature.objects.count(), read(draft).signed_on) == (2, date(2024, 5, 17))


def test_sign_says_all_mistakes_beside_their_fields_at_once(world, draft):
    approve_all(draft, world.organizer)
    wrong = {
        "signed_on": "2999-01-01",
        "first_signatory": "李堃",
        "second_signatory": "",
        "scan": a_file(content=b"MZ"),
    }
    answer = act(world.organizer, "sign", draft.pk, **wrong)
    assert (answer.status_code, Signature.objects.count()) == (200, 0)
    for field in ("signed_on", "second_signatory", "scan"):
        assert f'id="id_{field}_error"' in text_of(answer), field
    assert "李堃" in text_of(answer)
    without = {"signed_on": "2024-05-17", "first_signatory": "李堃", "second_signatory": "陈喆", "scan": ""}
    assert 'id="id_scan_error"' in text_of(act(world.organizer, "sign", draft.pk, **without))


def test_sign_of_a_text_that_was_changed_meanwhile_is_refused(world, draft):
    approve_all(draft, world.organizer)
    form = form_of(world.organizer, "sign", draft.pk)
    change(draft, world.organizer, title="合作意向书")
    approve_all(draft, world.organizer)
    typed = {"signed_on": "2024-05-17", "first_signatory": "李", "second_signatory": "陈", "scan": a_file()}
    answer = as_user(world.organizer).post(form.action, form.values | typed)
    assert (answer.status_code, Signature.objects.count(), "error-summary" in text_of(answer)) == (200, 0, True)


# --- give up ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "name", "status"), [("hr", "withdraw", "withdrawn"), ("teacher", "reject", "rejected")]
)
def test_draft_is_given_up_with_a_reason_that_stays(world, draft, who, name, status):
    person = getattr(world, who)
    assert 'id="id_reason_error"' in text_of(post(person, name, draft.pk))
    act(person, name, draft.pk, reason="重复起草")
    assert (read(draft).status, read(draft).number) == (status, draft.number)
    assert "重复起草" in text_of(page(world.teacher, "timeline", draft.pk))
    assert page(person, name, draft.pk).status_code == 302


def test_only_the_party_with_which_a_draft_is_rejects_it(world, draft):
    assert page(world.hr, "reject", draft.pk).status_code == 302
    assert page(world.teacher, "reject", draft.pk).status_code == 200


# --- in place -----------------------------------------------------------------------------------------------------


def test_dialog_opens_in_place_and_leads_to_the_whole_page(world, draft):
    client, path = as_user(world.teacher), reverse("agreements:approve", args=[draft.pk])
    part = text_of(client.get(path, headers=PART))
    assert ("<html" in part, f'hx-post="{path}"' in part) == (False, True)
    answer = client.post(path, {"terms_hash": open_hash(draft)}, headers=PART)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, draft.get_absolute_url())


def test_every_dialog_speaks_english_too(world, draft):
    client = as_user(world.teacher)
    client.cookies["django_language"] = "en"
    for name in ("approve", "hand-over", "sign", "reject", "withdraw", "edit", "annex-add", "compare", "timeline"):
        answer = client.get(reverse(f"agreements:{name}", args=[draft.pk]))
        assert (answer.status_code, '<html lang="en"' in text_of(answer)) == (200, True), name


def test_particulars_are_changed_by_the_party_itself_and_reset_no_approval(world, draft):
    approve_all(draft, world.organizer)
    act(world.teacher, "party", draft.pk, "first", own_number="ZJ-7", contact="王老师", contact_phone="0870-1")
    assert (party(draft).own_number, party(draft).contact) == ("ZJ-7", "王老师")
    assert (read(draft).status, Approval.objects.filter(standing=True).count()) == ("approved", 2)
    assert page(world.hr, "party", draft.pk, "first").status_code == 404
    assert page(world.hr, "party", draft.pk, "sixth").status_code == 404
