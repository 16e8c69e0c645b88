"""The door through which jobs come in; the work itself, which loads the engine, is imported when there is some."""

from __future__ import annotations

from events.meetings.selectors import TIMETABLE_KIND
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun


@job_kind(TIMETABLE_KIND, max_attempts=3)
def make_timetable(run: JobRun) -> None:
    """Propose a timetable; see `timetabling.build`."""
    from events.meetings import timetabling  # numba and OR-Tools take seconds to import

    timetabling.build(run)
