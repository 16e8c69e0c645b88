"""PDF by Typst: fonts embedded and subset, readable by screen readers (PDF/UA-1), the same bytes for the same data."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import typst

from events.printing.fonts import missing_characters, typst_fonts
from events.printing.plain_text import printable, strings

TEMPLATE_FOLDER = Path(__file__).parent / "templates"
PDF_TEMPLATES = ("agreement", "brief", "letter", "timetable")


def render_pdf(template_name: str, context: Mapping[str, Any]) -> bytes:
    """Return the PDF of a template filled with a document's `as_dict()`.

    The context goes in as JSON, never into the source. A character that no font has is an empty box: see
    fonts.missing_characters. Raises ValueError for a template that does not exist and
    typst.TypstError if the context lacks something the template prints.
    """
    return b"".join(_compile(template_name, context, "pdf", None))


def render_pages(template_name: str, context: Mapping[str, Any], *, pixels_per_inch: float = 96) -> list[bytes]:
    """Return the pages as PNG pictures, for previews; raises as render_pdf."""
    return _compile(template_name, context, "png", pixels_per_inch)


def _compile(
    template_name: str, context: Mapping[str, Any], output: Literal["pdf", "png"], pixels_per_inch: float | None
) -> list[bytes]:
    """Return the file of a PDF, or the pictures of all pages."""
    if template_name not in PDF_TEMPLATES:
        raise ValueError(f"no such PDF template: {template_name!r}; there are {', '.join(PDF_TEMPLATES)}")
    values = printable(dict(context))
    # The standard forbids a character without a glyph: with one, the document is still printed, but not certified.
    certified = output == "pdf" and not missing_characters("".join(strings(values)))
    compiler = typst.Compiler(
        str(TEMPLATE_FOLDER / f"{template_name}.typ"),
        root=str(TEMPLATE_FOLDER),
        font_paths=typst_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(values, ensure_ascii=False, allow_nan=False)},
    )
    result = compiler.compile(format=output, ppi=pixels_per_inch, pdf_standards="ua-1" if certified else [])
    return result if isinstance(result, list) else [result or b""]
