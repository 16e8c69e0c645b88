"""Timetable versions of a fair, their meetings, who follows them, and what came of each pair."""

from events.meetings.models.following import Acknowledgement, CalendarLink, CalendarLinkQuerySet
from events.meetings.models.outcome import Outcome, OutcomeLevel, OutcomeQuerySet, RecordedSide
from events.meetings.models.timetable import (
    AbsentSide,
    Meeting,
    MeetingOrigin,
    MeetingQuerySet,
    MeetingState,
    Timetable,
    TimetableOrigin,
    TimetableQuerySet,
    TimetableStatus,
    UnmetReason,
    UnmetWish,
)

__all__ = [
    "AbsentSide",
    "Acknowledgement",
    "CalendarLink",
    "CalendarLinkQuerySet",
    "Meeting",
    "MeetingOrigin",
    "MeetingQuerySet",
    "MeetingState",
    "Outcome",
    "OutcomeLevel",
    "OutcomeQuerySet",
    "RecordedSide",
    "Timetable",
    "TimetableOrigin",
    "TimetableQuerySet",
    "TimetableStatus",
    "UnmetReason",
    "UnmetWish",
]
