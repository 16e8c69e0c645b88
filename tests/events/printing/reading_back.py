"""What a reader finds in a finished file: text without its line breaks, and fonts."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
import pypdf
from docx.table import Table


def squeezed(text: str) -> str:
    """Return a text without any space: where lines end is the layout's business."""
    return re.sub(r"\s+", "", text)


def word_paragraphs(file: bytes) -> list[str]:
    """Return the paragraphs of a Word file's body in the order of reading, those in tables too."""
    return list(_paragraphs(docx.Document(io.BytesIO(file))))


def _paragraphs(container: Any) -> Iterator[str]:
    for item in container.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells = {id(cell._tc): cell for cell in row.cells}  # a merged cell is listed several times
                for cell in cells.values():
                    yield from _paragraphs(cell)
        else:
            yield item.text


def word_header(file: bytes) -> str:
    """Return the squeezed text of a Word file's header."""
    return squeezed("".join(_paragraphs(docx.Document(io.BytesIO(file)).sections[0].header)))


def pdf_pages(file: bytes) -> list[str]:
    """Return the squeezed text of each page of a PDF."""
    return [squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(file)).pages]


def pdf_fonts(file: bytes) -> dict[str, Any]:
    """Return the descriptor of every font of a PDF by its name."""
    fonts = {}
    reader: Any = pypdf.PdfReader(io.BytesIO(file))
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[str(descendant["/BaseFont"])] = descendant["/FontDescriptor"].get_object()
    return fonts
