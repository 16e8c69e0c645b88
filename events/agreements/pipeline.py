"""Where agreements stand between the first draft and the end: the states of the pipeline, their counts, their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, Least
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementStatus,
    AgreementText,
    Instalment,
    Milestone,
    Payment,
    TextStatus,
)
from events.agreements.models.agreement import ENDED, GIVEN_UP, VALID
from portal.accounts.models import User
from portal.organizations.models import Organization

ENDING_WITHIN = timedelta(days=90)
Person = User | AnonymousUser

# In the order of an agreement's life; one may be in force, end soon and be dormant at once.
STATES: Mapping[str, Promise | str] = {
    "with_us": _("Draft with us"),
    "with_others": _("Draft with the others"),
    "to_sign": _("Approved, to be signed"),
    "in_force": pgettext_lazy("agreements", "In force"),
    "ending": _("Ending within 90 days"),
    "dormant": pgettext_lazy("agreements", "Dormant"),
    "ended": pgettext_lazy("agreements", "Ended"),
}
GIVEN_UP_STATE: tuple[str, Promise | str] = ("given_up", _("Given up before signature"))


@dataclass(frozen=True, slots=True)
class Stage:
    """One state of the pipeline and how many agreements are in it."""

    state: str
    label: Promise | str
    number: int


def waiting_for(user: Person) -> Exists:
    """Whether an open text of the agreement is with an organization of the person."""
    mine = Organization.objects.of_member(user)
    texts = AgreementText.objects.filter(agreement=OuterRef("pk"), status=TextStatus.OPEN)
    return Exists(texts.filter(with_party__organization__in=mine))


def in_state(rows: QuerySet[Agreement], state: str, user: Person, today: date) -> QuerySet[Agreement]:
    """Those in one state of STATES, or given up."""
    return rows.alias(is_with_us=waiting_for(user)).filter(_condition(state, today))


def stages(rows: QuerySet[Agreement], user: Person, today: date) -> list[Stage]:
    """Every state of the pipeline with its number of rows, in one query."""
    counts = {state: Count("pk", filter=_condition(state, today)) for state in STATES}
    numbers = rows.order_by().annotate(is_with_us=waiting_for(user)).aggregate(**counts)
    return [Stage(state, label, numbers[state]) for state, label in STATES.items()]


def ending_soon(today: date) -> Q:
    """In force, and over within ninety days."""
    return Q(status=AgreementStatus.IN_FORCE, ends_on__range=(today, today + ENDING_WITHIN))


DORMANT = Q(status__in=VALID, dormant_since__isnull=False)


def _condition(state: str, today: date) -> Q:
    conditions = {
        "with_us": Q(status=AgreementStatus.DRAFT, is_with_us=True),
        "with_others": Q(status=AgreementStatus.DRAFT, is_with_us=False),
        "to_sign": Q(status=AgreementStatus.APPROVED),
        "in_force": Q(status__in=VALID),
        "ending": ending_soon(today),
        "dormant": DORMANT,
        "ended": Q(status__in=ENDED),
        GIVEN_UP_STATE[0]: Q(status__in=GIVEN_UP),
    }
    return conditions[state]


def with_parties(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """With the fair, and the parties in their order; one query more."""
    parties = AgreementParty.objects.select_related("organization").order_by("position")
    parties = parties.defer("organization__grams", "organization__search_text", "organization__description")
    return agreements.select_related("fair").prefetch_related(Prefetch("parties", queryset=parties))


def for_list(agreements: QuerySet[Agreement], user: Person) -> QuerySet[Agreement]:
    """As a list shows them: parties, the open text (`open_texts`), whose turn, money paid, what is due next.

    Two queries more; `is_with_us`, `paid` in yuan and `next_due` (an instalment or a milestone) are annotations.
    """
    texts = AgreementText.objects.filter(status=TextStatus.OPEN).defer("content")
    open_texts = Prefetch("texts", texts.select_related("with_party__organization"), to_attr="open_texts")
    milestone = Milestone.objects.filter(agreement=OuterRef("pk"), done_on=None).order_by("due_on")
    return with_parties(agreements.prefetch_related(open_texts)).annotate(
        is_with_us=waiting_for(user),
        paid=paid_in_all(),
        next_due=Least(Subquery(next_instalment()), Subquery(milestone.values("due_on")[:1])),
    )


def paid_in_all() -> Coalesce:
    """The yuan paid under all promises of an agreement."""
    paid = Payment.objects.filter(funding__agreement=OuterRef("pk"), cancelled_at=None)
    return Coalesce(Subquery(_sum_by(paid, "funding__agreement")), Value(Decimal(0)))


def paid_under() -> Coalesce:
    """The yuan paid under one promise."""
    paid = Payment.objects.filter(funding=OuterRef("pk"), cancelled_at=None)
    return Coalesce(Subquery(_sum_by(paid, "funding")), Value(Decimal(0)))


def next_instalment() -> QuerySet[Instalment, Any]:
    """The day of the first instalment that the payments made so far do not cover; they fill them in their order."""
    paid = Payment.objects.filter(funding=OuterRef("funding"), cancelled_at=None)
    reached = Window(Sum("amount"), partition_by="funding", order_by="number")
    parts = Instalment.objects.filter(funding__agreement=OuterRef("pk")).annotate(
        reached=reached, paid=Coalesce(Subquery(_sum_by(paid, "funding")), Value(Decimal(0)))
    )
    return parts.filter(reached__gt=F("paid")).order_by("due_on").values("due_on")[:1]


def _sum_by(payments: QuerySet[Payment], group: str) -> QuerySet[Payment, Any]:
    sums: QuerySet[Payment, Any] = payments.order_by().values(group).annotate(total=Sum("amount")).values("total")
    return sums
