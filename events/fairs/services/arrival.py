"""Who is there on the day, and who is not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from events.fairs.models import FairStatus, Participation, ParticipationStatus
from events.fairs.services.moving import AnswerConflict, InvitationRefused, move, organizers
from events.fairs.services.waiting import MOST_DELEGATES
from portal.accounts.models import User
from portal.audit.services import record

# The desk is often open the evening before; what it has missed is put right after the closing.
DOOR_OPEN = (FairStatus.SCHEDULED, FairStatus.LIVE, FairStatus.CLOSED)


@transaction.atomic
def check_in(*, participation_id: int, actor: User, at: datetime, delegates: int | None = None) -> Participation:
    """An organization has arrived, whether it had answered or not; AnswerConflict if it is checked in already."""
    row = _of_the_day(participation_id, actor)
    if delegates is not None and not 1 <= delegates <= MOST_DELEGATES:
        raise InvitationRefused(_("Between 1 and 50 delegates can come."), field="delegates")
    before = tuple(status for status in ParticipationStatus if status != ParticipationStatus.ATTENDED)
    changes: dict[str, object] = {} if delegates is None else {"delegates": delegates}
    answered = Coalesce("answered_at", Value(at))
    move(
        row, before=before, after=ParticipationStatus.ATTENDED, at=at, checked_in_at=at, answered_at=answered, **changes
    )
    record(verb="participation.checked_in", subject=row, actor=actor, at=at)
    return row


@transaction.atomic
def mark_absent(*, participation_id: int, actor: User, at: datetime) -> Participation:
    """An organization that was to come has not; also takes back a check-in made by mistake."""
    row = _of_the_day(participation_id, actor)
    before = (ParticipationStatus.CONFIRMED, ParticipationStatus.ATTENDED)
    move(row, before=before, after=ParticipationStatus.ABSENT, at=at, checked_in_at=None)
    record(verb="participation.absent", subject=row, actor=actor, at=at)
    return row


def _of_the_day(participation_id: int, actor: User) -> Participation:
    """The participation, if the actor runs the fair and the doors are open."""
    row = organizers(participation_id, actor)
    if row.fair.status not in DOOR_OPEN:
        raise AnswerConflict(_("Check-in opens with the publication of the timetable."))
    return row
