"""Papers as PDF by Typst: few big files instead of hundreds of small ones, from one set of fonts."""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from events.printing.fair_pack.facts import PackFacts
from events.printing.fair_pack.sheets import Paper, Sheet
from events.printing.fair_pack.wording import PACK_LABELS
from events.printing.fonts import missing_characters, typst_fonts
from events.printing.plain_text import printable, strings
from events.printing.wording import SAMPLE_MARK, WATERMARK, page_words

FOLDER = Path(__file__).parent
PAGES = re.compile(rb"NPages>(\d+)")
CODE_FIELDS = ("code",)  # where a card or a group says what its QR code holds


def render_papers(
    facts: PackFacts, papers: Sequence[Paper], *, printed_at: str, title: str = "", pictures: float | None = None
) -> list[bytes]:
    """One PDF of all sheets of the papers, in a list of one; with `pictures` (pixels per inch) a PNG for each page.

    printed_at: the moment in words. Every sheet counts its own pages. The same facts and words make the same bytes.
    Raises ValueError if there is no sheet at all.
    """
    runs = [run for paper in papers for run in _runs(paper)]
    if not runs:
        raise ValueError("nothing to print")
    output: Literal["pdf", "png"] = "pdf" if pictures is None else "png"
    data = printable(_frame(facts, printed_at, title or papers[0].title) | {"runs": runs})
    # As in events.printing.pdf: what has no glyph is printed as a box, but not certified.
    certified = output == "pdf" and not missing_characters("".join(set("".join(strings(data)))))
    data["codes"] = _codes(data)
    compiler = typst.Compiler(
        str(FOLDER / "pack.typ"),
        root=str(FOLDER.parent),
        font_paths=typst_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, allow_nan=False)},
    )
    result = compiler.compile(format=output, ppi=pictures, pdf_standards="ua-1" if certified else [])
    return result if isinstance(result, list) else [result or b""]


def pages_in(pdf: bytes) -> int:
    """How many pages one of our PDFs has: its metadata says so. 0 for any other file."""
    found = PAGES.search(pdf)
    return int(found.group(1)) if found else 0


def merge(files: Sequence[bytes], *, title: str) -> bytes:
    """One PDF with all pages of some of ours, in their sizes; not tagged, because it is only sent to a printer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, file in enumerate(files):
            (folder / f"{number}.pdf").write_bytes(file)
        (folder / "merge.typ").write_bytes((FOLDER / "merge.typ").read_bytes())
        compiler = typst.Compiler(
            str(folder / "merge.typ"),
            root=str(folder),
            font_paths=typst_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"title": printable(title), "pages": json.dumps([pages_in(file) for file in files])},
        )
        result = compiler.compile(format="pdf", pdf_tags=False)
    return result if isinstance(result, bytes) else b""


def around(facts: PackFacts) -> str:
    """What every page says of the fair: part of every sheet's digest."""
    return f"{facts.language}|{facts.event.name}|{facts.sample}"


def _frame(facts: PackFacts, printed_at: str, title: str) -> dict[str, Any]:
    language, labels = facts.language, PACK_LABELS[facts.language]
    return {
        "language": language,
        "page_words": list(page_words(language)),
        "watermark": WATERMARK[language] if facts.sample else "",
        "sample_mark": SAMPLE_MARK[language] if facts.sample else "",
        "title": f"{facts.event.name}　{title}",
        "event": facts.event.name,
        "version": labels["version"].format(facts.version) if facts.version else labels["no_version"],
        "printed": labels["printed"].format(printed_at),
    }


def _runs(paper: Paper) -> Iterable[dict[str, Any]]:
    """What the template sets one after the other: each sheet for itself, badges ten to a page."""
    for layout, group in groupby(paper.sheets, key=lambda sheet: sheet.layout):
        sheets: list[Sheet] = list(group)
        if layout == "badge":
            yield {"layout": layout, "document": paper.title, "cards": [sheet.content for sheet in sheets]}
        else:
            for sheet in sheets:
                yield {"layout": layout, "document": paper.title, **sheet.content}


def _codes(data: dict[str, Any]) -> dict[str, str]:
    """The QR code of every text that is printed as one, as SVG, each once."""
    found: set[str] = set()
    for run in data["runs"]:
        for holder in (*run.get("cards", ()), *run.get("groups", ())):
            found.update(holder[field] for field in CODE_FIELDS if holder.get(field))
    return {text: _qr(text) for text in sorted(found)}


def _qr(text: str) -> str:
    file = io.BytesIO()
    segno.make(text, error="m").save(file, kind="svg", border=1, xmldecl=False, svgns=True)
    return file.getvalue().decode()
