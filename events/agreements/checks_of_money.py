"""The money of an agreement: every amount possible, and all sums the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from events.agreements.facts import AgreementFacts, FundingFacts
from events.agreements.periods import FIRST_DAY, LAST_DAY
from events.agreements.refusals import Problem
from events.agreements.terms import FEN, total_of
from events.printing.chinese_numerals import amounts_that_disagree, read_capitals

LARGEST_AMOUNT = Decimal("999999999999.99")
LONGEST_PURPOSE = 200  # characters, as the column has it


def money_problems(content: AgreementFacts, roles: Collection[str]) -> Iterator[Problem]:
    """What is wrong with the money; sums are compared only if every amount is one."""
    single = [*_amount_problems(content), *(each for row in content.funding for each in _funding_problems(row, roles))]
    yield from single
    lines = [row.line for row in content.funding if row.line]
    if len(set(lines)) < len(lines):
        yield Problem("funding", _("Each line of money stands once."))
    if not single:
        yield from _sum_problems(content)
    yield from _word_problems(content)


def is_money(amount: Decimal, *, zero: bool = False) -> bool:
    """Whether an amount of yuan is above zero (or zero), not too large, and has at most two decimal places."""
    return (amount > 0 or (zero and amount == 0)) and amount <= LARGEST_AMOUNT and amount == amount.quantize(FEN)


def _amount_problems(content: AgreementFacts) -> Iterator[Problem]:
    message = _("An amount is not negative and has at most two decimal places.")
    if content.amount is not None and not is_money(content.amount, zero=True):
        yield Problem("amount", message)
    if any(term.amount is not None and not is_money(term.amount, zero=True) for term in content.terms):
        yield Problem("terms", message)


def _funding_problems(funding: FundingFacts, roles: Collection[str]) -> Iterator[Problem]:
    if not {funding.payer, funding.payee} <= set(roles) or funding.payer == funding.payee:
        yield Problem("funding", _("Money goes from one party to another."))
    if not funding.purpose.strip():
        yield Problem("funding", _("Say what the money is for."))
    if any(not FIRST_DAY <= part.due_on <= LAST_DAY for part in funding.instalments):
        yield Problem("funding", _("An instalment is due between the years 2000 and 2100."))
    if not is_money(funding.amount) or any(not is_money(part.amount) for part in funding.instalments):
        yield Problem("funding", _("An amount is above zero and has at most two decimal places."))
    elif funding.instalments and sum(part.amount for part in funding.instalments) != funding.amount:
        yield Problem("funding", _("The instalments do not add up to the amount promised. Correct one of them."))


def _sum_problems(content: AgreementFacts) -> Iterator[Problem]:
    terms = [term.amount for term in content.terms if term.amount is not None]
    promised = [row.amount for row in content.funding]
    if max(sum(terms), sum(promised)) > LARGEST_AMOUNT:
        yield Problem("amount", _("All amounts together are more than an agreement can be about. Look at their zeros."))
    if terms and promised and sum(terms) != sum(promised):
        yield Problem(
            "terms",
            _("The amounts of the terms add up to %(terms)s yuan, the money promised to %(promised)s. Make them equal.")
            % {"terms": f"{sum(terms):,.2f}", "promised": f"{sum(promised):,.2f}"},
        )
    rows = promised or terms
    if content.amount is not None and rows and sum(rows) != content.amount:
        yield Problem(
            "amount",
            _("The total in the head is %(amount)s yuan, but the rows add up to %(rows)s. Correct one of them.")
            % {"amount": f"{content.amount:,.2f}", "rows": f"{sum(rows):,.2f}"},
        )


def _word_problems(content: AgreementFacts) -> Iterator[Problem]:
    if content.amount_in_words.strip():
        yield from _head_in_words(content)
    for field, text in (("purpose", content.purpose), *(("terms", term.obligations) for term in content.terms)):
        for figures, words in amounts_that_disagree(text):
            yield Problem(
                field,
                _("%(figures)s and %(words)s are two different amounts. Correct one of them.")
                % {"figures": figures, "words": words},
            )


def _head_in_words(content: AgreementFacts) -> Iterator[Problem]:
    try:
        words = read_capitals(content.amount_in_words)
    except ValueError:
        yield Problem("amount_in_words", _("This is no amount in Chinese capitals. Write it as on a cheque."))
        return
    total = total_of(content)
    if total != words:
        yield Problem(
            "amount_in_words",
            _("In words the total is %(words)s yuan, in figures %(figures)s. Correct one of them.")
            % {"words": f"{words:,.2f}", "figures": f"{total or Decimal(0):,.2f}"},
        )
