"""Record what comes after the signature: payments with their proof, milestones, results."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import MOST_PEOPLE
from events.agreements.checks_of_money import is_money
from events.agreements.facts import Upload
from events.agreements.models import (
    Agreement,
    AgreementFile,
    AgreementStatus,
    FileUse,
    FundingCommitment,
    Milestone,
    Payment,
    TermResult,
)
from events.agreements.models.agreement import EVER_SIGNED
from events.agreements.notices import tell_parties
from events.agreements.periods import FIRST_DAY
from events.agreements.refusals import AgreementConflict, AgreementRefused
from events.agreements.services.claiming import attends, claim, is_own, parties_of
from events.agreements.services.files import keep_file
from events.agreements.signals import agreement_changed
from events.agreements.writing import tell
from events.fairs.services import NotTheirs
from portal.accounts.models import User
from portal.audit.services import record
from portal.taxonomy.models import CooperationKind

TOO_EARLY = _("No agreement has a day before the year 2000. Give the year with four digits.")
RECORDED_IN = (AgreementStatus.SIGNED, AgreementStatus.IN_FORCE, AgreementStatus.COMPLETED, AgreementStatus.EXPIRED)
"""States in which money may still be paid and results be counted: an instalment may come after the last day."""


@transaction.atomic
def record_payment(
    *,
    funding: FundingCommitment,
    paid_on: date,
    amount: Decimal,
    actor: User,
    at: datetime,
    proof: Upload | None = None,
    note: str = "",
) -> Payment:
    """Record money paid under a promise. AgreementRefused for a day to come or more than what is left of it."""
    standing = _claimed(funding.agreement_id, actor, at, EVER_SIGNED)
    if paid_on > timezone.localdate(at):
        raise AgreementRefused(_("The day of payment lies in the future."), field="paid_on")
    if paid_on < FIRST_DAY:
        raise AgreementRefused(TOO_EARLY, field="paid_on")
    if not is_money(amount):
        raise AgreementRefused(_("An amount is above zero and has at most two decimal places."), field="amount")
    promised = FundingCommitment.objects.filter(pk=funding.pk).values_list("amount", flat=True).first()
    if promised is None:
        raise AgreementConflict(_("The text in force no longer promises this money."))
    left = promised - paid_of(funding)
    if amount > left:
        raise AgreementRefused(
            _("Of this promise %(left)s yuan are left to be paid.") % {"left": f"{left:,.2f}"}, field="amount"
        )
    payment = Payment.objects.create(
        funding=funding,
        paid_on=paid_on,
        amount=amount,
        proof=_kept(standing, FileUse.PROOF, proof, actor),
        note=note.strip(),
        recorded_by=actor,
    )
    record(verb="agreement.paid", subject=standing, actor=actor, at=at, line=funding.line, amount=str(amount))
    tell(agreement_changed, standing)
    tell_parties(standing, event="agreement_paid", actor=actor, at=at)
    return payment


@transaction.atomic
def cancel_payment(*, payment: Payment, actor: User, at: datetime) -> Payment:
    """Take back a payment recorded by mistake; it stays on the ledger, struck out."""
    standing = _claimed(payment.funding.agreement_id, actor, at, EVER_SIGNED)
    if not Payment.objects.filter(pk=payment.pk, cancelled_at=None).update(cancelled_at=at, updated_at=at):
        raise AgreementConflict(_("This payment was cancelled already."))
    record(verb="agreement.payment_cancelled", subject=standing, actor=actor, at=at, amount=str(payment.amount))
    tell(agreement_changed, standing)
    tell_parties(standing, event="agreement_payment_cancelled", actor=actor, at=at)
    return Payment.objects.get(pk=payment.pk)


def paid_of(funding: FundingCommitment) -> Decimal:
    """What was paid under a promise, in yuan."""
    rows = Payment.objects.filter(funding=funding, cancelled_at=None)
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


@transaction.atomic
def plan_milestone(*, agreement: Agreement, title: str, due_on: date, actor: User, at: datetime) -> Milestone:
    """Set a milestone within the agreement's period."""
    standing = _claimed(agreement.pk, actor, at, RECORDED_IN)
    if not title.strip():
        raise AgreementRefused(_("Name the milestone."), field="title")
    if not standing.starts_on <= due_on <= standing.ends_on:
        raise AgreementRefused(_("A milestone lies within the agreement's period."), field="due_on")
    milestone = Milestone.objects.create(agreement=standing, title=title.strip(), due_on=due_on)
    record(verb="agreement.milestone_planned", subject=standing, actor=actor, at=at, title=milestone.title)
    return milestone


@transaction.atomic
def reach_milestone(
    *, milestone: Milestone, done_on: date, actor: User, at: datetime, note: str = "", evidence: Upload | None = None
) -> Milestone:
    """Record that a milestone was reached; AgreementConflict if it was already."""
    standing = _claimed(milestone.agreement_id, actor, at, RECORDED_IN)
    if done_on > timezone.localdate(at):
        raise AgreementRefused(_("The day lies in the future."), field="done_on")
    if done_on < FIRST_DAY:
        raise AgreementRefused(TOO_EARLY, field="done_on")
    kept = _kept(standing, FileUse.EVIDENCE, evidence, actor)
    rows = Milestone.objects.filter(pk=milestone.pk, done_on=None)
    if not rows.update(done_on=done_on, note=note.strip(), evidence=kept, updated_at=at):
        raise AgreementConflict(_("This milestone was reached already."))
    record(verb="agreement.milestone_reached", subject=standing, actor=actor, at=at, title=milestone.title)
    tell_parties(standing, event="agreement_milestone_reached", actor=actor, at=at)
    return Milestone.objects.get(pk=milestone.pk)


@transaction.atomic
def reopen_milestone(*, milestone: Milestone, actor: User, at: datetime) -> Milestone:
    """Undo `reach_milestone`; note and evidence stay."""
    standing = _claimed(milestone.agreement_id, actor, at, RECORDED_IN)
    if not Milestone.objects.filter(pk=milestone.pk, done_on__isnull=False).update(done_on=None, updated_at=at):
        raise AgreementConflict(_("This milestone is open."))
    record(verb="agreement.milestone_reopened", subject=standing, actor=actor, at=at, title=milestone.title)
    return Milestone.objects.get(pk=milestone.pk)


@transaction.atomic
def remove_milestone(*, milestone: Milestone, actor: User, at: datetime) -> None:
    """Take an open milestone off the plan."""
    standing = _claimed(milestone.agreement_id, actor, at, RECORDED_IN)
    gone, _rows = Milestone.objects.filter(pk=milestone.pk, done_on=None).delete()
    if not gone:
        raise AgreementConflict(_("A milestone that was reached stays on record."))
    record(verb="agreement.milestone_removed", subject=standing, actor=actor, at=at, title=milestone.title)


@transaction.atomic
def record_result(
    *,
    agreement: Agreement,
    cooperation_kind: CooperationKind,
    year: int,
    people: int,
    actor: User,
    at: datetime,
    note: str = "",
    evidence: Upload | None = None,
) -> TermResult:
    """Record, or correct, what came of a kind of cooperation in a year."""
    standing = _claimed(agreement.pk, actor, at, RECORDED_IN)
    if not standing.terms.filter(cooperation_kind=cooperation_kind).exists():
        raise AgreementRefused(_("The agreement has no such kind of cooperation."), field="cooperation_kind")
    if not standing.starts_on.year <= year <= timezone.localdate(at).year:
        raise AgreementRefused(_("Results are of years from the first of the agreement to this one."), field="year")
    if not 0 <= people <= MOST_PEOPLE:
        raise AgreementRefused(_("People are a number between 0 and 100,000."), field="people")
    kept = _kept(standing, FileUse.EVIDENCE, evidence, actor)
    values: dict[str, object] = {"people": people, "note": note.strip()} | ({"evidence": kept} if kept else {})
    try:
        result, _new = TermResult.objects.update_or_create(
            agreement=standing, cooperation_kind=cooperation_kind, year=year, defaults=values
        )
    except IntegrityError as error:
        raise AgreementConflict(_("Somebody recorded this a moment ago. Read it first.")) from error
    record(
        verb="agreement.result_recorded",
        subject=standing,
        actor=actor,
        at=at,
        cooperation_kind=cooperation_kind.code,
        year=year,
        people=people,
    )
    tell(agreement_changed, standing)
    return result


def _claimed(agreement_id: int, actor: User, at: datetime, states: tuple[str, ...]) -> Agreement:
    standing = claim(agreement_id, at=at, states=states)
    if not (attends(standing, actor) or any(is_own(party, actor) for party in parties_of(standing))):
        raise NotTheirs(_("Only a party of the agreement can do this."))
    return standing


def _kept(agreement: Agreement, use: FileUse, upload: Upload | None, actor: User) -> AgreementFile | None:
    return None if upload is None else keep_file(agreement=agreement, use=use, upload=upload, actor=actor)
