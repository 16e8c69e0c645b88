"""How a participation moves from one state to the next, and who may move it: common to all acts on one."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, FairStatus, Participation, ParticipationStatus
from events.fairs.replies import LinkHolder
from events.fairs.services.states import locked_fair
from events.fairs.signals import participation_changed
from portal.accounts.models import User
from portal.common.errors import DomainError, StateConflict
from portal.organizations.models import Organization

ASKING = (FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED, FairStatus.LIVE)


class InvitationRefused(DomainError):
    """Somebody who cannot be asked, or an answer that cannot be."""


class AnswerConflict(StateConflict):
    """The answers are closed, or the participation has moved on."""


class NotTheirs(DomainError):
    """The person acts neither for the organization nor for the organizer."""


Answerer = User | LinkHolder


def check_theirs(participation: Participation, actor: Answerer) -> None:
    """NotTheirs unless the actor acts for the organization or the organizer, or holds the link that counts."""
    if isinstance(actor, LinkHolder):
        if (actor.participation_id, actor.serial) != (participation.pk, participation.reply_serial):
            raise NotTheirs(_("This link no longer counts. Ask the organizer for a new one."))
    elif not Participation.objects.editable_by(actor).filter(pk=participation.pk).exists():
        raise NotTheirs(_("You act neither for this organization nor for the organizer."))


def theirs(participation_id: int, actor: Answerer) -> Participation:
    """The participation after its fair is locked, so that the state that is checked is the state that counts."""
    fair_id = Participation.objects.values_list("fair_id", flat=True).get(pk=participation_id)
    fair = locked_fair(fair_id)
    row = Participation.objects.select_related("organization").get(pk=participation_id)
    row.fair = fair
    check_theirs(row, actor)
    return row


def organizers(participation_id: int, actor: Answerer) -> Participation:
    """The same, for the organizer of the fair alone."""
    row = theirs(participation_id, actor)
    if not runs(actor, row.fair_id):
        raise NotTheirs(_("Only the organizer of the fair can do this."))
    return row


def runs(actor: Answerer, fair_id: int) -> bool:
    """Whether the actor is one of the organizer's people."""
    return isinstance(actor, User) and Fair.objects.editable_by(actor).filter(pk=fair_id).exists()


def acts_for(actor: Answerer, organization_id: int) -> bool:
    """Whether the actor answers for the own organization, signed in or by its link."""
    if isinstance(actor, LinkHolder):
        return True
    return Organization.objects.of_member(actor).filter(pk=organization_id).exists()


def person(actor: Answerer) -> User | None:
    """Whom the audit names; nobody for a link, which is noted beside."""
    return actor if isinstance(actor, User) else None


def check_open_for(row: Participation, actor: Answerer, at: datetime) -> None:
    """AnswerConflict once the answers are closed or their time is over; the organizer may answer for others later."""
    if runs(actor, row.fair_id):
        if row.fair.status not in ASKING:
            raise AnswerConflict(_("The answers are closed. Ask the organizer to change yours."))
        return
    if row.fair.status != FairStatus.REGISTRATION:
        raise AnswerConflict(_("The answers are closed. Ask the organizer to change yours."))
    if is_over(row.fair, at):
        raise AnswerConflict(_("The time to answer is over. Call the organizer to change yours."))


def is_over(fair: Fair, at: datetime) -> bool:
    """Whether the last day for answers is past at the place of the fair."""
    return fair.answers_due is not None and timezone.localdate(at) > fair.answers_due


def move(
    row: Participation,
    *,
    before: tuple[ParticipationStatus, ...],
    after: ParticipationStatus,
    at: datetime,
    **changes: object,
) -> None:
    """The conditional UPDATE of one participation; `row` then holds what is stored.

    AnswerConflict if it is in none of the states `before`.
    """
    waiting = Participation.objects.filter(Q(status__in=before), pk=row.pk)
    if not waiting.update(status=after, updated_at=at, **changes):
        raise AnswerConflict(_("This participation has moved on. Look at it again."))
    fair, organization = row.fair, row.organization
    row.refresh_from_db()
    row.fair, row.organization = fair, organization
    announce(row.pk)


def announce(participation_id: int) -> None:
    """Tell the packages above after commit that something about the participation has changed."""
    send = partial(participation_changed.send_robust, sender=Participation, participation_id=participation_id)
    transaction.on_commit(send, robust=True)
