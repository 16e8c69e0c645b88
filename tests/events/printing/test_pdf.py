"""The PDF as a file: fonts, accessibility, sameness, failures."""

import io
import re
import struct
from dataclasses import replace
from typing import Any

import pypdf
import pytest
import typst

from events.printing import as_pdf, render_pdf
from events.printing.pdf import render_pages
from tests.events.printing.reading_back import pdf_fonts, pdf_pages, squeezed
from tests.events.printing.samples import (
    AGREEMENT,
    BRIEF,
    ENGLISH_AGREEMENT,
    ENTERPRISE,
    SCHOOL,
    THREE_PARTIES,
    TIMETABLE,
)
from tests.events.printing.samples_of_kinds import KINDS, RARE, of_kind

KINDS_IN_FULL = [of_kind(kind, language) for kind, language in KINDS]
DOCUMENTS = [AGREEMENT, ENGLISH_AGREEMENT, THREE_PARTIES, BRIEF, TIMETABLE, of_kind("internship", "zh")]
IDS = ["zh", "en", "three parties", "brief", "timetable", "internship"]


@pytest.mark.parametrize("document", [*DOCUMENTS, *KINDS_IN_FULL], ids=[*IDS, *map("-".join, KINDS)])
def test_every_font_is_embedded_as_a_subset(document):
    fonts = pdf_fonts(as_pdf(document))
    assert fonts
    for name, descriptor in fonts.items():
        assert re.fullmatch(r"/[A-Z]{6}\+NotoSans(SC|TC|JP|KR)-\w+", name)  # six letters and a plus mark a subset
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_rare_characters_are_shown_and_can_be_read_back():
    names = RARE + "㎡①"  # 𠮷 is missing from the first face and comes from another
    agreement = replace(AGREEMENT, parties=(replace(ENTERPRISE, representative=names), SCHOOL))
    text = "".join(pdf_pages(as_pdf(agreement)))
    assert names in text
    assert "\x00" not in text  # what .notdef reads back as


def test_a_character_that_no_font_has_is_an_empty_box_and_stops_nothing():
    agreement = replace(AGREEMENT, parties=(replace(ENTERPRISE, representative="甲😀乙"), SCHOOL))
    assert "甲\x00乙" in "".join(pdf_pages(as_pdf(agreement)))


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_pdf_is_tagged_titled_and_in_its_language(document):
    reader: Any = pypdf.PdfReader(io.BytesIO(as_pdf(document)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(document.language)
    assert reader.metadata.title == document.title
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_pages_are_a4_and_the_same_facts_make_the_same_bytes(document):
    first = as_pdf(document)
    assert first == as_pdf(replace(document))
    assert first != as_pdf(replace(document, title="另一个标题"))
    for page in pypdf.PdfReader(io.BytesIO(first)).pages:
        assert [round(float(side) * 25.4 / 72) for side in page.mediabox[2:]] == [210, 297]


def test_sample_mark_is_on_every_page_of_a_sample_and_on_no_other():
    mark = "样本，仅供演示，不具有法律效力"
    assert [page.count(mark) for page in pdf_pages(as_pdf(THREE_PARTIES))] == [1] * 4
    assert not any(mark in page for page in pdf_pages(as_pdf(replace(THREE_PARTIES, sample=False))))


def test_brief_prints_its_figures_and_timetable_its_talks():
    (brief,) = pdf_pages(as_pdf(BRIEF))
    assert "毕业生人数45,218人2024届" in brief
    assert "57所院校和97家企业参加洽谈。" in brief
    (sheet,) = pdf_pages(as_pdf(TIMETABLE))
    assert "10:00–10:20A12深圳市样本精密技术" in sheet
    assert squeezed("09:00–09:40 开幕式（报告厅）") in sheet
    assert "本日没有安排洽谈。" in sheet


def test_every_organization_has_its_timetable_on_a_page_of_its_own():
    sheets = tuple(replace(TIMETABLE.sheets[0], organization=f"样本学校{place}") for place in range(3))
    pages = pdf_pages(as_pdf(replace(TIMETABLE, sheets=sheets)))
    assert [page.count("样本学校") for page in pages] == [1, 1, 1]


def test_page_pictures_are_png_of_the_size_asked_for():
    pictures = render_pages("brief", BRIEF.as_dict(), pixels_per_inch=72)
    assert [picture[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"]
    assert struct.unpack(">II", pictures[0][16:24]) == (595, 842)


def test_unknown_templates_and_incomplete_data_are_refused():
    with pytest.raises(ValueError, match=r"no such PDF template: '\.\./agreement'"):
        render_pdf("../agreement", AGREEMENT.as_dict())
    incomplete = AGREEMENT.as_dict()
    del incomplete["preamble"]
    with pytest.raises(typst.TypstError):
        render_pdf("agreement", incomplete)
