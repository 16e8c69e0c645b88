"""What there is to print of a fair, and what was asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from events.fairs.models import Fair
from events.printing.fair_pack import DOCUMENTS, PackFacts, build
from events.prints.comparing import Comparison, compare
from events.prints.gathering import facts_of
from events.prints.packing import KIND
from portal.accounts.models import User
from portal.jobs.models import Job, JobQuerySet


def comparisons(
    fair: Fair, *, language: str, viewer: User, documents: Collection[str] = DOCUMENTS
) -> tuple[PackFacts, list[Comparison]]:
    """The documents as they would be printed now, beside what was printed; at most 17 queries."""
    facts = facts_of(fair, language=language, viewer=viewer, documents=documents)
    return facts, compare(fair, facts, build(facts, list(documents)), language=language)


def pack_jobs(fair: Fair, viewer: User) -> JobQuerySet:
    """The packs that were asked for, newest first: one's own, and for the staff all."""
    return Job.objects.visible_to(viewer).filter(kind=KIND, arguments__fair_id=fair.pk).order_by("-pk")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands: sheets in all, changed since the last print, void by now."""

    compared: Comparison

    @property
    def sheets(self) -> int:
        return len(self.compared.paper.sheets)

    @property
    def changed(self) -> int:
        return len(self.compared.changed)

    @property
    def withdrawn(self) -> int:
        return len(self.compared.withdrawn)

    @property
    def is_new(self) -> bool:
        """Never printed in this language."""
        return self.compared.printed_at is None
