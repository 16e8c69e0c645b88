"""Sign an agreement or withdraw it: one conditional UPDATE decides who was first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import NoReturn

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import AgreementRefused, check_parties
from events.agreements.facts import Signatory
from events.agreements.models import Agreement, AgreementParty, AgreementStatus
from events.agreements.notices import tell_parties
from events.agreements.signals import agreement_changed, agreement_signed
from events.agreements.writing import tell
from events.fairs.services import NotTheirs
from events.meetings.models import Outcome, OutcomeLevel
from events.meetings.signals import outcome_recorded
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import StateConflict


class AgreementConflict(StateConflict):
    """The agreement is no draft any more, or not the one that the person has read."""


@transaction.atomic
def sign_agreement(
    *,
    agreement: Agreement,
    version: int,
    signed_on: date,
    signatories: Mapping[str, Signatory],
    actor: User,
    at: datetime,
    place: str = "",
) -> Agreement:
    """Record that every party has signed the draft of this version; raises the outcome's level to signed.

    `signatories` by role: each party needs a name. NotTheirs for everybody but the organizer of the fair and the staff;
    AgreementRefused (field `signed_on` or `first_signatory` …) for a day to come, a name that is missing, or parties
    that cannot sign any more; AgreementConflict for everybody but the first, or if the text has changed.
    """
    if not Agreement.objects.signable_by(actor).filter(pk=agreement.pk).exists():
        raise NotTheirs(_("Only the organizer of the fair, or the staff of the platform, records signatures."))
    parties = list(agreement.parties.select_related("organization").order_by("role"))
    check_parties([party.organization for party in parties], agreement.fair)
    _check_signature(parties, signed_on, signatories, at)
    changes: dict[str, object] = {"place": place.strip()} if place.strip() else {}
    won = Agreement.objects.filter(pk=agreement.pk, status=AgreementStatus.DRAFT, version=version).update(
        status=AgreementStatus.SIGNED, signed_on=signed_on, version=F("version") + 1, updated_at=at, **changes
    )
    if not won:
        refuse_outdated(agreement.pk)
    for party in parties:
        signatory = signatories[party.role]
        party.signatory, party.signatory_post = signatory.name.strip(), signatory.post.strip()
    AgreementParty.objects.bulk_update(parties, ["signatory", "signatory_post"])
    signed = Agreement.objects.get(pk=agreement.pk)
    if signed.outcome_id is not None:
        _raise_outcome(signed.outcome_id, at)
    names = {party.role: party.signatory for party in parties}
    record(
        verb="agreement.signed", subject=signed, actor=actor, at=at, signed_on=signed_on.isoformat(), signatories=names
    )
    tell(agreement_signed, signed)
    tell(agreement_changed, signed)
    tell_parties(signed, event="agreement_signed", actor=actor, at=at)
    return signed


@transaction.atomic
def withdraw_agreement(*, agreement: Agreement, actor: User, at: datetime, reason: str = "") -> Agreement:
    """Give up a draft; its number is not given again. AgreementConflict if it is no draft any more."""
    won = Agreement.objects.filter(pk=agreement.pk, status=AgreementStatus.DRAFT).update(
        status=AgreementStatus.WITHDRAWN, updated_at=at
    )
    if not won:
        refuse_outdated(agreement.pk)
    withdrawn = Agreement.objects.get(pk=agreement.pk)
    record(verb="agreement.withdrawn", subject=withdrawn, actor=actor, at=at, reason=reason.strip())
    tell(agreement_changed, withdrawn)
    tell_parties(withdrawn, event="agreement_withdrawn", actor=actor, at=at)
    return withdrawn


def refuse_outdated(agreement_id: int) -> NoReturn:
    """Say why a conditional UPDATE found no row: raises AgreementConflict."""
    status = Agreement.objects.values_list("status", flat=True).get(pk=agreement_id)
    if status == AgreementStatus.SIGNED:
        raise AgreementConflict(_("This agreement has been signed already."))
    if status == AgreementStatus.WITHDRAWN:
        raise AgreementConflict(_("This agreement has been withdrawn."))
    raise AgreementConflict(_("Somebody changed this agreement a moment ago. Read it again before you go on."))


def _check_signature(
    parties: list[AgreementParty], signed_on: date, signatories: Mapping[str, Signatory], at: datetime
) -> None:
    if signed_on > timezone.localdate(at):
        raise AgreementRefused(_("The day of signature lies in the future."), field="signed_on")
    for party in parties:
        signatory = signatories.get(party.role)
        if signatory is None or not signatory.name.strip():
            raise AgreementRefused(
                _("Name the person who signs for %(party)s.") % {"party": party.get_role_display()},
                field=f"{party.role}_signatory",
            )


def _raise_outcome(outcome_id: int, at: datetime) -> None:
    """What came of the two is now a signed agreement; an outcome is never lowered by this."""
    lower = Outcome.objects.filter(pk=outcome_id, level__lt=OutcomeLevel.SIGNED)
    if lower.update(level=OutcomeLevel.SIGNED, version=F("version") + 1, updated_at=at):
        transaction.on_commit(partial(outcome_recorded.send_robust, sender=Outcome, outcome_id=outcome_id), robust=True)
