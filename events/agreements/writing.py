"""From what an agreement says to its text and rows. Services and jobs call this within their own transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import check_draft
from events.agreements.facts import ROLES, AgreementFacts, Draft, TermFacts
from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementTerm,
    AgreementText,
    FundingCommitment,
    Instalment,
    TermHeadCount,
)
from events.agreements.models.agreement import GIVEN_UP
from events.agreements.numbering import next_number
from events.agreements.refusals import AgreementRefused
from events.agreements.signals import agreement_changed
from events.agreements.terms import canonical, facts_of, hash_of, total_of, with_lines
from portal.accounts.models import User
from portal.audit.services import record
from portal.taxonomy.models import CooperationKind

ONCE_PER_OUTCOME = "agreement_once_per_outcome_and_kind"


def store_draft(draft: Draft, *, actor: User | None, at: datetime) -> tuple[Agreement, bool]:
    """Store a new agreement with its number, first text and rows, and tell of it; (agreement, True).

    For an outcome that has an agreement of this kind: (that one, False), and nothing is changed, no number used up.
    Raises AgreementRefused for what cannot be.
    """
    check_draft(draft)
    try:
        with transaction.atomic():
            return _store(draft, actor, at), True
    except IntegrityError as error:
        if draft.outcome is None or ONCE_PER_OUTCOME not in str(error):
            raise
    standing = Agreement.objects.exclude(status__in=GIVEN_UP)
    return standing.get(outcome=draft.outcome, kind=draft.kind), False


def _store(draft: Draft, actor: User | None, at: datetime) -> Agreement:
    parties = [
        AgreementParty(organization=party, role=role, position=position)
        for position, (role, party) in enumerate(zip(ROLES, draft.parties, strict=False), 1)
    ]
    new = [replace(row, line=0) for row in draft.content.funding]  # a first text gives its own numbers
    form = canonical(draft.kind, parties, with_clauses(with_lines(replace(draft.content, funding=new))))
    content = facts_of(form)
    agreement = Agreement.objects.create(
        number=next_number(at),
        kind=draft.kind,
        fair=draft.fair,
        outcome=draft.outcome,
        demand=draft.demand,
        predecessor_id=draft.predecessor_id,
        is_sample=draft.is_sample,
        last_activity_at=at,
        **columns_of(content),
    )
    for party in parties:
        party.agreement = agreement
    AgreementParty.objects.bulk_create(parties)
    begins = draft.begun_by or draft.parties[0]
    AgreementText.objects.create(
        agreement=agreement,
        number=1,
        content=form,
        terms_hash=hash_of(form),
        with_party=next(party for party in parties if party.organization_id == begins.pk),
        opened_at=at,
    )
    write_rows(agreement, content)
    record(
        verb="agreement.drafted",
        subject=agreement,
        actor=actor,
        at=at,
        number=agreement.number,
        kind=draft.kind,
        parties=[party.pk for party in draft.parties],
    )
    tell(agreement_changed, agreement)
    return agreement


def with_clauses(facts: AgreementFacts, before: AgreementFacts | None = None) -> AgreementFacts:
    """The facts with the clauses of their kinds: those that the text had `before`, for a new kind those of today.

    So what an administrator changes in a kind's clause later changes no text that somebody has approved.
    """
    had = {term.cooperation_kind: (term.clause, term.clause_en) for term in before.terms} if before else {}
    new = [term.cooperation_kind for term in facts.terms if term.cooperation_kind not in had]
    rows = CooperationKind.objects.filter(pk__in=new).values_list("code", "clause", "clause_en") if new else ()
    clauses = had | {code: (clause, clause_en) for code, clause, clause_en in rows}
    return replace(
        facts,
        terms=tuple(
            replace(term, clause=clause, clause_en=clause_en)
            for term in facts.terms
            for clause, clause_en in [clauses.get(term.cooperation_kind, ("", ""))]
        ),
    )


def columns_of(content: AgreementFacts) -> dict[str, object]:
    """What of the content stands in the agreement's own columns; like the rows, of what a canonical form says."""
    return {
        "title": content.title,
        "purpose": content.purpose,
        "place": content.place,
        "starts_on": content.starts_on,
        "ends_on": content.ends_on,
        "amount": total_of(content),
    }


def write_rows(agreement: Agreement, content: AgreementFacts) -> None:
    """Make the terms and the funding those of `content`; the parties must be there.

    A promise of money keeps its row by its line, and with it what was paid; AgreementRefused as `check_paid`.
    """
    check_paid(agreement, content)
    agreement.terms.all().delete()
    terms = AgreementTerm.objects.bulk_create(_term(agreement, term) for term in content.terms)
    TermHeadCount.objects.bulk_create(
        TermHeadCount(term=row, year=count.year, major_id=count.major or None, people=count.people)
        for row, term in zip(terms, content.terms, strict=True)
        for count in term.headcounts
    )
    _write_funding(agreement, content)


def _term(agreement: Agreement, term: TermFacts) -> AgreementTerm:
    return AgreementTerm(
        agreement=agreement,
        cooperation_kind_id=term.cooperation_kind,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        majors=term.majors,
        obligations=term.obligations,
        amount=term.amount,
    )


def check_paid(agreement: Agreement, content: AgreementFacts) -> None:
    """AgreementRefused if a promise under which payments are recorded is gone, turned round, or less than was paid."""
    promised = {row.line: row for row in content.funding}
    recorded = agreement.funding.filter(payments__isnull=False)
    paid = Sum("payments__amount", filter=Q(payments__cancelled_at=None), default=Decimal(0))
    for line, total, *sides in recorded.annotate(paid=paid).values_list("line", "paid", "payer__role", "payee__role"):
        if line not in promised:
            raise AgreementRefused(
                _("Payments are recorded under a promise that is no longer there. Keep it."), field="funding"
            )
        if sides != [promised[line].payer, promised[line].payee]:
            raise AgreementRefused(
                _("Under a promise of money payments are recorded; who pays whom cannot change."), field="funding"
            )
        if promised[line].amount < total:
            raise AgreementRefused(
                _("Of one promise %(paid)s yuan are paid already; it cannot be less.") % {"paid": f"{total:,.2f}"},
                field="funding",
            )


def _write_funding(agreement: Agreement, content: AgreementFacts) -> None:
    agreement.funding.exclude(line__in=[row.line for row in content.funding]).delete()
    parties = {party.role: party for party in agreement.parties.all()}
    for row in content.funding:
        values = {
            "payer": parties[row.payer],
            "payee": parties[row.payee],
            "purpose": row.purpose,
            "amount": row.amount,
        }
        funding, is_new = FundingCommitment.objects.update_or_create(
            agreement=agreement, line=row.line, defaults=values
        )
        if not is_new:
            funding.instalments.all().delete()
        Instalment.objects.bulk_create(
            Instalment(funding=funding, number=number, due_on=part.due_on, amount=part.amount)
            for number, part in enumerate(row.instalments, 1)
        )


def tell(signal: Signal, agreement: Agreement) -> None:
    """Send a fact of this slice once it is true for all."""
    transaction.on_commit(partial(signal.send_robust, sender=Agreement, agreement_id=agreement.pk), robust=True)
