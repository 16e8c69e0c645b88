"""Put the agreements of a fair on the run sheet of its signing ceremony."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.agreements.models import Agreement, AgreementStatus, CeremonyTurn
from events.agreements.models.agreement import VALID
from events.agreements.pipeline import with_parties
from events.agreements.refusals import AgreementRefused
from events.agreements.staging import signing_facts
from events.fairs.models import Fair, FairSession, Participation, SessionKind, SigningItem
from events.fairs.services import NotTheirs, SigningFacts, add_signing, change_signing
from portal.accounts.models import User
from portal.audit.services import record

FOR_THE_STAGE = (AgreementStatus.APPROVED, *VALID)


@transaction.atomic
def fill_ceremony(
    *, fair: Fair, session: FairSession, agreements: Sequence[Agreement], actor: User, at: datetime
) -> list[CeremonyTurn]:
    """Put these agreements on the run sheet behind what is there, in their order; those that were not on it.

    Idempotent: an agreement that has its turn keeps it, and gets the signatories that were missing; a paper that
    somebody typed with the same title and sides becomes its turn. AgreementRefused for a session that is no signing
    ceremony of the fair, and for an agreement of another fair or one that not everybody has approved.
    """
    if not Fair.objects.editable_by(actor).filter(pk=fair.pk).exists():
        raise NotTheirs(_("Only the organizer of the fair fills its run sheet."))
    if session.fair_id != fair.pk or session.kind != SessionKind.SIGNING:
        raise AgreementRefused(_("Choose a signing ceremony of this fair."), field="session")
    Fair.objects.select_for_update().get(pk=fair.pk)
    wanted = [row.pk for row in agreements]
    found = {row.pk: row for row in with_parties(fair.agreements.filter(pk__in=wanted, status__in=FOR_THE_STAGE))}
    if not wanted or set(wanted) - set(found):
        raise AgreementRefused(
            _("Choose agreements of this fair that all parties have approved or signed."), field="agreements"
        )
    turns = {
        turn.agreement_id: turn for turn in CeremonyTurn.objects.filter(agreement__in=wanted).select_related("signing")
    }
    coming = dict(Participation.objects.taking_part().filter(fair=fair).values_list("organization", "pk"))
    made = []
    for pk in dict.fromkeys(wanted):
        facts = signing_facts(found[pk], coming)
        if pk in turns:
            _complete(turns[pk].signing, facts, actor, at)
        else:
            made.append(_give_turn(found[pk], session, facts, actor, at))
    record(verb="fair.ceremony_filled", subject=fair, actor=actor, at=at, agreements=len(wanted), new=len(made))
    return made


def _give_turn(
    agreement: Agreement, session: FairSession, facts: SigningFacts, actor: User, at: datetime
) -> CeremonyTurn:
    known = session.signings.filter(
        title=facts.title, school=facts.school_id, enterprise=facts.enterprise_id, agreement_turn=None
    ).first()
    if known is None:
        known = add_signing(session_id=session.pk, facts=facts, actor=actor, at=at)
    else:
        _complete(known, facts, actor, at)
    return CeremonyTurn.objects.create(agreement=agreement, signing=known)


def _complete(item: SigningItem, facts: SigningFacts, actor: User, at: datetime) -> None:
    """Name the signatories that the sheet does not name yet; what somebody typed stays."""
    school = item.school_signatory or facts.school_signatory
    enterprise = item.enterprise_signatory or facts.enterprise_signatory
    if (school, enterprise) != (item.school_signatory, item.enterprise_signatory):
        change_signing(
            signing_id=item.pk,
            school_signatory=school,
            enterprise_signatory=enterprise,
            witnesses=item.witnesses,
            actor=actor,
            at=at,
        )
