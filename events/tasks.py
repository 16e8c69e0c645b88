"""What Celery looks for: the tasks of every slice."""

from events.agreements.tasks import follow_agreements, note_missed_feedback, sweep_files
from events.fairs.tasks import remind_guests
from events.review.tasks import note_missed_strikes, remind_of_call_backs

__all__ = [
    "follow_agreements",
    "note_missed_feedback",
    "note_missed_strikes",
    "remind_guests",
    "remind_of_call_backs",
    "sweep_files",
]
