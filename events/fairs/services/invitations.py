"""Who is asked to a fair, what they answer, and who is there on the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, FairStatus, Participation, ParticipationStatus
from events.fairs.notices import tell_each, tell_organizer
from events.fairs.services.states import FairStateConflict, locked_fair
from events.fairs.signals import participation_changed
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.organizations.models import Organization, OrganizationKind

SIDES = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)
ASKING = (FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED, FairStatus.LIVE)
# The desk is often open the evening before; what it has missed is put right after the closing.
DOOR_OPEN = (FairStatus.SCHEDULED, FairStatus.LIVE, FairStatus.CLOSED)
MOST_DELEGATES = 50


class InvitationRefused(DomainError):
    """Somebody who cannot be asked, or an answer that cannot be."""


class AnswerConflict(StateConflict):
    """The answers are closed, or the participation has moved on."""


class NotTheirs(DomainError):
    """The person acts neither for the organization nor for the organizer."""


@transaction.atomic
def invite_partners(*, fair_id: int, organization_ids: Iterable[int], actor: User, at: datetime) -> list[Participation]:
    """Invite approved schools and enterprises and tell them; returns those newly invited.

    Whoever is asked already is left alone; whoever had been taken off is asked again. InvitationRefused if one
    of the organizations is no approved school or enterprise: then nobody is invited.
    """
    fair = locked_fair(fair_id)
    if fair.status not in ASKING:
        raise FairStateConflict(_("Invitations go out once registration is open and until the fair is over."))
    wanted = set(organization_ids)
    able = Organization.objects.approved().filter(pk__in=wanted, kind__in=SIDES)
    if not wanted or able.count() != len(wanted):
        raise InvitationRefused(
            _("Only approved schools and enterprises can be invited. Choose at least one."), field="organizations"
        )
    known = dict(fair.participations.filter(organization__in=wanted).values_list("organization_id", "status"))
    again = [pk for pk, status in known.items() if status == ParticipationStatus.CANCELLED]
    fair.participations.filter(organization__in=again).update(
        status=ParticipationStatus.INVITED, invited_at=at, answered_at=None, note="", updated_at=at
    )
    Participation.objects.bulk_create(
        Participation(fair=fair, organization_id=pk, invited_at=at) for pk in sorted(wanted - set(known))
    )
    asked = sorted((wanted - set(known)) | set(again))
    invited = list(fair.participations.filter(organization__in=asked).select_related("organization").order_by("pk"))
    if invited:
        record(verb="fair.invited", subject=fair, actor=actor, at=at, organizations=asked)
        tell_each(invited, event="fair_invitation", fair=fair, at=at)
    return invited


@transaction.atomic
def answer_invitation(
    *,
    participation_id: int,
    accept: bool,
    actor: User,
    at: datetime,
    delegates: int = 2,
    note: str = "",
) -> Participation:
    """Accept or decline, again if need be, while registration is open; the organizer may answer for others later too.

    NotTheirs, AnswerConflict, or InvitationRefused for a number of delegates outside of 1 … 50.
    """
    row = _theirs(participation_id, actor)
    _check_open_for(row, actor)
    if accept and not 1 <= delegates <= MOST_DELEGATES:
        raise InvitationRefused(_("Between 1 and 50 delegates can come."), field="delegates")
    status = ParticipationStatus.CONFIRMED if accept else ParticipationStatus.DECLINED
    answerable = (ParticipationStatus.INVITED, ParticipationStatus.DECLINED, ParticipationStatus.CONFIRMED)
    changes: dict[str, object] = {"note": note.strip(), **({"delegates": delegates} if accept else {})}
    _move(row, before=answerable, after=status, at=at, answered_at=at, **changes)
    facts = {"accept": accept, "delegates": delegates, "on_behalf": not _acts_for(actor, row.organization_id)}
    record(verb="participation.answered", subject=row, actor=actor, at=at, **facts)
    if not accept and facts["on_behalf"] is False:
        tell_organizer(row, event="fair_declined", at=at, note=note.strip())
    return row


@transaction.atomic
def withdraw_participation(*, participation_id: int, actor: User, at: datetime, note: str = "") -> Participation:
    """Take an invitation back, or stay away after having accepted, until the fair begins."""
    row = _theirs(participation_id, actor)
    if row.fair.status not in (FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED):
        raise AnswerConflict(_("It is too late to withdraw."))
    before = (ParticipationStatus.INVITED, ParticipationStatus.CONFIRMED)
    _move(row, before=before, after=ParticipationStatus.CANCELLED, at=at, note=note.strip())
    record(verb="participation.withdrawn", subject=row, actor=actor, at=at, note=note.strip())
    if _acts_for(actor, row.organization_id):
        tell_organizer(row, event="fair_declined", at=at, note=note.strip())
    return row


@transaction.atomic
def check_in(*, participation_id: int, actor: User, at: datetime, delegates: int | None = None) -> Participation:
    """An organization has arrived, whether it had answered or not; AnswerConflict if it is checked in already."""
    row = _of_the_day(participation_id, actor)
    if delegates is not None and not 1 <= delegates <= MOST_DELEGATES:
        raise InvitationRefused(_("Between 1 and 50 delegates can come."), field="delegates")
    before = tuple(status for status in ParticipationStatus if status != ParticipationStatus.ATTENDED)
    changes: dict[str, object] = {} if delegates is None else {"delegates": delegates}
    answered = Coalesce("answered_at", Value(at))
    _move(
        row, before=before, after=ParticipationStatus.ATTENDED, at=at, checked_in_at=at, answered_at=answered, **changes
    )
    record(verb="participation.checked_in", subject=row, actor=actor, at=at)
    return row


@transaction.atomic
def mark_absent(*, participation_id: int, actor: User, at: datetime) -> Participation:
    """An organization that was to come has not; also takes back a check-in made by mistake."""
    row = _of_the_day(participation_id, actor)
    before = (ParticipationStatus.CONFIRMED, ParticipationStatus.ATTENDED)
    _move(row, before=before, after=ParticipationStatus.ABSENT, at=at, checked_in_at=None)
    record(verb="participation.absent", subject=row, actor=actor, at=at)
    return row


def check_theirs(participation: Participation, actor: User) -> None:
    """NotTheirs unless the actor acts for the organization or for the organizer of the fair."""
    if not Participation.objects.editable_by(actor).filter(pk=participation.pk).exists():
        raise NotTheirs(_("You act neither for this organization nor for the organizer."))


def _theirs(participation_id: int, actor: User) -> Participation:
    """The participation after its fair is locked, so that the state that is checked is the state that counts."""
    row = Participation.objects.select_related("fair", "organization").get(pk=participation_id)
    row.fair = locked_fair(row.fair_id)
    check_theirs(row, actor)
    return row


def _of_the_day(participation_id: int, actor: User) -> Participation:
    """The participation, if the actor runs the fair and the doors are open."""
    row = _theirs(participation_id, actor)
    if not Fair.objects.editable_by(actor).filter(pk=row.fair_id).exists():
        raise NotTheirs(_("Only the organizer of the fair can do this."))
    if row.fair.status not in DOOR_OPEN:
        raise AnswerConflict(_("Check-in opens with the publication of the timetable."))
    return row


def _check_open_for(row: Participation, actor: User) -> None:
    runs_it = Fair.objects.editable_by(actor).filter(pk=row.fair_id).exists()
    if row.fair.status not in (ASKING if runs_it else (FairStatus.REGISTRATION,)):
        raise AnswerConflict(_("The answers are closed. Ask the organizer to change yours."))


def _acts_for(actor: User, organization_id: int) -> bool:
    return Organization.objects.of_member(actor).filter(pk=organization_id).exists()


def _move(
    row: Participation,
    *,
    before: tuple[ParticipationStatus, ...],
    after: ParticipationStatus,
    at: datetime,
    **changes: object,
) -> None:
    """The conditional UPDATE of one participation; `row` then holds what is stored."""
    waiting = Participation.objects.filter(Q(status__in=before), pk=row.pk)
    if not waiting.update(status=after, updated_at=at, **changes):
        raise AnswerConflict(_("This participation has moved on. Look at it again."))
    fair, organization = row.fair, row.organization
    row.refresh_from_db()
    row.fair, row.organization = fair, organization
    transaction.on_commit(
        partial(participation_changed.send_robust, sender=Participation, participation_id=row.pk), robust=True
    )
