"""What must hold within a document before it is printed: a paper with two different sums is worse than none."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from events.printing.chinese_numerals import LARGEST_AMOUNT
from events.printing.errors import DocumentDataError, Problem
from events.printing.general_clauses import EFFECT_OF_KIND
from events.printing.wording import ROLES

if TYPE_CHECKING:
    from events.printing.context import AgreementDocument, Funding, TimetableDocument


def check_agreement(document: AgreementDocument) -> None:
    """Raise DocumentDataError unless

    - there are two to five parties, each of another role and with a name, each role and kind one of those known,
    - every period ends on or after the day it begins,
    - amounts are not negative and have no more than two decimal places, people are not negative,
    - instalments, if any, add up to their funding,
    - the total is the sum of the fundings, if any, and not less than the sum of the terms' amounts.
    """
    problems = [
        *_kind_problems(document),
        *_party_problems(document),
        *_period_problems(document),
        *_people_problems(document),
        *_amount_problems(document),
    ]
    if not problems:  # sums mean nothing while an amount is wrong
        problems = list(_sum_problems(document))
    if problems:
        raise DocumentDataError(problems)


def _kind_problems(document: AgreementDocument) -> Iterator[Problem]:
    if document.kind not in EFFECT_OF_KIND:
        yield Problem("$.kind", f"no standard text for agreements of the kind {document.kind!r}")
    if not 1 <= document.copies_each <= 9:
        yield Problem("$.copies_each", "each party holds between 1 and 9 originals")
    if document.version < 1:
        yield Problem("$.version", "versions are counted from 1")


def _party_problems(document: AgreementDocument) -> Iterator[Problem]:
    if not 2 <= len(document.parties) <= len(ROLES):
        yield Problem("$.parties", f"an agreement has two to five parties, not {len(document.parties)}")
    seen: set[str] = set()
    for place, party in enumerate(document.parties):
        if party.role not in ROLES:
            yield Problem(f"$.parties[{place}].role", f"{party.role!r} is not the role of a party")
        if party.role in seen:
            yield Problem(f"$.parties[{place}].role", f"{party.role} is another party already")
        if not party.name.strip():
            yield Problem(f"$.parties[{place}].name", "a party needs its full legal name")
        seen.add(party.role)


def _period_problems(document: AgreementDocument) -> Iterator[Problem]:
    if document.period_end < document.period_start:
        yield Problem("$.period_end", "the agreement ends before it begins")
    for place, term in enumerate(document.cooperation):
        if (term.period_start is None) != (term.period_end is None):
            yield Problem(f"$.cooperation[{place}]", "a period needs both its first and its last day, or neither")
        elif term.period_start and term.period_end and term.period_end < term.period_start:
            yield Problem(f"$.cooperation[{place}].period_end", "the cooperation ends before it begins")


def _people_problems(document: AgreementDocument) -> Iterator[Problem]:
    for place, term in enumerate(document.cooperation):
        for row, count in enumerate(term.head_counts):
            if count.people < 0:
                yield Problem(f"$.cooperation[{place}].head_counts[{row}].people", "is negative")
    for row, major in enumerate(document.annex_majors):
        if major.people < 0:
            yield Problem(f"$.annex_majors[{row}].people", "is negative")


def _amounts(document: AgreementDocument) -> Iterator[tuple[str, Decimal | None]]:
    """Yield the path of every amount and the amount."""
    yield "$.total_yuan", document.total_yuan
    for place, term in enumerate(document.cooperation):
        yield f"$.cooperation[{place}].amount_yuan", term.amount_yuan
    for place, funding in enumerate(document.funding):
        yield f"$.funding[{place}].amount_yuan", funding.amount_yuan
        for row, instalment in enumerate(funding.instalments):
            yield f"$.funding[{place}].instalments[{row}].amount_yuan", instalment.amount_yuan


def _amount_problems(document: AgreementDocument) -> Iterator[Problem]:
    for path, amount in _amounts(document):
        if amount is None:
            continue
        if not amount.is_finite() or not 0 <= amount <= LARGEST_AMOUNT:
            yield Problem(path, f"{amount} is not an amount of yuan")
        elif amount != round(amount, 2):
            yield Problem(path, f"{amount} has more than two decimal places")


def _sum_problems(document: AgreementDocument) -> Iterator[Problem]:
    for place, funding in enumerate(document.funding):
        paid = _paid_in_instalments(funding)
        if funding.instalments and paid != funding.amount_yuan:
            yield Problem(f"$.funding[{place}].instalments", f"add up to {paid}, not to {funding.amount_yuan}")
    total = document.total_yuan
    funds = sum((funding.amount_yuan for funding in document.funding), Decimal(0))
    if document.funding and total != funds:
        yield Problem("$.total_yuan", f"is {total}, but the fundings add up to {funds}")
    terms = sum((term.amount_yuan or Decimal(0) for term in document.cooperation), Decimal(0))
    if terms > (total or 0):
        yield Problem("$.total_yuan", f"is {total}, less than the amounts of the terms, {terms}")


def _paid_in_instalments(funding: Funding) -> Decimal:
    return sum((instalment.amount_yuan for instalment in funding.instalments), Decimal(0))


def check_timetable(document: TimetableDocument) -> None:
    """Raise DocumentDataError unless every entry names either a partner or an activity, not both."""
    problems = [
        Problem(f"$.sheets[{at}].days[{on}].entries[{row}]", "names either a partner or an activity")
        for at, sheet in enumerate(document.sheets)
        for on, day in enumerate(sheet.days)
        for row, entry in enumerate(day.entries)
        if bool(entry.partner) == bool(entry.activity)
    ]
    if problems:
        raise DocumentDataError(problems)
