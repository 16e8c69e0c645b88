"""Who is asked to a fair and what they answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from events.fairs import admission
from events.fairs.models import Fair, FairStatus, Participation, ParticipationStatus
from events.fairs.notices import tell_each, tell_organizer
from events.fairs.services.moving import (
    ASKING,
    AnswerConflict,
    Answerer,
    InvitationRefused,
    NotTheirs,
    acts_for,
    announce,
    check_open_for,
    check_theirs,
    move,
    organizers,
    person,
    theirs,
)
from events.fairs.services.states import FairStateConflict, locked_fair
from events.fairs.services.waiting import MOST_DELEGATES, SIDES, fill_places, status_for_a_new_one
from portal.accounts.models import User
from portal.audit.services import record
from portal.organizations.models import Organization

__all__ = ["AnswerConflict", "InvitationRefused", "NotTheirs", "check_theirs"]

WITHDRAWING = (FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED)
ANSWERABLE = (
    ParticipationStatus.INVITED,
    ParticipationStatus.DECLINED,
    ParticipationStatus.WAITLISTED,
    ParticipationStatus.CONFIRMED,
)
IN_THE_FAIR = (
    ParticipationStatus.INVITED,
    ParticipationStatus.APPLIED,
    ParticipationStatus.WAITLISTED,
    ParticipationStatus.CONFIRMED,
)


@transaction.atomic
def invite_partners(
    *,
    fair_id: int,
    organization_ids: Iterable[int],
    actor: User,
    at: datetime,
    public_ids: Mapping[int, UUID] | None = None,
) -> list[Participation]:
    """Invite approved schools and enterprises and tell them; returns those newly invited.

    Whoever is asked already is left alone; whoever had been taken off is asked again. InvitationRefused if one
    of the organizations is no approved school or enterprise, or is barred: then nobody is invited.
    `public_ids`: by organization, for letters that were made before the rows.
    """
    fair = locked_fair(fair_id)
    if fair.status not in ASKING:
        raise FairStateConflict(_("Invitations go out once registration is open and until the fair is over."))
    wanted = set(organization_ids)
    known = dict(fair.participations.filter(organization__in=wanted).values_list("organization_id", "status"))
    again = {pk for pk, status in known.items() if status == ParticipationStatus.CANCELLED}
    asked = (wanted - set(known)) | again
    _check_guests(fair, wanted, asked)
    fair.participations.filter(organization__in=again).update(
        status=ParticipationStatus.INVITED,
        invited_at=at,
        answered_at=None,
        waitlisted_at=None,
        withdrawn_at=None,
        taken_off=False,
        names_confirmed_at=None,
        reminded_at=None,
        reply_serial=F("reply_serial") + 1,
        note="",
        updated_at=at,
    )
    new = [Participation(fair=fair, organization_id=pk, invited_at=at) for pk in sorted(wanted - set(known))]
    for row in new:
        row.public_id = (public_ids or {}).get(row.organization_id, row.public_id)
    Participation.objects.bulk_create(new)
    invited = list(fair.participations.filter(organization__in=asked).select_related("organization").order_by("pk"))
    if invited:
        record(verb="fair.invited", subject=fair, actor=actor, at=at, organizations=sorted(asked))
        tell_each(invited, event="fair_invitation", fair=fair, at=at)
    return invited


def _check_guests(fair: Fair, wanted: Collection[int], asked: Collection[int]) -> None:
    able = Organization.objects.approved().filter(pk__in=wanted, kind__in=SIDES)
    if not wanted or able.count() != len(wanted):
        raise InvitationRefused(
            _("Only approved schools and enterprises can be invited. Choose at least one."), field="organizations"
        )
    for organization in able.filter(pk__in=asked).order_by("pk"):
        admission.check(organization, fair)


@transaction.atomic
def answer_invitation(
    *,
    participation_id: int,
    accept: bool,
    actor: Answerer,
    at: datetime,
    delegates: int = 2,
    note: str = "",
) -> Participation:
    """Accept or decline, again if need be, while registration is open; the organizer may answer for others later too.

    Without a place left, whoever accepts waits on the list; whoever declines after all leaves its place to the first
    of the list. NotTheirs, AnswerConflict, or InvitationRefused for a number of delegates outside of 1 … 50.
    """
    row = theirs(participation_id, actor)
    check_open_for(row, actor, at)
    if accept and not 1 <= delegates <= MOST_DELEGATES:
        raise InvitationRefused(_("Between 1 and 50 delegates can come."), field="delegates")
    if accept:
        _accept(row, at, delegates=delegates, note=note.strip())
    else:
        _leave(row, after=ParticipationStatus.DECLINED, at=at, answered_at=at, note=note.strip())
    facts = {"accept": accept, "delegates": delegates, "on_behalf": not acts_for(actor, row.organization_id)}
    by_link = {} if isinstance(actor, User) else {"by_link": True}
    record(verb="participation.answered", subject=row, actor=person(actor), at=at, **facts, **by_link)
    if not accept and facts["on_behalf"] is False:
        tell_organizer(row, event="fair_declined", at=at, note=note.strip())
    return row


def _accept(row: Participation, at: datetime, *, delegates: int, note: str) -> None:
    """Coming, or on the waiting list: whoever has a place or waits stays where it is."""
    changes: dict[str, object] = {"answered_at": at, "delegates": delegates, "note": note}
    if row.status in (ParticipationStatus.CONFIRMED, ParticipationStatus.WAITLISTED):
        move(row, before=(ParticipationStatus(row.status),), after=ParticipationStatus(row.status), at=at, **changes)
        return
    after = status_for_a_new_one(row)
    waits = after == ParticipationStatus.WAITLISTED
    if not waits:
        changes["withdrawn_at"] = None  # the place that was given back is taken again
    move(row, before=ANSWERABLE, after=after, at=at, waitlisted_at=at if waits else None, **changes)
    if waits:
        tell_each([row], event="fair_waitlisted", fair=row.fair, at=at)


def _leave(row: Participation, *, after: ParticipationStatus, at: datetime, **changes: object) -> None:
    """Give back the place, if it had one, to the first of the waiting list."""
    had_place = row.status == ParticipationStatus.CONFIRMED
    before = ANSWERABLE if after == ParticipationStatus.DECLINED else IN_THE_FAIR
    withdrawn = {"withdrawn_at": at} if had_place else {}
    move(row, before=before, after=after, at=at, waitlisted_at=None, **withdrawn, **changes)
    if had_place:
        fill_places(fair=row.fair, at=at)


@transaction.atomic
def withdraw_participation(*, participation_id: int, actor: Answerer, at: datetime, note: str = "") -> Participation:
    """Take an invitation back, or stay away after having accepted, until the fair begins; the other side is told.

    The next one of the waiting list moves up.
    """
    row = theirs(participation_id, actor)
    if row.fair.status not in WITHDRAWING:
        raise AnswerConflict(_("It is too late to withdraw."))
    own = acts_for(actor, row.organization_id)
    _leave(row, after=ParticipationStatus.CANCELLED, at=at, note=note.strip(), taken_off=not own)
    record(verb="participation.withdrawn", subject=row, actor=person(actor), at=at, note=note.strip())
    if own:
        tell_organizer(row, event="fair_declined", at=at, note=note.strip())
    else:
        tell_each([row], event="fair_taken_off", fair=row.fair, at=at, note=note.strip())
    return row


@transaction.atomic
def set_limits(
    *,
    participation_id: int,
    at_once: int,
    min_meetings: int | None,
    max_meetings: int | None,
    actor: User,
    at: datetime,
) -> Participation:
    """How many meetings the organization has at once (1 … 4), at least and at most; None for the fair's own numbers.

    For the organizer; InvitationRefused names the field that is wrong.
    """
    row = organizers(participation_id, actor)
    if not 1 <= at_once <= 4:
        raise InvitationRefused(_("Between 1 and 4 meetings at the same time."), field="at_once")
    least = row.fair.min_meetings if min_meetings is None else min_meetings
    most = row.fair.max_meetings if max_meetings is None else max_meetings
    if least > most or most < 1:
        raise InvitationRefused(_("The least number of meetings is above the greatest."), field="max_meetings")
    limits = {"at_once": at_once, "min_meetings": min_meetings, "max_meetings": max_meetings}
    Participation.objects.filter(pk=row.pk).update(**limits, updated_at=at)
    record(verb="participation.limits_set", subject=row, actor=actor, at=at, **limits)
    announce(row.pk)
    row.refresh_from_db(fields=list(limits))
    return row


@transaction.atomic
def void_links(*, participation_id: int, actor: User, at: datetime) -> Participation:
    """Make all reply links given out before void; letters made from now on have a new one. For the organizer."""
    row = organizers(participation_id, actor)
    Participation.objects.filter(pk=row.pk).update(reply_serial=F("reply_serial") + 1, updated_at=at)
    record(verb="participation.links_voided", subject=row, actor=actor, at=at)
    row.refresh_from_db(fields=["reply_serial"])
    return row
