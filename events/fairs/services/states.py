"""A fair's way from planning to closed: each step one conditional UPDATE, refused with the reason."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.fairs.models import TAKING_PART, Fair, FairStatus, ParticipationStatus
from events.fairs.notices import tell_each
from events.fairs.selectors import opening_gaps, participation_counts
from events.fairs.signals import fair_closed
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict

# Who is told that a fair is off: who may still come or hopes to, and who stood at the desk the evening before.
STILL_ASKED = (
    ParticipationStatus.INVITED,
    ParticipationStatus.APPLIED,
    ParticipationStatus.WAITLISTED,
    *TAKING_PART,
)


class FairStateConflict(StateConflict):
    """The fair is not in the state that the step starts from."""


class FairNotReady(DomainError):
    """Something is missing before the step can be taken."""


@transaction.atomic
def open_registration(*, fair_id: int, actor: User, at: datetime) -> Fair:
    """Announce the fair and take answers, from planning, or again after the answers were closed.

    FairNotReady without slots or tables.
    """
    gaps = opening_gaps(locked_fair(fair_id))
    if gaps:
        raise FairNotReady(gaps[0])
    return _step(
        fair_id,
        before=(FairStatus.PLANNING, FairStatus.MATCHING),
        after=FairStatus.REGISTRATION,
        verb="fair.registration_opened",
        refusal=_("Registration can be opened only before the timetable is published."),
        actor=actor,
        at=at,
    )


@transaction.atomic
def close_answers(*, fair_id: int, actor: User, at: datetime) -> Fair:
    """Close the answers, so that a timetable can be made; FairNotReady unless both sides are coming."""
    counts = participation_counts(locked_fair(fair_id))
    if not counts.schools_coming or not counts.enterprises_coming:
        raise FairNotReady(_("At least one school and one enterprise must be coming."))
    return _step(
        fair_id,
        before=(FairStatus.REGISTRATION,),
        after=FairStatus.MATCHING,
        verb="fair.answers_closed",
        refusal=_("Registration is not open."),
        actor=actor,
        at=at,
    )


@transaction.atomic
def mark_scheduled(*, fair_id: int, actor: User, at: datetime) -> Fair:
    """A timetable has been published (called by events.meetings); nothing changes if one was published before."""
    if locked_fair(fair_id).status == FairStatus.SCHEDULED:
        return Fair.objects.get(pk=fair_id)
    return _step(
        fair_id,
        before=(FairStatus.MATCHING,),
        after=FairStatus.SCHEDULED,
        verb="fair.scheduled",
        refusal=_("A timetable is published between the closing of the answers and the fair."),
        actor=actor,
        at=at,
    )


def start_fair(*, fair_id: int, actor: User, at: datetime) -> Fair:
    """The doors open: check-in and outcomes are recorded from now on."""
    return _step(
        fair_id,
        before=(FairStatus.SCHEDULED,),
        after=FairStatus.LIVE,
        verb="fair.started",
        refusal=_("A fair starts once its timetable is published."),
        actor=actor,
        at=at,
    )


@transaction.atomic
def close_fair(*, fair_id: int, actor: User, at: datetime) -> Fair:
    """The fair is over; late outcomes can still be recorded."""
    transaction.on_commit(partial(fair_closed.send_robust, sender=Fair, fair_id=fair_id), robust=True)
    return _step(
        fair_id,
        before=(FairStatus.LIVE,),
        after=FairStatus.CLOSED,
        verb="fair.closed",
        refusal=_("Only a fair that takes place can be closed."),
        actor=actor,
        at=at,
    )


@transaction.atomic
def cancel_fair(*, fair_id: int, reason: str, actor: User, at: datetime) -> Fair:
    """Call an announced fair off and tell all who were asked to come; a reason is required."""
    if not reason.strip():
        raise FairNotReady(_("Say why, the organizations are told."), field="reason")
    fair = _step(
        fair_id,
        before=(FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED),
        after=FairStatus.CANCELLED,
        verb="fair.cancelled",
        refusal=_("Only an announced fair that has not begun can be cancelled."),
        actor=actor,
        at=at,
        reason=reason.strip(),
    )
    asked = fair.participations.filter(status__in=STILL_ASKED)
    tell_each(asked.select_related("organization"), event="fair_cancelled", fair=fair, at=at, reason=reason.strip())
    return fair


def locked_fair(fair_id: int) -> Fair:
    """The fair, locked: whoever reads its state or its rows to decide, decides before the next one does."""
    return Fair.objects.select_for_update(no_key=True).get(pk=fair_id)


def locked_fair_in(fair_id: int, states: tuple[FairStatus, ...]) -> Fair:
    """The fair, locked, if it is in one of these states; FairStateConflict says in which it is."""
    fair = locked_fair(fair_id)
    if fair.status not in states:
        raise FairStateConflict(_("It is too late to change this: %(status)s.") % {"status": fair.get_status_display()})
    return fair


@transaction.atomic
def _step(
    fair_id: int,
    *,
    before: tuple[FairStatus, ...],
    after: FairStatus,
    verb: str,
    refusal: Promise | str,
    actor: User,
    at: datetime,
    **data: str,
) -> Fair:
    moved = Fair.objects.filter(pk=fair_id, status__in=before).update(
        status=after, version=F("version") + 1, updated_at=at
    )
    if not moved:
        raise FairStateConflict(refusal)
    fair = Fair.objects.get(pk=fair_id)
    record(verb=verb, subject=fair, actor=actor, at=at, **data)
    return fair
