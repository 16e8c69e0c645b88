"""The word of an organization against a breach, and the organizer's answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Participation
from events.fairs.notices import people_of, tell_each
from events.review.models import Appeal, Strike
from events.review.services.rules import rules_of
from events.review.services.strikes import strike_page, waive_strike
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.notifications.services import notify
from portal.organizations.models import Organization


class AppealRefused(DomainError):
    """A word that comes too late, says nothing, or from somebody it does not concern."""


class AppealConflict(StateConflict):
    """There is an appeal already, or it is answered already."""


def appeal_until(strike: Strike) -> datetime:
    """Until when the organization may object; `participation.fair` must be loaded."""
    rules = rules_of(strike.participation.fair.organizer_id)
    return strike.noted_at + timedelta(days=rules.appeal_days)


@transaction.atomic
def raise_appeal(*, strike_id: int, text: str, actor: User, at: datetime) -> Appeal:
    """Object to a breach of the own organization, once and in time; the organizer is told."""
    strike = _strike(strike_id)
    row = strike.participation
    if not Organization.objects.editable_by(actor).filter(pk=row.organization_id).exists():
        raise AppealRefused(_("Only the organization itself can object."))
    if strike.waived_at is not None:
        raise AppealConflict(_("This breach no longer counts already."))
    if at > appeal_until(strike):
        raise AppealRefused(_("The time to object is over."))
    if not text.strip():
        raise AppealRefused(_("Say what happened."), field="text")
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(strike=strike, text=text.strip(), raised_by=actor, raised_at=at)
    except IntegrityError as error:
        raise AppealConflict(_("The organization has objected already.")) from error
    record(verb="appeal.raised", subject=appeal, actor=actor, at=at, strike=strike_id)
    people = people_of([row.fair.organizer_id]).get(row.fair.organizer_id, [])
    facts: dict[str, object] = {
        "organization": row.organization.display_name,
        "fair": row.fair.name,
    }
    url = reverse("review:strike", args=[strike_id])
    notify(recipients=people, event="appeal_raised", at=at, context=facts, url=url)
    return appeal


@transaction.atomic
def answer_appeal(*, appeal_id: int, upheld: bool, answer: str, actor: User, at: datetime) -> Appeal:
    """Answer once: upheld, the breach no longer counts; refused, with a reason, it stands. Nobody answers himself."""
    appeal = Appeal.objects.select_related("strike").get(pk=appeal_id)
    if appeal.raised_by_id == actor.pk:
        raise AppealRefused(_("Somebody else has to answer what you have written."))
    if not upheld and not answer.strip():
        raise AppealRefused(_("Say why it stands."), field="answer")
    won = Appeal.objects.filter(pk=appeal_id, answered_at=None).update(
        is_upheld=upheld, answer=answer.strip(), answered_by=actor, answered_at=at, updated_at=at
    )
    if not won:
        raise AppealConflict(_("This has been answered already."))
    strike = _strike(appeal.strike_id)
    if upheld and strike.waived_at is None:
        waive_strike(strike_id=strike.pk, reason=answer, actor=actor, at=at)
    record(verb="appeal.answered", subject=appeal, actor=actor, at=at, upheld=upheld)
    if not upheld:
        _tell_refusal(strike, answer.strip(), at)
    appeal.refresh_from_db()
    return appeal


def _tell_refusal(strike: Strike, answer: str, at: datetime) -> None:
    row: Participation = strike.participation
    tell_each(
        [row],
        event="appeal_refused",
        fair=row.fair,
        at=at,
        url_of=partial(strike_page, strike.pk),
        answer=answer,
    )


def _strike(strike_id: int) -> Strike:
    return Strike.objects.select_related("participation__fair", "participation__organization").get(pk=strike_id)
