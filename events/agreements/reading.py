"""What a text of an agreement says, ready to be read: names for its codes, its people as tables, its money summed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events.agreements.facts import AgreementFacts, FundingFacts, TermFacts
from events.agreements.models import AgreementParty
from events.agreements.terms import total_of
from events.printing.chinese_numerals import amount_in_capitals
from portal.taxonomy.models import CooperationKind, Major


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes of a text are called, in the reader's language."""

    parties: Mapping[str, str]
    kinds: Mapping[str, str]
    majors: Mapping[str, str]
    positions: Mapping[str, int]
    """Where a kind of cooperation stands in the list."""

    def party(self, role: str) -> str:
        return self.parties.get(role, role)

    def kind(self, code: str) -> str:
        return self.kinds.get(code, code)

    def major(self, code: str) -> str:
        return self.majors.get(code, code) if code else _("All majors")


def names_of(parties: Iterable[AgreementParty], *texts: AgreementFacts) -> Names:
    """The names of all that the texts mention; one query, two if they name majors."""
    majors = {row.major for facts in texts for term in facts.terms for row in term.headcounts if row.major}
    kinds = list(CooperationKind.objects.all())
    found = Major.objects.filter(pk__in=majors) if majors else ()
    return Names(
        parties={party.role: f"{party.get_role_display()} · {_shown(party.organization)}" for party in parties},
        kinds={kind.code: kind_name(kind) for kind in kinds},
        majors={major.code: major.name for major in found},
        positions={kind.code: kind.position for kind in kinds},
    )


def kind_name(kind: CooperationKind) -> str:
    """The name of a kind of cooperation in the reader's language."""
    return kind.name if (get_language() or "").startswith("zh") else kind.name_en or kind.name


def _shown(organization: Any) -> str:
    english = "" if (get_language() or "").startswith("zh") else organization.name_en
    return str(english or organization.display_name)


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """Head-counts of one term: a row a major, a column a year; None where nothing is planned."""

    years: list[int]
    rows: list[tuple[str, list[int | None]]]
    sums: list[int]

    @property
    def total(self) -> int:
        return sum(self.sums)


@dataclass(frozen=True, slots=True)
class ShownTerm:
    name: str
    facts: TermFacts
    people: PeopleTable | None


@dataclass(frozen=True, slots=True)
class ShownFunding:
    payer: str
    payee: str
    facts: FundingFacts


@dataclass(frozen=True, slots=True)
class ShownText:
    """A whole text for the page; `total` in yuan with its Chinese capitals."""

    facts: AgreementFacts
    terms: list[ShownTerm]
    funding: list[ShownFunding]
    total: Decimal | None
    capitals: str


def shown_text(facts: AgreementFacts, names: Names) -> ShownText:
    """A text with names for its codes; no query."""
    total = total_of(facts)
    ordered = sorted(facts.terms, key=lambda term: names.positions.get(term.cooperation_kind, 0))
    return ShownText(
        facts=facts,
        terms=[ShownTerm(names.kind(term.cooperation_kind), term, people_table(term, names)) for term in ordered],
        funding=[ShownFunding(names.party(row.payer), names.party(row.payee), row) for row in facts.funding],
        total=total,
        capitals=amount_in_capitals(total) if total is not None else "",
    )


def people_table(term: TermFacts, names: Names) -> PeopleTable | None:
    """The head-counts of a term as a table; None where it plans for nobody."""
    if not term.headcounts:
        return None
    years = sorted({row.year for row in term.headcounts})
    majors = sorted({row.major for row in term.headcounts})
    planned = {(row.major, row.year): row.people for row in term.headcounts}
    rows = [(names.major(code), [planned.get((code, year)) for year in years]) for code in majors]
    sums = [sum(people for (_code, of), people in planned.items() if of == year) for year in years]
    return PeopleTable(years, rows, sums)


def period(first: date | None, last: date | None) -> str:
    """Two days as a period; empty without them."""
    return f"{first.isoformat()} – {last.isoformat()}" if first and last else ""


def listed(names: Sequence[str]) -> str:
    """Names one after the other, as the reader's language divides them."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(names)
