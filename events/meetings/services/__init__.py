"""What can be done with timetables, meetings and outcomes."""

from events.meetings.services.changes import (
    cancel_meeting,
    lock_meetings,
    move_meeting,
    put_in_meeting,
    restore_meeting,
    swap_meetings,
)
from events.meetings.services.following import (
    LinkConflict,
    acknowledge,
    make_calendar_link,
    revoke_calendar_link,
)
from events.meetings.services.holding import MeetingMovedOn
from events.meetings.services.outcomes import (
    OutcomeChangedMeanwhile,
    OutcomeFacts,
    OutcomeRefused,
    confirm_outcome,
    mark_no_show,
    record_outcome,
    take_back_no_show,
)
from events.meetings.services.placing import MoveRefused
from events.meetings.services.publishing import TimetableMovedOn, TimetableOutdated, publish_timetable
from events.meetings.services.timetables import (
    NothingInTheMaking,
    TimetableInTheMaking,
    copy_timetable,
    discard_timetable,
    request_timetable,
    take_best,
)

__all__ = [
    "LinkConflict",
    "MeetingMovedOn",
    "MoveRefused",
    "NothingInTheMaking",
    "OutcomeChangedMeanwhile",
    "OutcomeFacts",
    "OutcomeRefused",
    "TimetableInTheMaking",
    "TimetableMovedOn",
    "TimetableOutdated",
    "acknowledge",
    "cancel_meeting",
    "confirm_outcome",
    "copy_timetable",
    "discard_timetable",
    "lock_meetings",
    "make_calendar_link",
    "mark_no_show",
    "move_meeting",
    "publish_timetable",
    "put_in_meeting",
    "record_outcome",
    "request_timetable",
    "restore_meeting",
    "revoke_calendar_link",
    "swap_meetings",
    "take_back_no_show",
    "take_best",
]
