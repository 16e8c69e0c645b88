"""The job that makes a timetable: rows → problem → plan → check → rows.

What the engine plans is stored only after the independent checker found nothing against it, as a proposed version.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from time import monotonic
from typing import Any

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from events.fairs.models import Fair, FairStatus
from events.fairs.services import locked_fair
from events.meetings.models import Meeting, Timetable, UnmetReason, UnmetWish
from events.meetings.snapshot import Ends, Rows, problem_of, rows_of
from events.scheduling import control, solver
from events.scheduling.explain import Unmet as Explained
from events.scheduling.explain import unmet
from events.scheduling.musts import Cause, Conflict, Infeasible
from events.scheduling.problem import Problem
from events.scheduling.proving import Undecided
from events.scheduling.timetable import Timetable as Planned
from events.scheduling.verify import violations
from portal.common.errors import DomainError
from portal.jobs.running import Cancelled, JobRun

logger = logging.getLogger(__name__)
QUIET = 0.5  # seconds between two reports of the same stage
SHOWN = 3  # conflicts named in an error

STAGES = {
    "prepare": gettext_noop("Reading wishes and absences"),
    "select": gettext_noop("Choosing who meets whom"),
    "place": gettext_noop("Finding a slot for every meeting"),
    "repair": gettext_noop("Finding a slot for the last meetings"),
    "compact": gettext_noop("Removing breaks"),
    "tables": gettext_noop("Assigning tables"),
    "done": gettext_noop("Checking the timetable"),
}
CAUSES: dict[Cause, Promise | str] = {
    Cause.NO_COMMON_SLOT: gettext_lazy("they are never there at the same time"),
    Cause.MAXIMUM: gettext_lazy("one of them has more musts than meetings it may have"),
    Cause.SLOTS: gettext_lazy("one of them has more musts than times at which it is there"),
    Cause.TABLES: gettext_lazy("there are more musts than places at tables"),
    Cause.TOGETHER: gettext_lazy("they cannot all find a time"),
}


class TimetableImpossible(DomainError):
    """The musts contradict each other or the times; the message names the organizations."""


class TimetableBroken(DomainError):
    """The checker found that the engine broke a rule: nothing is stored."""


class FairMovedOn(DomainError):
    """The fair was reopened, begun or cancelled while the timetable was made."""


def build(run: JobRun) -> None:
    """Propose a timetable for the fair `fair_id` with the seed `seed`; ends in an error that a person can act on."""
    fair = Fair.objects.get(pk=run.arguments["fair_id"])
    rows = rows_of(fair)
    problem = problem_of(rows)
    if not problem.pairs:
        raise TimetableImpossible(_("There is nobody to meet: no pair was ranked or wished for."))
    planned = plan_for(run, problem, rows)
    broken = violations(problem, planned)
    if broken:
        logger.error("job %s: the engine broke %s rules, first %s", run.job.pk, len(broken), broken[0])
        raise TimetableBroken(
            _("The timetable broke a rule and was thrown away: %(rule)s") % {"rule": broken[0].message}
        )
    unmet_wishes = _unmet_wishes(problem, planned, rows)
    with run.effect():
        timetable = _store(run, rows, problem, planned, unmet_wishes)
        run.result = {"timetable": timetable.number, "meetings": len(planned.meetings), "score": timetable.score}


def plan_for(run: JobRun, problem: Problem, rows: Rows) -> Planned:
    """Have the engine plan, with its progress on the job; TimetableImpossible names musts that cannot be kept."""
    reporter = _Reporter(run)
    try:
        return solver.plan(
            problem,
            seed=int(run.arguments.get("seed", 1)),
            progress=reporter.progress,
            cancelled=reporter.cancelled,
        )
    except control.Cancelled as error:
        raise Cancelled from error
    except Infeasible as error:
        raise TimetableImpossible(_say(error, rows)) from error
    except Undecided as error:
        raise TimetableImpossible(_("Whether all musts can be kept could not be decided. Allow fewer.")) from error


class _Reporter:
    """Between the engine, which reports often, and the job's row, which is written at most twice a second."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._stage = ""
        self._reported = self._asked = 0.0
        self._stop = False

    def progress(self, stage: str, done: float) -> None:
        now = monotonic()
        if stage != self._stage or now - self._reported >= QUIET:
            self._stage, self._reported = stage, now
            self._run.progress(STAGES.get(stage, stage), round(100 * done), 100)

    def cancelled(self) -> bool:
        now = monotonic()
        if not self._stop and now - self._asked >= QUIET:
            self._asked, self._stop = now, self._run.cancel_requested()
        return self._stop


def _say(error: Infeasible, rows: Rows) -> str:
    """The conflicts with the organizations' names, the first few."""
    said = [_conflict(conflict, rows) for conflict in error.conflicts[:SHOWN]]
    more = len(error.conflicts) - len(said)
    if more:
        said.append(_("%(n)d more conflicts.") % {"n": more})
    return " ".join([_("Not all musts can be kept."), *said])


def _conflict(conflict: Conflict, rows: Rows) -> str:
    names = [f"{rows.name(school)} – {rows.name(enterprise)}" for school, enterprise in conflict.musts]
    cause = CAUSES.get(conflict.cause, conflict.detail)
    return _("%(pairs)s: %(cause)s.") % {"pairs": ", ".join(names), "cause": cause}


@dataclass(frozen=True, slots=True)
class _Unmet:
    """A wish that is not kept: the pair by index and why."""

    pair: Ends
    reason: UnmetReason
    detail: dict[str, Any]


def _unmet_wishes(problem: Problem, planned: Planned, rows: Rows) -> list[_Unmet]:
    """Every wish that is not kept, with the engine's reason; one for a partner who says no is refused."""
    refused = [_Unmet(pair, UnmetReason.REFUSED, {}) for pair, said in rows.wishes.items() if said.noes and said.wanted]
    wanted = {pair for pair, said in rows.wishes.items() if said.wanted and not said.noes}
    looked_at = wanted | {meeting.ends for meeting in planned.meetings}
    narrowed = replace(problem, pairs=tuple(pair for pair in problem.pairs if pair.ends in looked_at))
    return refused + [
        _Unmet((each.school, each.enterprise), UnmetReason[each.reason.name], _in_the_way(each, rows))
        for each in unmet(narrowed, planned)
    ]


def _in_the_way(each: Explained, rows: Rows) -> dict[str, Any]:
    """The number of meetings that stand in the way, and the least of them by name."""
    if not each.by:
        return {}
    least = each.by[0]
    return {"meetings": len(each.by), "least": f"{rows.name(least.school)} – {rows.name(least.enterprise)}"}


def _store(run: JobRun, rows: Rows, problem: Problem, planned: Planned, unmet_wishes: list[_Unmet]) -> Timetable:
    """The new version with its meetings, within the job's transaction."""
    fair = locked_fair(rows.fair.pk)
    if fair.status not in (FairStatus.MATCHING, FairStatus.SCHEDULED):
        raise FairMovedOn(_("The fair has moved on while the timetable was made. Ask for a new one."))
    report = planned.report
    if report is None:
        raise ValueError("the solver always reports")
    last: int = Timetable.objects.filter(fair=fair).aggregate(last=Max("number"))["last"] or 0
    timetable = Timetable.objects.create(
        fair=fair,
        number=last + 1,
        job=run.job,
        score=report.score,
        upper_bound=report.upper_bound,
        breaks=report.breaks,
        report=asdict(report) | _counts(rows, planned),
    )
    people, scores = rows.participations, problem.scores
    Meeting.objects.bulk_create(
        Meeting(
            timetable=timetable,
            school=people[meeting.school],
            enterprise=people[meeting.enterprise],
            slot=rows.slots[meeting.slot],
            table=rows.tables[meeting.table],
            is_must=bool(rows.said_of(meeting.ends).musts),
            score=scores[meeting.ends],
        )
        for meeting in planned.meetings
    )
    UnmetWish.objects.bulk_create(
        UnmetWish(
            timetable=timetable,
            school=people[wish.pair[0]],
            enterprise=people[wish.pair[1]],
            is_must=bool(rows.said_of(wish.pair).musts),
            reason=wish.reason.value,
            detail=wish.detail,
        )
        for wish in unmet_wishes
    )
    return timetable


def _counts(rows: Rows, planned: Planned) -> dict[str, int]:
    """How the wishes fared: numbers of pairs, each counted once whoever wished."""
    met = {meeting.ends for meeting in planned.meetings}
    musts = {pair for pair, said in rows.wishes.items() if said.musts}
    likes = {pair for pair, said in rows.wishes.items() if said.likes} - musts
    return {
        "meetings": len(met),
        "musts": len(musts),
        "musts_met": len(musts & met),
        "likes": len(likes),
        "likes_met": len(likes & met),
        "places": len(rows.slots) * len(rows.tables),
    }
