"""What can be done with timetables, meetings and outcomes."""

from events.meetings.services.changes import MeetingMovedOn, MoveRefused, cancel_meeting, move_meeting
from events.meetings.services.outcomes import (
    OutcomeChangedMeanwhile,
    OutcomeFacts,
    OutcomeRefused,
    mark_no_show,
    record_outcome,
)
from events.meetings.services.timetables import (
    TimetableInTheMaking,
    TimetableMovedOn,
    TimetableOutdated,
    publish_timetable,
    request_timetable,
)

__all__ = [
    "MeetingMovedOn",
    "MoveRefused",
    "OutcomeChangedMeanwhile",
    "OutcomeFacts",
    "OutcomeRefused",
    "TimetableInTheMaking",
    "TimetableMovedOn",
    "TimetableOutdated",
    "cancel_meeting",
    "mark_no_show",
    "move_meeting",
    "publish_timetable",
    "record_outcome",
    "request_timetable",
]
