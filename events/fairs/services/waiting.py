"""The places of a fair: who gets one, who waits for one, who asks for one without an invitation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.fairs import admission
from events.fairs.models import (
    TAKING_PART,
    Fair,
    FairStatus,
    Origin,
    Participation,
    ParticipationQuerySet,
    ParticipationStatus,
)
from events.fairs.notices import tell_each, tell_organizer
from events.fairs.services.moving import (
    AnswerConflict,
    InvitationRefused,
    NotTheirs,
    announce,
    is_over,
    move,
    organizers,
)
from events.fairs.services.states import locked_fair
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError
from portal.organizations.models import Organization, OrganizationKind

SIDES = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)
MOVES_UP = (FairStatus.REGISTRATION, FairStatus.MATCHING)  # later a place left is the organizer's to give
DECIDING = (*MOVES_UP, FairStatus.SCHEDULED)
MOST_DELEGATES = 50
AGAIN = (ParticipationStatus.DECLINED, ParticipationStatus.CANCELLED)


class AlreadyInFair(DomainError):
    """The organization is invited, waits or takes part already."""


def places_of(fair: Fair, kind: str) -> int | None:
    """How many organizations of a side can come; None for no limit."""
    return fair.most_schools if kind == OrganizationKind.SCHOOL else fair.most_enterprises


def status_for_a_new_one(row: Participation) -> ParticipationStatus:
    """Coming if a place is left and nobody waits for it, else on the waiting list; the fair must be locked."""
    most = places_of(row.fair, row.organization.kind)
    if most is None:
        return ParticipationStatus.CONFIRMED
    others = _of_side(row.fair, row.organization.kind).exclude(pk=row.pk)
    waits = others.filter(status=ParticipationStatus.WAITLISTED).exists()
    full = others.filter(status__in=TAKING_PART).count() >= most
    return ParticipationStatus.WAITLISTED if waits or full else ParticipationStatus.CONFIRMED


def fill_places(*, fair: Fair, at: datetime) -> list[Participation]:
    """Give the places left to those who wait longest and tell them; returns who moved up. The fair must be locked.

    Nothing moves once the timetable is published: then the organizer decides.
    """
    if fair.status not in MOVES_UP:
        return []
    return [row for kind in SIDES for row in _fill_side(fair, kind, at)]


def _fill_side(fair: Fair, kind: str, at: datetime) -> list[Participation]:
    most = places_of(fair, kind)
    side = _of_side(fair, kind)
    queue = side.filter(status=ParticipationStatus.WAITLISTED).order_by("waitlisted_at", "pk")
    if most is not None:
        queue = queue[: max(0, most - side.filter(status__in=TAKING_PART).count())]
    rows = list(queue.select_related("organization"))
    for row in rows:
        row.fair = fair
        _give_place(row, None, at)
    return rows


@transaction.atomic
def move_up(*, participation_id: int, actor: User, at: datetime) -> Participation:
    """The organizer lets somebody from the waiting list in, past the others and the limit if need be."""
    row = organizers(participation_id, actor)
    if row.fair.status not in DECIDING:
        raise AnswerConflict(_("The fair has begun: check the organization in at the door."))
    _give_place(row, actor, at)
    return row


def _give_place(row: Participation, actor: User | None, at: datetime) -> None:
    before = (ParticipationStatus.WAITLISTED,)
    move(row, before=before, after=ParticipationStatus.CONFIRMED, at=at, waitlisted_at=None, withdrawn_at=None)
    record(verb="participation.moved_up", subject=row, actor=actor, at=at)
    tell_each([row], event="fair_moved_up", fair=row.fair, at=at)


@transaction.atomic
def ask_to_take_part(
    *, fair_id: int, organization_id: int, actor: User, at: datetime, delegates: int = 2, note: str = ""
) -> Participation:
    """Ask for a place without an invitation, while registration is open; the organizer decides and is told.

    NotTheirs, AnswerConflict once it is too late, InvitationRefused for whoever can never come, AlreadyInFair.
    """
    fair = locked_fair(fair_id)
    organization = Organization.objects.editable_by(actor).filter(pk=organization_id).first()
    if organization is None:
        raise NotTheirs(_("You do not act for this organization."), field="organization")
    if fair.status != FairStatus.REGISTRATION or is_over(fair, at):
        raise AnswerConflict(_("Registration is not open."))
    if organization not in Organization.objects.approved().filter(kind__in=SIDES):
        raise InvitationRefused(_("Only approved schools and enterprises take part."), field="organization")
    if not 1 <= delegates <= MOST_DELEGATES:
        raise InvitationRefused(_("Between 1 and 50 delegates can come."), field="delegates")
    admission.check(organization, fair)
    row = _asked(fair, organization, at, delegates=delegates, note=note.strip())
    record(verb="participation.applied", subject=row, actor=actor, at=at)
    tell_organizer(row, event="fair_applied", at=at, note=note.strip())
    announce(row.pk)
    return row


def _asked(fair: Fair, organization: Organization, at: datetime, *, delegates: int, note: str) -> Participation:
    """The new row, or that of somebody who had declined or been taken off."""
    given = {"status": ParticipationStatus.APPLIED, "origin": Origin.APPLIED, "delegates": delegates, "note": note}
    given |= {"invited_at": at, "answered_at": at, "waitlisted_at": None, "taken_off": False}
    row = fair.participations.filter(organization=organization).first()
    # Asking again does not undo a late withdrawal; having been taken off was none.
    given["withdrawn_at"] = None if row is None or row.taken_off else row.withdrawn_at
    if row is None:
        row = Participation.objects.create(fair=fair, organization=organization, **given)
    elif not fair.participations.filter(pk=row.pk, status__in=AGAIN).update(**given, updated_at=at):
        raise AlreadyInFair(_("This organization is in the fair already: see its answers."), field="organization")
    row.refresh_from_db()
    row.fair, row.organization = fair, organization
    return row


@transaction.atomic
def decide_application(
    *, participation_id: int, accept: bool, actor: User, at: datetime, note: str = ""
) -> Participation:
    """The organizer accepts whoever asked to come, or not, and tells them; without a place left they wait."""
    row = organizers(participation_id, actor)
    if row.fair.status not in DECIDING:
        raise AnswerConflict(_("The fair has begun: check the organization in at the door."))
    if accept:
        admission.check(row.organization, row.fair)
    after = status_for_a_new_one(row) if accept else ParticipationStatus.CANCELLED
    waits = after == ParticipationStatus.WAITLISTED
    place_again = {"withdrawn_at": None} if after == ParticipationStatus.CONFIRMED else {}
    waits_since = at if waits else None
    move(row, before=(ParticipationStatus.APPLIED,), after=after, at=at, waitlisted_at=waits_since, **place_again)
    record(verb="participation.decided", subject=row, actor=actor, at=at, accept=accept, note=note.strip())
    event = "fair_waitlisted" if waits else "fair_admitted" if accept else "fair_not_admitted"
    tell_each([row], event=event, fair=row.fair, at=at, note=note.strip())
    return row


def _of_side(fair: Fair, kind: str) -> ParticipationQuerySet:
    return Participation.objects.filter(fair=fair, organization__kind=kind)
