"""What the engine has planned → a proposed version: meetings, unmet wishes with their reasons, figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from events.fairs.models import FairStatus
from events.fairs.services import locked_fair
from events.meetings.models import Meeting, MeetingOrigin, Timetable, UnmetReason, UnmetWish
from events.meetings.snapshot import Ends, Rows
from events.scheduling.explain import Unmet as Explained
from events.scheduling.explain import unmet
from events.scheduling.problem import Problem
from events.scheduling.timetable import Timetable as Planned
from portal.common.errors import DomainError
from portal.jobs.models import Job


class FairMovedOn(DomainError):
    """The fair was reopened, begun or cancelled while the timetable was made."""


@dataclass(frozen=True, slots=True)
class Unkept:
    """A wish that is not kept: the pair by index and why."""

    pair: Ends
    reason: UnmetReason
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A plan that the checker has nothing against, with all that it is made of."""

    rows: Rows
    problem: Problem
    planned: Planned
    unkept: list[Unkept]


def unmet_of(rows: Rows, problem: Problem, planned: Planned) -> list[Unkept]:
    """Every wish that is not kept, with the engine's reason; one for a partner who says no is refused."""
    refused = [Unkept(pair, UnmetReason.REFUSED, {}) for pair, said in rows.wishes.items() if said.noes and said.wanted]
    wanted = {pair for pair, said in rows.wishes.items() if said.wanted and not said.noes}
    looked_at = wanted | {meeting.ends for meeting in planned.meetings}
    narrowed = replace(problem, pairs=tuple(pair for pair in problem.pairs if pair.ends in looked_at))
    return refused + [
        Unkept((each.school, each.enterprise), UnmetReason[each.reason.name], _in_the_way(each, rows))
        for each in unmet(narrowed, planned)
    ]


def _in_the_way(each: Explained, rows: Rows) -> dict[str, Any]:
    """How many meetings stand in the way and the least of them; what would have to go for this one, when, at what cost.

    The cost is in scores: by how much this wish was outbid.
    """
    detail: dict[str, Any] = {}
    if each.by:
        detail = {"meetings": len(each.by), "least": _names(rows, each.by[0].ends)}
    if each.cost is not None and each.slot is not None:
        starts = timezone.localtime(rows.slots[each.slot].starts_at)
        detail |= {"cost": each.cost, "slot": f"{starts:%m-%d %H:%M}", "shortfall": each.shortfall}
        detail["instead"] = [_names(rows, meeting.ends) for meeting in each.instead[:3]]
    return detail


def _names(rows: Rows, ends: Ends) -> str:
    return " – ".join(rows.name(party) for party in ends)


def store(made: Made, *, job: Job, based_on: Timetable | None = None) -> Timetable:
    """The new version with its meetings, within the caller's transaction; FairMovedOn if it is wanted no more."""
    rows, planned = made.rows, made.planned
    fair = locked_fair(rows.fair.pk)
    if fair.status not in (FairStatus.MATCHING, FairStatus.SCHEDULED):
        raise FairMovedOn(_("The fair has moved on while the timetable was made. Ask for a new one."))
    report = planned.report
    if report is None:
        raise ValueError("the solver always reports")
    timetable = Timetable.objects.create(
        fair=fair,
        number=next_number(fair.pk),
        job=job,
        based_on=based_on,
        score=report.score,
        upper_bound=report.upper_bound,
        breaks=report.breaks,
        report=asdict(report) | _counts(rows, planned),
    )
    Meeting.objects.bulk_create(meetings_of(made, timetable))
    people = rows.participations
    UnmetWish.objects.bulk_create(
        UnmetWish(
            timetable=timetable,
            school=people[wish.pair[0]],
            enterprise=people[wish.pair[1]],
            is_must=bool(rows.said_of(wish.pair).musts),
            reason=wish.reason.value,
            detail=wish.detail,
        )
        for wish in made.unkept
    )
    return timetable


def next_number(fair_id: int) -> int:
    """The number of a new version; the fair must be locked."""
    last: int = Timetable.objects.filter(fair=fair_id).aggregate(last=Max("number"))["last"] or 0
    return last + 1


def meetings_of(made: Made, timetable: Timetable) -> list[Meeting]:
    """Unsaved rows of a plan; each party in one slot on seats of its own, what is kept as it was."""
    rows, people, scores = made.rows, made.rows.participations, made.problem.scores
    kept = {(row.school_id, row.enterprise_id): row for row in rows.kept}
    seated: Counter[tuple[int, int]] = Counter()
    meetings = []
    for meeting in sorted(made.planned.meetings, key=lambda each: (each.slot, each.table)):
        school, enterprise = people[meeting.school], people[meeting.enterprise]
        for party in meeting.ends:
            seated[party, meeting.slot] += 1
        before = kept.get((school.pk, enterprise.pk))
        meetings.append(
            Meeting(
                timetable=timetable,
                school=school,
                enterprise=enterprise,
                slot=rows.slots[meeting.slot],
                table=rows.tables[meeting.table],
                school_seat=seated[meeting.school, meeting.slot],
                enterprise_seat=seated[meeting.enterprise, meeting.slot],
                is_must=bool(rows.said_of(meeting.ends).musts),
                score=scores[meeting.ends],
                is_locked=before is not None and before.is_locked,
                origin=before.origin if before else MeetingOrigin.ENGINE,
            )
        )
    return meetings


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
