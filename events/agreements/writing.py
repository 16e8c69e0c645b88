"""From what an agreement says to its rows. Services and jobs call this within their own transaction."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.dispatch import Signal

from events.agreements.checks import check_draft
from events.agreements.facts import ROLES, AgreementFacts, Draft
from events.agreements.models import (
    Agreement,
    AgreementMajor,
    AgreementParty,
    AgreementStatus,
    AgreementTerm,
    FundingCommitment,
)
from events.agreements.numbering import next_number
from events.agreements.signals import agreement_changed
from portal.accounts.models import User
from portal.audit.services import record

ONCE_PER_OUTCOME = "agreement_once_per_outcome_and_kind"


def store_draft(draft: Draft, *, actor: User | None, at: datetime) -> tuple[Agreement, bool]:
    """Store a new agreement with its number and rows, and tell of it; (agreement, True).

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
    standing = Agreement.objects.exclude(status=AgreementStatus.WITHDRAWN)
    return standing.get(outcome=draft.outcome, kind=draft.kind), False


def _store(draft: Draft, actor: User | None, at: datetime) -> Agreement:
    content = draft.content
    agreement = Agreement.objects.create(
        number=next_number(at),
        kind=draft.kind,
        fair=draft.fair,
        outcome=draft.outcome,
        is_sample=draft.is_sample,
        title=content.title.strip(),
        purpose=content.purpose.strip(),
        place=content.place.strip(),
        starts_on=content.starts_on,
        ends_on=content.ends_on,
    )
    AgreementParty.objects.bulk_create(
        AgreementParty(agreement=agreement, organization=party, role=role)
        for role, party in zip(ROLES, draft.parties, strict=False)
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


def write_rows(agreement: Agreement, content: AgreementFacts) -> None:
    """Make the terms, the annex of majors and the funding those of `content`; the parties must be there."""
    for rows in (agreement.funding, agreement.terms, agreement.majors):
        rows.all().delete()
    AgreementTerm.objects.bulk_create(
        AgreementTerm(
            agreement=agreement,
            cooperation_kind_id=term.cooperation_kind,
            majors=term.majors,
            headcount=term.headcount,
            obligations=term.obligations.strip(),
            amount=term.amount,
        )
        for term in content.terms
    )
    AgreementMajor.objects.bulk_create(
        AgreementMajor(agreement=agreement, major_id=row.major, graduating_year=row.graduating_year, people=row.people)
        for row in content.majors
    )
    if content.funding:
        parties = {party.role: party for party in agreement.parties.all()}
        FundingCommitment.objects.bulk_create(
            FundingCommitment(
                agreement=agreement,
                payer=parties[funding.payer],
                payee=parties[funding.payee],
                purpose=funding.purpose.strip(),
                amount=funding.amount,
                due_on=funding.due_on,
            )
            for funding in content.funding
        )


def tell(signal: Signal, agreement: Agreement) -> None:
    """Send a fact of this slice once it is true for all."""
    transaction.on_commit(partial(signal.send_robust, sender=Agreement, agreement_id=agreement.pk), robust=True)
