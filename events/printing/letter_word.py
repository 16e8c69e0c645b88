"""The invitation and its reply slip as a Word file, so that an office can still change a word."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import segno
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.shared import Cm

from events.printing.build_templates import prepare
from events.printing.letter import InvitationLetters
from events.printing.plain_text import printable
from events.printing.word import with_fixed_times
from events.printing.word_parts import add_paragraph, add_run, cell_paragraph, make_table

FACTS_LAYOUT = (3.4, 12.6)  # cm
PEOPLE_LAYOUT = (1.1, 2.5, 2.7, 3.0, 2.4, 1.4, 1.3, 1.6)
REMARKS = ("away", "partners", "remarks")


def letters_docx(letters: InvitationLetters) -> bytes:
    """Return the letters as one Word file, each on two pages, in the words of the PDF."""
    data = printable(letters.as_dict())
    word = Document()
    prepare(word, letters.language)
    for index, (letter, guest) in enumerate(zip(data["letters"], letters.guests, strict=True)):
        if index:
            _page_break(word)
        _letter(word, data, letter, guest.reply_url)
        _page_break(word)
        _slip(word, data, letter)
    word.core_properties.title = data["title"][:255]  # the format's limit
    file = io.BytesIO()
    word.save(file)
    return with_fixed_times(file.getvalue())


def _page_break(word: WordDocument) -> None:
    add_paragraph(word, size=2).add_run().add_break(WD_BREAK.PAGE)


def _letter(word: WordDocument, data: Mapping[str, Any], letter: Mapping[str, Any], url: str) -> None:
    labels = data["labels"]
    if data["sample_mark"]:
        add_run(add_paragraph(word, align="center"), f"【{data['sample_mark']}】", size=9, bold=True)
    add_run(add_paragraph(word, style="Title", align="center", after=8), labels["title"])
    add_run(add_paragraph(word, after=6), letter["salutation"], bold=True)
    for text in data["paragraphs"]:
        add_run(add_paragraph(word, justify=True, indent=data["language"] == "zh", after=4), text)
    _rows(make_table(word, FACTS_LAYOUT, rows=len(data["facts"])), data["facts"])
    if data["note"]:
        add_run(add_paragraph(word, before=6), data["note"], size=10.5)
    picture = io.BytesIO()
    segno.make(url, error="m").save(picture, kind="png", scale=8, border=2)
    picture.seek(0)
    add_paragraph(word, before=6).add_run().add_picture(picture, width=Cm(2.9))
    add_run(add_paragraph(word, after=2), labels["online"], size=10.5)
    add_run(add_paragraph(word, after=8), letter["url"], size=8)
    add_run(add_paragraph(word, after=12), labels["closing"])
    for text in (data["organizer"], data["issued_on"]):
        add_run(add_paragraph(word, align="right"), text)


def _slip(word: WordDocument, data: Mapping[str, Any], letter: Mapping[str, Any]) -> None:
    labels = data["labels"]
    add_run(add_paragraph(word, style="Title", align="center", after=4), labels["slip"])
    add_run(add_paragraph(word, align="center", after=6), data["fair"])
    answers = [(labels["organization"], letter["organization"]), (labels["answer"], labels["choices"])]
    _rows(make_table(word, FACTS_LAYOUT, rows=2), answers)
    add_run(add_paragraph(word, before=8, after=4), labels["people"], bold=True)
    people = [[str(rank), *one, *[""] * 5] for rank, one in enumerate(letter["people"], start=1)]
    _grid(make_table(word, PEOPLE_LAYOUT, rows=len(people) + 1), [data["heads"], *people])
    add_paragraph(word, size=8)
    table = make_table(word, FACTS_LAYOUT, rows=len(REMARKS))
    _rows(table, [(labels[name], "") for name in REMARKS])
    for row in table.rows:
        row.height = Cm(1.7)
    add_run(
        add_paragraph(word, before=10), f"{labels['filled']}　　　　　　{labels['phone']}　　　　　　{labels['seal']}"
    )
    add_run(add_paragraph(word, align="right", before=8), labels["date"])
    add_run(add_paragraph(word, before=8), data["back"], size=10.5)


def _rows(table: Any, rows: Sequence[Sequence[str]]) -> None:
    """A label and what it says, row by row."""
    for row, (label, text) in zip(table.rows, rows, strict=True):
        cell_paragraph(row.cells[0], label, bold=True)
        cell_paragraph(row.cells[1], text)


def _grid(table: Any, rows: Sequence[Sequence[str]]) -> None:
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, text in zip(row.cells, texts, strict=True):
            cell_paragraph(cell, text, size=9, bold=number == 0, align="center" if number == 0 else "left", before=5)
