"""What must hold within a document before it is printed: a paper with two different sums is worse than none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from events.printing.chinese_numerals import LARGEST_AMOUNT, amounts_that_disagree, read_capitals
from events.printing.errors import DocumentDataError, Problem
from events.printing.general_clauses import EFFECT
from events.printing.wording import ROLES, STUDENT_ROLE

if TYPE_CHECKING:
    from events.printing.context import AgreementDocument, Funding, TimetableDocument

STATES = ("draft", "approved", "in_force", "superseded", "")
LONGEST_ADDRESS = 300  # characters: beyond, the modules of the QR code are too small to scan from paper


def check_agreement(document: AgreementDocument) -> None:
    """Raise DocumentDataError unless

    - there are two to six parties, each of another role and with a name, each role and kind one of those known,
    - the parties are those that the kind needs: a government and a school; a school and who takes its interns,
    - every period ends on or after the day it begins,
    - amounts are not negative and have no more than two decimal places, people are not negative,
    - instalments, if any, add up to their funding,
    - the total is the sum of the fundings, if any, and of the terms' amounts, if any,
    - an amount in words, in its own field or beside figures in the texts, is the amount in figures,
    - the hash, the state and the address to verify at have their form.
    """
    problems = [
        *_kind_problems(document),
        *_party_problems(document),
        *_period_problems(document),
        *_people_problems(document),
        *_internship_problems(document),
        *_amount_problems(document),
        *_verification_problems(document),
        *_text_problems(document),
    ]
    if not problems:  # sums mean nothing while an amount is wrong
        problems = [*_sum_problems(document), *_words_problems(document)]
    if problems:
        raise DocumentDataError(problems)


def _kind_problems(document: AgreementDocument) -> Iterator[Problem]:
    if document.kind not in EFFECT:
        yield Problem("$.kind", f"no standard text for agreements of the kind {document.kind!r}")
    if not 1 <= document.copies_each <= 9:
        yield Problem("$.copies_each", "each party holds between 1 and 9 originals")
    if document.version < 1:
        yield Problem("$.version", "versions are counted from 1")


def _party_problems(document: AgreementDocument) -> Iterator[Problem]:
    if not 2 <= len(document.parties) <= len(ROLES):
        yield Problem("$.parties", f"an agreement has two to six parties, not {len(document.parties)}")
    seen: set[str] = set()
    for place, party in enumerate(document.parties):
        if party.role not in ROLES:
            yield Problem(f"$.parties[{place}].role", f"{party.role!r} is not the role of a party")
        if party.role in seen:
            yield Problem(f"$.parties[{place}].role", f"{party.role} is another party already")
        if not party.name.strip():
            yield Problem(f"$.parties[{place}].name", "a party needs its full legal name")
        seen.add(party.role)
    yield from _side_problems(document)


def _side_problems(document: AgreementDocument) -> Iterator[Problem]:
    sides = [party.side for party in document.parties]
    if document.kind == "gov_school" and not {"government", "school"} <= set(sides):
        yield Problem("$.parties", "an agreement of government and school needs a party of each")
    if document.kind != "internship":
        return
    if len(sides) != 2 or sides.count("school") != 1:
        yield Problem("$.parties", "an internship agreement has two parties: the school, and who takes its interns")
    for place, party in enumerate(document.parties):
        if party.role == STUDENT_ROLE:
            yield Problem(f"$.parties[{place}].role", f"{STUDENT_ROLE} is the student, who is not named in the data")


def _period_problems(document: AgreementDocument) -> Iterator[Problem]:
    if document.period_end < document.period_start:
        yield Problem("$.period_end", "the agreement ends before it begins")
    for place, term in enumerate(document.cooperation):
        if (term.period_start is None) != (term.period_end is None):
            yield Problem(f"$.cooperation[{place}]", "a period needs both its first and its last day, or neither")
        elif term.period_start and term.period_end and term.period_end < term.period_start:
            yield Problem(f"$.cooperation[{place}].period_end", "the cooperation ends before it begins")


def _internship_problems(document: AgreementDocument) -> Iterator[Problem]:
    facts = document.internship
    if facts is None:
        return
    if document.kind != "internship":
        yield Problem("$.internship", "belongs to an agreement of the kind internship")
    if facts.pay_day is not None and not 1 <= facts.pay_day <= 31:
        yield Problem("$.internship.pay_day", f"{facts.pay_day} is not a day of a month")


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
    if document.internship:
        yield "$.internship.pay_yuan", document.internship.pay_yuan


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
    terms = [term.amount_yuan for term in document.cooperation if term.amount_yuan is not None]
    if terms and sum(terms) != (total or 0):
        yield Problem("$.total_yuan", f"is {total}, but the amounts of the terms add up to {sum(terms)}")


def _paid_in_instalments(funding: Funding) -> Decimal:
    return sum((instalment.amount_yuan for instalment in funding.instalments), Decimal(0))


def _words_problems(document: AgreementDocument) -> Iterator[Problem]:
    """Yield what is wrong with the total as somebody wrote it in capitals."""
    if not document.amount_in_words.strip():
        return
    try:
        stated = read_capitals(document.amount_in_words)
    except ValueError as error:
        yield Problem("$.amount_in_words", str(error))
        return
    if stated != (document.total_yuan or 0):
        yield Problem("$.amount_in_words", f"says {stated}, but the total is {document.total_yuan}")


def _texts(document: AgreementDocument) -> Iterator[tuple[str, str]]:
    """Yield the path of every text that people write, and the text."""
    yield "$.purpose", document.purpose
    for place, term in enumerate(document.cooperation):
        yield f"$.cooperation[{place}].obligations", term.obligations
        yield f"$.cooperation[{place}].clause", term.clause
    for place, funding in enumerate(document.funding):
        yield f"$.funding[{place}].purpose", funding.purpose


def _text_problems(document: AgreementDocument) -> Iterator[Problem]:
    for path, text in _texts(document):
        for figures, capitals in amounts_that_disagree(text):
            yield Problem(path, f"{figures} in figures is not {capitals} in words")


def _verification_problems(document: AgreementDocument) -> Iterator[Problem]:
    if document.state not in STATES:
        yield Problem("$.state", f"{document.state!r} is not the state of an agreement")
    if document.terms_hash and not re.fullmatch("[0-9a-f]{64}", document.terms_hash):
        yield Problem("$.terms_hash", "a hash of the terms has 64 digits of 0–9 and a–f")
    address = document.verify_url
    if address and not (re.fullmatch(r"https?://[!-~]+", address) and len(address) <= LONGEST_ADDRESS):
        yield Problem("$.verify_url", f"an address begins with http and has at most {LONGEST_ADDRESS} ASCII characters")


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
