"""What changes if somebody does not come, comes late, or a table can no longer be used: worked out, not stored.

rows of the published version → problem before, problem after → events.scheduling.replanning → changes in rows again.
Meetings put in by hand may go beyond what the rules would have planned; they count as allowed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from events.fairs.models import TAKING_PART, Fair, FairTable, Participation, Slot
from events.meetings.differences import Change, PartyChanges, by_party, changes_between
from events.meetings.models import Meeting, MeetingOrigin, MeetingState, Timetable
from events.meetings.snapshot import LEAST, Rows, plan_of, problem_of, rows_of
from events.scheduling import problem as engine
from events.scheduling.timetable import Timetable as Plan
from portal.common.errors import DomainError

MOST_MOVES = 50

Standing = tuple[int, int, int, str, int]
"""A meeting's id, slot, table, state and sequence."""


class NothingPublished(DomainError):
    """There is no published version to start from."""


class ReplanBroken(DomainError):
    """The checker found that the new plan breaks a rule: it cannot be taken."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What happened, by ids of rows: counted from the slot `since`, what was before stays."""

    since: int
    absent: tuple[int, ...] = ()
    until: int | None = None
    """The slot from which the absent ones are there after all; None: not at all any more."""
    tables: tuple[int, ...] = ()
    """Tables that can no longer be used."""
    moves: int = 0
    """How many meetings of others may move to another slot so that more wishes are kept."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be different; nothing is stored."""

    version: Timetable
    before: list[Standing]
    """How the version stood when the plan was made."""
    meetings: list[Meeting]
    """Unsaved, without a version: all that would take place."""
    changes: list[Change]
    lost_score: int
    """What the remaining meetings count less than before."""
    won_back: int
    """How much of it the new plan wins back."""
    proven: bool
    seconds: float
    mark: str
    """Of the version as it was and of what would become of it: whoever takes the plan takes this one."""

    @property
    def parties(self) -> list[PartyChanges]:
        return by_party(self.changes)

    @property
    def counts(self) -> Counter[str]:
        """How many changes by kind."""
        return Counter(str(change.kind.value) for change in self.changes)


def preview(fair: Fair, what: WhatIf) -> Preview:
    """Work out the new plan; the same rows and the same question give the same answer.

    NothingPublished; ReplanBroken if it breaks a rule; Slot.DoesNotExist for a slot of another fair.
    """
    from events.scheduling.replanning import changes, day  # OR-Tools takes a second to import
    from events.scheduling.verify import violations

    version = Timetable.objects.published().select_related("fair").filter(fair=fair).first()
    if version is None:
        raise NothingPublished(_("There is no published timetable yet."))
    stored, rows, plan, asked = standing_problem(version)
    slot = {row.pk: place for place, row in enumerate(rows.slots)}
    if what.since not in slot or (what.until is not None and what.until not in slot):
        raise Slot.DoesNotExist
    now = slot[what.since]
    away = [str(row.pk) for row in rows.participations if row.pk in what.absent and row.takes_part]
    gone = [str(row.pk) for row in rows.participations if not row.takes_part]
    late = dict.fromkeys(away, slot[what.until]) if what.until is not None else {}
    change = changes.Change(
        absent=tuple(gone if late else gone + away),
        late=late,
        closed=tuple(str(table.number) for table in rows.tables if table.pk in what.tables),
    )
    told = day.replan(
        as_booked(asked, plan),
        plan,
        change.applied(asked, now),
        now=now,
        locked=_settled(plan, stored, rows),
        max_moves=what.moves,
    )
    broken = violations(told.problem, told.timetable)
    if broken:
        raise ReplanBroken(_("The new plan broke a rule and was thrown away: %(rule)s") % {"rule": broken[0].message})
    meetings = _meetings(rows, told.timetable, stored, told.problem)
    return Preview(
        version=version,
        before=[standing_of(row) for row in stored],
        meetings=meetings,
        changes=changes_between(_by_pair(stored), _by_pair(meetings)),
        lost_score=told.before.score - told.remaining.score,
        won_back=told.after.score - told.remaining.score,
        proven=told.proven,
        seconds=told.seconds,
        mark=_mark(stored, meetings),
    )


def standing_problem(version: Timetable) -> tuple[list[Meeting], Rows, Plan, engine.Problem]:
    """The meetings of a version that take place, the rows of its fair, the plan they are, and what may be planned."""
    stored = list(Meeting.objects.taking_place().filter(timetable=version).with_parties().order_by("pk"))
    rows = rows_of(version.fair, also={party for row in stored for party in (row.school_id, row.enterprise_id)})
    plan = plan_of(rows, stored)
    return stored, rows, plan, _with_all_that_meet(problem_of(rows), plan, stored, rows)


def _by_pair(meetings: list[Meeting]) -> dict[tuple[int, int], Meeting]:
    return {(row.school_id, row.enterprise_id): row for row in meetings}


def _with_all_that_meet(problem: engine.Problem, plan: Plan, stored: list[Meeting], rows: Rows) -> engine.Problem:
    """The problem in which every pair that meets may meet, and nobody has more meetings than it may have."""
    party = rows.party_of()
    counts = Counter(index for meeting in plan.meetings for index in meeting.ends)
    missing = [
        engine.Pair(party[row.school_id], party[row.enterprise_id], max(LEAST, row.score))
        for row in stored
        if (party[row.school_id], party[row.enterprise_id]) not in problem.scores
    ]
    met = {meeting.ends for meeting in plan.meetings}
    people = [replace(each, maximum=max(each.maximum, counts[k])) for k, each in enumerate(problem.participants)]
    return replace(
        problem,
        participants=tuple(people),
        pairs=tuple(sorted([*problem.pairs, *missing], key=lambda pair: pair.ends)),
        forbidden=tuple(pair for pair in problem.forbidden if pair not in met),
    )


def as_booked(problem: engine.Problem, plan: Plan) -> engine.Problem:
    """The same before anything happened: whoever meets was there."""
    booked = Counter((party, meeting.slot) for meeting in plan.meetings for party in meeting.ends)
    used = {(meeting.slot, meeting.table) for meeting in plan.meetings}
    people = [
        replace(each, capacity=tuple(max(held, booked[k, slot]) for slot, held in enumerate(each.capacity)))
        for k, each in enumerate(problem.participants)
    ]
    closed = tuple(place for place in problem.closed if place not in used)
    return replace(problem, participants=tuple(people), closed=closed)


def _settled(plan: Plan, stored: list[Meeting], rows: Rows) -> set[tuple[int, int]]:
    """The pairs whose meeting stays: locked, or something was recorded of it."""
    party = rows.party_of()
    return {
        (party[row.school_id], party[row.enterprise_id])
        for row in stored
        if row.is_locked or row.state != MeetingState.PLANNED
    }


def _meetings(rows: Rows, plan: Plan, stored: list[Meeting], problem: engine.Problem) -> list[Meeting]:
    """Unsaved rows: the old ones with their new places, the new ones beside them, each on a seat of its own."""
    before = _by_pair(stored)
    people, scores = rows.participations, problem.scores
    seated: Counter[tuple[int, int]] = Counter()
    found = []
    for place in sorted(plan.meetings, key=lambda each: (each.slot, each.table)):
        for party in place.ends:
            seated[party, place.slot] += 1
        school, enterprise = people[place.school], people[place.enterprise]
        was = before.get((school.pk, enterprise.pk))
        found.append(
            Meeting(
                school=school,
                enterprise=enterprise,
                slot=rows.slots[place.slot],
                table=rows.tables[place.table],
                school_seat=seated[place.school, place.slot],
                enterprise_seat=seated[place.enterprise, place.slot],
                is_must=bool(rows.said_of(place.ends).musts),
                score=was.score if was else scores.get(place.ends, 0),
                state=was.state if was else MeetingState.PLANNED,
                absent_side=was.absent_side if was else "",
                is_locked=bool(was and was.is_locked),
                origin=was.origin if was else MeetingOrigin.ENGINE,
            )
        )
    return found


def _mark(stored: list[Meeting], meetings: list[Meeting]) -> str:
    """Of both, before and after; two persons who see the same see the same mark."""
    after = [(row.school_id, row.enterprise_id, row.slot_id, row.table_id) for row in meetings]
    return hashlib.sha256(json.dumps([[standing_of(row) for row in stored], after]).encode()).hexdigest()[:32]


def standing_of(meeting: Meeting) -> Standing:
    return meeting.pk, meeting.slot_id, meeting.table_id, meeting.state, meeting.sequence


def how_it_stands(version: Timetable) -> list[Standing]:
    """Of every meeting of a version that takes place, by id; one query."""
    return [standing_of(row) for row in Meeting.objects.taking_place().filter(timetable=version).order_by("pk")]


def concerned(fair: Fair) -> tuple[list[Participation], list[FairTable], list[Slot]]:
    """Of whom, of which tables and since when one may ask; three queries."""
    people = Participation.objects.filter(Q(status__in=TAKING_PART), fair=fair).select_related("organization")
    tables = FairTable.objects.filter(fair=fair).order_by("number")
    return list(people.order_by("organization__pinyin")), list(tables), list(fair.slots.order_by("starts_at"))
