"""Promised beside what came of it: money by its instalments, people by year. Figures are read, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Prefetch, Sum
from django.utils.translation import gettext_lazy as _

from events.agreements.models import (
    Agreement,
    FundingCommitment,
    Instalment,
    Payment,
    TermHeadCount,
    TermResult,
)
from portal.taxonomy.models import CooperationKind

ZERO = Decimal(0)


class PartState(models.TextChoices):
    """How an instalment stands on a day."""

    PAID = "paid", _("Paid")
    PARTLY = "partly", _("Partly paid")
    OPEN = "open", _("Unpaid")
    OVERDUE = "overdue", _("Overdue")


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment and what of it is paid, in yuan; without a day for money that is promised without instalments."""

    number: int
    due_on: date | None
    amount: Decimal
    paid: Decimal
    state: PartState

    @property
    def left(self) -> Decimal:
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Line:
    """One promise: its instalments filled in their order, its payments, cancelled ones too."""

    funding: FundingCommitment
    parts: list[Part]
    payments: list[Payment]

    @property
    def paid(self) -> Decimal:
        return sum((payment.amount for payment in self.payments if payment.cancelled_at is None), ZERO)

    @property
    def left(self) -> Decimal:
        return self.funding.amount - self.paid

    @property
    def overdue(self) -> Decimal:
        return sum((part.left for part in self.parts if part.state == PartState.OVERDUE), ZERO)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All the money of an agreement: what the valid text promises, since a line with payments is never given up."""

    lines: list[Line]

    @property
    def promised(self) -> Decimal:
        return sum((line.funding.amount for line in self.lines), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((line.paid for line in self.lines), ZERO)

    @property
    def left(self) -> Decimal:
        return self.promised - self.paid

    @property
    def overdue(self) -> Decimal:
        return sum((line.overdue for line in self.lines), ZERO)

    @property
    def open_lines(self) -> list[Line]:
        """Those under which something is left to be paid."""
        return [line for line in self.lines if line.left > 0]


def ledger_of(agreement: Agreement, today: date) -> Ledger:
    """The money of an agreement as it stands on a day; three queries."""
    payments = Payment.objects.select_related("proof", "recorded_by").order_by("paid_on", "pk")
    rows = agreement.funding.select_related("payer__organization", "payee__organization").prefetch_related(
        Prefetch("instalments", queryset=Instalment.objects.order_by("number")),
        Prefetch("payments", queryset=payments),
    )
    return Ledger([_line(row, today) for row in rows.order_by("line")])


def _line(row: FundingCommitment, today: date) -> Line:
    payments = list(row.payments.all())
    paid = sum((payment.amount for payment in payments if payment.cancelled_at is None), ZERO)
    return Line(
        funding=row,
        parts=parts_of(row.amount, row.instalments.all(), paid, today),
        payments=payments,
    )


def parts_of(amount: Decimal, instalments: Iterable[Instalment], paid: Decimal, today: date) -> list[Part]:
    """Fill the instalments in their order with what was paid; overdue is what its day has passed without.

    An instalment is due by the end of its day.
    """
    due: list[tuple[int, date | None, Decimal]] = [(part.number, part.due_on, part.amount) for part in instalments]
    parts = []
    for number, due_on, share in due or [(1, None, amount)]:
        filled = min(paid, share)
        paid -= filled
        parts.append(Part(number, due_on, share, filled, _state(share, filled, due_on, today)))
    return parts


def _state(share: Decimal, filled: Decimal, due_on: date | None, today: date) -> PartState:
    if filled == share:
        return PartState.PAID
    if due_on is not None and due_on < today:
        return PartState.OVERDUE
    return PartState.PARTLY if filled else PartState.OPEN


@dataclass(frozen=True, slots=True)
class YearOfResults:
    """People promised for a year of one kind of cooperation, and what was recorded; None where nothing is."""

    kind: CooperationKind
    year: int
    promised: int
    result: TermResult | None

    @property
    def difference(self) -> int | None:
        """People above (or below) the promise; None without a record or a promise."""
        return self.result.people - self.promised if self.result and self.promised else None


@dataclass(frozen=True, slots=True)
class Results:
    """What was promised and what came of it, by kind and year, and both sums."""

    rows: Sequence[YearOfResults]

    @property
    def promised(self) -> int:
        return sum(row.promised for row in self.rows)

    @property
    def recorded(self) -> int:
        return sum(row.result.people for row in self.rows if row.result)


def results_of(agreement: Agreement) -> Results:
    """Each year of each kind of cooperation for which people are promised or a result is recorded; three queries."""
    counts = TermHeadCount.objects.filter(term__agreement=agreement).values_list("term__cooperation_kind", "year")
    promised = {(kind, year): people for kind, year, people in counts.annotate(sum=Sum("people")).order_by()}
    recorded = {
        (result.cooperation_kind_id, result.year): result
        for result in agreement.results.select_related("evidence", "cooperation_kind")
    }
    keys = promised.keys() | recorded.keys()
    kinds = CooperationKind.objects.in_bulk([kind for kind, _year in keys])
    ordered = sorted(keys, key=lambda key: (kinds[key[0]].position, key[0], key[1]))
    return Results(
        [
            YearOfResults(kinds[kind], year, promised.get((kind, year), 0), recorded.get((kind, year)))
            for kind, year in ordered
        ]
    )
