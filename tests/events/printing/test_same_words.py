"""Word and PDF say the same, and what a person typed comes out as typed."""

from dataclasses import replace

import pytest

from events.printing import CooperationTerm, MajorRow, Origin, as_docx, as_pdf
from tests.events.printing.reading_back import pdf_pages, squeezed, word_header, word_paragraphs
from tests.events.printing.samples import (
    AGREEMENT,
    ENGLISH_AGREEMENT,
    ENTERPRISE,
    MAJORS,
    PLAIN_AGREEMENT,
    SCHOOL,
    THREE_PARTIES,
)
from tests.events.printing.samples_of_kinds import (
    HASH,
    KINDS,
    RARE,
    SIX_PARTIES,
    TWO_PLANS,
    TWO_PLANS_MAJORS,
    VERIFY_URL,
    of_kind,
)

HOSTILE = "A & B <w:p/> {{ 7*7 }} {% if %} {_{ %_} #strong[x] $x$ *b* _i_ \\ @ref <tag> \"q\" 'r' &lt; --- ~"
LONG_NAME = "深圳市样本新能源汽车动力电池智能制造装备与系统集成技术研究院股份有限公司宝安分公司"


def header_and_footer(words, page, pages):
    labels = words["labels"]
    code = labels["hash"] + words["short_hash"] if words["short_hash"] else ""
    mark = f"【{words['sample_mark']}】" if words["sample_mark"] else ""
    header = words["watermark"] + mark + labels["number"] + words["number"] + words["version"] + code + words["title"]
    before, between, after = words["page_words"]
    return squeezed(header), squeezed(f"{before}{page}{between}{pages}{after}")


def word_body(document):
    """Return the squeezed text of a Word file after checking its header, in which the watermark is a drawing."""
    words, word = document.as_dict(), as_docx(document)
    header, _ = header_and_footer(words, 1, 1)
    assert word_header(word) == header.removeprefix(squeezed(words["watermark"]))
    return squeezed("".join(word_paragraphs(word)))


def pdf_body(document):
    """Return the squeezed text of a PDF's pages after checking and taking off header and footer."""
    pages, words, body = pdf_pages(as_pdf(document)), document.as_dict(), ""
    for number, text in enumerate(pages, start=1):
        header, footer = header_and_footer(words, number, len(pages))
        assert text.startswith(header)
        assert text.endswith(footer)
        body += text[len(header) : -len(footer)]
    return body


@pytest.mark.parametrize(
    "document",
    [
        AGREEMENT,
        ENGLISH_AGREEMENT,
        PLAIN_AGREEMENT,
        THREE_PARTIES,
        replace(AGREEMENT, annex_majors=()),
        replace(AGREEMENT, title="关于" + LONG_NAME * 2, parties=(replace(ENTERPRISE, name=LONG_NAME), SCHOOL)),
        replace(AGREEMENT, annex_majors=tuple(replace(MAJORS[0], people=row) for row in range(20))),
    ],
    ids=["zh", "en", "plain", "three parties", "one annex", "long names", "many majors"],
)
def test_word_and_pdf_have_the_same_text(document):
    assert word_body(document) == pdf_body(document)


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_word_and_pdf_have_the_same_text_for_every_kind_and_language(kind, language):
    document = of_kind(kind, language)
    body = word_body(document)
    assert body == pdf_body(document)
    assert RARE in body
    for text in (document.kind_label, document.terms_hash, VERIFY_URL, document.parties[1].own_number):
        assert squeezed(text) in body


@pytest.mark.parametrize(("language", "sample"), [("zh", False), ("en", True)])
def test_word_and_pdf_have_the_same_text_for_six_parties_and_two_plans(language, sample):
    agreement = replace(
        AGREEMENT,
        language=language,
        parties=SIX_PARTIES,
        cooperation=TWO_PLANS,
        annex_majors=TWO_PLANS_MAJORS,
        state="superseded",
        terms_hash=HASH,
        sample=sample,
    )
    assert word_body(agreement) == pdf_body(agreement)


def test_values_with_markup_come_out_literally_in_both():
    agreement = replace(
        AGREEMENT,
        title=HOSTILE,
        number=HOSTILE,
        purpose=HOSTILE,
        place=HOSTILE,
        parties=(
            replace(ENTERPRISE, name=HOSTILE, short_name=HOSTILE, signatory=HOSTILE, signatory_post=HOSTILE),
            replace(SCHOOL, address=HOSTILE, own_number=HOSTILE),
        ),
        cooperation=(CooperationTerm(code=HOSTILE, name=HOSTILE, obligations=HOSTILE, clause=HOSTILE),),
        origin=Origin(fair=HOSTILE, meeting=HOSTILE),
        annex_majors=(MajorRow(code="710104", name=HOSTILE, level="中职", year=2025, people=1),),
    )
    word = as_docx(agreement)
    paragraphs = word_paragraphs(word)
    assert HOSTILE in paragraphs  # the purpose: a paragraph of its own
    assert sum(paragraph.count(HOSTILE) for paragraph in paragraphs) == 17
    body = pdf_body(agreement)
    assert body.count(squeezed(HOSTILE)) == 17
    assert body == squeezed("".join(paragraphs))
    assert word_header(word).count(squeezed(HOSTILE)) == 2


def test_controls_and_line_ends_in_values_become_spaces_in_both():
    strange = "前\x00\x07\x0b\x0c\x1b\t\r\n\u2028\ufffe\ud800后"
    agreement = replace(AGREEMENT, parties=(replace(ENTERPRISE, name=strange, address=strange), SCHOOL))
    body = squeezed("".join(word_paragraphs(as_docx(agreement))))
    assert body == pdf_body(agreement)
    assert body.count("前后") == 3
