"""The files of a pack: PDFs, workbooks with the same lists, and the archive of all."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from events.printing.fair_pack import Listing, PackFacts, Paper, render_papers
from portal.common.xlsx import FORBIDDEN_IN_TITLE, LONGEST_TITLE, Sheet, workbook

NOT_IN_NAMES = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')
WIDTH = 11  # characters of a column of share 1


def printed_words(at: datetime) -> str:
    """The moment that stands on every page."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def pdf_of(facts: PackFacts, paper: Paper, *, at: datetime) -> bytes:
    """One document as PDF; it must have a sheet."""
    [pdf] = render_papers(facts, [paper], printed_at=printed_words(at))
    return pdf


def workbook_of(listings: Sequence[Listing]) -> bytes:
    """The lists of a document, each as a sheet with the heads and rows that are printed."""
    titles = _unlike([listing.title for listing in listings])
    return workbook(
        Sheet(title, listing.heads, listing.rows, [WIDTH * column.share for column in listing.columns])
        for title, listing in zip(titles, listings, strict=True)
    )


def file_name(number: int, title: str, kind: str) -> str:
    """03 Name cards.pdf — a name that every file system takes."""
    return f"{number:02d} {NOT_IN_NAMES.sub(' ', title).strip()[:80]}.{kind}"


def archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of the files; PDFs and workbooks are compressed already."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
        for name, content in files:
            made.writestr(name, content)
    return file.getvalue()


def _unlike(titles: Sequence[str]) -> list[str]:
    """Names of sheets that the format takes, none twice."""
    taken: set[str] = set()
    made: list[str] = []
    for number, title in enumerate(titles, start=1):
        name = title.translate(FORBIDDEN_IN_TITLE).strip("' ")[:LONGEST_TITLE] or str(number)
        if name.casefold() in taken:
            mark = f" {number}"
            name = name[: LONGEST_TITLE - len(mark)] + mark
        taken.add(name.casefold())
        made.append(name)
    return made
