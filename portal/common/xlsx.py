"""Lists as Excel workbooks: text stays text, whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from django.utils import timezone

Cell = str | int | float | Decimal | date | datetime | None
LONGEST_TITLE = 31  # of a sheet, by the format
FORBIDDEN_IN_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the heads of its columns, the rows; widths in characters (12 where none is given)."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[float] = ()


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The .xlsx with these sheets: bold heads that stay in sight, a filter, local times, money (Decimal) with its fen.

    A text is never read as a formula, a link or a number: what a person typed with a leading "=" is shown as typed.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    head = book.add_format({"bold": True, "bg_color": "#EEEEEE", "border": 1, "text_wrap": True, "valign": "top"})
    formats = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
        date: book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        str: book.add_format({"text_wrap": True, "valign": "top"}),
        Decimal: book.add_format({"num_format": "#,##0.00", "valign": "top"}),
    }
    for each in sheets:
        _write(book.add_worksheet(each.title.translate(FORBIDDEN_IN_TITLE)[:LONGEST_TITLE]), each, head, formats)
    book.close()
    return file.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, head: object, formats: dict[type, object]) -> None:
    last = 0
    for column, title in enumerate(sheet.header):
        page.set_column(column, column, sheet.widths[column] if column < len(sheet.widths) else 12)
        page.write_string(0, column, title, head)
    for last, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _write_cell(page, last, column, value, formats)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, max(0, len(sheet.header) - 1))


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Cell, formats: dict[type, object]
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        page.write_datetime(row, column, local.replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), formats[date])  # noqa: DTZ001
    elif isinstance(value, str):
        page.write_string(row, column, value, formats[str])
    else:
        page.write_number(row, column, value, formats.get(type(value)))
