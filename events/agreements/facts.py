"""What an agreement says, as people and jobs state it before it is a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.base import File

from events.agreements.models import PartyRole
from events.fairs.models import Fair
from events.meetings.models import Outcome
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization

ROLES = tuple(PartyRole)  # in the order in which parties are given


@dataclass(frozen=True, slots=True)
class HeadCountFacts:
    """People planned in one year, of one major by its code, or of all (empty)."""

    year: int
    people: int
    major: str = ""


@dataclass(frozen=True, slots=True)
class TermFacts:
    """One kind of cooperation by its code; `amount` is yuan. Without a period of its own it has the agreement's."""

    cooperation_kind: str
    starts_on: date | None = None
    ends_on: date | None = None
    majors: str = ""
    headcounts: Sequence[HeadCountFacts] = ()
    obligations: str = ""
    amount: Decimal | None = None
    clause: str = ""
    """The clause that an administrator gave this kind, as it was when the kind came into the text; nobody types it."""
    clause_en: str = ""

    @property
    def people(self) -> int:
        """All the people it plans for."""
        return sum(row.people for row in self.headcounts)


@dataclass(frozen=True, slots=True)
class InstalmentFacts:
    """A part of the money, in yuan, and when it is due."""

    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FundingFacts:
    """Money in yuan that the party in one role promises the party in another.

    `line` tells the same promise in several texts; 0 for a new one.
    """

    payer: str
    payee: str
    purpose: str
    amount: Decimal
    instalments: Sequence[InstalmentFacts] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class AnnexFacts:
    """A file that belongs to the text: what it is called, and the SHA-256 of its content."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """All that the parties approve, but for who they are and the kind of agreement, which do not change."""

    title: str
    starts_on: date
    ends_on: date
    purpose: str = ""
    place: str = ""
    amount: Decimal | None = None
    """The total in the head; left out, it is what the terms or the promises add up to."""
    amount_in_words: str = ""
    """The total as the paper has it in Chinese capitals, to be checked against `amount`; it is not kept."""
    terms: Sequence[TermFacts] = ()
    funding: Sequence[FundingFacts] = ()
    annexes: Sequence[AnnexFacts] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An agreement to be stored: who, from where, and what it says. Parties in the order of ROLES."""

    kind: str
    parties: Sequence[Organization]
    content: AgreementFacts
    fair: Fair | None = None
    outcome: Outcome | None = None
    demand: TalentDemand | None = None
    predecessor_id: int | None = None
    begun_by: Organization | None = None
    """The party whose turn it is first; None for the first in order."""

    @property
    def is_sample(self) -> bool:
        """Whether any of it is made-up data, so that its papers must say so."""
        return any(party.is_sample for party in self.parties) or bool(self.fair and self.fair.is_sample)


@dataclass(frozen=True, slots=True)
class Signatory:
    """The person who signs for a party."""

    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that passed the gate (portal.common.uploads): the name people see, its kind, digest and size in bytes."""

    file: File[bytes]
    name: str
    content_type: str
    sha256: str
    size: int
