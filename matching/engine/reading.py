"""CSV files of people: plain or gzip, UTF-8, and what is wrong with them said by file, line and column.

A file is read whole before anything is made of it. Blank lines are passed over; columns that nobody asks for are not
looked at.
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROW = "row"  # stands for the column where the whole line is wrong
FILE = "file"  # stands for it where there is no line
MOST = 1_000_000  # persons in one cell

_GZIP_HEADER = 16 + zlib.MAX_WBITS
_PIECE = 1 << 16  # bytes
_WHOLE = re.compile(r"[0-9]+(\.0*)?", re.ASCII)
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]*)?", re.ASCII)


class Unreadable(Exception):
    """A file that cannot be used; its text is `file:line: column: what is wrong`, line 0 where there is none."""

    def __init__(self, path: Path, line: int, column: str, wrong: str) -> None:
        super().__init__(f"{path}:{line}: {column}: {wrong}")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table and its cells, without the spaces around them; `line` is where it begins."""

    path: Path
    line: int
    cells: dict[str, str]

    def refuse(self, column: str, wrong: str) -> Unreadable:
        """The error that says so of a cell of this line."""
        return Unreadable(self.path, self.line, column, wrong)

    def text(self, column: str) -> str:
        """The cell, "" where it is empty or the file has no such column."""
        return self.cells.get(column, "")

    def required(self, column: str) -> str:
        """The cell; raises Unreadable if it is empty."""
        found = self.text(column)
        if not found:
            raise self.refuse(column, "is empty")
        return found

    def items(self, column: str) -> tuple[str, ...]:
        """What `|` separates in the cell, each once, in order."""
        return tuple(dict.fromkeys(item.strip() for item in self.text(column).split("|") if item.strip()))

    def count(self, column: str, empty: int) -> int:
        """A whole number of persons, at least 1; `empty` where the cell says nothing. Raises Unreadable."""
        found = self.text(column)
        if not found:
            return empty
        if not _WHOLE.fullmatch(found):
            raise self.refuse(column, f"{found!r} is no whole number")
        number = int(found.partition(".")[0])
        if not 1 <= number <= MOST:
            raise self.refuse(column, f"{found} is not between 1 and {MOST}")
        return number

    def amount(self, column: str) -> float:
        """A number of persons, 0 or more, that may be an average of years. Raises Unreadable."""
        found = self.required(column)
        if not _DECIMAL.fullmatch(found):
            raise self.refuse(column, f"{found!r} is no number of persons")
        number = float(found)
        if number > MOST:
            raise self.refuse(column, f"{found} is above {MOST}")
        return number


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file and the names of its columns."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def distinct(self, column: str) -> Iterator[tuple[str, Row]]:
        """(id, row) of every row; raises Unreadable for an empty id or one that was there before."""
        lines: dict[str, int] = {}
        for row in self.rows:
            found = row.required(column)
            if found in lines:
                raise row.refuse(column, f"{found!r} is given twice, first in line {lines[found]}")
            lines[found] = row.line
            yield found, row


def read_table(path: Path, *, required: Sequence[str]) -> Table:
    """Read a CSV file, packed or plain. Raises Unreadable for a file, header or line that is not as it should be."""
    rows = _parsed(path, _text(path))
    header = next(rows, None)
    if header is None:
        raise Unreadable(path, 1, FILE, "is empty")
    columns = _columns(path, header, required)
    return Table(path, columns, tuple(_row(path, line, columns, cells) for line, cells in rows))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(path, 0, FILE, error.strerror or str(error)) from error
    data = _unpacked(path, data) if data[:2] == b"\x1f\x8b" or path.suffix == ".gz" else data
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise Unreadable(path, _line(data[: error.start]), ROW, wrong) from error
    if "\0" in text:
        raise Unreadable(path, _line(text[: text.index("\0")].encode()), ROW, "holds a NUL character")
    return text


def _unpacked(path: Path, data: bytes) -> bytes:
    """The content of a gzip file, which may have several members."""
    content = bytearray()
    position, ended = 0, False
    try:
        while position < len(data):
            member = zlib.decompressobj(_GZIP_HEADER)
            while position < len(data) and not member.eof:
                piece = data[position : position + _PIECE]
                content += member.decompress(piece)
                position += len(piece) - len(member.unused_data)
            ended = member.eof
    except zlib.error as error:
        raise Unreadable(path, _line(content), FILE, f"no gzip data: {error}") from error
    if not ended:
        raise Unreadable(path, _line(content), FILE, "the gzip data end too early")
    return bytes(content)


def _line(before: bytes | bytearray) -> int:
    return before.count(b"\n") + 1


def _parsed(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every line that is not blank; a row with line breaks in quotes is where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            wrong = "a quote is not closed" if "end of data" in str(error) else str(error)
            raise Unreadable(path, line, ROW, wrong) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _columns(path: Path, header: tuple[int, list[str]], required: Sequence[str]) -> tuple[str, ...]:
    line, names = header[0], [name.strip() for name in header[1]]
    for position, name in enumerate(names, 1):
        if not name:
            raise Unreadable(path, line, ROW, f"column {position} has no name")
        if name in names[: position - 1]:
            raise Unreadable(path, line, name, "the column is there twice")
    for name in required:
        if name not in names:
            raise Unreadable(path, line, name, "the column is missing")
    return tuple(names)


def _row(path: Path, line: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) < len(columns):
        raise Unreadable(path, line, columns[len(cells)], "the line ends before this column")
    if len(cells) > len(columns):
        raise Unreadable(path, line, ROW, f"{len(cells)} cells under {len(columns)} columns")
    return Row(path, line, dict(zip(columns, map(str.strip, cells), strict=True)))
