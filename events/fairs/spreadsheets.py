"""Uploaded Excel files as rows of text, and those rows carried through a preview without being stored."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.conf import settings
from django.core import signing
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, load_workbook

from portal.common.errors import DomainError

LARGEST_FILE = 2 * 1024 * 1024  # bytes
MOST_ROWS = 3000
MOST_COLUMNS = 40
LONGEST_CELL = 500
CARRIED = "fairs.spreadsheet"
CARRIED_FOR = 24 * 3600  # seconds between the preview and "do it"
Row = list[str]


class SheetRefused(DomainError):
    """A file that cannot be read as a list."""


def read_rows(content: bytes) -> list[Row]:
    """The first sheet as rows of text, the head first; times as YYYY-MM-DD HH:MM. SheetRefused says what is wrong."""
    if len(content) > LARGEST_FILE:
        raise SheetRefused(_("The file is larger than 2 MB."), field="file")
    try:
        book = load_workbook(io.BytesIO(content))
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=True, nrows=MOST_ROWS + 2)
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise SheetRefused(_("This is not an Excel file that can be read. Save it as .xlsx."), field="file") from error
    rows = [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in cells]
    if len(rows) > MOST_ROWS + 1:
        raise SheetRefused(_("The file has more than 3000 rows."), field="file")
    if len(rows) < 2:
        raise SheetRefused(_("The file has no row below its head."), field="file")
    return rows


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    # A NUL cannot be stored, and no cell that is meant holds one.
    return str(cell).replace("\x00", "").strip()[:LONGEST_CELL]


def carry(rows: Sequence[Row]) -> str:
    """The rows as a signed text for a hidden field: nothing is stored before somebody says so."""
    return signing.dumps(list(rows), salt=CARRIED, compress=True)


def carried(text: str) -> list[Row]:
    """The rows again; SheetRefused for a text that is not ours or too old."""
    try:
        rows: list[Row] = signing.loads(text, salt=CARRIED, max_age=CARRIED_FOR)
    except signing.BadSignature as error:
        raise SheetRefused(_("The preview is too old. Upload the file again."), field="file") from error
    return rows


def columns_of(head: Row, labels: Mapping[str, Promise | str]) -> dict[str, int]:
    """Name of a field → its column, found by its label in any language of the site; fields without a column lack."""
    places = {_plain(text): column for column, text in reversed(list(enumerate(head)))}
    found: dict[str, int] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for field, label in labels.items():
                if (text := _plain(str(label))) in places:
                    found.setdefault(field, places[text])
    return found


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
