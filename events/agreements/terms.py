"""The canonical form of an agreement's terms, and its hash: what an approval is of.

Two texts that say the same have the same form whatever the order in which rows were typed: rows are sorted by what they
are about, dates are ISO 8601, money has two decimal places, and spaces at the end of lines do not count. The hash is
the SHA-256 of that form as JSON with sorted keys, without spaces, in UTF-8. Numbers, signatories and contacts of the
parties are no terms.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from events.agreements.facts import (
    AgreementFacts,
    AnnexFacts,
    FundingFacts,
    HeadCountFacts,
    InstalmentFacts,
    TermFacts,
)
from events.agreements.models import AgreementParty

FEN = Decimal("0.01")
Content = dict[str, Any]


def canonical(kind: str, parties: Iterable[AgreementParty], facts: AgreementFacts) -> Content:
    """The terms of an agreement of these parties as plain data; `facts` have been checked and have their lines."""
    return {
        "kind": kind,
        "parties": {party.role: str(party.organization.public_id) for party in parties},
        "title": _text(facts.title),
        "purpose": _text(facts.purpose),
        "place": _text(facts.place),
        "starts_on": facts.starts_on.isoformat(),
        "ends_on": facts.ends_on.isoformat(),
        "amount": _yuan(facts.amount),
        "terms": [_term(term) for term in sorted(facts.terms, key=lambda term: term.cooperation_kind)],
        "funding": [_funding(row) for row in sorted(facts.funding, key=lambda row: row.line)],
        "annexes": [
            {"name": annex.name, "sha256": annex.sha256}
            for annex in sorted(facts.annexes, key=lambda annex: (annex.sha256, annex.name))
        ],
    }


def hash_of(content: Content) -> str:
    """The SHA-256, in hex, of a canonical form."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def facts_of(content: Mapping[str, Any]) -> AgreementFacts:
    """What a canonical form says; `canonical` of it gives the form again."""
    return AgreementFacts(
        title=content["title"],
        purpose=content["purpose"],
        place=content["place"],
        starts_on=date.fromisoformat(content["starts_on"]),
        ends_on=date.fromisoformat(content["ends_on"]),
        amount=_decimal(content["amount"]),
        terms=tuple(_term_facts(term) for term in content["terms"]),
        funding=tuple(
            FundingFacts(
                payer=row["payer"],
                payee=row["payee"],
                purpose=row["purpose"],
                amount=Decimal(row["amount"]),
                instalments=tuple(
                    InstalmentFacts(date.fromisoformat(part["due_on"]), Decimal(part["amount"]))
                    for part in row["instalments"]
                ),
                line=row["line"],
            )
            for row in content["funding"]
        ),
        annexes=tuple(AnnexFacts(**annex) for annex in content["annexes"]),
    )


def with_lines(facts: AgreementFacts, taken: Iterable[int] = ()) -> AgreementFacts:
    """The facts with a number on every promise of money; new ones get numbers that no text had before (`taken`)."""
    next_line = max([*taken, *(row.line for row in facts.funding)], default=0) + 1
    numbered = []
    for row in facts.funding:
        numbered.append(row if row.line else replace(row, line=next_line))
        next_line += not row.line
    return replace(facts, funding=tuple(numbered))


def total_of(facts: AgreementFacts) -> Decimal | None:
    """The total that stands in the head, else what the promises or the terms add up to; None without any money."""
    if facts.amount is not None:
        return facts.amount
    sums: Sequence[Decimal] = [row.amount for row in facts.funding]
    sums = sums or [term.amount for term in facts.terms if term.amount is not None]
    return sum(sums, Decimal(0)) if sums else None


def _term(term: TermFacts) -> Content:
    rows = sorted(term.headcounts, key=lambda row: (row.year, row.major))
    clauses = {"clause": _text(term.clause), "clause_en": _text(term.clause_en)}
    return {key: text for key, text in clauses.items() if text} | {
        "cooperation_kind": term.cooperation_kind,
        "starts_on": term.starts_on.isoformat() if term.starts_on else None,
        "ends_on": term.ends_on.isoformat() if term.ends_on else None,
        "majors": _text(term.majors),
        "headcounts": [{"year": row.year, "major": row.major, "people": row.people} for row in rows],
        "obligations": _text(term.obligations),
        "amount": _yuan(term.amount),
    }


def _term_facts(term: Mapping[str, Any]) -> TermFacts:
    return TermFacts(
        cooperation_kind=term["cooperation_kind"],
        starts_on=date.fromisoformat(term["starts_on"]) if term["starts_on"] else None,
        ends_on=date.fromisoformat(term["ends_on"]) if term["ends_on"] else None,
        majors=term["majors"],
        headcounts=tuple(HeadCountFacts(**row) for row in term["headcounts"]),
        obligations=term["obligations"],
        amount=_decimal(term["amount"]),
        clause=term.get("clause", ""),
        clause_en=term.get("clause_en", ""),
    )


def _funding(row: FundingFacts) -> Content:
    parts = sorted(row.instalments, key=lambda part: (part.due_on, part.amount))
    return {
        "line": row.line,
        "payer": row.payer,
        "payee": row.payee,
        "purpose": _text(row.purpose),
        "amount": _yuan(row.amount),
        "instalments": [{"due_on": part.due_on.isoformat(), "amount": _yuan(part.amount)} for part in parts],
    }


def _text(value: str) -> str:
    return "\n".join(line.rstrip() for line in value.strip().splitlines())


def _yuan(amount: Decimal | None) -> str | None:
    return None if amount is None else str(abs(amount.quantize(FEN)))  # checked: it is only 0 that may be written -0


def _decimal(amount: str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)
