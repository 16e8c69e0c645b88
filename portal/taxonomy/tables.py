"""Reading a CSV file strictly: expected header, whole rows, cells of their kind, every key once.

The first cell that is wrong raises CodeListError worded `file:line: column: what is wrong`. No Django here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

Row = TypeVar("Row")
Parse = Callable[[str], object]  # a cell's text → its value; raises ValueError saying what is wrong


class CodeListError(ValueError):
    """A list cannot be read; the message says `file:line: column: what is wrong`."""


def text(cell: str) -> str:
    """The cell as it stands; it must not be empty."""
    if not cell:
        raise ValueError("is empty")
    return cell


def optional(parse: Parse) -> Parse:
    """`parse`, but an empty cell is an empty string."""
    return lambda cell: parse(cell) if cell else ""


def flag(cell: str) -> bool:
    """1 or 0."""
    if cell not in ("0", "1"):
        raise ValueError(f"must be 0 or 1, not {cell!r}")
    return cell == "1"


def whole(cell: str) -> int:
    """A whole number without sign."""
    if not re.fullmatch(r"[0-9]+", cell):
        raise ValueError(f"must be a whole number, not {cell!r}")
    return int(cell)


def one_of(*allowed: str) -> Parse:
    """One of the words given."""

    def parse(cell: str) -> str:
        if cell not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}, not {cell!r}")
        return cell

    return parse


def shaped(pattern: str) -> Parse:
    """A code of exactly this shape (a regular expression)."""
    compiled = re.compile(pattern)

    def parse(cell: str) -> str:
        if not compiled.fullmatch(cell):
            raise ValueError(f"must have the shape {pattern}, not {cell!r}")
        return cell

    return parse


def list_of(parse: Parse) -> Parse:
    """Values separated by `|`, each once; an empty cell is an empty list."""

    def parse_list(cell: str) -> tuple[object, ...]:
        values = tuple(parse(part) for part in cell.split("|")) if cell else ()
        if len(set(values)) < len(values):
            raise ValueError(f"names something twice: {cell!r}")
        return values

    return parse_list


def _parse_row(cells: list[str], columns: Mapping[str, Parse], where: str) -> dict[str, Any]:
    if len(cells) != len(columns):
        raise CodeListError(f"{where}: row: has {len(cells)} cells instead of {len(columns)}")
    values: dict[str, Any] = {}
    for (column, parse), cell in zip(columns.items(), cells, strict=True):
        try:
            if cell != cell.strip():
                raise ValueError(f"has spaces around it: {cell!r}")
            values[column] = parse(cell)
        except ValueError as error:
            raise CodeListError(f"{where}: {column}: {error}") from error
    return values


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells, header included; what is no CSV in UTF-8 is a CodeListError."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except (UnicodeDecodeError, csv.Error) as error:
            raise CodeListError(f"{path.name}:{reader.line_num + 1}: row: cannot be read: {error}") from error


def read_table(
    path: Path,
    columns: Mapping[str, Parse],
    make: Callable[..., Row],
    *,
    key: tuple[str, ...],
    parent: str = "",
) -> Iterator[Row]:
    """Read a CSV file strictly, one `make(**values)` for each row.

    Args: columns in their order, with the reading of each; key, the columns that together stand only once;
    parent, a column that is empty or names the (single) key of a row further up.
    Raises CodeListError at the first row that is wrong, FileNotFoundError without the file.
    """
    lines = _lines(path)
    header = next(lines, (1, []))[1]
    if header != list(columns):
        raise CodeListError(f"{path.name}:1: header: must be {','.join(columns)}, not {','.join(header)}")
    line_of: dict[tuple[str, ...], int] = {}
    for line, cells in lines:
        where = f"{path.name}:{line}"
        values = _parse_row(cells, columns, where)
        identity = tuple(values[column] for column in key)
        if identity in line_of:
            again = f"stands in line {line_of[identity]} already: {'+'.join(identity)}"
            raise CodeListError(f"{where}: {'+'.join(key)}: {again}")
        if parent and values[parent] and (values[parent],) not in line_of:
            raise CodeListError(f"{where}: {parent}: no row above has the code {values[parent]!r}")
        line_of[identity] = line
        yield make(**values)
