"""What Celery looks for: the tasks of every slice."""

from events.agreements.tasks import note_missed_feedback

__all__ = ["note_missed_feedback"]
