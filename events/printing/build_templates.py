"""Writes the Word templates: python -m events.printing.build_templates

The result is committed, so that an office can open it; the wording is wording.AGREEMENT_LABELS and a change there needs
this to be run again (a test says so). What docxtpl fills in is marked with its tags: {{ … }}, {%p … %} around
paragraphs, {%tr … %} around table rows.
"""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm

from events.printing.build_signatures import add_signatures
from events.printing.formatting import Language
from events.printing.word import TEMPLATE_FOLDER, with_fixed_times
from events.printing.word_parts import (
    BELOW,
    add_paragraph,
    add_run,
    cell_paragraph,
    drop_parts,
    make_table,
    modernize,
    page_field,
    set_default_language,
    set_fonts,
    tag_paragraph,
    tag_row,
    watermark_xml,
)
from events.printing.wording import (
    AGREEMENT_LABELS,
    MAJORS_COLUMNS,
    MAJORS_KIND_COLUMN,
    MAJORS_KIND_PLACE,
    PAYMENTS_COLUMNS,
    page_words,
)

# Width in cm, 16 in all, and alignment of each column.
MAJORS_LAYOUT = (
    (1.2, "center"),
    (3.6, "left"),
    (1.9, "center"),
    (4.1, "left"),
    (1.9, "center"),
    (1.9, "center"),
    (1.4, "right"),
)
MAJORS_LAYOUT_WITH_KINDS = (
    (1.2, "center"),
    (2.7, "left"),
    (2.4, "left"),
    (1.9, "center"),
    (2.8, "left"),
    (1.9, "center"),
    (1.9, "center"),
    (1.2, "right"),
)
PAYMENTS_LAYOUT = (
    (1.2, "center"),
    (2.6, "center"),
    (2.5, "center"),
    (3.6, "left"),
    (3.2, "center"),
    (2.9, "right"),
)
KEPT_STYLES = {"Normal", "Header", "Footer", "Title", "Heading 1"} | {
    "Default Paragraph Font",
    "Normal Table",
    "Table Grid",
    "No List",
}
KEPT_PARTS = {"styles", "settings", "header", "footer"}


def build_agreement(language: Language) -> bytes:
    """Return the agreement's Word template in that language; the same bytes every time."""
    word = Document()
    prepare(word, language)
    _header_and_footer(word, language)
    _head(word, language)
    _articles(word, language)
    add_signatures(word, language)
    _annexes(word, language)
    add_paragraph(word, size=2)  # Word wants a paragraph after the last table
    file = io.BytesIO()
    word.save(file)
    return with_fixed_times(file.getvalue())


def prepare(word: WordDocument, language: Language) -> None:
    """Set the page and the styles; drop what python-docx's own template brings along and nothing here uses."""
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.9), Cm(2.3)
    section.header_distance, section.footer_distance = Cm(1.4), Cm(1.2)
    for style in list(word.styles):
        if style.name not in KEPT_STYLES:
            style.delete()
    drop_parts(word, keep=KEPT_PARTS)
    modernize(word)
    set_default_language(word, chinese_quotes=language == "zh")
    normal, title, heading = (word.styles[name] for name in ("Normal", "Title", "Heading 1"))
    set_fonts(normal, east_asian="宋体", size=12)
    set_fonts(title, east_asian="黑体", size=20, bold=True)
    set_fonts(heading, east_asian="黑体", size=12, bold=True)
    border = title.element.find(".//" + qn("w:pBdr"))
    border.getparent().remove(border)
    properties = word.core_properties._element
    for child in list(properties):
        properties.remove(child)


def _header_and_footer(word: WordDocument, language: Language) -> None:
    labels = AGREEMENT_LABELS[language]
    header = word.sections[0].header
    first = header.paragraphs[0]
    first._p.getparent().remove(first._p)
    tag_paragraph(header, "{%p if sample_mark %}")
    width = 300 if language == "zh" else 420
    mark = add_paragraph(header, align="center")
    add_run(mark, "【{{ sample_mark }}】", size=9, bold=True)
    mark._p.append(parse_xml(watermark_xml("{{ watermark }}", width)))
    tag_paragraph(header, "{%p elif watermark %}")
    add_paragraph(header, size=2)._p.append(parse_xml(watermark_xml("{{ watermark }}", width)))
    tag_paragraph(header, "{%p endif %}")
    table = make_table(header, (9.2, 6.8), rows=1, borders=BELOW)
    number = cell_paragraph(table.cell(0, 0), labels["number"] + "{{ number }}　{{ version }}", size=9)
    add_run(number, "{% if short_hash %}　" + labels["hash"] + "{{ short_hash }}{% endif %}", size=9)
    cell_paragraph(table.cell(0, 1), "{{ title }}", size=9, align="right")
    add_paragraph(header, size=2)
    footer = word.sections[0].footer.paragraphs[0]
    footer.alignment = 1
    before, between, after = page_words(language)
    add_run(footer, before, size=9)
    page_field(footer, "PAGE")
    add_run(footer, between, size=9)
    page_field(footer, "NUMPAGES")
    add_run(footer, after, size=9)


def _head(word: WordDocument, language: Language) -> None:
    """Title and code, number, kind and version, the parties, the preamble."""
    labels = AGREEMENT_LABELS[language]
    _title(word, language)
    meta = f"{labels['number']}{{{{ number }}}}　{labels['kind']}{{{{ kind }}}}　{labels['version']}{{{{ version }}}}"
    add_run(add_paragraph(word, align="center", after=2), meta, size=10.5)
    tag_paragraph(word, "{%p if amount %}")
    add_run(add_paragraph(word, align="center", after=2), labels["amount"] + "{{ amount }}", size=10.5)
    tag_paragraph(word, "{%p endif %}")
    tag_paragraph(word, "{%p if verify %}")
    add_run(add_paragraph(word, align="center"), labels["verify"] + "{{ verify.url }}", size=7.5)
    tag_paragraph(word, "{%p if verify.hash %}")
    add_run(add_paragraph(word, align="center"), labels["full_hash"] + "{{ verify.hash }}", size=7.5)
    tag_paragraph(word, "{%p endif %}")
    tag_paragraph(word, "{%p endif %}")
    add_paragraph(word, size=8)
    widths = (3.8, 12.2) if language == "zh" else (5.0, 11.0)
    table = make_table(word, widths, rows=0, borders=BELOW)
    tag_row(table, "{%tr for party in parties %}")
    first = table.add_row()
    cell_paragraph(first.cells[0], "{{ party.label }}", bold=True, before=6)
    name = cell_paragraph(first.cells[1], "{{ party.name }}", bold=True, before=6)
    add_run(name, "{{ party.short }}", size=10.5)
    tag_row(table, "{%tr if party.own_number %}")
    _fact_row(table, labels["own_number"], "{{ party.own_number }}")
    tag_row(table, "{%tr endif %}")
    rows = [
        (labels["uscc"], "{{ party.uscc }}"),
        (labels["address"], "{{ party.address }}"),
        ("{{ party.representative_label }}", "{{ party.representative }}"),
    ]
    for label, value in rows:
        _fact_row(table, label, value)
    tag_row(table, "{%tr endfor %}")
    tag_row(table, "{%tr if student %}")
    student = table.add_row()
    cell_paragraph(student.cells[0], "{{ student.label }}", bold=True, before=6)
    cell_paragraph(student.cells[1], "{{ student.note }}", before=6)
    tag_row(table, "{%tr endif %}")
    add_run(add_paragraph(word, before=10, indent=language == "zh", justify=True), "{{ preamble }}")


def _title(word: WordDocument, language: Language) -> None:
    """The title; with a code to scan it keeps the middle of the page."""
    tag_paragraph(word, "{%p if verify %}")
    cells = make_table(word, (2.8, 10.4, 2.8), rows=1, borders=()).rows[0].cells
    cells[1].paragraphs[0].style = word.styles["Title"]
    cell_paragraph(cells[1], "{{ title }}", size=None, align="center")
    cell_paragraph(cells[2], "{{ verify.picture }}", size=8, align="center", before=0)
    add_run(add_paragraph(cells[2], align="center"), AGREEMENT_LABELS[language]["scan"], size=8)
    tag_paragraph(word, "{%p else %}")
    add_run(add_paragraph(word, style="Title", align="center", after=8), "{{ title }}")
    tag_paragraph(word, "{%p endif %}")


def _fact_row(table: Any, label: str, value: str) -> None:
    row = table.add_row()
    cell_paragraph(row.cells[0], label)
    cell_paragraph(row.cells[1], value)


def _articles(word: WordDocument, language: Language) -> None:
    tag_paragraph(word, "{%p for article in articles %}")
    add_run(add_paragraph(word, style="Heading 1", before=10, after=3), "{{ article.heading }}")
    tag_paragraph(word, "{%p for paragraph in article.paragraphs %}")
    after = 0 if language == "zh" else 4
    paragraph = add_paragraph(word, indent=language == "zh", justify=True, after=after)
    add_run(paragraph, "{{ paragraph.lead }}", bold=True)
    add_run(paragraph, "{{ paragraph.text }}")
    tag_paragraph(word, "{%p endfor %}")
    tag_paragraph(word, "{%p endfor %}")


def _annexes(word: WordDocument, language: Language) -> None:
    tag_paragraph(word, "{%p if majors %}")
    _annex_heading(word, "{{ majors.heading }}", new_page=True)
    tag_paragraph(word, "{%p if majors.with_kinds %}")
    columns = list(MAJORS_COLUMNS[language])
    columns.insert(MAJORS_KIND_PLACE, MAJORS_KIND_COLUMN[language])
    _listing(word, "majors", columns, MAJORS_LAYOUT_WITH_KINDS, language)
    tag_paragraph(word, "{%p else %}")
    _listing(word, "majors", MAJORS_COLUMNS[language], MAJORS_LAYOUT, language)
    tag_paragraph(word, "{%p endif %}")
    tag_paragraph(word, "{%p endif %}")
    tag_paragraph(word, "{%p if payments %}")
    tag_paragraph(word, "{%p if majors %}")
    _annex_heading(word, "{{ payments.heading }}", new_page=False)
    tag_paragraph(word, "{%p else %}")
    _annex_heading(word, "{{ payments.heading }}", new_page=True)
    tag_paragraph(word, "{%p endif %}")
    _listing(word, "payments", PAYMENTS_COLUMNS[language], PAYMENTS_LAYOUT, language)
    tag_paragraph(word, "{%p endif %}")


def _annex_heading(word: WordDocument, words: str, *, new_page: bool) -> None:
    paragraph = add_paragraph(word, style="Heading 1", align="center", before=18, after=8)
    paragraph.paragraph_format.page_break_before = new_page
    add_run(paragraph, words, size=14)


def _listing(
    word: WordDocument, name: str, columns: Sequence[str], layout: Sequence[tuple[float, str]], language: Language
) -> None:
    """A table with heads that repeat on every page, a row per entry and a sum."""
    table = make_table(word, [width for width, _ in layout], rows=1)
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        cell_paragraph(cell, column, bold=True, align="center")
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="EEEEEE"/>'))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    tag_row(table, f"{{%tr for row in {name}.rows %}}")
    for place, (cell, (_, align)) in enumerate(zip(table.add_row().cells, layout, strict=True)):
        cell_paragraph(cell, f"{{{{ row[{place}] }}}}", align=align)
    tag_row(table, "{%tr endfor %}")
    last = table.add_row().cells
    merged = last[0].merge(last[-2])
    for paragraph in merged.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    cell_paragraph(merged, AGREEMENT_LABELS[language]["total"], bold=True, align="center")
    cell_paragraph(last[-1], f"{{{{ {name}.total }}}}", bold=True, align="right")


def main() -> None:
    """Write both templates into their folder."""
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        path = TEMPLATE_FOLDER / f"agreement_{language}.docx"
        path.write_bytes(build_agreement(language))
        print(path)


if __name__ == "__main__":
    main()
