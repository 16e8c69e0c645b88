"""Take back the last change of a meeting: what was done is signed into the page that offers it, for a minute."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from events.meetings.models import Meeting
from events.meetings.services import (
    MeetingMovedOn,
    cancel_meeting,
    move_meeting,
    restore_meeting,
    swap_meetings,
)
from portal.accounts.models import User

SALT = "meetings.undo"
SECONDS = 60  # the page offers it for ten; whoever is slow with the keyboard may be later


def after_move(before: Meeting, after: Meeting) -> str:
    """Offers to move the meeting back."""
    return _signed("move", after, slot=before.slot_id, table=before.table_id)


def after_swap(first: Meeting, second: Meeting) -> str:
    """Offers to exchange the places again."""
    return _signed("swap", first, other=second.pk, other_sequence=second.sequence)


def after_cancel(meeting: Meeting) -> str:
    """Offers to put the meeting back."""
    return _signed("restore", meeting)


def after_put_in(meeting: Meeting) -> str:
    """Offers to take the meeting off again."""
    return _signed("cancel", meeting)


def _signed(act: str, meeting: Meeting, **facts: int) -> str:
    return signing.dumps({"act": act, "meeting": meeting.pk, "sequence": meeting.sequence, **facts}, salt=SALT)


def undo(token: str, *, actor: User, at: datetime) -> Meeting:
    """Do the opposite of what the token tells of; returns the meeting as it is now.

    MeetingMovedOn if the token is too old or the meeting was changed since, also for whoever may not change it;
    MoveRefused if its former place is taken.
    """
    try:
        said: dict[str, Any] = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise MeetingMovedOn(_("It is too late to undo this.")) from error
    if not Meeting.objects.editable_by(actor).filter(pk=said["meeting"]).exists():
        raise MeetingMovedOn(_("It is too late to undo this."))
    known: dict[str, Any] = {"meeting_id": said["meeting"], "actor": actor, "at": at}
    if said["act"] == "swap":
        other = Meeting.objects.filter(pk=said["other"], sequence=said["other_sequence"])
        first = Meeting.objects.filter(pk=said["meeting"], sequence=said["sequence"])
        if not (other.exists() and first.exists()):
            raise MeetingMovedOn(_("Somebody has changed this meeting meanwhile."))
        return swap_meetings(other_id=said["other"], **known)[0]
    known["sequence"] = said["sequence"]
    if said["act"] == "move":
        return move_meeting(slot_id=said["slot"], table_id=said["table"], **known)
    return restore_meeting(**known) if said["act"] == "restore" else cancel_meeting(**known)
