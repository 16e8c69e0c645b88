"""What a review of lists, papers, ledgers and rounds found, each as the test that showed it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from events.agreements.facts import FundingFacts, InstalmentFacts
from events.agreements.models import Agreement, AgreementDocument, AgreementStatus, Milestone, Payment
from events.agreements.register import register_workbook
from events.agreements.reminding import remind
from events.agreements.selectors import VERBS
from events.agreements.services import (
    draft_from_outcome,
    plan_milestone,
    reach_milestone,
    record_payment,
    update_agreement,
)
from events.agreements.terms import facts_of
from events.agreements.word_files import sentences
from events.printing.template_problems import Reason, TemplateProblem
from portal.jobs.models import Job
from tests.conftest import NOON
from tests.events.agreements.visiting import PART, as_user, post, text_of
from tests.events.agreements.world import World, approve_all, lay_world, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def draft(world) -> Agreement:
    """A draft of 1,000 yuan in two instalments."""
    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)
    parts = (InstalmentFacts(date(2024, 6, 1), Decimal(400)), InstalmentFacts(date(2024, 9, 1), Decimal(600)))
    money = FundingFacts("second", "first", "职业培训基金", Decimal(1000), parts)
    facts = replace(facts_of(agreement.texts.get().content), funding=(money,))
    return update_agreement(agreement=agreement, version=1, facts=facts, actor=world.organizer, at=NOON)


@pytest.fixture
def signed(world, draft) -> Agreement:
    approve_all(draft, world.organizer)
    return sign(draft, world.organizer)


def pay(signed: Agreement, amount: int, world: World) -> Payment:
    return record_payment(
        funding=signed.funding.get(), paid_on=NOON.date(), amount=Decimal(amount), actor=world.hr, at=NOON
    )


def test_papers_of_a_text_with_an_endless_number_are_refused(world, draft):
    answer = post(world.hr, "papers-request", draft.pk, language="zh-hans", text="9" * 5000)
    assert answer.status_code == 302
    assert Job.objects.count() == 0
    assert post(world.hr, "papers-request", draft.pk, language="zh-hans", text="1").status_code == 302
    assert Job.objects.count() == 1
    assert AgreementDocument.objects.count() == 0


def test_part_of_a_template_is_named_in_the_readers_language():
    problems = [
        TemplateProblem(2, "{{ x }}", Reason.SYNTAX.value, part=part) for part in ("header", "footer", "footnotes")
    ]
    with translation.override("en"):
        assert [text.partition(",")[0] for text in sentences(problems)] == [
            "Paragraph 2 of the page header",
            "Paragraph 2 of the page footer",
            "Paragraph 2 of the footnotes",
        ]
    with translation.override("zh-hans"):
        assert [text.partition("“")[0] for text in sentences(problems)] == ["页眉第2段", "页脚第2段", "脚注第2段"]


def test_long_paragraph_of_a_template_is_quoted_by_its_beginning():
    problem = TemplateProblem(2, "{{ x }}" + "很长的条款" * 400, Reason.SYNTAX.value)
    with translation.override("en"):
        assert sentences([problem]) == [
            "Paragraph 2, “{{ x }}" + ("很长的条款" * 400)[:72] + "…”: This tag cannot be read."
        ]
        assert sentences([replace(problem, text="{{ x }}")]) == ["Paragraph 2, “{{ x }}”: This tag cannot be read."]


def test_who_records_what_another_has_recorded_meanwhile_is_told(world, signed):
    milestone = plan_milestone(agreement=signed, title="揭牌", due_on=date(2024, 9, 1), actor=world.hr, at=NOON)
    reach_milestone(milestone=milestone, done_on=NOON.date(), actor=world.teacher, at=NOON)
    typed = {f"reach-{milestone.pk}-done_on": "2024-05-17", f"reach-{milestone.pk}-note": "已揭牌"}
    url = reverse("agreements:milestone-reach", args=[milestone.public_id])
    with translation.override("zh-hans"):
        said = translation.gettext("This milestone was reached already.")
    for headers in ({}, PART):
        assert said in text_of(as_user(world.hr).post(url, typed, headers=headers))
    assert Milestone.objects.get().note == ""


def test_payment_under_a_promise_paid_whole_meanwhile_is_answered(world, signed):
    typed = {"payment-line": "1", "payment-paid_on": "2024-05-17", "payment-amount": "1000"}
    url = reverse("agreements:money", args=[signed.pk])
    pay(signed, 1000, world)
    answer = text_of(as_user(world.hr).post(url, typed, headers=PART))
    assert 'class="card-body ledger-said"' in answer
    assert Payment.objects.count() == 1


def test_payment_on_a_day_of_the_first_century_is_refused(world, signed):
    typed = {"payment-line": "1", "payment-paid_on": "0024-05-17", "payment-amount": "100"}
    url = reverse("agreements:money", args=[signed.pk])
    assert "2000-01-01" in text_of(as_user(world.hr).post(url, typed)).partition("error-summary")[2]
    assert Payment.objects.count() == 0
    as_user(world.hr).post(url, typed | {"payment-paid_on": "2024-05-17"})
    assert Payment.objects.count() == 1


def test_milestone_planned_for_an_agreement_terminated_meanwhile_is_answered(world, signed):
    Agreement.objects.filter(pk=signed.pk).update(status="terminated", ended_on=NOON.date())
    typed = {"milestone-title": "揭牌", "milestone-due_on": "2024-09-01"}
    with translation.override("zh-hans"):
        said = translation.gettext("This agreement has been terminated.")
    answer = text_of(as_user(world.hr).post(reverse("agreements:milestones", args=[signed.pk]), typed, headers=PART))
    assert said in answer
    assert Milestone.objects.count() == 0


def test_what_was_typed_stays_where_the_form_is_still_offered(world, signed):
    typed = {"payment-line": "1", "payment-paid_on": "2024-05-17", "payment-amount": "2000", "payment-note": "首期"}
    answer = text_of(as_user(world.hr).post(reverse("agreements:money", args=[signed.pk]), typed, headers=PART))
    assert 'value="首期"' in answer
    assert 'value="2000"' in answer
    assert 'class="card-body ledger-said"' not in answer


@pytest.mark.parametrize(("language", "name"), [("en", "Internships"), ("zh-hans", "岗位实习")])
def test_kinds_of_results_are_in_the_readers_language(world, signed, language, name):
    answer = as_user(world.hr).get(
        reverse("agreements:results", args=[signed.pk]), headers={"accept-language": language}
    )
    options = text_of(answer).partition('name="result-cooperation_kind"')[2].partition("</select>")[0]
    assert f">{name}</option>" in options


def test_agreement_is_not_called_stale_nor_its_approval_admitted():
    with translation.override("zh-hans"):
        assert str(AgreementStatus.EXPIRED.label) == "已到期"
        assert str(AgreementStatus.REJECTED.label) == "已拒绝"
        assert str(VERBS["agreement.approved"]) == "已确认"


def first_row(agreement: Agreement) -> dict[str, object]:
    with translation.override("en"):
        content = register_workbook(Agreement.objects.filter(pk=agreement.pk))
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return dict(zip(map(str, head), row, strict=True))


def test_register_says_of_a_draft_what_it_is_about_and_not_that_it_is_owed(world, draft):
    row = first_row(draft)
    assert row["Amount (yuan)"] == 1000
    assert [row[name] for name in ("Paid so far (yuan)", "Not yet paid (yuan)", "Next instalment due")] == ["", "", ""]


def test_register_says_of_a_signed_agreement_what_is_owed(world, signed):
    pay(signed, 400, world)
    row = first_row(signed)
    assert [row[name] for name in ("Paid so far (yuan)", "Not yet paid (yuan)")] == [400, 600]
    assert row["Next instalment due"] == date(2024, 9, 1)


def test_register_says_nothing_of_payments_where_nobody_has_promised_any(signed):
    signed.funding.all().delete()
    row = first_row(signed)
    assert row["Amount (yuan)"] == 1000
    assert [row[name] for name in ("Paid so far (yuan)", "Not yet paid (yuan)", "Next instalment due")] == ["", "", ""]


def test_promise_that_was_kept_is_not_read_again_every_hour(world, signed):
    pay(signed, 1000, world)
    assert reads_of_instalments() == 0
    Payment.objects.update(cancelled_at=NOON)
    assert reads_of_instalments() == 1


def reads_of_instalments() -> int:
    """How often a round of reminders reads instalments themselves."""
    with CaptureQueriesContext(connection) as seen:
        remind(at=NOON)
    return sum(query["sql"].startswith('SELECT "events_instalment"') for query in seen)
