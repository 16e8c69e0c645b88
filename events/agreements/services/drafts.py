"""Draft an agreement, from an outcome or without one, and change it while it is a draft."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.agreements.checks import AgreementRefused, check_content
from events.agreements.facts import AgreementFacts, Draft, FundingFacts
from events.agreements.models import Agreement, AgreementKind, AgreementStatus
from events.agreements.notices import tell_parties
from events.agreements.proposing import draft_for_outcome, standard_facts
from events.agreements.selectors import may_draft_for
from events.agreements.services.states import refuse_outdated
from events.agreements.signals import agreement_changed
from events.agreements.writing import store_draft, tell, write_rows
from events.fairs.models import Fair
from events.meetings.models import Outcome, OutcomeLevel
from portal.accounts.models import User
from portal.audit.services import record
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
    fair: Fair | None = None,
    cooperation_kinds: Collection[CooperationKind | str] = (),
    funding: Sequence[FundingFacts] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
    title: str = "",
    purpose: str = "",
    place: str = "",
) -> Agreement:
    """Draft an agreement that no outcome leads to, such as a framework agreement of the opening ceremony.

    `parties` in the order of their roles (first, second, third), a school and an enterprise among them; `funding`
    names payer and payee by role. What is left out becomes standard: title, purpose, and the period from the fair's
    first day, or today: one year for an intent or a project, three for others. AgreementRefused with its field.
    """
    if not may_draft_for(actor, parties, fair):
        raise AgreementRefused(_("You act for none of the parties, nor for the organizer of the fair."), field="school")
    if kind not in AgreementKind.values:
        raise AgreementRefused(_("This kind of agreement is unknown."), field="kind")
    content = standard_facts(
        kind=kind,
        parties=parties,
        kinds=_kinds(cooperation_kinds),
        funding=funding,
        starts_on=starts_on or (fair.starts_on if fair else timezone.localdate(at)),
        ends_on=ends_on,
        texts={"title": title, "purpose": purpose, "place": place},
    )
    draft = Draft(kind=kind, parties=tuple(parties), content=content, fair=fair)
    agreement, _is_new = store_draft(draft, actor=actor, at=at)
    tell_parties(agreement, event="agreement_drafted", actor=actor, at=at)
    return agreement


@transaction.atomic
def update_agreement(
    *, agreement: Agreement, version: int, facts: AgreementFacts, actor: User, at: datetime
) -> Agreement:
    """Replace what a draft says; `version` is the one that the person has read.

    AgreementConflict if it is no draft any more or somebody was faster, AgreementRefused for what cannot be; then
    nothing has changed.
    """
    check_content(facts, list(agreement.parties.values_list("role", flat=True)))
    won = Agreement.objects.filter(pk=agreement.pk, status=AgreementStatus.DRAFT, version=version).update(
        title=facts.title.strip(),
        purpose=facts.purpose.strip(),
        place=facts.place.strip(),
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        version=F("version") + 1,
        updated_at=at,
    )
    if not won:
        refuse_outdated(agreement.pk)
    changed = Agreement.objects.get(pk=agreement.pk)
    write_rows(changed, facts)
    record(verb="agreement.changed", subject=changed, actor=actor, at=at, version=changed.version)
    tell(agreement_changed, changed)
    return changed


def _kinds(given: Collection[CooperationKind | str]) -> list[CooperationKind]:
    codes = {kind if isinstance(kind, str) else kind.code for kind in given}
    found = list(CooperationKind.objects.filter(pk__in=codes))
    if len(found) < len(codes):
        raise AgreementRefused(_("An unknown kind of cooperation."), field="cooperation_kinds")
    return found
