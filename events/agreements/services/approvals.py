"""The word of each party on a text: of exactly these terms, until one of them changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import check_content, check_parties, check_still_ahead
from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementStatus,
    AgreementText,
    Approval,
    TextChange,
)
from events.agreements.notices import tell_parties
from events.agreements.refusals import AgreementConflict, NotTheirTurn
from events.agreements.services.claiming import claim, open_text, parties_of, require_speaker
from events.agreements.services.texts import pass_on
from events.agreements.signals import agreement_changed
from events.agreements.terms import facts_of
from events.agreements.writing import tell
from portal.accounts.models import User
from portal.audit.services import record


@transaction.atomic
def approve(
    *, agreement: Agreement, party: AgreementParty, terms_hash: str, actor: User, at: datetime, on_behalf: str = ""
) -> Agreement:
    """A party approves the terms that it has read, named by their hash; the next that has not gets the draft.

    When all have, the agreement is ready to be signed: an approval is no signature. The organizer of the fair or the
    staff record what a party said on paper (`on_behalf` says how), whosever turn it is. AgreementConflict if the terms
    have changed since, or the party has approved them already; NotTheirTurn if the draft is with another party;
    AgreementRefused if the text could not be signed as it stands.
    """
    standing = claim(agreement.pk, at=at)
    text = open_text(standing)
    how = require_speaker(standing, party, actor, on_behalf=on_behalf)
    _check(standing, text, party, terms_hash, at, on_paper=bool(how))
    Approval.objects.create(
        text=text,
        party=party,
        terms_hash=text.terms_hash,
        content=text.content,
        approved_at=at,
        approved_by=actor,
        on_behalf=how,
    )
    waiting = parties_waited_for(text)
    if waiting:
        if text.with_party_id == party.pk:
            pass_on(text, waiting[0], actor=actor, at=at)
    else:
        AgreementText.objects.filter(pk=text.pk).update(with_party=None)
        if text.change == TextChange.ORIGINAL:
            Agreement.objects.filter(pk=standing.pk, status=AgreementStatus.DRAFT).update(
                status=AgreementStatus.APPROVED
            )
    record(
        verb="agreement.approved",
        subject=standing,
        actor=actor,
        at=at,
        text=text.number,
        role=party.role,
        terms_hash=text.terms_hash,
        on_behalf=how,
    )
    tell(agreement_changed, standing)
    tell_parties(standing, event="agreement_approved" if waiting else "agreement_approved_by_all", actor=actor, at=at)
    return Agreement.objects.get(pk=standing.pk)


@transaction.atomic
def take_back_approval(
    *, agreement: Agreement, party: AgreementParty, actor: User, at: datetime, on_behalf: str = ""
) -> Agreement:
    """A party takes its word back before the text is signed by anybody: the draft is with it again.

    Who attends the agreement records it for a party, and says by `on_behalf` how it did so.
    """
    standing = claim(agreement.pk, at=at)
    text = open_text(standing)
    how = require_speaker(standing, party, actor, on_behalf=on_behalf)
    if text.signatures.exists():
        raise AgreementConflict(_("A party has signed this text already."))
    if not Approval.objects.filter(text=text, party=party, standing=True).update(standing=False):
        raise AgreementConflict(_("This party has not approved the text."))
    AgreementText.objects.filter(pk=text.pk).update(with_party=party)
    Agreement.objects.filter(pk=standing.pk, status=AgreementStatus.APPROVED).update(status=AgreementStatus.DRAFT)
    record(verb="agreement.approval_taken_back", subject=standing, actor=actor, at=at, role=party.role, on_behalf=how)
    tell(agreement_changed, standing)
    tell_parties(standing, event="agreement_approval_taken_back", actor=actor, at=at)
    return Agreement.objects.get(pk=standing.pk)


def parties_waited_for(text: AgreementText) -> list[AgreementParty]:
    """The parties that have not approved the text as it stands, in their order."""
    approved = text.approvals.filter(standing=True).values("party")
    rows = AgreementParty.objects.filter(agreement=text.agreement_id).exclude(pk__in=approved)
    return list(rows.select_related("organization").order_by("position"))


def _check(
    agreement: Agreement, text: AgreementText, party: AgreementParty, terms_hash: str, at: datetime, *, on_paper: bool
) -> None:
    if terms_hash != text.terms_hash:
        raise AgreementConflict(_("The terms have changed since you read them. Read what is different, then approve."))
    if text.approvals.filter(party=party, standing=True).exists():
        raise AgreementConflict(_("%(party)s has approved this text.") % {"party": party.organization.legal_name})
    if text.with_party_id != party.pk and not on_paper:
        raise NotTheirTurn(
            _("The draft is with %(party)s. Wait until it is handed over to you.")
            % {"party": text.with_party.organization.legal_name if text.with_party else ""}
        )
    parties = parties_of(agreement)
    facts = facts_of(text.content)
    check_parties(agreement.kind, [each.organization for each in parties], None)
    check_content(agreement.kind, facts, [each.role for each in parties])
    check_still_ahead(facts, timezone.localdate(at))
