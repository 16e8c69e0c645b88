"""The page of an agreement, its timeline and papers: who sees what, and what the page says of where it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from events.agreements.facts import FundingFacts, InstalmentFacts
from events.agreements.models import Agreement, AgreementDocument
from events.agreements.services import (
    approve,
    change_party,
    draft_from_outcome,
    give_notice,
    hand_over,
    open_amendment,
    request_documents,
    sign_agreement,
    update_agreement,
)
from events.agreements.terms import facts_of
from portal.accounts.models import User
from portal.jobs.running import run
from portal.organizations.models import Membership
from tests.conftest import NOON
from tests.events.agreements.visiting import a_file, act, as_user, page, post, text_of
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, party, scan, sign, signatures
from tests.factories import EnterpriseFactory, StaffFactory, member_of
from tests.factories_agreements import AgreementFactory
from tests.factories_events import ParticipationFactory

pytestmark = pytest.mark.django_db
CANARY = "机密条款金丝雀"


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def agreement(world) -> Agreement:
    drafted = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)
    restated(drafted, title=CANARY)
    drafted.refresh_from_db()
    return drafted


@pytest.fixture
def stranger(world) -> User:
    """Somebody who takes part in the same fair, and is no party."""
    firm = EnterpriseFactory()
    ParticipationFactory(fair=world.fair, organization=firm)
    return member_of(firm)


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


# --- what the page says -------------------------------------------------------------------------------------------


def english(person: User, agreement: Agreement, **query: str) -> str:
    client = as_user(person)
    client.cookies["django_language"] = "en"
    return text_of(client.get(agreement.get_absolute_url(), query))


def restated(agreement: Agreement, **facts: object) -> None:
    """The open text changed by the organizer."""
    stated = replace(facts_of(agreement.texts.get(status="open").content), **facts)
    version = Agreement.objects.get(pk=agreement.pk).version
    organizer = Membership.objects.filter(organization=agreement.fair.organizer).first().user
    update_agreement(agreement=agreement, version=version, facts=stated, actor=organizer, at=NOON)


def test_page_shows_terms_people_money_and_who_drafted_it(world, agreement):
    grant = FundingFacts(
        "second",
        "first",
        "职业培训基金",
        Decimal("275000.50"),
        (InstalmentFacts(date(2024, 9, 1), Decimal("275000.50")),),
    )
    restated(agreement, funding=(grant, FundingFacts("first", "second", "场地", Decimal(1000))))
    text = text_of(page(world.hr, "detail", agreement.pk))
    for part in (
        "岗位实习",
        "机械制造及自动化、大数据技术",
        "275,000.50",
        "276,000.50",
        "人民币贰拾柒万陆仟元伍角",
        "2024-09-01",
    ):
        assert part in text
    assert open_hash(agreement)[:12] in text
    assert str(world.organizer) in text_of(page(world.hr, "timeline", agreement.pk))


def test_sentence_follows_the_agreement_through_its_life(world, agreement):
    restated(agreement, ends_on=timezone.localdate() + timedelta(days=100))
    school, firm = world.school.legal_name, world.enterprise.legal_name

    def says(sentence: str) -> None:
        assert sentence in english(world.hr, agreement)

    says(f"With {school}: waiting for its approval.")
    hand_over(agreement=agreement, to=party(agreement, "second"), actor=world.teacher, at=NOON)
    says(f"With {firm}: waiting for its approval.")
    approve(
        agreement=agreement, party=party(agreement, "second"), terms_hash=open_hash(agreement), actor=world.hr, at=NOON
    )
    hand_over(agreement=agreement, to=party(agreement, "second"), actor=world.teacher, at=NOON)
    says(f"With {firm}, which has approved it; the approval of {school} is missing.")
    approve(
        agreement=agreement,
        party=party(agreement),
        terms_hash=open_hash(agreement),
        actor=world.organizer,
        at=NOON,
        on_behalf="letter",
    )
    says("All have approved; no party has signed yet.")
    sign_agreement(
        agreement=agreement,
        terms_hash=open_hash(agreement),
        signed_on=date(2024, 5, 17),
        signatories={"first": signatures(agreement)["first"]},
        scan=scan(),
        actor=world.teacher,
        at=NOON,
    )
    says(f"All have approved; the signature of {firm} is missing.")
    act(world.hr, "sign", agreement.pk, second_signatory="陈喆", signed_on="2024-05-17", scan=a_file())
    last = timezone.localdate() + timedelta(days=100)
    says(f"In force until {last}, text 1.")
    open_amendment(agreement=Agreement.objects.get(), party=party(agreement), reason="改", actor=world.teacher, at=NOON)
    says(f"An amendment is being negotiated: With {school}: waiting for its approval.")
    day = timezone.localdate() + timedelta(days=60)
    give_notice(
        agreement=agreement,
        party=party(agreement),
        reason="停招",
        effective_on=day,
        actor=world.teacher,
        at=timezone.now(),
    )
    says(f"{school} has given notice: it ends on {day}.")


def test_sentence_of_an_agreement_that_is_over(world):
    given_up = "before it was signed. Its number is not given again."
    sentences = {
        "completed": "Completed on 2025-05-16.",
        "expired": "Expired: its last day was 2025-05-16.",
        "terminated": "Terminated on 2025-05-16.",
        "rejected": f"Rejected {given_up}",
        "withdrawn": f"Withdrawn {given_up}",
    }
    for status, sentence in sentences.items():
        over = AgreementFactory(fair=world.fair, school=world.school, status=status)
        assert sentence in english(world.teacher, over)


def test_page_offers_what_the_reader_may_do_now_and_nothing_else(world, agreement):
    def offered(person: User) -> set[str]:
        text = text_of(page(person, "detail", agreement.pk))
        names = ("approve", "edit", "hand-over", "sign", "reject", "withdraw", "take-back", "amend", "notice", "renew")
        return {name for name in names if f'href="{reverse(f"agreements:{name}", args=[agreement.pk])}"' in text}

    assert offered(world.teacher) == {"approve", "edit", "hand-over", "reject", "withdraw"}
    assert offered(world.hr) == {"withdraw"}
    assert offered(world.organizer) == {"approve", "edit", "hand-over", "reject", "withdraw"}
    assert offered(member_of(world.school, role="reader")) == set()
    approve_all(agreement, world.organizer)
    assert offered(world.hr) == {"sign", "take-back", "withdraw"}
    sign(agreement, world.organizer)
    assert offered(world.hr) == {"amend", "notice", "renew"}
    assert offered(member_of(world.school, role="reader")) == set()


def test_contact_is_for_the_parties_and_who_attends(world, agreement):
    names = {
        "own_number": "",
        "signatory": "赵校长",
        "signatory_post": "",
        "contact": "钱老师",
        "contact_phone": "0870-1",
    }
    change_party(party=party(agreement), **names, actor=world.teacher, at=NOON)
    onlooker = member_of(world.fair.organizer, role="reader")
    for person, sees in ((world.hr, True), (world.organizer, True), (StaffFactory(), True), (onlooker, False)):
        text = text_of(page(person, "detail", agreement.pk))
        assert ("赵校长" in text, "0870-1" in text) == (True, sees)


def test_page_asks_at_most_twelve_questions_whatever_there_is(world, document, django_assert_max_num_queries):
    agreement = document.agreement
    act(world.teacher, "annex-add", agreement.pk, file=a_file())
    approve_all(agreement, world.organizer)
    sign(agreement, world.organizer)
    amended = Agreement.objects.get()
    open_amendment(agreement=amended, party=party(agreement), reason="改", actor=world.teacher, at=NOON)
    day = timezone.localdate() + timedelta(days=60)
    give_notice(
        agreement=agreement, party=party(agreement), reason="停招", effective_on=day, actor=world.teacher, at=NOON
    )
    for name in ("detail", "timeline", "compare"):
        client = as_user(world.hr)
        with django_assert_max_num_queries(12):
            assert client.get(reverse(f"agreements:{name}", args=[agreement.pk])).status_code == 200


def test_file_is_checked_at_each_download(world, agreement, stranger):
    act(world.teacher, "annex-add", agreement.pk, file=a_file("附件.pdf"))
    kept = agreement.files.get()
    answer = page(world.hr, "file", kept.public_id)
    assert (answer.status_code, b"".join(answer.streaming_content)[:5]) == (200, b"%PDF-")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert page(stranger, "file", kept.public_id).status_code == 404


# --- what changed -------------------------------------------------------------------------------------------------


def test_each_party_reads_what_changed_since_its_own_last_approval(world, agreement):
    restated(agreement, place="昭通市")
    approve_all(agreement, world.organizer)
    restated(agreement, place="深圳市")
    approve(
        agreement=agreement, party=party(agreement), terms_hash=open_hash(agreement), actor=world.organizer, at=NOON,
        on_behalf="letter",
    )  # fmt: skip
    school, firm = (text_of(page(person, "compare", agreement.pk)) for person in (world.teacher, world.hr))
    assert ("<ins>" in school, "<ins>深圳市</ins>" in firm, "<del>昭通市</del>" in firm) == (False, True, True)
    assert "<del>昭通市</del>" in text_of(page(world.teacher, "compare", agreement.pk, **{"from": "second", "to": "1"}))


def test_comparing_without_any_approval_says_so(world, agreement):
    text = text_of(page(world.teacher, "compare", agreement.pk))
    assert ("<ins>" in text, "<select" in text.split('id="compared"')[1]) == (False, False)


def test_comparing_with_nonsense_shows_the_usual(world, agreement):
    approve_all(agreement, world.organizer)
    for value in ("99", "x", "\x00", "9" * 40):
        assert page(world.teacher, "compare", agreement.pk, **{"from": value, "to": value}).status_code == 200
        assert page(world.teacher, "detail", agreement.pk, text=value).status_code == 200
