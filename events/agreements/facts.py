"""What an agreement says, as people and jobs state it before it is rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from events.agreements.models import PartyRole
from events.fairs.models import Fair
from events.meetings.models import Outcome
from portal.organizations.models import Organization

ROLES = (PartyRole.FIRST, PartyRole.SECOND, PartyRole.THIRD)  # in the order in which parties are given


@dataclass(frozen=True, slots=True)
class TermFacts:
    """One kind of cooperation by its code; `headcount` is people a year, `amount` yuan."""

    cooperation_kind: str
    majors: str = ""
    headcount: int = 0
    obligations: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MajorFacts:
    """People of one major, by its code, and one class."""

    major: str
    graduating_year: int
    people: int


@dataclass(frozen=True, slots=True)
class FundingFacts:
    """Money in yuan that the party in one role promises the party in another."""

    payer: str
    payee: str
    purpose: str
    amount: Decimal
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """All of an agreement that can be changed while it is a draft."""

    title: str
    starts_on: date
    ends_on: date
    purpose: str = ""
    place: str = ""
    terms: Sequence[TermFacts] = ()
    majors: Sequence[MajorFacts] = ()
    funding: Sequence[FundingFacts] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An agreement to be stored: who, from where, and what it says. Parties in the order of ROLES."""

    kind: str
    parties: Sequence[Organization]
    content: AgreementFacts
    fair: Fair | None = None
    outcome: Outcome | None = None

    @property
    def is_sample(self) -> bool:
        """Whether any of it is made-up data, so that its papers must say so."""
        return any(party.is_sample for party in self.parties) or bool(self.fair and self.fair.is_sample)


@dataclass(frozen=True, slots=True)
class Signatory:
    """The person who signs for a party."""

    name: str
    post: str = ""
