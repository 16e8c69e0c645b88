from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from events.agreements.models import Agreement, AgreementDocument
from events.agreements.services import draft_from_outcome, request_documents
from events.meetings.models import OutcomeLevel
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.running import run
from portal.organizations.models import Membership
from tests.conftest import NOON
from tests.events.agreements.world import World, lay_world, sign
from tests.factories import EnterpriseFactory, StaffFactory, member_of
from tests.factories_agreements import AgreementFactory, FundingFactory
from tests.factories_events import FairFactory, OutcomeFactory, ParticipationFactory, SchoolParticipationFactory

pytestmark = pytest.mark.django_db
CANARY = "机密条款金丝雀"


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def agreement(world) -> Agreement:
    drafted = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)
    Agreement.objects.update(title=CANARY)
    drafted.refresh_from_db()
    return drafted


@pytest.fixture
def stranger(world) -> User:
    """Somebody who takes part in the same fair, and is no party."""
    firm = EnterpriseFactory()
    ParticipationFactory(fair=world.fair, organization=firm)
    return member_of(firm)


def as_user(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str, *arguments: Any, **query: str) -> Any:
    return as_user(person).get(reverse(f"agreements:{name}", args=arguments), query)


def post(person: User, name: str, *arguments: Any, **data: Any) -> Any:
    return as_user(person).post(reverse(f"agreements:{name}", args=arguments), data)


def text_of(answer: Any) -> str:
    return answer.content.decode()


# --- who sees what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["teacher", "hr", "organizer"])
def test_list_and_detail_show_an_agreement_to_its_parties_and_the_organizer(world, agreement, who):
    person = getattr(world, who)

    assert agreement.number in text_of(page(person, "list"))
    assert CANARY in text_of(page(person, "detail", agreement.pk))


def test_list_and_detail_hide_an_agreement_from_others(world, agreement, stranger):
    assert agreement.number not in text_of(page(stranger, "list"))
    for name in ("detail", "edit", "sign", "papers"):
        answer = page(stranger, name, agreement.pk)
        assert (answer.status_code, CANARY in text_of(answer)) == (404, False)
    for name in ("edit", "sign", "withdraw", "papers-request"):
        assert post(stranger, name, agreement.pk).status_code == 404
    agreement.refresh_from_db()
    assert agreement.status == "draft"
    assert page(StaffFactory(), "detail", agreement.pk).status_code == 200


def test_reader_of_a_party_sees_and_may_not_change(world, agreement):
    reader = member_of(world.school, role="reader")

    assert "Record the signature" not in text_of(page(reader, "detail", agreement.pk))
    for name in ("edit", "sign", "withdraw"):
        assert post(reader, name, agreement.pk).status_code == 404
    assert page(world.teacher, "edit", agreement.pk).status_code == 200


def test_pages_need_a_sign_in(client, agreement):
    for path in (reverse("agreements:list"), agreement.get_absolute_url()):
        answer = client.get(path)
        assert (answer.status_code, CANARY in text_of(answer)) == (302, False)


@pytest.fixture
def document(world, agreement) -> AgreementDocument:
    job = request_documents(agreement=agreement, language="zh-hans", actor=world.hr, at=NOON)
    assert run(job.pk)
    return AgreementDocument.objects.get(format="pdf")


def test_download_is_an_attachment_that_is_not_kept(world, document):
    answer = page(world.teacher, "document", document.public_id)

    content = b"".join(answer.streaming_content)
    assert (len(content), content[:5]) == (document.size, b"%PDF-")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''ZQ-2024-0001%20%E6%9C%BA%E5%AF%86")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_download_is_checked_each_time(world, document, stranger):
    assert page(stranger, "document", document.public_id).status_code == 404
    before = page(world.hr, "document", document.public_id)
    assert b"".join(before.streaming_content)
    Membership.objects.filter(user=world.hr).update(ended_at=NOON)

    after = page(world.hr, "document", document.public_id)

    assert (before.status_code, after.status_code) == (200, 404)


def test_download_of_a_lost_file_is_not_found(world, document):
    document.file.storage.delete(document.file.name)

    assert page(world.hr, "document", document.public_id).status_code == 404


# --- list ---------------------------------------------------------------------------------------------------------


def listed(person: User, **query: str) -> list[str]:
    return numbers_in(text_of(page(person, "list", **query)))


def numbers_in(text: str) -> list[str]:
    return re.findall(r">(ZQ-\d{4}-\d{4})<", text)


def test_list_is_narrowed_by_kind_status_fair_and_text(world):
    staff = StaffFactory()
    other_fair = FairFactory(slug="other")
    one = AgreementFactory(fair=world.fair, kind="framework", status="signed", school=world.school)
    two = AgreementFactory(fair=other_fair, kind="intent")

    assert listed(staff) == [two.number, one.number]
    assert listed(staff, kind="framework") == [one.number]
    assert listed(staff, status="draft") == [two.number]
    assert listed(staff, fair="other") == [two.number]
    assert listed(staff, text="昭通") == [one.number]
    assert listed(staff, text=two.number) == [two.number]
    assert listed(staff, text="没有这样的") == []


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions_for_one_and_three(world, count, django_assert_max_num_queries):
    for _ in range(count):
        FundingFactory(agreement=AgreementFactory(fair=world.fair, school=world.school))
    client = as_user(world.teacher)

    with django_assert_max_num_queries(9):
        client.get(reverse("agreements:list"))


def test_list_pages_reach_every_row_once(world):
    rows = [AgreementFactory(fair=world.fair, school=world.school).number for _ in range(30)]
    first = text_of(page(world.teacher, "list"))
    after = re.search(r"after=([\w%.:-]+)", first)

    second = listed(world.teacher, after=unquote(after[1]))

    assert numbers_in(first) + second == list(reversed(rows))


# --- detail -------------------------------------------------------------------------------------------------------


def test_detail_shows_terms_annex_money_and_history(world, agreement):
    FundingFactory(agreement=agreement, amount="275000.50")
    FundingFactory(agreement=agreement, amount="1000")

    text = text_of(page(world.hr, "detail", agreement.pk))

    for part in (
        "岗位实习",
        "机械制造及自动化、大数据技术",
        "460104",
        "275,000.50",
        "276,000.50",
        str(world.organizer),
    ):
        assert part in text


def test_detail_asks_at_most_twelve_questions(world, document, django_assert_max_num_queries):
    FundingFactory(agreement=document.agreement)
    client = as_user(world.hr)

    with django_assert_max_num_queries(12):
        client.get(document.agreement.get_absolute_url())


def test_detail_of_a_signed_one_offers_no_change(world, agreement):
    assert reverse("agreements:sign", args=[agreement.pk]) in text_of(page(world.organizer, "detail", agreement.pk))

    sign(agreement, world.organizer)

    text = text_of(page(world.organizer, "detail", agreement.pk))
    assert reverse("agreements:sign", args=[agreement.pk]) not in text
    assert "䶮喆" in text


# --- new ----------------------------------------------------------------------------------------------------------


def new_agreement(world: World, **changes: str) -> dict[str, str]:
    return {
        "kind": "framework",
        "fair": world.fair.slug,
        "school": str(world.school.pk),
        "enterprise": str(world.enterprise.pk),
        "starts_on": "2024-05-17",
        "cooperation_kinds": "internship",
        "funding-TOTAL_FORMS": "2",
        "funding-INITIAL_FORMS": "0",
        "funding-0-direction": "second-first",
        "funding-0-purpose": "职业培训基金",
        "funding-0-amount": "300000",
        "funding-1-direction": "second-first",  # an empty row: who pays is always chosen
        **changes,
    }


def test_new_agreement_is_stored_and_shown(world):
    answer = post(world.organizer, "new", **new_agreement(world))

    agreement = Agreement.objects.get()
    assert answer["Location"] == agreement.get_absolute_url()
    assert (agreement.kind, agreement.ends_on, agreement.fair) == ("framework", date(2027, 5, 16), world.fair)
    assert [(str(row.amount), row.payer.organization) for row in agreement.funding.all()] == [
        ("300000.00", world.enterprise)
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends_on": "2024-05-01"}, "id_ends_on_error"),
        ({"funding-0-amount": "-1"}, "funding-0-amount"),
        ({"funding-0-amount": ""}, "funding-0-amount"),
        ({"school": ""}, "id_school_error"),
        ({"fair": "elsewhere"}, "id_fair_error"),
    ],
)
def test_new_agreement_with_a_mistake_stores_nothing_and_keeps_what_was_typed(world, changes, message):
    answer = post(world.organizer, "new", **new_agreement(world, **changes))

    assert (answer.status_code, Agreement.objects.count()) == (200, 0)
    assert message in text_of(answer)
    assert "职业培训基金" in text_of(answer)


def test_new_agreement_offers_the_parties_of_the_fair(world):
    outsider = EnterpriseFactory(legal_name="外来公司")

    text = text_of(page(world.organizer, "new", fair="baoan"))

    assert world.enterprise.legal_name in text
    assert outsider.legal_name not in text


def test_new_agreement_of_a_school_offers_only_itself_as_the_school(world):
    SchoolParticipationFactory(fair=world.fair, organization__legal_name="别的学校")

    text = text_of(page(world.teacher, "new", fair="baoan"))

    assert world.school.legal_name in text
    assert "别的学校" not in text


# --- edit ---------------------------------------------------------------------------------------------------------


def edited(agreement: Agreement, **changes: str) -> dict[str, str]:
    return {
        "title": "新标题",
        "purpose": "",
        "starts_on": "2024-05-17",
        "ends_on": "2025-05-16",
        "place": "",
        "version": str(agreement.version),
        "terms-TOTAL_FORMS": "2",
        "terms-INITIAL_FORMS": "1",
        "terms-0-cooperation_kind": "internship",
        "terms-0-headcount": "12",
        "terms-1-headcount": "0",
        "annex-TOTAL_FORMS": "2",
        "annex-INITIAL_FORMS": "2",
        "annex-0-major": "460104",
        "annex-0-graduating_year": "2024",
        "annex-0-people": "12",
        "annex-1-major": "510205",
        "annex-1-graduating_year": "2024",
        "annex-1-people": "20",
        "annex-1-DELETE": "on",
        "funding-TOTAL_FORMS": "0",
        "funding-INITIAL_FORMS": "0",
        **changes,
    }


def test_edit_shows_the_rows_as_they_are(world, agreement):
    text = text_of(page(world.hr, "edit", agreement.pk))

    assert 'name="terms-2-headcount"' in text
    assert 'value="460104"' in text


def test_edit_replaces_the_rows(world, agreement):
    answer = post(world.hr, "edit", agreement.pk, **edited(agreement))

    agreement.refresh_from_db()
    assert (answer.status_code, agreement.title, agreement.version) == (302, "新标题", 2)
    assert list(agreement.terms.values_list("cooperation_kind", "headcount")) == [("internship", 12)]
    assert list(agreement.majors.values_list("major", "people")) == [("460104", 12)]


def test_edit_from_an_old_page_is_refused_and_keeps_what_was_typed(world, agreement):
    old = edited(agreement)
    post(world.teacher, "edit", agreement.pk, **edited(agreement, title="快"))

    answer = post(world.hr, "edit", agreement.pk, **old)

    agreement.refresh_from_db()
    assert (answer.status_code, agreement.title) == (200, "快")
    assert 'value="新标题"' in text_of(answer)
    assert "error-summary" in text_of(answer)


# --- signature ----------------------------------------------------------------------------------------------------


def signed(agreement: Agreement, **changes: str) -> dict[str, str]:
    return {
        "signed_on": "2024-05-17",
        "version": str(agreement.version),
        "first_signatory": "李堃",
        "second_signatory": "陈喆",
        **changes,
    }


def test_sign_records_the_signature(world, agreement):
    answer = post(world.organizer, "sign", agreement.pk, **signed(agreement))

    agreement.refresh_from_db()
    assert (answer.status_code, agreement.status, agreement.signed_on) == (302, "signed", date(2024, 5, 17))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"signed_on": "2999-01-01"}, "signed_on"), ({"second_signatory": ""}, "second_signatory")],
)
def test_sign_with_a_mistake_says_so_beside_the_field(world, agreement, changes, field):
    answer = post(world.organizer, "sign", agreement.pk, **signed(agreement, **changes))

    agreement.refresh_from_db()
    assert (answer.status_code, agreement.status) == (200, "draft")
    assert f'id="id_{field}_error"' in text_of(answer)


def test_sign_of_a_text_that_was_changed_meanwhile_is_refused(world, agreement):
    Agreement.objects.update(version=2)

    answer = post(world.organizer, "sign", agreement.pk, **signed(agreement))

    agreement.refresh_from_db()
    assert (answer.status_code, agreement.status) == (200, "draft")
    assert "error-summary" in text_of(answer)


def test_withdraw_keeps_the_reason(world, agreement):
    post(world.hr, "withdraw", agreement.pk, reason="重复起草")

    agreement.refresh_from_db()
    assert agreement.status == "withdrawn"
    assert "重复起草" in text_of(page(world.hr, "detail", agreement.pk))


# --- through jobs -------------------------------------------------------------------------------------------------


def test_draft_of_an_outcome_leads_to_its_job_and_then_to_the_agreement(world):
    asked = post(world.hr, "draft", world.outcome.pk, kind="intent")
    job = Job.objects.get()
    assert asked["Location"] == reverse("jobs:detail", args=[job.public_id])
    run(job.pk)

    agreement = Agreement.objects.get()
    assert page(world.hr, "of_outcome", world.outcome.pk)["Location"] == agreement.get_absolute_url()
    assert post(world.hr, "draft", world.outcome.pk)["Location"] == reverse(
        "agreements:of_outcome", args=[world.outcome.pk]
    )


def test_draft_of_an_outcome_asked_for_by_two_people_shows_no_foreign_job(world):
    post(world.hr, "draft", world.outcome.pk)

    answer = post(world.teacher, "draft", world.outcome.pk)

    assert (answer["Location"], Job.objects.count()) == (
        reverse("agreements:of_outcome", args=[world.outcome.pk]),
        1,
    )


def test_draft_of_a_foreign_outcome_is_not_found(world, stranger):
    assert post(stranger, "draft", world.outcome.pk).status_code == 404
    assert page(stranger, "of_outcome", world.outcome.pk).status_code == 404
    assert Job.objects.count() == 0


def test_drafts_of_a_fair_are_for_its_organizer(world):
    assert post(world.hr, "drafts", "baoan").status_code == 404

    answer = post(world.organizer, "drafts", "baoan")

    assert answer["Location"] == reverse("jobs:detail", args=[Job.objects.get().public_id])


def test_drafts_of_a_fair_without_signed_outcomes_say_so(world):
    world.outcome.level = OutcomeLevel.CONSENSUS
    world.outcome.save(update_fields=["level"])

    answer = post(world.organizer, "drafts", "baoan")

    assert (answer["Location"], Job.objects.count()) == (world.fair.get_absolute_url(), 0)


def test_papers_are_asked_for_and_appear(world, agreement):
    client = as_user(world.hr)
    path = reverse("agreements:papers-request", args=[agreement.pk])

    asked = client.post(path, {"language": "zh-hans"}, headers={"HX-Request": "true"})
    assert "hx-trigger" in text_of(asked)
    run(Job.objects.get().pk)
    shown = client.get(reverse("agreements:papers", args=[agreement.pk]), headers={"HX-Request": "true"})

    assert "hx-trigger" not in text_of(shown)
    for document in AgreementDocument.objects.all():
        assert reverse("agreements:document", args=[document.public_id]) in text_of(shown)


def test_papers_in_an_unknown_language_are_refused(world, agreement):
    answer = post(world.hr, "papers-request", agreement.pk, language="fr")

    assert (answer.status_code, Job.objects.count()) == (302, 0)


def test_next_actions_name_drafts_to_sign_to_the_parties_alone(world, agreement):
    from events.agreements.actions import next_actions

    assert [action.url for action in next_actions(world.hr)] == [agreement.get_absolute_url()]
    assert list(next_actions(world.organizer)) == []
    sign(agreement, world.organizer)
    assert list(next_actions(world.hr)) == []


def test_next_actions_of_many_drafts_are_one_line(world):
    for _ in range(4):
        outcome = OutcomeFactory(fair=world.fair, level=OutcomeLevel.SIGNED, school=world.outcome.school)
        draft_from_outcome(outcome=outcome, kind="intent", actor=world.organizer, at=NOON)
    from events.agreements.actions import next_actions

    assert [action.url for action in next_actions(world.teacher)] == [f"{reverse('agreements:list')}?status=draft"]


def test_parties_are_told_who_records_the_signatures(world, agreement):
    sentence = gettext("The organizer of the fair records the signatures.")
    for person in (world.hr, world.teacher):
        text = text_of(page(person, "detail", agreement.pk))
        assert (sentence in text, reverse("agreements:sign", args=[agreement.pk]) in text) == (True, False)
        assert post(person, "sign", agreement.pk, **signed(agreement)).status_code == 404
    assert sentence not in text_of(page(world.organizer, "detail", agreement.pk))
    Agreement.objects.update(fair=None)
    assert gettext("The staff of the platform records the signatures.") in text_of(
        page(world.hr, "detail", agreement.pk)
    )
    assert reverse("agreements:sign", args=[agreement.pk]) in text_of(page(StaffFactory(), "detail", agreement.pk))
