"""A participant's meetings as an iCalendar file, for download or for a calendar that follows a secret address.

A pair keeps its UID over all versions, and its SEQUENCE grows with each change: a calendar that knows the meeting moves
it. What was published once and takes place no more is sent as cancelled, so that it leaves the calendar too, and so are
all meetings of a fair that is called off.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid5

from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from events.fairs.models import Fair, FairStatus, Participation
from events.meetings.models import Meeting, MeetingState, TimetableStatus

PRODUCT = "-//Zhiqiao//Timetable//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar_of(participation: Participation) -> bytes:
    """The file, in the active language; the same rows give the same bytes. `fair` must be loaded; one query."""
    fair = participation.fair
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", fair.name)
    for meeting, sequence, is_on in _shown(participation):
        calendar.add_component(_event(fair, participation, meeting, sequence, is_on=is_on))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _shown(participation: Participation) -> list[tuple[Meeting, int, bool]]:
    """The last row of each pair in the versions that were ever published, its sequence, and whether it takes place.

    A pair that was taken off a version and put in again has two rows there: the one that takes place is the last.
    """
    fair = participation.fair
    own = Q(school=participation) | Q(enterprise=participation)
    rows = Meeting.objects.filter(own, timetable__published_at__isnull=False).with_parties()
    last: dict[tuple[int, int], Meeting] = {}
    off = Case(When(state=MeetingState.CANCELLED, then=0), default=1)
    for row in rows.order_by("timetable__number", off, "sequence", "pk"):
        last[row.school_id, row.enterprise_id] = row
    shown = []
    for row in last.values():
        counts = row.timetable.status == TimetableStatus.PUBLISHED and fair.status != FairStatus.CANCELLED
        is_on = counts and row.state != MeetingState.CANCELLED
        gone_with_the_rest = not counts and row.state != MeetingState.CANCELLED
        shown.append((row, row.sequence + gone_with_the_rest, is_on))
    return sorted(shown, key=lambda each: (each[0].slot.starts_at, each[0].pk))


def _event(fair: Fair, participation: Participation, meeting: Meeting, sequence: int, *, is_on: bool) -> Event:
    partner = meeting.enterprise if meeting.school_id == participation.pk else meeting.school
    event = Event()
    event.add("uid", f"{uuid5(fair.public_id, f'{meeting.school.public_id} {meeting.enterprise.public_id}')}@zhiqiao")
    event.add("dtstamp", _moment(meeting))
    event.add("sequence", sequence)
    event.add("status", "CONFIRMED" if is_on else "CANCELLED")
    event.add("dtstart", timezone.localtime(meeting.slot.starts_at))
    event.add("dtend", timezone.localtime(meeting.slot.ends_at))
    event.add("summary", partner.organization.legal_name)
    event.add("location", _("%(venue)s, table %(table)s") % {"venue": fair.venue, "table": meeting.table})
    event.add("description", fair.name)
    return event


def _moment(meeting: Meeting) -> datetime:
    """When the row came to be as it is, in UTC as the format asks."""
    return max(meeting.updated_at, meeting.timetable.published_at or meeting.updated_at).astimezone(UTC)
