"""Timetables and outcomes as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.fairs.models import (
    TAKING_PART,
    Absence,
    Fair,
    FairTable,
    Participation,
    Slot,
    TableClosing,
    Wish,
    WishKind,
)
from events.meetings.models import (
    Meeting,
    MeetingState,
    Outcome,
    OutcomeLevel,
    Timetable,
    TimetableStatus,
    UnmetReason,
    UnmetWish,
)
from matching import relations
from portal.jobs.models import Job, JobQuerySet, JobState
from portal.organizations.models import Organization

TIMETABLE_KIND = "meetings.timetable"


def timetable_jobs(fair: Fair) -> JobQuerySet:
    """All jobs that made, make or tried to make a timetable of the fair."""
    return Job.objects.filter(kind=TIMETABLE_KIND, arguments__fair_id=fair.pk)


def published_timetable(fair: Fair) -> Timetable | None:
    """The version that counts, if one is published."""
    return Timetable.objects.published().filter(fair=fair).first()


def last_two_published(fair: Fair) -> tuple[Timetable | None, Timetable | None]:
    """The version that counts and the one that counted before it; one query."""
    rows = list(
        Timetable.objects.filter(fair=fair, published_at__isnull=False).order_by("-published_at", "-number")[:2]
    )
    current = rows[0] if rows and rows[0].status == TimetableStatus.PUBLISHED else None
    return current, rows[1] if current and len(rows) > 1 else None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A planned meeting against which something stands now that did not when the timetable was made."""

    meeting: Meeting
    reason: Promise | str


def conflicts_in(timetable: Timetable) -> list[Conflict]:
    """Planned meetings whose party no longer comes, is away in the slot or does not want to meet, or whose table will
    not do any more: closed in the slot, or kept for somebody else. One query.
    """
    school, enterprise = OuterRef("school"), OuterRef("enterprise")
    away = Absence.objects.filter(Q(participation=school) | Q(participation=enterprise), slot=OuterRef("slot"))
    refused = Wish.objects.filter(
        Q(wisher=school, partner=enterprise) | Q(wisher=enterprise, partner=school), kind=WishKind.NO
    )
    planned = Meeting.objects.filter(timetable=timetable, state=MeetingState.PLANNED).with_parties()
    gone = ~Q(school__status__in=TAKING_PART) | ~Q(enterprise__status__in=TAKING_PART)
    shut = TableClosing.objects.filter(table=OuterRef("table"), slot=OuterRef("slot"))
    others = Q(table__owner__isnull=False) & ~Q(table__owner=F("school")) & ~Q(table__owner=F("enterprise"))
    marked = planned.annotate(is_away=Exists(away), is_refused=Exists(refused), is_shut=Exists(shut))
    rows: Iterable[Any] = marked.filter(gone | Q(is_away=True) | Q(is_refused=True) | Q(is_shut=True) | others)
    return [Conflict(meeting, _reason(meeting)) for meeting in rows]


def _reason(meeting: Any) -> Promise | str:
    """What stands against a meeting, marked as above; that which is left is the table of somebody else."""
    for side in (meeting.school, meeting.enterprise):
        if side.status not in TAKING_PART:
            return _("%(name)s does not come.") % {"name": side.organization.display_name}
    if meeting.is_away:
        return _("One of the two is away in this slot.")
    if meeting.is_refused:
        return _("One of the two does not want this meeting.")
    return _("The table is closed in this slot.") if meeting.is_shut else _("The table is kept for somebody else.")


@dataclass(frozen=True, slots=True)
class GridRow:
    """One table with its meetings, a place per slot of the day; None where nobody meets."""

    table: FairTable
    places: list[Meeting | None]


@dataclass(frozen=True, slots=True)
class DayGrid:
    """One day of a timetable: slots across, tables down; only tables that are used."""

    day: date
    slots: list[Slot]
    rows: list[GridRow]
    meetings: list[Meeting]


def day_grid(timetable: Timetable, day: date, slots: list[Slot]) -> DayGrid:
    """The meetings of one local day, of which these are the slots; one query."""
    meetings = list(
        Meeting.objects.taking_place()
        .filter(timetable=timetable, slot__in=slots)
        .with_parties()
        .order_by("slot__starts_at", "table__number")
    )
    tables = {meeting.table_id: meeting.table for meeting in meetings}
    placed = {(meeting.table_id, meeting.slot_id): meeting for meeting in meetings}
    rows = [
        GridRow(table, [placed.get((table.pk, slot.pk)) for slot in slots])
        for table in sorted(tables.values(), key=lambda table: table.number)
    ]
    return DayGrid(day, slots, rows, meetings)


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting as one of the two sees it."""

    meeting: Meeting
    partner: Participation
    outcome: Outcome | None


def agenda(participation: Participation) -> list[tuple[date, list[Line]]]:
    """The meetings of one participant in the published timetable, by local day, with what came of each; two queries."""
    own = Q(school=participation) | Q(enterprise=participation)
    rows = Meeting.objects.filter(own, timetable__status=TimetableStatus.PUBLISHED)
    meetings = rows.with_parties().order_by("slot__starts_at", "pk")
    outcomes = {(row.school_id, row.enterprise_id): row for row in Outcome.objects.filter(own)}
    lines = [
        Line(
            meeting,
            meeting.enterprise if meeting.school_id == participation.pk else meeting.school,
            outcomes.get((meeting.school_id, meeting.enterprise_id)),
        )
        for meeting in meetings
    ]
    by_day = groupby(lines, lambda line: timezone.localdate(line.meeting.slot.starts_at))
    return [(day, list(group)) for day, group in by_day]


def unplanned_outcomes(participation: Participation) -> list[Outcome]:
    """What came of talks that were not on the timetable."""
    own = Q(school=participation) | Q(enterprise=participation)
    return list(Outcome.objects.filter(own, meeting=None).with_parties().order_by("-level", "pk"))


def outcome_of(school_id: int, enterprise_id: int) -> Outcome | None:
    """What is recorded for a pair of participations."""
    pair = Outcome.objects.filter(school=school_id, enterprise=enterprise_id)
    return pair.prefetch_related("cooperation_kinds").first()


def unmet_found(timetable: Timetable, *, words: str = "", reason: str = "", must: bool = False) -> QuerySet[UnmetWish]:
    """The wishes that a version does not keep: of organizations of that name, for that reason, musts alone."""
    rows = UnmetWish.objects.filter(timetable=timetable)
    if words:
        named = Organization.objects.named_like(words)
        rows = rows.filter(Q(school__organization__in=named) | Q(enterprise__organization__in=named))
    if reason in UnmetReason.values:
        rows = rows.filter(reason=reason)
    if must:
        rows = rows.filter(is_must=True)
    return rows.select_related("school__organization", "enterprise__organization")


def taken_off(timetable: Timetable) -> list[Meeting]:
    """Meetings that somebody had wished for and that were taken off a version by hand, a row a pair; one query."""
    school, enterprise = OuterRef("school"), OuterRef("enterprise")
    said = Wish.objects.filter(Q(wisher=school, partner=enterprise) | Q(wisher=enterprise, partner=school))
    meets = Meeting.objects.taking_place().filter(timetable=timetable, school=school, enterprise=enterprise)
    listed = UnmetWish.objects.filter(timetable=timetable, school=school, enterprise=enterprise)
    rows = Meeting.objects.filter(
        Exists(said.exclude(kind=WishKind.NO)), ~Exists(said.filter(kind=WishKind.NO)), ~Exists(meets), ~Exists(listed),
        timetable=timetable, state=MeetingState.CANCELLED,
    )  # fmt: skip
    found = rows.with_parties().order_by("-is_must", "slot__starts_at", "pk")
    return list({(row.school_id, row.enterprise_id): row for row in found}.values())


def against_pair(timetable: Timetable, school: Participation, enterprise: Participation) -> Promise | str:
    """Why two cannot be put in at all, wherever; empty if they can. Two queries."""
    if not school.is_school or enterprise.is_school:
        return _("A meeting is of one school and one enterprise.")
    if Wish.objects.filter(
        Q(wisher=school, partner=enterprise) | Q(wisher=enterprise, partner=school), kind=WishKind.NO
    ).exists():
        return _("One of the two does not want this meeting.")
    meets = Meeting.objects.taking_place().filter(timetable=timetable, school=school, enterprise=enterprise)
    return _("These two already meet.") if meets.exists() else ""


def known_to_each_other(school: Participation, enterprise: Participation) -> list[Promise | str]:
    """What the organizer may want to know of two before they are put together; two queries."""
    known: list[Promise | str] = []
    if enterprise.organization_id in relations.partners_of(school.organization_id):
        known.append(_("already partners"))
    earlier = Outcome.objects.exclude(fair=school.fair_id)
    if earlier.filter(
        school__organization=school.organization_id, enterprise__organization=enterprise.organization_id
    ).exists():
        known.append(_("met at an earlier fair"))
    return known


def latest_job(fair: Fair) -> Job | None:
    """The last job for a timetable of the fair while it tells something: still open, or ended without a timetable."""
    job = timetable_jobs(fair).order_by("-pk").first()
    if job is None or job.state == JobState.DONE:
        return None
    return job


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """How far the recording is; pairs by level, and meetings of the published timetable by state."""

    levels: list[tuple[str, int]]
    outcomes: int
    meetings: int
    held: int
    not_held: int


def outcome_counts(fair: Fair) -> OutcomeCounts:
    """Two queries."""
    by_level = dict(Outcome.objects.filter(fair=fair).values_list("level").annotate(n=Count("pk")).order_by())
    meetings = Meeting.objects.taking_place().filter(timetable__fair=fair, timetable__status=TimetableStatus.PUBLISHED)
    counts = meetings.aggregate(
        meetings=Count("pk"),
        held=Count("pk", filter=Q(state=MeetingState.HELD)),
        not_held=Count("pk", filter=Q(state=MeetingState.NO_SHOW)),
    )
    levels = [(str(level.label), by_level.get(level.value, 0)) for level in reversed(OutcomeLevel)]
    return OutcomeCounts(levels=levels, outcomes=sum(by_level.values()), **counts)
