"""What participants are told of their meetings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, Participation
from events.fairs.notices import facts_of, messages_to, people_of, tell_each
from events.meetings.differences import PartyChanges, in_signs
from events.meetings.models import Meeting
from portal.notifications.events import register_event
from portal.notifications.services import Message, notify

register_event("timetable_published", _("The timetable of “%(fair)s” is published (version %(number)s)."))
register_event(
    "timetable_changed",
    _(
        "“%(fair)s”: your timetable has changed (version %(number)s): %(added)s new, %(moved)s elsewhere,"
        " %(cancelled)s cancelled. %(changes)s"
    ),
)
register_event("meeting_moved", _("“%(fair)s”: %(school)s – %(enterprise)s now meet on %(when)s at table %(table)s."))
register_event("meeting_added", _("“%(fair)s”: %(school)s – %(enterprise)s also meet, on %(when)s at table %(table)s."))
register_event("meeting_cancelled", _("“%(fair)s”: the meeting %(school)s – %(enterprise)s on %(when)s is cancelled."))


def own_timetable_url(participation: Participation) -> str:
    """Where a participant sees its own meetings."""
    return reverse("meetings:own", args=[participation.pk])


def tell_participants(fair: Fair, *, event: str, at: datetime, **context: str) -> None:
    """Tell everybody who comes, each with the way to its own timetable."""
    rows = Participation.objects.taking_part().filter(fair=fair).select_related("organization").order_by("pk")
    tell_each(rows, event=event, fair=fair, at=at, url_of=own_timetable_url, **context)


def tell_changes(fair: Fair, parties: Iterable[PartyChanges], *, at: datetime, number: str) -> None:
    """Tell each participant what a new version changes for it, and nothing of the others."""
    rows = [row for row in parties if row.party.takes_part]
    people = people_of(row.party.organization_id for row in rows)
    for row in rows:
        counts = row.counts
        context: dict[str, object] = {
            **facts_of(fair),
            "organization": row.party.organization.display_name,
            "number": number,
            "added": str(counts["added"]),
            "moved": str(counts["moved"] + counts["reseated"]),
            "cancelled": str(counts["cancelled"]),
            "changes": in_signs(row.changes, row.party.pk),
        }
        recipients = people.get(row.party.organization_id, [])
        url = own_timetable_url(row.party)
        notify(recipients=recipients, event="timetable_changed", at=at, context=context, url=url)


def messages_to_both(meeting: Meeting, *, event: str) -> list[Message]:
    """What the two who meet are told; the relations named in `Meeting.objects.with_parties()` must be loaded."""
    return messages_to(
        [meeting.school, meeting.enterprise],
        event=event,
        fair=meeting.timetable.fair,
        url_of=own_timetable_url,
        school=meeting.school.organization.display_name,
        enterprise=meeting.enterprise.organization.display_name,
        when=f"{timezone.localtime(meeting.slot.starts_at):%m-%d %H:%M}",
        table=str(meeting.table),
    )
