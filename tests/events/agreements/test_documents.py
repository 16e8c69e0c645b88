from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from events.agreements.documents import file_name, paper_of
from events.agreements.facts import FundingFacts, Signatory
from events.agreements.models import Agreement
from events.agreements.selectors import content_of
from events.agreements.services import draft_from_outcome, sign_agreement, update_agreement
from events.agreements.standard_texts import title_of
from events.printing import Instalment, MajorRow, as_docx, as_pdf
from tests.conftest import NOON
from tests.events.agreements.world import World, lay_world
from tests.events.printing.reading_back import pdf_fonts, pdf_pages, squeezed, word_paragraphs
from tests.factories_events import MeetingFactory

pytestmark = pytest.mark.django_db
RARE = "䶮喆堃"


@pytest.fixture
def world() -> World:
    return lay_world()


@pytest.fixture
def agreement(world) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)


def signed_with_money(agreement: Agreement, world: World) -> Agreement:
    money = [FundingFacts("second", "first", "职业培训基金", Decimal("275000.50"), date(2024, 9, 1))]
    facts = replace(content_of(agreement), funding=money, place="深圳市宝安区")
    changed = update_agreement(agreement=agreement, version=1, facts=facts, actor=world.hr, at=NOON)
    return sign_agreement(
        agreement=changed,
        version=2,
        signed_on=date(2024, 5, 17),
        signatories={"first": Signatory(f"李{RARE}", "校长"), "second": Signatory("陈奇星", "董事长")},
        actor=world.organizer,
        at=NOON,
    )


def test_paper_carries_what_the_rows_say(world, agreement):
    paper = paper_of(signed_with_money(agreement, world), "zh-hans")

    assert [(party.role, party.side, party.name, party.signatory) for party in paper.parties] == [
        ("甲方", "school", "昭通市职业教育中心", f"李{RARE}"),
        ("乙方", "enterprise", "深圳市长盈精密技术股份有限公司", "陈奇星"),
    ]
    assert [term.code for term in paper.cooperation] == ["internship", "order_class", "training_base"]
    assert (paper.funding[0].payer, paper.funding[0].payee) == ("乙方", "甲方")
    assert paper.funding[0].instalments == (Instalment(due_on=date(2024, 9, 1), amount_yuan=Decimal("275000.50")),)
    assert (paper.total_yuan, paper.signed_on, paper.version) == (Decimal("275000.50"), date(2024, 5, 17), 3)
    assert paper.annex_majors[0] == MajorRow(
        code="460104", name="机械制造及自动化", level=paper.annex_majors[0].level, year=2024, people=10
    )


def test_paper_of_sample_data_says_so(world, agreement):
    assert paper_of(agreement, "zh-hans").sample is False

    agreement.is_sample = True

    assert "样本" in "".join(pdf_pages(as_pdf(paper_of(agreement, "zh-hans"))))


def test_paper_names_the_fair_and_the_talk_it_comes_from(world, agreement):
    assert paper_of(agreement, "zh-hans").origin.meeting == ""
    world.outcome.meeting = MeetingFactory(
        timetable__fair=world.fair, school=world.outcome.school, enterprise=world.outcome.enterprise
    )
    world.outcome.save(update_fields=["meeting"])

    origin = paper_of(Agreement.objects.get(), "zh-hans").origin

    assert origin.fair == world.fair.name
    assert re.fullmatch(r"2024-05-\d\d \d\d:\d\d \d+", origin.meeting)


def test_paper_in_the_other_language_has_standard_texts_of_that_language(agreement):
    english = paper_of(agreement, "en")

    assert (english.language, english.title, english.kind_label) == ("en", title_of("intent", "en"), "Letter of intent")
    assert [term.name for term in english.cooperation] == ["Internships", "Order classes", "Training base"]


def test_paper_keeps_a_title_that_people_wrote(agreement):
    agreement.title = "联合培养备忘录"

    assert paper_of(agreement, "en").title == "联合培养备忘录"


def test_file_name_has_number_and_title(agreement):
    agreement.title = "联合培养备忘录"

    assert file_name(agreement, "en", "pdf") == "ZQ-2024-0001 联合培养备忘录.pdf"


def test_pdf_has_its_fonts_embedded_and_shows_rare_characters(world, agreement):
    content = as_pdf(paper_of(signed_with_money(agreement, world), "zh-hans"))

    fonts = pdf_fonts(content)
    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts.values())
    assert RARE in "".join(pdf_pages(content))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_word_and_pdf_say_the_same(world, agreement, language):
    paper = paper_of(signed_with_money(agreement, world), language)

    pdf = "".join(pdf_pages(as_pdf(paper)))
    missing = [text for text in word_paragraphs(as_docx(paper)) if text.strip() and squeezed(text) not in pdf]

    assert missing == []
