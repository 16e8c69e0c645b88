"""Negotiate a text: change its terms, hand it over, begin another one beside the text in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import check_codes, check_content
from events.agreements.facts import AgreementFacts
from events.agreements.models import (
    BEFORE_SIGNATURE,
    Agreement,
    AgreementParty,
    AgreementStatus,
    AgreementText,
    HandOver,
    TextChange,
    TextStatus,
)
from events.agreements.models.agreement import VALID
from events.agreements.notices import tell_parties
from events.agreements.periods import years_after
from events.agreements.refusals import AgreementConflict, AgreementRefused
from events.agreements.services.claiming import (
    ALIVE,
    attends,
    claim,
    is_own,
    open_text,
    parties_of,
    require_holder,
    require_speaker,
)
from events.agreements.signals import agreement_changed
from events.agreements.terms import canonical, facts_of, hash_of, with_lines
from events.agreements.writing import check_paid, columns_of, tell, with_clauses, write_rows
from events.fairs.services import NotTheirs
from portal.accounts.models import User
from portal.audit.services import record

LONGEST_EXTENSION_IN_YEARS = 1
"""An agreement is extended once, by a year at most: the rule of the ministry's projects."""


@transaction.atomic
def update_agreement(
    *, agreement: Agreement, version: int, facts: AgreementFacts, actor: User, at: datetime
) -> Agreement:
    """Replace what the open text says; `version` is the agreement's version that the person has read.

    Changed terms reset every approval. AgreementConflict if somebody was faster or nothing is negotiated, NotTheirs if
    the draft is with another party, AgreementRefused for what cannot be; then nothing has changed.
    """
    standing = claim(agreement.pk, at=at, version=version)
    text = open_text(standing)
    require_holder(standing, text, actor)
    rewrite(standing, text, facts, actor=actor, at=at)
    return Agreement.objects.get(pk=agreement.pk)


def rewrite(agreement: Agreement, text: AgreementText, facts: AgreementFacts, *, actor: User, at: datetime) -> None:
    """Store new facts in the open text of an agreement that the caller has claimed."""
    parties, taken = parties_of(agreement), _lines_given(agreement)
    if not {row.line for row in facts.funding if row.line} <= taken:
        raise AgreementRefused(
            _("No text has a line of money of this number. Leave it out for a new one."), field="funding"
        )
    content = with_clauses(with_lines(facts, taken), facts_of(text.content))
    check_content(agreement.kind, content, [party.role for party in parties])
    check_codes(content)
    _check_last_day(agreement, text.change, content.ends_on)
    form = canonical(agreement.kind, parties, content)
    content, digest = facts_of(form), hash_of(form)
    if digest == text.terms_hash:
        return
    if text.signatures.exists():
        raise AgreementConflict(_("A party has signed this text. Give it up and propose another one to change it."))
    check_paid(agreement, content)
    was_approved = text.approvals.filter(standing=True).exists()
    AgreementText.objects.filter(pk=text.pk).update(content=form, terms_hash=digest)
    _return_to_draft(agreement, text, actor)
    if text.change == TextChange.ORIGINAL:
        Agreement.objects.filter(pk=agreement.pk).update(**columns_of(content))
        write_rows(agreement, content)
    record(verb="agreement.changed", subject=agreement, actor=actor, at=at, text=text.number, terms_hash=digest)
    tell(agreement_changed, agreement)
    if was_approved:
        tell_parties(agreement, event="agreement_approvals_reset", actor=actor, at=at)


def _return_to_draft(agreement: Agreement, text: AgreementText, actor: User) -> None:
    """A text that all had approved is nobody's any more once it changes: it goes back to whoever changed it."""
    Agreement.objects.filter(pk=agreement.pk, status=AgreementStatus.APPROVED).update(status=AgreementStatus.DRAFT)
    if text.with_party is None:
        parties = parties_of(agreement)
        own = [party for party in parties if is_own(party, actor)]
        AgreementText.objects.filter(pk=text.pk).update(with_party=(own or parties)[0])


def _lines_given(agreement: Agreement) -> set[int]:
    """The lines of money that any text of the agreement has had."""
    contents = agreement.texts.values_list("content", flat=True)
    return {row["line"] for content in contents for row in content["funding"]}


@transaction.atomic
def hand_over(
    *,
    agreement: Agreement,
    to: AgreementParty,
    actor: User,
    at: datetime,
    message: str = "",
    version: int | None = None,
) -> AgreementText:
    """Pass the open text to another party, with a message; it is with exactly one party at a time."""
    standing = claim(agreement.pk, at=at, version=version)
    text = open_text(standing)
    require_holder(standing, text, actor)
    if text.with_party is None:
        raise AgreementConflict(_("All parties have approved this text; it is ready to be signed."))
    if to.agreement_id != agreement.pk:
        raise AgreementRefused(_("Choose a party of this agreement."), field="to")
    if to.pk == text.with_party_id:
        raise AgreementRefused(_("The draft is with this party already."), field="to")
    pass_on(text, to, actor=actor, at=at, message=message)
    record(verb="agreement.handed_over", subject=standing, actor=actor, at=at, to=to.role, message=message.strip())
    tell(agreement_changed, standing)
    tell_parties(standing, event="agreement_handed_over", actor=actor, at=at, only=to)
    return text


def pass_on(text: AgreementText, to: AgreementParty, *, actor: User, at: datetime, message: str = "") -> None:
    """Note the hand-over and whose turn it is now."""
    own = text.with_party if text.with_party is not None and is_own(text.with_party, actor) else None
    HandOver.objects.create(text=text, from_party=own, to_party=to, message=message.strip(), at=at, by=actor)
    AgreementText.objects.filter(pk=text.pk).update(with_party=to)
    text.with_party = to


@transaction.atomic
def open_amendment(
    *, agreement: Agreement, party: AgreementParty, reason: str, actor: User, at: datetime
) -> AgreementText:
    """Begin a new text of a signed agreement; the present one stays in force until all have signed the new one."""
    proposal = AgreementText(with_party=party, change=TextChange.AMENDMENT, reason=reason.strip(), opened_at=at)
    return _open(agreement, proposal, actor, lambda facts: facts)


@transaction.atomic
def open_extension(
    *, agreement: Agreement, party: AgreementParty, ends_on: date, reason: str, actor: User, at: datetime
) -> AgreementText:
    """Begin a text that differs in its last day alone; once in an agreement's life, by a year at most."""
    proposal = AgreementText(with_party=party, change=TextChange.EXTENSION, reason=reason.strip(), opened_at=at)
    return _open(agreement, proposal, actor, lambda facts: replace(facts, ends_on=ends_on))


def _open(
    agreement: Agreement, proposal: AgreementText, actor: User, alter: Callable[[AgreementFacts], AgreementFacts]
) -> AgreementText:
    at = proposal.opened_at
    standing = claim(agreement.pk, at=at, states=VALID)
    _check_proposal(standing, proposal, actor)
    parties = parties_of(standing)
    facts = alter(facts_of(standing.texts.get(status=TextStatus.CURRENT).content))
    _check_last_day(standing, proposal.change, facts.ends_on)
    check_content(standing.kind, facts, [each.role for each in parties])
    proposal.content = canonical(standing.kind, parties, facts)
    proposal.terms_hash = hash_of(proposal.content)
    proposal.agreement, proposal.number = standing, standing.texts.latest("number").number + 1
    proposal.save(force_insert=True)
    record(
        verb="agreement.amending", subject=standing, actor=actor, at=at, text=proposal.number, reason=proposal.reason
    )
    tell(agreement_changed, standing)
    tell_parties(standing, event="agreement_amending", actor=actor, at=at)
    return proposal


def _check_proposal(agreement: Agreement, proposal: AgreementText, actor: User) -> None:
    party = proposal.with_party
    if party is None or party.agreement_id != agreement.pk:
        raise AgreementRefused(_("Choose a party of this agreement."), field="party")
    if not (attends(agreement, actor) or is_own(party, actor)):
        raise NotTheirs(_("Only a party of the agreement can propose another text."))
    if not proposal.reason:
        raise AgreementRefused(_("Say why the text is to change."), field="reason")
    if agreement.texts.filter(status=TextStatus.OPEN).exists():
        raise AgreementConflict(_("Another text of this agreement is being negotiated already."))
    extensions = agreement.texts.filter(change=TextChange.EXTENSION).exclude(status=TextStatus.DROPPED)
    if proposal.change == TextChange.EXTENSION and extensions.exists():
        raise AgreementConflict(_("This agreement has been extended once. Renew it instead."))


def _check_last_day(agreement: Agreement, change: str, ends_on: date) -> None:
    """The last day of a valid agreement is put off by an extension alone, and by a year at most, in every rewriting."""
    latest = years_after(agreement.ends_on, LONGEST_EXTENSION_IN_YEARS)
    if change == TextChange.EXTENSION and not agreement.ends_on < ends_on <= latest:
        raise AgreementRefused(
            _("An extension is by a year at most. For longer, renew the agreement."), field="ends_on"
        )
    if change == TextChange.AMENDMENT and ends_on > agreement.ends_on:
        raise AgreementRefused(
            _("An amendment does not put off the last day. Extend the agreement once, or renew it."), field="ends_on"
        )


@transaction.atomic
def give_up(
    *, agreement: Agreement, actor: User, at: datetime, reason: str, party: AgreementParty | None = None
) -> Agreement:
    """Give up the open text: a draft is then withdrawn, or rejected where the party with whom it is does so.

    A signed agreement stays in force as it was. AgreementConflict if nothing is negotiated any more.
    """
    standing = claim(agreement.pk, at=at)
    text = open_text(standing)
    rejected = party is not None and text.with_party_id == party.pk
    if party is not None:
        require_speaker(standing, party, actor, on_behalf=reason)
    elif not (attends(standing, actor) or any(is_own(each, actor) for each in parties_of(standing))):
        raise NotTheirs(_("Only a party of the agreement can give it up."))
    if not reason.strip():
        raise AgreementRefused(_("Say why, for the other parties."), field="reason")
    AgreementText.objects.filter(pk=text.pk).update(status=TextStatus.DROPPED, settled_at=at, with_party=None)
    verb = "rejected" if rejected else "withdrawn"
    if text.change == TextChange.ORIGINAL:
        status = AgreementStatus.REJECTED if rejected else AgreementStatus.WITHDRAWN
        Agreement.objects.filter(pk=standing.pk, status__in=BEFORE_SIGNATURE).update(status=status)
    event = f"agreement_{verb}" if text.change == TextChange.ORIGINAL else "agreement_text_dropped"
    record(verb=f"agreement.{verb}", subject=standing, actor=actor, at=at, text=text.number, reason=reason.strip())
    tell(agreement_changed, standing)
    tell_parties(standing, event=event, actor=actor, at=at)
    return Agreement.objects.get(pk=standing.pk)


@transaction.atomic
def change_party(
    *,
    party: AgreementParty,
    own_number: str,
    signatory: str,
    signatory_post: str,
    contact: str,
    contact_phone: str,
    actor: User,
    at: datetime,
) -> AgreementParty:
    """Change what needs nobody's approval: a party's own number, who signs for it, whom to call."""
    standing = claim(party.agreement_id, at=at, states=ALIVE)
    if not (is_own(party, actor) or attends(standing, actor)):
        raise NotTheirs(_("Only %(party)s itself can do this.") % {"party": party.organization.legal_name})
    AgreementParty.objects.filter(pk=party.pk).update(
        own_number=own_number.strip(),
        signatory=signatory.strip(),
        signatory_post=signatory_post.strip(),
        contact=contact.strip(),
        contact_phone=contact_phone.strip(),
    )
    record(verb="agreement.party_changed", subject=standing, actor=actor, at=at, role=party.role)
    return AgreementParty.objects.get(pk=party.pk)
