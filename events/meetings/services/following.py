"""Participants say that they have seen their meetings, and let their own calendars follow them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Participation
from events.fairs.services import NotTheirs
from events.meetings.following import stands
from events.meetings.models import Acknowledgement, CalendarLink, Timetable
from events.meetings.services.publishing import TimetableMovedOn
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import StateConflict

SECRET_BYTES = 24


class LinkConflict(StateConflict):
    """A colleague has made or revoked the link at the same moment."""


@transaction.atomic
def acknowledge(
    *, participation_id: int, number: int, actor: User, at: datetime, stand: int | None = None
) -> Acknowledgement:
    """A participant has seen its meetings in the published version `number`; saying so twice is once.

    `stand` is that of its meetings as the page showed them, if it matters. NotTheirs for whoever acts neither for it
    nor for the organizer; TimetableMovedOn if another version counts by now, or its meetings have changed since.
    """
    row = _own(participation_id, actor)
    version = Timetable.objects.published().filter(fair=row.fair_id).first()
    if version is None or version.number != number:
        raise TimetableMovedOn(_("There is a newer timetable. Look at it first."))
    now = stands(version, row.pk).get(row.pk, 0)
    if stand not in (None, now):
        raise TimetableMovedOn(_("Your meetings have changed meanwhile. Look at them first."))
    said = {"by": actor, "at": at, "stand": now}
    seen, is_new = Acknowledgement.objects.get_or_create(timetable=version, participation=row, defaults=said)
    if not is_new:
        is_new = bool(Acknowledgement.objects.filter(pk=seen.pk, stand__lt=now).update(**said))
        seen.refresh_from_db()
    if is_new:
        record(verb="timetable.acknowledged", subject=row, actor=actor, at=at, number=number)
    return seen


@transaction.atomic
def make_calendar_link(*, participation_id: int, actor: User, at: datetime) -> str:
    """A new secret for the calendar address of a participant; one made before opens nothing any more.

    The secret is returned once and kept nowhere: the database holds its digest. NotTheirs, LinkConflict.
    """
    row = _own(participation_id, actor)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row.calendar_links.alive().update(revoked_at=at, updated_at=at)
    try:
        with transaction.atomic():
            CalendarLink.objects.create(participation=row, digest=digest_of(secret), created_by=actor)
    except IntegrityError as error:
        raise LinkConflict(_("A colleague has made a link at the same moment.")) from error
    record(verb="calendar_link.made", subject=row, actor=actor, at=at)
    return secret


@transaction.atomic
def revoke_calendar_link(*, participation_id: int, actor: User, at: datetime) -> None:
    """Let the calendar address of a participant open nothing any more; LinkConflict if there is none."""
    row = _own(participation_id, actor)
    if not row.calendar_links.alive().update(revoked_at=at, updated_at=at):
        raise LinkConflict(_("There is no link any more."))
    record(verb="calendar_link.revoked", subject=row, actor=actor, at=at)


def digest_of(secret: str) -> str:
    """What is kept of a secret: as it is long and random, a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def note_fetched(*, link_id: int, at: datetime) -> None:
    """A calendar has come for the meetings: whoever made the link sees that it is in use."""
    CalendarLink.objects.filter(pk=link_id).update(fetched_at=at)


def _own(participation_id: int, actor: User) -> Participation:
    row = Participation.objects.editable_by(actor).filter(pk=participation_id).select_related("organization").first()
    if row is None:
        raise NotTheirs(_("You do not act for this organization."))
    return row
