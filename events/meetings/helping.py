"""What would help: small changes of the fair that would let more wishes be kept, in the reader's words, with names.

rows of a version → problem → events.scheduling.helping, a few tries of bounded effort → sentences. Nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.fairs.models import Participation
from events.meetings.models import Timetable
from events.meetings.replanning import as_booked, standing_problem
from events.meetings.snapshot import Ends, Rows
from events.scheduling.problem import Problem
from events.scheduling.timetable import Meeting as Planned
from events.scheduling.timetable import Timetable as Plan

if TYPE_CHECKING:
    from events.scheduling.helping import Help

TRIES, EFFORT = 6, 0.2  # about two seconds at a fair of 57 schools and 100 firms
NAMED = 3  # meetings named of those that would become possible


@dataclass(frozen=True, slots=True)
class Advice:
    """One change that would help, and what it would gain."""

    change: str
    url: str
    """Where the organizer makes the change."""
    score: int
    shortfall: int
    """Meetings by which the minima would be served better."""
    moved: int
    """Meetings of others that would change their time for it."""
    added: int
    meetings: list[str]
    """The first of the meetings that would become possible."""


def advice(
    version: Timetable, *, school: Participation | None = None, enterprise: Participation | None = None
) -> list[Advice]:
    """Changes that would improve a version as it stands, the cheapest kind first; `fair` must be loaded.

    With a school and an enterprise, only what would let these two meet; nothing does if one of them says no.
    """
    from events.scheduling.helping import helps  # OR-Tools takes a second to import

    _stored, rows, plan, asked = standing_problem(version)
    problem = as_booked(asked, plan)
    place = rows.party_of()
    pair = (place.get(school.pk, -1), place.get(enterprise.pk, -1)) if school and enterprise else None
    if pair is not None and (-1 in pair or rows.said_of(pair).noes):
        return []
    found = helps(problem, plan, pair=pair, tries=TRIES, effort=EFFORT)
    full = _full(problem, plan, pair) if pair else []
    return [
        Advice(
            change=_change(rows, problem, each, full),
            url=_where(rows, each.party),
            score=each.score,
            shortfall=each.shortfall,
            moved=each.moved,
            added=len(each.added),
            meetings=[_in_words(rows, meeting) for meeting in each.added[:NAMED]],
        )
        for each in found
    ]


def _full(problem: Problem, plan: Plan, pair: Ends) -> list[int]:
    """Those of the two that have all the meetings they may have."""
    counts = [sum(party in meeting.ends for meeting in plan.meetings) for party in pair]
    return [party for party, n in zip(pair, counts, strict=True) if n >= problem.participants[party].maximum]


def _change(rows: Rows, problem: Problem, found: Help, full: list[int]) -> str:
    """The change in words; of two that have all their meetings each may have one more, whatever else is needed."""
    kind, party = found.kind.value, found.party
    more = [party] if kind == "maximum" and party is not None and not full else full
    said = [
        _("%(name)s may have %(n)d meetings") % {"name": rows.name(each), "n": problem.participants[each].maximum + 1}
        for each in more
    ]
    at = ", ".join(f"{timezone.localtime(rows.slots[slot].starts_at):%m-%d %H:%M}" for slot in found.slots)
    if kind == "table":
        said.append(_("one more table at %(at)s") % {"at": at})
    if kind == "presence" and party is not None:
        said.append(_("%(name)s is there at %(at)s") % {"name": rows.name(party), "at": at})
    return "; ".join(said)


def _where(rows: Rows, party: int | None) -> str:
    if party is None:
        return reverse("fairs:tables", args=[rows.fair.slug])
    return rows.participations[party].get_absolute_url()


def _in_words(rows: Rows, meeting: Planned) -> str:
    return f"{rows.name(meeting.school)} – {rows.name(meeting.enterprise)}"
