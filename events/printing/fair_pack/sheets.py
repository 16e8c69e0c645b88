"""Papers as data: what one sheet says, whether it says the same as last time, and lists that are also Excel."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Align = Literal["left", "center", "right"]
Cell = str | int
# How a sheet is laid out; the template has one function for each.
Layout = Literal["sections", "wide", "schedule", "sign_in", "wall", "badge", "tent", "form"]


@dataclass(frozen=True, slots=True)
class Column:
    """A head; its share of the width; its alignment. A number of people is right-aligned in both formats."""

    head: str
    share: float = 1.0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Listing:
    """A table: on paper and as a sheet of the workbook the same heads and the same rows."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: {len(row)} cells for {len(self.columns)} columns")

    @property
    def heads(self) -> list[str]:
        return [column.head for column in self.columns]

    def as_dict(self) -> dict[str, Any]:
        """What the template prints."""
        return {
            "title": self.title,
            "heads": self.heads,
            "shares": [column.share for column in self.columns],
            "aligns": [column.align for column in self.columns],
            "rows": [[str(cell) for cell in row] for row in self.rows],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is handed out, hung up or laid down as one: for one subject of a document, or for all ("")."""

    document: str
    subject: str
    label: str  # who or what it is for, in words
    layout: Layout
    content: dict[str, Any]
    party: str = ""  # whose it is, where a party has several

    def digest(self, around: str) -> str:
        """64 hex digits of all that the sheet says; `around`: what every page of the fair says too.

        When it is printed and by which version of the timetable is not part of it: a sheet that says the same stays
        valid.
        """
        said = json.dumps([around, self.label, self.layout, self.content], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document of the pack: its sheets, and its lists for the workbook (none for cards and forms)."""

    code: str
    title: str
    sheets: tuple[Sheet, ...]
    listings: tuple[Listing, ...] = ()
