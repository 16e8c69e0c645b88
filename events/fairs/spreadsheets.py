"""Uploaded Excel files as rows of text, and those rows carried through a preview without being stored."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time

from django.conf import settings
from django.core import signing
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, load_workbook

from portal.common.errors import DomainError

LARGEST_FILE = 2 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 50 * 1024 * 1024  # bytes
MOST_CELLS = 4_000_000  # up to the last one: the reader lays them all out, 32 bytes each, the empty ones too
CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
CELL_PLACE = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]{1,3})([0-9]{1,7})")
ROW_PLACE = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr\s*=\s*[\"']\s*([0-9]{1,7})")
TOO_LARGE = _("The sheet is too large: delete what stands far below or to the right of the list.")
MOST_ROWS = 3000
MOST_COLUMNS = 40
LONGEST_CELL = 500
CARRIED = "fairs.spreadsheet"
CARRIED_FOR = 24 * 3600  # seconds between the preview and "do it"
UNREADABLE = (CalamineError, zipfile.BadZipFile, zlib.error, LookupError, ValueError, OSError, EOFError, RuntimeError)
Row = list[str]


class SheetRefused(DomainError):
    """A file that cannot be read as a list."""


def read_rows(content: bytes) -> list[Row]:
    """The first sheet as rows of text, the head first; times as YYYY-MM-DD HH:MM. SheetRefused says what is wrong."""
    if len(content) > LARGEST_FILE:
        raise SheetRefused(_("The file is larger than 2 MB."), field="file")
    try:
        _check_extent(content)
        book = load_workbook(io.BytesIO(content))
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=True, nrows=MOST_ROWS + 2)
    except UNREADABLE as error:
        raise SheetRefused(_("This is not an Excel file that can be read. Save it as .xlsx."), field="file") from error
    rows = [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in cells]
    if len(rows) > MOST_ROWS + 1:
        raise SheetRefused(_("The file has more than 3000 rows."), field="file")
    if len(rows) < 2:
        raise SheetRefused(_("The file has no row below its head."), field="file")
    return rows


def _check_extent(content: bytes) -> None:
    """Refuse a file whose sheets would fill the memory: 5 kB can name a cell in the last row of the last column.

    ValueError for what is no .xlsx; the other formats that the reader knows are not looked through here.
    """
    if not content.startswith(b"PK"):
        raise ValueError("not a ZIP file")
    for part in _parts(content):
        places = CELL_PLACE.findall(part)
        columns = max((_column(letters) for letters, _row in places), default=1)
        rows = [int(row) for _letters, row in places] + [int(row) for row in ROW_PLACE.findall(part)]
        cells = len(CELL.findall(part))
        if cells > len(places):  # some do not say where they are: each is one further on
            columns += cells
        if columns * max(rows, default=cells) > MOST_CELLS:
            raise SheetRefused(TOO_LARGE, field="file")


def _parts(content: bytes) -> Iterator[bytes]:
    """The files inside, unpacked; SheetRefused once they are too large together."""
    left = LARGEST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise ValueError("not a workbook")
        for info in archive.infolist():
            with archive.open(info) as part:
                unpacked = part.read(left + 1)
            left -= len(unpacked)
            if left < 0:
                raise SheetRefused(TOO_LARGE, field="file")
            yield unpacked


def _column(letters: bytes) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


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
