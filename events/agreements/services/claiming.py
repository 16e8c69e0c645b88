"""Who may act on an agreement, and who was first: one conditional UPDATE holds its row until the act is stored."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NoReturn

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from events.agreements.models import Agreement, AgreementParty, AgreementStatus, AgreementText, TextStatus
from events.agreements.models.agreement import BEFORE_SIGNATURE, VALID
from events.agreements.refusals import AgreementConflict, AgreementRefused
from events.fairs.services import NotTheirs
from portal.accounts.models import User
from portal.organizations.models import Organization

ALIVE = (*BEFORE_SIGNATURE, *VALID)


def claim(
    agreement_id: int, *, at: datetime, states: Collection[str] = ALIVE, version: int | None = None, **changes: object
) -> Agreement:
    """Take the agreement for one act, changing these columns; whoever comes second waits until the first is done.

    AgreementConflict if it is in none of the states, or not of the version that the person has read.
    """
    rows = Agreement.objects.filter(pk=agreement_id, status__in=states)
    if version is not None:
        rows = rows.filter(version=version)
    won = rows.update(version=F("version") + 1, updated_at=at, last_activity_at=at, dormant_since=None, **changes)
    if not won:
        refuse_outdated(agreement_id, states)
    return Agreement.objects.get(pk=agreement_id)


def refuse_outdated(agreement_id: int, states: Collection[str] = ()) -> NoReturn:
    """Say why a conditional UPDATE found no row: raises AgreementConflict."""
    status = AgreementStatus(Agreement.objects.values_list("status", flat=True).get(pk=agreement_id))
    if states and status not in states:
        raise AgreementConflict(_SAID[status])
    raise AgreementConflict(_("Somebody changed this agreement a moment ago. Read it again before you go on."))


_SAID = {
    AgreementStatus.DRAFT: _("This agreement is a draft; not everybody has approved it."),
    AgreementStatus.APPROVED: _("All parties have approved this text. It can be changed once one takes its word back."),
    AgreementStatus.SIGNED: _("This agreement has been signed already."),
    AgreementStatus.IN_FORCE: _("This agreement is in force already."),
    AgreementStatus.COMPLETED: _("This agreement is completed."),
    AgreementStatus.EXPIRED: _("This agreement has expired."),
    AgreementStatus.TERMINATED: _("This agreement has been terminated."),
    AgreementStatus.REJECTED: _("This agreement was rejected."),
    AgreementStatus.WITHDRAWN: _("This agreement has been withdrawn."),
}


def open_text(agreement: Agreement) -> AgreementText:
    """The text that is negotiated; AgreementConflict if none is. The caller has claimed the agreement."""
    text = agreement.texts.select_related("with_party__organization").filter(status=TextStatus.OPEN).first()
    if text is None:
        raise AgreementConflict(_("No text of this agreement is being negotiated."))
    return text


def parties_of(agreement: Agreement) -> list[AgreementParty]:
    """The parties in their order, with their organizations."""
    return list(agreement.parties.select_related("organization").order_by("position"))


def is_own(party: AgreementParty, actor: User) -> bool:
    """Whether the person acts for the party itself; the staff, who may write for everybody, do not."""
    own = Organization.objects.editable_by(actor).filter(pk=party.organization_id)
    return not actor.is_staff and own.exists()


def attends(agreement: Agreement, actor: User) -> bool:
    """Whether the person runs the fair it comes from, or is of the staff."""
    return Agreement.objects.attended_by(actor).filter(pk=agreement.pk).exists()


def require_speaker(agreement: Agreement, party: AgreementParty, actor: User, *, on_behalf: str = "") -> str:
    """How a party gave its word as the one who attends the agreement says; empty where the person acts for the party.

    NotTheirs for anybody else, and without that sentence; AgreementRefused for a party of another agreement.
    """
    if party.agreement_id != agreement.pk:
        raise AgreementRefused(_("Choose a party of this agreement."), field="party")
    if is_own(party, actor):
        return ""
    if not attends(agreement, actor):
        raise NotTheirs(_("Only %(party)s itself can do this.") % {"party": party.organization.legal_name})
    if not on_behalf.strip():
        raise NotTheirs(
            _("Say how %(party)s gave its word, such as a stamped letter of that day.")
            % {"party": party.organization.legal_name},
            field="on_behalf",
        )
    return on_behalf.strip()


def require_holder(agreement: Agreement, text: AgreementText, actor: User) -> None:
    """NotTheirs unless it is the person's turn, or the person attends the agreement."""
    if text.with_party is not None and is_own(text.with_party, actor):
        return
    if attends(agreement, actor):
        return
    if text.with_party is None:
        raise AgreementConflict(_SAID[AgreementStatus.APPROVED])
    raise NotTheirs(
        _("The draft is with %(party)s. Wait until it is handed over to you.")
        % {"party": text.with_party.organization.legal_name}
    )
