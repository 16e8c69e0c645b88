from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from events.agreements.documents import file_name, paper_of, text_to_print
from events.agreements.facts import FundingFacts, InstalmentFacts, Signatory
from events.agreements.models import Agreement
from events.agreements.services import draft_from_outcome, expire, open_amendment, sign_agreement, update_agreement
from events.agreements.standard_texts import title_of
from events.agreements.terms import facts_of
from events.printing import AgreementDocument as Paper
from events.printing import Instalment, MajorRow, as_pdf
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, party, scan, sign
from tests.events.printing.reading_back import pdf_fonts, pdf_pages
from tests.events.printing.test_same_words import pdf_body, word_body
from tests.factories_events import MeetingFactory

pytestmark = pytest.mark.django_db
RARE = "䶮喆堃"


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def agreement(world) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)


def latest(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def paper(agreement: Agreement, language: str = "zh-hans", number: int | None = None, base_url: str = "") -> Paper:
    """The paper of the text that is printed first, or of the one of that number."""
    return paper_of(agreement, text_to_print(agreement, number), language, base_url)


def signed_with_money(agreement: Agreement, world: World) -> Agreement:
    part = InstalmentFacts(date(2024, 9, 1), Decimal("275000.50"))
    money = FundingFacts("second", "first", "职业培训基金", part.amount, (part,))
    facts = replace(facts_of(agreement.texts.get().content), funding=(money,), place="深圳市宝安区")
    update_agreement(agreement=agreement, version=1, facts=facts, actor=world.teacher, at=NOON)
    approve_all(agreement, world.organizer)
    return sign_agreement(
        agreement=agreement,
        terms_hash=open_hash(agreement),
        signed_on=date(2024, 5, 17),
        signatories={"first": Signatory(f"李{RARE}", "校长"), "second": Signatory("陈奇星", "董事长")},
        scan=scan(),
        actor=world.organizer,
        at=NOON,
    )


def test_paper_carries_what_the_text_says(world, agreement):
    agreement.parties.filter(role="first").update(own_number="昭职协〔2024〕7号")
    signed = signed_with_money(agreement, world)
    made = paper(signed)

    assert [(party.role, party.side, party.name, party.signatory) for party in made.parties] == [
        ("甲方", "school", "昭通市职业教育中心", f"李{RARE}"),
        ("乙方", "enterprise", "深圳市长盈精密技术股份有限公司", "陈奇星"),
    ]
    assert [party.own_number for party in made.parties] == ["昭职协〔2024〕7号", ""]
    assert [term.code for term in made.cooperation] == ["internship", "order_class", "training_base"]
    assert (made.funding[0].payer, made.funding[0].payee) == ("乙方", "甲方")
    assert made.funding[0].instalments == (Instalment(due_on=date(2024, 9, 1), amount_yuan=Decimal("275000.50")),)
    assert (made.total_yuan, made.signed_on, made.version) == (Decimal("275000.50"), date(2024, 5, 17), 1)
    assert made.annex_majors[0] == MajorRow(
        code="460104",
        name="机械制造及自动化",
        level=made.annex_majors[0].level,
        year=2024,
        people=10,
        cooperation="岗位实习",
    )


def test_paper_bears_the_hash_of_its_text_and_leads_to_its_verification(agreement):
    digest = agreement.texts.get().terms_hash

    made = paper(agreement, base_url="https://zhiqiao.example")

    assert made.terms_hash == digest
    assert made.verify_url == f"https://zhiqiao.example/agreements/verify/ZQ-2024-0001/1/{digest[:12]}/"
    assert paper(agreement).verify_url == ""


def test_paper_says_how_its_text_stands(world, agreement):
    assert paper(agreement).state == "draft"
    approve_all(agreement, world.organizer)
    assert paper(latest(agreement)).state == "approved"
    signed = sign(agreement, world.organizer)
    assert paper(signed).state == "in_force"
    open_amendment(agreement=signed, party=party(signed), reason="增加经费", actor=world.teacher, at=NOON)
    amended = latest(agreement)
    assert [(paper(amended, number=n).version, paper(amended, number=n).state) for n in (1, 2)] == [
        (1, "in_force"),
        (2, "draft"),
    ]
    update = replace(facts_of(amended.texts.get(number=2).content), place="深圳市宝安区")
    update_agreement(agreement=amended, version=amended.version, facts=update, actor=world.teacher, at=NOON)
    approve_all(agreement, world.organizer)
    sign(agreement, world.organizer)
    ended = latest(agreement)
    assert [paper(ended, number=n).state for n in (1, 2)] == ["superseded", "in_force"]
    expire(ended.ends_on + timedelta(days=1), NOON)
    assert paper(latest(agreement)).state == ""


def test_paper_of_a_text_that_only_some_have_signed_is_not_dated(world, agreement):
    approve_all(agreement, world.organizer)
    sign_agreement(
        agreement=agreement,
        terms_hash=open_hash(agreement),
        signed_on=date(2024, 5, 17),
        signatories={"first": Signatory("李老师")},
        scan=scan(),
        actor=world.teacher,
        at=NOON,
    )

    made = paper(latest(agreement))

    assert (made.signed_on, [each.signed_on for each in made.parties]) == (None, [date(2024, 5, 17), None])


def test_paper_of_sample_data_says_so(world, agreement):
    assert paper(agreement).sample is False

    agreement.is_sample = True

    assert "样本" in "".join(pdf_pages(as_pdf(paper(agreement))))


def test_paper_names_the_fair_and_the_talk_it_comes_from(world, agreement):
    assert paper(agreement).origin.meeting == ""
    world.outcome.meeting = MeetingFactory(
        timetable__fair=world.fair, school=world.outcome.school, enterprise=world.outcome.enterprise
    )
    world.outcome.save(update_fields=["meeting"])

    origin = paper(Agreement.objects.get()).origin

    assert origin.fair == world.fair.name
    assert re.fullmatch(r"2024-05-\d\d \d\d:\d\d \d+", origin.meeting)


def test_paper_in_the_other_language_has_standard_texts_of_that_language(agreement):
    english = paper(agreement, "en")

    assert (english.language, english.title, english.kind_label) == ("en", title_of("intent", "en"), "Letter of intent")
    assert [term.name for term in english.cooperation] == ["Internships", "Order classes", "Training base"]


def test_paper_keeps_a_title_that_people_wrote(agreement):
    text = agreement.texts.get()
    text.content |= {"title": "联合培养备忘录"}

    assert paper_of(agreement, text, "en").title == "联合培养备忘录"


def test_file_name_has_number_and_title(agreement):
    agreement.title = "联合培养备忘录"

    assert file_name(agreement, "en", "pdf") == "ZQ-2024-0001 联合培养备忘录.pdf"
    assert file_name(agreement, "en", "pdf", 2) == "ZQ-2024-0001 联合培养备忘录 v2.pdf"


def test_pdf_has_its_fonts_embedded_and_shows_rare_characters(world, agreement):
    content = as_pdf(paper(signed_with_money(agreement, world)))

    fonts = pdf_fonts(content)
    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts.values())
    assert RARE in "".join(pdf_pages(content))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_word_and_pdf_say_the_same(world, agreement, language):
    made = paper(signed_with_money(agreement, world), language)

    assert word_body(made) == pdf_body(made)
