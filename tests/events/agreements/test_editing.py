"""The sheet of the open text: rows come and go, nothing typed is lost, every problem stands beside its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from events.agreements.facts import FundingFacts, HeadCountFacts, InstalmentFacts
from events.agreements.models import Agreement, AgreementFile, Approval
from events.agreements.services import approve, change_party, draft_from_outcome, update_agreement
from events.agreements.terms import facts_of
from events.meetings.models import OutcomeLevel
from portal.accounts.models import User
from tests.conftest import NOON
from tests.events.agreements.visiting import PART, a_file, act, as_user, form_of, page, post, text_of
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, party
from tests.journeys.visiting import Form, Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world(OutcomeLevel.CONSENSUS)


@pytest.fixture
def draft(world: World) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)


def facts(draft: Agreement) -> Any:
    return facts_of(draft.texts.get(status="open").content)


def change(draft: Agreement, actor: Any, **stated: Any) -> None:
    version = Agreement.objects.get(pk=draft.pk).version
    update_agreement(agreement=draft, version=version, facts=replace(facts(draft), **stated), actor=actor, at=NOON)


def rows_in(form: Form, prefix: str) -> int:
    return int(form.values[f"{prefix}-TOTAL_FORMS"][0])


def sheet(person: User, draft: Agreement, *groups: str) -> Form:
    """The form of the sheet with a blank row more in each of these groups, as its buttons add them."""
    form = form_of(person, "edit", draft.pk)
    for group in groups:
        shown = as_user(person).post(form.action, form.values | {"add": group})
        form = next(each for each in Page(text_of(shown)).forms if each.action == form.action)
    return form


def save(person: User, draft: Agreement, form: Form, **typed: str) -> Any:
    assert not set(typed) - form.names, set(typed) - form.names
    return as_user(person).post(form.action, form.values | typed)


def test_untouched_sheet_changes_nothing_and_keeps_every_approval(world, draft):
    grant = FundingFacts(
        "second", "first", "基金", Decimal("1100000.5"), (InstalmentFacts(date(2024, 9, 1), Decimal("1100000.5")),)
    )
    term = replace(facts(draft).terms[0], starts_on=date(2024, 6, 1), ends_on=date(2024, 12, 31), majors="大数据技术")
    change(draft, world.teacher, funding=(grant,), terms=(term, *facts(draft).terms[1:]))
    approve(agreement=draft, party=party(draft), terms_hash=open_hash(draft), actor=world.teacher, at=NOON)
    before = open_hash(draft)
    assert act(world.hr, "edit", draft.pk).status_code == 302
    assert (open_hash(draft), Approval.objects.filter(standing=True).count()) == (before, 1)


def test_sheet_states_head_terms_people_and_money(world, draft):
    change(draft, world.teacher, terms=[term for term in facts(draft).terms if term.cooperation_kind == "internship"])
    form = sheet(world.teacher, draft, "terms", "terms-1-people", "funding", "funding-0-parts")
    typed = {
        "title": "新标题",
        "terms-1-cooperation_kind": "training_base",
        "terms-1-obligations": "共建基地",
        "terms-1-people-0-year": "2024",
        "terms-1-people-0-major": "510205",
        "terms-1-people-0-people": "12",
        "funding-0-purpose": "设备",
        "funding-0-amount": "1100000",
        "funding-0-parts-0-due_on": "2024-09-01",
        "funding-0-parts-0-amount": "1100000",
        "amount": "1100000",
        "amount_in_words": "人民币壹佰壹拾万元整",
    }
    assert save(world.teacher, draft, form, **typed, **{"funding-0-direction": "second-first"}).status_code == 302
    stated = facts(draft)
    added = next(term for term in stated.terms if term.cooperation_kind == "training_base")
    assert (stated.title, stated.amount) == ("新标题", Decimal("1100000.00"))
    assert (added.obligations, added.headcounts) == ("共建基地", (HeadCountFacts(2024, 12, "510205"),))
    assert [(row.purpose, row.amount, len(row.instalments), row.line) for row in stated.funding] == [
        ("设备", Decimal("1100000.00"), 1, 1)
    ]


def test_row_that_is_emptied_is_taken_away(world, draft):
    before = len(facts(draft).terms)
    form = sheet(world.teacher, draft)
    typed = {key: "" for key in form.names if key.startswith("terms-0-") and "_FORMS" not in key}
    save(world.teacher, draft, form, **typed)
    assert len(facts(draft).terms) == before - 1


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_adding_a_row_keeps_what_was_typed_right_or_wrong(world, draft, headers):
    form = sheet(world.teacher, draft, "funding")
    typed = {"title": "没有保存", "ends_on": "next year", "funding-0-purpose": "设备", "add": "funding"}
    text = text_of(as_user(world.teacher).post(form.action, form.values | typed, headers=headers))
    assert ("<html" in text) == (not headers)
    assert text.count("autofocus") == 1
    for kept in ('value="没有保存"', 'value="next year"', 'value="设备"', 'name="funding-1-purpose"'):
        assert kept in text
    assert ("error-summary" in text, 'name="funding-2-purpose"' in text) == (False, False)
    assert facts(draft).title != "没有保存"


def test_removing_a_row_takes_that_one_alone(world, draft):
    form = sheet(world.teacher, draft, "funding", "funding", "funding-0-parts")
    typed = {"funding-0-purpose": "第一", "funding-1-purpose": "第二", "funding-0-parts-0-amount": "5"}

    def without(row: str) -> Form:
        shown = as_user(world.teacher).post(form.action, form.values | typed | {"remove": row})
        return next(each for each in Page(text_of(shown)).forms if each.action == form.action)

    gone = without("funding-0")
    assert (rows_in(gone, "funding"), gone.values["funding-0-purpose"]) == (1, ["第二"])
    part = without("funding-0-parts-0")
    assert (rows_in(part, "funding"), rows_in(part, "funding-0-parts")) == (2, 0)
    assert part.values["funding-0-purpose"] == ["第一"]


def test_nonsense_in_the_row_buttons_breaks_nothing(world, draft):
    counts = {"terms-TOTAL_FORMS": "9" * 30, "funding-TOTAL_FORMS": "²"}
    for value in ("terms-99", "\x00", "terms-0-people-99999999999999999999"):
        answer = post(world.teacher, "edit", draft.pk, title="新", add=value, remove=value, **counts)
        assert answer.status_code == 200, value


def test_all_problems_stand_beside_their_fields_at_once(world, draft):
    typed = {
        "title": "x",
        "ends_on": "2023-01-01",
        "amount": "5",
        "amount_in_words": "人民币陆元整",
        "funding-0-direction": "second-first",
        "funding-0-purpose": "设备",
        "funding-0-amount": "7",
    }
    text = text_of(save(world.teacher, draft, sheet(world.teacher, draft, "funding"), **typed))
    for field in ("ends_on", "amount", "amount_in_words"):
        assert f'id="id_{field}_error"' in text, field
    assert 'value="设备"' in text
    assert facts(draft).title != "x"


def test_row_with_a_mistake_is_marked_itself(world, draft):
    people = len(facts(draft).terms[0].headcounts)
    form = sheet(world.teacher, draft, "terms-0-people", "funding", "funding-0-parts")
    typed = {
        "terms-0-starts_on": "2024-06-01",
        f"terms-0-people-{people}-year": "1999",
        "funding-0-purpose": "设备",
        "funding-0-amount": "10",
        "funding-0-parts-0-due_on": "2024-09-01",
        "funding-0-parts-0-amount": "9",
    }
    text = text_of(save(world.teacher, draft, form, **typed))
    for field in ("terms-0-ends_on", f"terms-0-people-{people}-year", "funding-0-amount"):
        assert f'id="id_{field}_error"' in text, field


def test_period_of_a_term_outside_the_agreement_is_said_at_that_term(world, draft):
    typed = {"terms-0-starts_on": "2020-06-01", "terms-0-ends_on": "2020-07-01"}
    text = text_of(act(world.teacher, "edit", draft.pk, **typed))
    rows = text.split('class="sheet-row"')
    assert ["field-error" in row for row in rows[1:3]] == [True, False]


def test_unknown_major_is_refused_beside_its_field(world, draft):
    form = sheet(world.teacher, draft, "terms", f"terms-{len(facts(draft).terms)}-people")
    prefix = f"terms-{len(facts(draft).terms)}-people-0"
    typed = {f"{prefix}-year": "2024", f"{prefix}-major": "999999", f"{prefix}-people": "1"}
    assert f'id="id_{prefix}-major_error"' in text_of(save(world.teacher, draft, form, **typed))


def test_line_of_money_cannot_be_forged(world, draft):
    typed = {"funding-0-line": "7", "funding-0-purpose": "x", "funding-0-amount": "1"}
    form = sheet(world.teacher, draft, "funding")
    save(world.teacher, draft, form, **typed, **{"funding-0-direction": "second-first"})
    assert [row.line for row in facts(draft).funding] == [1]


def test_second_to_save_keeps_what_was_typed_and_reads_the_others_change(world, draft):
    form = form_of(world.organizer, "edit", draft.pk)
    act(world.teacher, "edit", draft.pk, title="快的标题")
    answer = as_user(world.organizer).post(form.action, form.values | {"title": "慢的标题"})
    text = text_of(answer)
    assert (answer.status_code, facts(draft).title) == (200, "快的标题")
    assert 'value="慢的标题"' in text
    assert "<ins>快的标题</ins>" in text
    again = form.values | {
        "title": "慢的标题",
        "terms_hash": open_hash(draft),
    }
    assert as_user(world.organizer).post(form.action, again).status_code == 302
    assert facts(draft).title == "慢的标题"


def test_telephone_number_changed_meanwhile_costs_nobody_what_was_typed(world, draft):
    form = form_of(world.teacher, "edit", draft.pk)
    names = {"own_number": "", "signatory": "", "signatory_post": "", "contact": "陈", "contact_phone": "1"}
    change_party(party=party(draft, "second"), **names, actor=world.hr, at=NOON)
    assert as_user(world.teacher).post(form.action, form.values | {"title": "新标题"}).status_code == 302
    assert facts(draft).title == "新标题"


def test_sheet_says_whose_approval_a_change_resets(world, draft):
    assert "notice-warning" not in text_of(page(world.teacher, "edit", draft.pk))
    approve(agreement=draft, party=party(draft), terms_hash=open_hash(draft), actor=world.teacher, at=NOON)
    text = text_of(page(world.hr, "edit", draft.pk))
    assert world.school.legal_name in text.split("notice-warning")[1].split("</p>")[0]


def test_sheet_is_for_the_party_with_which_the_draft_is(world, draft):
    assert page(world.hr, "edit", draft.pk).status_code == 302
    title = facts(draft).title
    post(world.hr, "edit", draft.pk, title="x", terms_hash=open_hash(draft))
    assert facts(draft).title == title
    approve_all(draft, world.organizer)
    assert page(world.teacher, "edit", draft.pk).status_code == 302
    assert page(world.organizer, "edit", draft.pk).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_sheet_asks_at_most_twelve_questions(world, draft, count, django_assert_max_num_queries):
    term = facts(draft).terms[0]
    rows = [HeadCountFacts(2024, 5, code) for code in ("510205", "460104", "510301")[:count]]
    change(draft, world.teacher, terms=(replace(term, headcounts=rows),))
    client = as_user(world.teacher)
    with django_assert_max_num_queries(12):
        client.get(reverse("agreements:edit", args=[draft.pk]))


# --- annexes ------------------------------------------------------------------------------------------------------


def test_annex_is_part_of_the_text_and_downloaded_by_those_who_see_the_agreement(world, draft):
    before = open_hash(draft)
    act(world.teacher, "annex-add", draft.pk, file=a_file("设备清单.pdf"))
    kept = AgreementFile.objects.get()
    assert (open_hash(draft) != before, [annex.name for annex in facts(draft).annexes]) == (True, ["设备清单.pdf"])
    address = reverse("agreements:file", args=[kept.public_id])
    text = text_of(page(world.hr, "detail", draft.pk))
    assert (address in text, kept.sha256[:12] in text) == (True, True)
    act(world.teacher, "edit", draft.pk, title="新标题")  # the sheet leaves it
    assert [annex.name for annex in facts(draft).annexes] == ["设备清单.pdf"]


def test_annex_of_a_wrong_kind_or_sent_twice_is_refused_beside_the_field(world, draft):
    answer = act(world.teacher, "annex-add", draft.pk, file=a_file("a.exe", b"MZ"))
    assert ('id="id_file_error"' in text_of(answer), AgreementFile.objects.count()) == (True, 0)
    act(world.teacher, "annex-add", draft.pk, file=a_file())
    again = act(world.teacher, "annex-add", draft.pk, file=a_file())
    assert ('id="id_file_error"' in text_of(again), AgreementFile.objects.count()) == (True, 1)


def test_annex_is_removed_and_from_an_old_page_refused(world, draft):
    act(world.teacher, "annex-add", draft.pk, file=a_file())
    digest = AgreementFile.objects.get().sha256
    old = form_of(world.teacher, "annex-remove", draft.pk)
    act(world.teacher, "edit", draft.pk, title="新标题")
    answer = as_user(world.teacher).post(old.action, old.values | {"sha256": digest})
    assert (answer.status_code, len(facts(draft).annexes)) == (200, 1)
    act(world.teacher, "annex-remove", draft.pk, sha256=digest)
    assert (facts(draft).annexes, page(world.teacher, "annex-remove", draft.pk).status_code) == ((), 302)
