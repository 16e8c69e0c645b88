"""The Word files: made by the script, well formed as Word reads it, the same for the same facts."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from jinja2 import UndefinedError

from events.printing import as_docx, render_docx
from events.printing.build_templates import build_agreement
from events.printing.word import TEMPLATE_FOLDER, WORD_TEMPLATES
from tests.events.printing.reading_back import word_header, word_paragraphs
from tests.events.printing.samples import AGREEMENT, BRIEF, ENGLISH_AGREEMENT, PLAIN_AGREEMENT, THREE_PARTIES
from tests.events.printing.samples_of_kinds import of_kind

# The order that the format's schema prescribes, of the properties that the templates use.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore pBdr shd tabs spacing ind contextualSpacing jc outlineLvl rPr",
    "rPr": "rStyle rFonts b bCs i iCs noProof color spacing w kern position sz szCs u lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd vAlign",
    "trPr": "cantSplit tblHeader",
}
DOCUMENTS = [AGREEMENT, ENGLISH_AGREEMENT, PLAIN_AGREEMENT, THREE_PARTIES, of_kind("internship", "zh")]
IDS = ["zh", "en", "plain", "three parties", "internship"]


def parts(file):
    """Return the XML parts of a Word file by name: all but its pictures."""
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return {name: parse_xml(package.read(name)) for name in package.namelist() if not name.endswith(".png")}


def local_name(element):
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_committed_template_is_what_the_script_builds(language):
    committed = (TEMPLATE_FOLDER / f"agreement_{language}.docx").read_bytes()
    built = build_agreement(language)
    assert word_paragraphs(committed) == word_paragraphs(built)
    assert word_header(committed) == word_header(built)
    assert build_agreement(language) == built


def test_templates_carry_nothing_but_our_own_parts():
    for name in WORD_TEMPLATES:
        assert set(parts((TEMPLATE_FOLDER / f"{name}.docx").read_bytes())) == {
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/core.xml",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/footer1.xml",
            "word/header1.xml",
            "word/settings.xml",
            "word/styles.xml",
        }


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_properties_stand_in_the_order_of_the_schema(document):
    seen = set()
    for part in parts(as_docx(document)).values():
        for element in part.iter():
            name = local_name(element)
            if name in ORDER and element.tag == qn(f"w:{name}"):
                found = [local_name(child) for child in element]
                assert found == sorted(found, key=ORDER[name].split().index)
                seen.add(name)
    assert seen == set(ORDER)


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_cells_end_in_a_paragraph_and_no_two_tables_touch(document):
    for part in parts(as_docx(document)).values():
        cells = list(part.iter(qn("w:tc")))
        assert all(cell[-1].tag == qn("w:p") for cell in cells)
        for table in part.iter(qn("w:tbl")):
            assert table.getnext().tag == qn("w:p")


@pytest.mark.parametrize(
    ("name", "latin", "chinese"), [("Normal", "Times New Roman", "宋体"), ("Heading 1", "Times New Roman", "黑体")]
)
def test_styles_name_a_chinese_font(name, latin, chinese):
    fonts = docx.Document(io.BytesIO(as_docx(AGREEMENT))).styles[name].element.rPr.rFonts
    assert (fonts.get(qn("w:ascii")), fonts.get(qn("w:eastAsia"))) == (latin, chinese)


def test_footer_counts_pages_and_headings_can_be_navigated():
    word: Any = docx.Document(io.BytesIO(as_docx(AGREEMENT)))
    footer = word.sections[0].footer._element
    assert [field.get(qn("w:instr")).strip() for field in footer.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    headings = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings[:2] == ["第一条　合作目的", "第二条　合作原则"]
    assert headings[-1] == "附件二　经费拨付计划"
    assert word.core_properties.title == "校企合作框架协议"


def test_watermark_is_that_of_a_sample_before_that_of_the_state():
    def text_paths(document):
        return [
            element.get("string")
            for element in parts(as_docx(document))["word/header1.xml"].iter("{urn:schemas-microsoft-com:vml}textpath")
            if element.get("string")
        ]

    assert text_paths(THREE_PARTIES) == ["样 本"]
    assert text_paths(replace(ENGLISH_AGREEMENT, sample=True)) == ["SAMPLE"]
    assert text_paths(replace(AGREEMENT, state="draft")) == ["草 案"]
    assert text_paths(replace(ENGLISH_AGREEMENT, state="draft")) == ["DRAFT"]
    assert text_paths(replace(ENGLISH_AGREEMENT, state="superseded")) == ["SUPERSEDED"]
    assert text_paths(replace(THREE_PARTIES, state="draft")) == ["样 本"]
    for state in ("", "approved", "in_force"):
        assert text_paths(replace(AGREEMENT, state=state)) == []


def test_same_facts_make_the_same_bytes():
    assert as_docx(AGREEMENT) == as_docx(replace(AGREEMENT))
    assert as_docx(AGREEMENT) != as_docx(replace(AGREEMENT, version=2))
    assert as_docx(of_kind("internship", "zh")) == as_docx(of_kind("internship", "zh"))


def test_unknown_templates_and_incomplete_data_are_refused():
    with pytest.raises(ValueError, match=r"no such Word template: '\.\./agreement_zh'"):
        render_docx("../agreement_zh", AGREEMENT.as_dict())
    with pytest.raises(ValueError, match="no such Word template: 'brief_zh'"):
        as_docx(BRIEF)
    incomplete = AGREEMENT.as_dict()
    del incomplete["preamble"]
    with pytest.raises(UndefinedError):
        render_docx("agreement_zh", incomplete)
