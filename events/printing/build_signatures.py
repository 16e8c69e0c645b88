"""The part of the Word templates where people sign; see build_templates."""

from typing import Any

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement

from events.printing.formatting import Language
from events.printing.word_parts import add_paragraph, add_run, make_table, tag_paragraph, tag_row
from events.printing.wording import AGREEMENT_LABELS


def add_signatures(word: WordDocument, language: Language) -> None:
    """Append the signature blocks, two to a row, each with room for a seal; below them the student's, if any."""
    labels = AGREEMENT_LABELS[language]
    add_run(add_paragraph(word, align="center", before=20, after=8, keep_next=True), labels["signing"])
    table = make_table(word, (8, 8), rows=0, borders=())
    tag_row(table, "{%tr for pair in party_rows %}")
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _signature_block(row.cells[0], "pair[0]", language)
    tag_paragraph(row.cells[1], "{%p if pair[1] is defined %}")
    _signature_block(row.cells[1], "pair[1]", language)
    tag_paragraph(row.cells[1], "{%p endif %}")
    for cell in row.cells:
        _close(cell)
    tag_row(table, "{%tr endfor %}")
    tag_row(table, "{%tr if student %}")
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _person_block(row.cells[0], "", language)
    _person_block(row.cells[1], "guardian_", language)
    for cell in row.cells:
        _close(cell)
    tag_row(table, "{%tr endif %}")


def _close(cell: Any) -> None:
    first = cell.paragraphs[0]
    first._p.getparent().remove(first._p)  # made with the cell, empty
    add_paragraph(cell, size=6, after=16)  # a cell must end in a paragraph, also when the block is left out


def _signature_block(cell: Any, party: str, language: Language) -> None:
    labels = AGREEMENT_LABELS[language]
    colon = "：" if language == "zh" else ": "
    add_run(add_paragraph(cell), f"{{{{ {party}.label }}}}{labels['seal']}", bold=True)
    add_run(add_paragraph(cell), f"{{{{ {party}.name }}}}")
    lines = [
        (labels["signature"], ""),
        (labels["signatory"], f"{{{{ {party}.signatory }}}}"),
        (labels["post"], f"{{{{ {party}.post }}}}"),
        (labels["signed_on"], f"{{{{ {party}.signed_on }}}}"),
    ]
    for place, (label, value) in enumerate(lines):
        # 3.2 cm between the name and the signature: an official seal measures 4.2 cm and covers both.
        _line(cell, label + colon, value, before=90 if place == 0 else 2)


def _person_block(cell: Any, prefix: str, language: Language) -> None:
    """A person who signs by hand, without a seal, and writes who he or she is above the signature."""
    labels = AGREEMENT_LABELS[language]
    colon = "：" if language == "zh" else ": "
    add_run(add_paragraph(cell), f"{{{{ student.{prefix}label }}}}", bold=True)
    if prefix:
        add_run(add_paragraph(cell), f"{{{{ student.{prefix}note }}}}", size=9)
    tag_paragraph(cell, f"{{%p for line in student.{prefix}lines %}}")
    _line(cell, "{{ line }}" + colon, "", before=6)
    tag_paragraph(cell, "{%p endfor %}")
    _line(cell, f"{{{{ student.{prefix}signature }}}}{colon}", "", before=6)
    _line(cell, labels["signed_on"] + colon, "{{ student.signed_on }}", before=6)


def _line(cell: Any, label: str, value: str, *, before: float) -> None:
    """A label, what is known, and a line to write on."""
    line = add_paragraph(cell, before=before, rule_to=7.4)
    add_run(line, label, size=10.5)
    add_run(line, value, size=10.5, tab_after=True)
