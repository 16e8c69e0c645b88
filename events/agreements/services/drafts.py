"""Draft an agreement: from an outcome, without one, or as the renewal of another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import check_codes
from events.agreements.facts import AgreementFacts, Draft, FundingFacts
from events.agreements.models import Agreement, AgreementKind, TextStatus
from events.agreements.models.agreement import EVER_SIGNED, GIVEN_UP
from events.agreements.notices import tell_parties
from events.agreements.proposing import draft_for_outcome, facts_for_renewal, standard_facts
from events.agreements.refusals import AgreementConflict, AgreementRefused
from events.agreements.selectors import may_draft_for
from events.agreements.services.claiming import claim, parties_of
from events.agreements.terms import facts_of
from events.agreements.writing import store_draft
from events.fairs.models import Fair
from events.meetings.models import Outcome, OutcomeLevel
from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind


@transaction.atomic
def draft_from_outcome(*, outcome: Outcome, kind: str, actor: User, at: datetime) -> Agreement:
    """Draft what the two sides of an outcome may sign: the school is party A, the enterprise party B.

    Idempotent: an agreement of this kind that the outcome has already, and that was not withdrawn, is returned as it
    is. AgreementRefused for an outcome below an intent, or parties that cannot sign.
    """
    if outcome.level < OutcomeLevel.INTENT:
        raise AgreementRefused(_("Nothing has been agreed between these two yet."))
    if kind not in AgreementKind.values:
        raise AgreementRefused(_("This kind of agreement is unknown."), field="kind")
    agreement, is_new = store_draft(draft_for_outcome(outcome, kind), actor=actor, at=at)
    if is_new:
        tell_parties(agreement, event="agreement_drafted", actor=actor, at=at)
    return agreement


@transaction.atomic
def draft_agreement(
    *,
    kind: str,
    parties: Sequence[Organization],
    actor: User,
    at: datetime,
    content: AgreementFacts | None = None,
    fair: Fair | None = None,
    demand: TalentDemand | None = None,
    cooperation_kinds: Collection[CooperationKind | str] = (),
    funding: Sequence[FundingFacts] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
    title: str = "",
    purpose: str = "",
    place: str = "",
) -> Agreement:
    """Draft an agreement that no outcome leads to, such as a framework agreement of the opening ceremony.

    `parties` in the order of their roles (first, second, third …), such as fit the kind; `funding` names payer and
    payee by role. What is left out becomes standard: title, purpose, and the period from the fair's
    first day, or today: one year for an intent or a project, three for others. Where all of it is stated already,
    `content` says it. AgreementRefused with its field.
    """
    if not may_draft_for(actor, parties, fair):
        raise AgreementRefused(_("You act for none of the parties, nor for the organizer of the fair."), field="school")
    if kind not in AgreementKind.values:
        raise AgreementRefused(_("This kind of agreement is unknown."), field="kind")
    if content is not None:
        check_codes(content)
    content = content or standard_facts(
        kind=kind,
        parties=parties,
        kinds=_kinds(cooperation_kinds),
        funding=funding,
        starts_on=starts_on or (fair.starts_on if fair else timezone.localdate(at)),
        ends_on=ends_on,
        texts={"title": title, "purpose": purpose, "place": place},
    )
    draft = Draft(
        kind=kind,
        parties=tuple(parties),
        content=content,
        fair=fair,
        demand=demand,
        begun_by=_own_party(parties, actor),
    )
    agreement, _is_new = store_draft(draft, actor=actor, at=at)
    tell_parties(agreement, event="agreement_drafted", actor=actor, at=at)
    return agreement


@transaction.atomic
def renew_agreement(*, agreement: Agreement, actor: User, at: datetime, ends_on: date | None = None) -> Agreement:
    """Draft the successor of a signed agreement: the same parties and terms, for the period after it.

    Money is not promised anew, head-counts move to the new years. AgreementConflict if it has a successor already.
    """
    standing = claim(agreement.pk, at=at, states=EVER_SIGNED)
    parties = [party.organization for party in parties_of(standing)]
    # The successor is not of the fair any more, whose figures it must not raise; its organizer would not see it.
    if not may_draft_for(actor, parties, None):
        raise AgreementRefused(_("You act for none of the parties."))
    if standing.successors.exclude(status__in=GIVEN_UP).exists():
        raise AgreementConflict(_("This agreement has a successor already."))
    facts = facts_of(standing.texts.get(status=TextStatus.CURRENT).content)
    draft = Draft(
        kind=standing.kind,
        parties=parties,
        content=facts_for_renewal(facts, standing.kind, ends_on),
        predecessor_id=standing.pk,
        begun_by=_own_party(parties, actor),
    )
    renewed, _is_new = store_draft(draft, actor=actor, at=at)
    tell_parties(renewed, event="agreement_drafted", actor=actor, at=at)
    return renewed


def _own_party(parties: Sequence[Organization], actor: User) -> Organization | None:
    """The party for which the person acts, whose turn the draft is then first."""
    if actor.is_staff:
        return None
    own = Organization.objects.editable_by(actor).filter(pk__in=[party.pk for party in parties])
    mine = set(own.values_list("pk", flat=True))
    return next((party for party in parties if party.pk in mine), None)


def _kinds(given: Collection[CooperationKind | str]) -> list[CooperationKind]:
    codes = {kind if isinstance(kind, str) else kind.code for kind in given}
    found = list(CooperationKind.objects.filter(pk__in=codes))
    if len(found) < len(codes):
        raise AgreementRefused(_("An unknown kind of cooperation."), field="cooperation_kinds")
    return found
