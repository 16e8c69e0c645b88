"""Signatures: one of each party on one text, with the day, the person and the scan; the last one makes it valid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import check_parties
from events.agreements.facts import Signatory, Upload
from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementStatus,
    AgreementText,
    FileUse,
    Signature,
    TextChange,
    TextStatus,
)
from events.agreements.notices import tell_parties
from events.agreements.periods import FIRST_DAY
from events.agreements.refusals import AgreementConflict, AgreementRefused
from events.agreements.services.approvals import parties_waited_for
from events.agreements.services.claiming import attends, claim, is_own, open_text, parties_of
from events.agreements.services.files import keep_file
from events.agreements.signals import agreement_changed, agreement_signed
from events.agreements.terms import facts_of
from events.agreements.writing import columns_of, tell, write_rows
from events.fairs.services import NotTheirs
from events.meetings.models import Outcome, OutcomeLevel
from events.meetings.signals import outcome_recorded
from portal.accounts.models import User
from portal.audit.services import record

ONCE_PER_PARTY = "signature_once_per_party"


@transaction.atomic
def sign_agreement(
    *,
    agreement: Agreement,
    terms_hash: str,
    signed_on: date,
    signatories: Mapping[str, Signatory],
    scan: Upload,
    actor: User,
    at: datetime,
) -> Agreement:
    """Record who has signed the text that all have approved, named by its hash; `signatories` by role.

    A party records its own signature; the organizer of the fair and the staff those of all. The last signature makes
    the text valid: the agreement is in force from its first day on, and the outcome it came from is raised to signed.
    NotTheirs for the signature of somebody else; AgreementRefused (field `signed_on` or `first_signatory` …) for a day
    to come, a name that is missing, or parties that cannot sign any more; AgreementConflict for a text that not all
    have approved, that has changed, or that the party has signed.
    """
    standing = claim(agreement.pk, at=at)
    text = open_text(standing)
    parties = parties_of(standing)
    if not set(signatories) <= {party.role for party in parties}:
        raise AgreementRefused(_("Choose a party of this agreement."), field="signatories")
    signing = [party for party in parties if party.role in signatories]
    _check_right(standing, signing, actor)
    _check_text(text, terms_hash)
    check_parties(standing.kind, [party.organization for party in parties], None)
    _check_signature(signing, signed_on, signatories, at)
    _check_day(text, signed_on)
    paper = keep_file(agreement=standing, use=FileUse.SCAN, upload=scan, actor=actor)
    for party in signing:
        _sign(text, party, signatories[party.role], signed_on=signed_on, scan=paper, recorded_at=at, recorded_by=actor)
    days = list(text.signatures.values_list("signed_on", flat=True))
    is_signed_by_all = len(days) == len(parties)
    if is_signed_by_all:
        _settle(standing, text, at)
    record(
        verb="agreement.signed",
        subject=standing,
        actor=actor,
        at=at,
        text=text.number,
        terms_hash=text.terms_hash,
        signed_on=signed_on.isoformat(),
        signatories={party.role: signatories[party.role].name for party in signing},
        scan=paper.sha256,
    )
    signed = Agreement.objects.get(pk=standing.pk)
    tell(agreement_changed, signed)
    event = "agreement_signed" if is_signed_by_all else "agreement_signed_by_one"
    tell_parties(signed, event=event, actor=actor, at=at, signed_on=max(days))
    return signed


def _check_right(agreement: Agreement, signing: list[AgreementParty], actor: User) -> None:
    if not signing:
        raise AgreementRefused(_("Name at least one party that has signed."), field="signatories")
    if attends(agreement, actor):
        return
    if not all(is_own(party, actor) for party in signing):
        raise NotTheirs(_("A party records its own signature; the organizer of the fair or the staff those of all."))


def _check_text(text: AgreementText, terms_hash: str) -> None:
    if parties_waited_for(text):
        raise AgreementConflict(_("Not every party has approved this text. An approval comes before a signature."))
    if terms_hash != text.terms_hash:
        raise AgreementConflict(_("The terms have changed since you read them. Read what is different, then approve."))


def _check_signature(
    signing: list[AgreementParty], signed_on: date, signatories: Mapping[str, Signatory], at: datetime
) -> None:
    if signed_on > timezone.localdate(at):
        raise AgreementRefused(_("The day of signature lies in the future."), field="signed_on")
    for party in signing:
        if not signatories[party.role].name.strip():
            raise AgreementRefused(
                _("Name the person who signs for %(party)s.") % {"party": party.get_role_display()},
                field=f"{party.role}_signatory",
            )


def _check_day(text: AgreementText, signed_on: date) -> None:
    if not FIRST_DAY <= signed_on <= facts_of(text.content).ends_on:
        raise AgreementRefused(
            _("An agreement is signed between the year 2000 and its own last day."), field="signed_on"
        )


def _sign(text: AgreementText, party: AgreementParty, signatory: Signatory, **facts: Any) -> None:
    """Store one signature; `facts` are those that all signatures of one paper share."""
    signature = Signature(
        text=text,
        party=party,
        terms_hash=text.terms_hash,
        signatory=signatory.name.strip(),
        signatory_post=signatory.post.strip(),
        **facts,
    )
    try:
        with transaction.atomic():
            signature.save(force_insert=True)
    except IntegrityError as error:
        if ONCE_PER_PARTY not in str(error):
            raise
        raise AgreementConflict(
            _("%(party)s has signed this text already.") % {"party": party.organization.legal_name}
        ) from error
    AgreementParty.objects.filter(pk=party.pk).update(
        signatory=signature.signatory, signatory_post=signature.signatory_post
    )


def _settle(agreement: Agreement, text: AgreementText, at: datetime) -> None:
    """All have signed: this text is the valid one from now on, and the rows say what it says."""
    AgreementText.objects.filter(agreement=agreement, status=TextStatus.CURRENT).update(
        status=TextStatus.SUPERSEDED, settled_at=at
    )
    AgreementText.objects.filter(pk=text.pk, status=TextStatus.OPEN).update(
        status=TextStatus.CURRENT, settled_at=at, with_party=None
    )
    facts = facts_of(text.content)
    changes: dict[str, object] = dict(columns_of(facts))
    if text.change == TextChange.ORIGINAL:
        begun = facts.starts_on <= timezone.localdate(at)
        changes["status"] = AgreementStatus.IN_FORCE if begun else AgreementStatus.SIGNED
        changes["signed_on"] = max(text.signatures.values_list("signed_on", flat=True))
    Agreement.objects.filter(pk=agreement.pk).update(**changes)
    write_rows(agreement, facts)
    if text.change == TextChange.ORIGINAL:
        if agreement.outcome_id is not None:
            _raise_outcome(agreement.outcome_id, at)
        tell(agreement_signed, agreement)


def _raise_outcome(outcome_id: int, at: datetime) -> None:
    """What came of the two is now a signed agreement; an outcome is never lowered by this."""
    lower = Outcome.objects.filter(pk=outcome_id, level__lt=OutcomeLevel.SIGNED)
    if lower.update(level=OutcomeLevel.SIGNED, version=F("version") + 1, updated_at=at):
        transaction.on_commit(partial(outcome_recorded.send_robust, sender=Outcome, outcome_id=outcome_id), robust=True)
