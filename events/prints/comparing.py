"""Which papers say something else than when they were last printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.fairs.models import Fair
from events.printing.fair_pack import PackFacts, Paper, Sheet, around
from events.prints.models import PrintedSheet


@dataclass(frozen=True, slots=True)
class Comparison:
    """A document beside what was printed of it: all its sheets, those that changed, and what is void now."""

    paper: Paper
    changed: tuple[Sheet, ...]
    withdrawn: tuple[PrintedSheet, ...]
    printed_at: datetime | None  # the last time, if ever

    @property
    def changed_paper(self) -> Paper:
        """The document with its changed sheets alone; its lists stay whole."""
        return replace(self.paper, sheets=self.changed)


def compare(fair: Fair, facts: PackFacts, papers: Sequence[Paper], *, language: str) -> list[Comparison]:
    """Every paper beside what was printed of it in this language; one query."""
    printed: dict[str, dict[str, PrintedSheet]] = {}
    for row in PrintedSheet.objects.filter(fair=fair, language=language).order_by("document", "label", "pk"):
        printed.setdefault(row.document, {})[row.subject] = row
    return [_compared(paper, printed.get(paper.code, {}), around(facts)) for paper in papers]


def _compared(paper: Paper, printed: dict[str, PrintedSheet], said_around: str) -> Comparison:
    known = {subject: row.digest for subject, row in printed.items()}
    subjects = {sheet.subject for sheet in paper.sheets}
    return Comparison(
        paper=paper,
        changed=tuple(sheet for sheet in paper.sheets if known.get(sheet.subject) != sheet.digest(said_around)),
        withdrawn=tuple(row for subject, row in printed.items() if subject not in subjects),
        printed_at=max((row.printed_at for row in printed.values()), default=None),
    )
