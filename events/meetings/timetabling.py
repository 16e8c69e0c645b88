"""The job that makes a timetable: rows → problem → plan → check → rows.

What the engine plans is stored only after the independent checker found nothing against it, as a proposed version.
"""

from __future__ import annotations

import logging
from time import monotonic

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from events.fairs.models import Fair
from events.meetings.conflicts import in_words
from events.meetings.models import Meeting, Timetable
from events.meetings.snapshot import Rows, problem_of, rows_of
from events.meetings.storing import FairMovedOn, Made, store, unmet_of
from events.scheduling import control, solver
from events.scheduling.musts import Infeasible
from events.scheduling.problem import Problem, ProblemError
from events.scheduling.proving import Undecided
from events.scheduling.timetable import Timetable as Planned
from events.scheduling.verify import violations
from portal.common.errors import DomainError
from portal.jobs.models import Job, JobState
from portal.jobs.running import Cancelled, JobRun

__all__ = ["FairMovedOn", "TimetableBroken", "TimetableImpossible", "build"]

logger = logging.getLogger(__name__)
QUIET = 0.5  # seconds between two reports of the same stage

STAGES = {
    "prepare": gettext_noop("Reading wishes and absences"),
    "select": gettext_noop("Choosing who meets whom"),
    "place": gettext_noop("Finding a slot for every meeting"),
    "repair": gettext_noop("Finding a slot for the last meetings"),
    "compact": gettext_noop("Removing breaks"),
    "tables": gettext_noop("Assigning tables"),
    "done": gettext_noop("Checking the timetable"),
}


class TimetableImpossible(DomainError):
    """The musts contradict each other or the times; the message names the organizations."""


class TimetableBroken(DomainError):
    """The checker found that the engine broke a rule: nothing is stored."""


def build(run: JobRun) -> None:
    """Propose a timetable for the fair `fair_id` with the seed `seed`; ends in an error that a person can act on.

    With `based_on`, a version, its locked meetings stay as they are and all others are planned anew.
    """
    fair = Fair.objects.get(pk=run.arguments["fair_id"])
    base = Timetable.objects.filter(pk=run.arguments.get("based_on") or 0, fair=fair).first()
    locked = base.meetings.planned().filter(is_locked=True) if base else Meeting.objects.none()
    rows = rows_of(fair, kept=locked)
    problem = _problem(rows)
    planned = plan_for(run, problem, rows)
    broken = violations(problem, planned)
    if broken:
        logger.error("job %s: the engine broke %s rules, first %s", run.job.pk, len(broken), broken[0])
        raise TimetableBroken(
            _("The timetable broke a rule and was thrown away: %(rule)s") % {"rule": broken[0].message}
        )
    made = Made(rows, problem, planned, unmet_of(rows, problem, planned))
    with run.effect():
        timetable = store(made, job=run.job, based_on=base)
        run.result = {"timetable": timetable.number, "meetings": len(planned.meetings), "score": timetable.score}


def _problem(rows: Rows) -> Problem:
    try:
        problem = problem_of(rows)
    except ProblemError as error:  # of all that people can say, only a locked meeting can contradict the grounds
        raise TimetableImpossible(
            _("A locked meeting is at a table that is kept for somebody else. Unlock it.")
        ) from error
    if not problem.pairs:
        raise TimetableImpossible(_("There is nobody to meet: no pair was ranked or wished for."))
    return problem


def plan_for(run: JobRun, problem: Problem, rows: Rows) -> Planned:
    """Have the engine plan, with its progress on the job; TimetableImpossible names musts that cannot be kept."""
    reporter = _Reporter(run)
    try:
        return solver.plan(
            problem,
            seed=int(run.arguments.get("seed", 1)),
            progress=reporter.progress,
            improved=reporter.improved,
            cancelled=reporter.cancelled,
        )
    except control.Cancelled as error:
        raise Cancelled from error
    except Infeasible as error:
        raise TimetableImpossible(in_words(error, rows)) from error
    except Undecided as error:
        raise TimetableImpossible(_("Whether all musts can be kept could not be decided. Allow fewer.")) from error


class _Reporter:
    """Between the engine, which reports often, and the job's row, which is written at most twice a second."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._stage = ""
        self._reported = self._asked = 0.0
        self._stop = False
        self._best: dict[str, object] = {}

    def progress(self, stage: str, done: float) -> None:
        now = monotonic()
        if stage != self._stage or now - self._reported >= QUIET:
            self._stage, self._reported = stage, now
            self._run.progress(STAGES.get(stage, stage), round(100 * done), 100)

    def improved(self, timetable: Planned) -> None:
        """Show how good the best timetable so far is: whoever watches may be content with it."""
        first, report = not self._best, timetable.report
        if report is None:
            return
        self._best = {
            "meetings": len(timetable.meetings),
            "score": report.score,
            "bound": report.upper_bound,
            "gap": f"{100 * report.gap:.2f}",
            "shortfall": report.min_shortfall,
            "breaks": report.breaks,
        }
        if first or monotonic() - self._reported >= QUIET:
            running = Job.objects.filter(pk=self._run.job.pk, state=JobState.RUNNING, attempts=self._run.job.attempts)
            running.update(result={"best": self._best})

    def cancelled(self) -> bool:
        """Whether to stop: somebody cancels, or is content with the best so far, if there is one."""
        now = monotonic()
        if not self._stop and now - self._asked >= QUIET:
            self._asked = now
            job = Job.objects.only("cancel_requested", "arguments").get(pk=self._run.job.pk)
            content = bool(self._best) and bool(job.arguments.get("take_best"))
            self._stop = job.cancel_requested or content
        return self._stop
