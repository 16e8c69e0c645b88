"""Where a fair stands and what comes next: the organizer's phase bar, its checks and the one step forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from events.fairs.models import Fair, FairStatus, Participation
from events.fairs.selectors import (
    Grounds,
    ParticipationCounts,
    grounds_of,
    participation_counts,
    says_where_to_arrive,
)

Text = str | Promise
WAY = (
    (FairStatus.PLANNING, _("Planning")),
    (FairStatus.REGISTRATION, _("Registration")),
    (FairStatus.MATCHING, _("Timetable")),
    (FairStatus.SCHEDULED, _("Published")),
    (FairStatus.LIVE, _("On the day")),
    (FairStatus.CLOSED, pgettext_lazy("of a fair", "Review")),
)


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of the way; `state` is done, current or todo; the current one is late after its last day."""

    label: Text
    state: str
    until: date | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at in the current phase; one that blocks must hold before the step forward."""

    text: Text
    holds: bool
    url: str
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A button: the step's name in the address, its words, and whether it may be taken now."""

    name: str
    label: Text
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Cockpit:
    """All that the organizer's panel shows."""

    phases: list[Phase]
    checks: list[Check]
    steps: list[Step]
    counts: ParticipationCounts
    grounds: Grounds


def cockpit(fair: Fair) -> Cockpit:
    """Two queries."""
    counts, grounds = participation_counts(fair), grounds_of(fair)
    checks = _CHECKS.get(FairStatus(fair.status), _nothing)(fair, counts, grounds)
    ready = all(check.holds for check in checks if check.blocks)
    return Cockpit(phases(fair), checks, _steps(fair, ready), counts, grounds)


def phases(fair: Fair) -> list[Phase]:
    """The way of the fair; a cancelled one has no current phase."""
    order = [status for status, _label in WAY]
    now = order.index(FairStatus(fair.status)) if fair.status in order else -1
    until = {
        FairStatus.REGISTRATION: fair.answers_due,
        FairStatus.MATCHING: fair.timetable_due,
        FairStatus.SCHEDULED: fair.starts_on,
        FairStatus.LIVE: fair.ends_on,
    }
    today = timezone.localdate()
    return [
        Phase(
            label,
            "done" if index < now else "current" if index == now else "todo",
            until.get(status),
            index == now and (until.get(status) or today) < today,
        )
        for index, (status, label) in enumerate(WAY)
    ]


def _steps(fair: Fair, ready: bool) -> list[Step]:
    return {
        FairStatus.PLANNING: [Step("open", _("Open registration"), ready)],
        FairStatus.REGISTRATION: [Step("close-answers", _("Close the answers"), ready)],
        FairStatus.MATCHING: [Step("open", _("Take answers again"))],
        FairStatus.SCHEDULED: [Step("start", _("Open the doors"))],
        FairStatus.LIVE: [Step("close", _("Close the fair"))],
    }.get(FairStatus(fair.status), [])


def _planning(fair: Fair, _counts: ParticipationCounts, grounds: Grounds) -> list[Check]:
    url = reverse("fairs:grounds", args=[fair.slug])
    slots = ngettext("%(n)d slot laid out", "%(n)d slots laid out", grounds.slots) % {"n": grounds.slots}
    tables = ngettext("%(n)d table", "%(n)d tables", grounds.tables) % {"n": grounds.tables}
    sessions = ngettext("%(n)d part of the programme", "%(n)d parts of the programme", grounds.sessions)
    arrival = _("The invitation says when and where to arrive, and whom to call")
    return [
        Check(slots, bool(grounds.slots), url, blocks=True),
        Check(tables, bool(grounds.tables), url, blocks=True),
        Check(sessions % {"n": grounds.sessions}, bool(grounds.sessions), url),
        Check(arrival, says_where_to_arrive(fair), reverse("fairs:edit", args=[fair.slug]), blocks=True),
    ]


def _registration(fair: Fair, counts: ParticipationCounts, grounds: Grounds) -> list[Check]:
    people = reverse("fairs:participants", args=[fair.slug])
    schools = ngettext("%(n)d school is coming", "%(n)d schools are coming", counts.schools_coming)
    firms = ngettext("%(n)d enterprise is coming", "%(n)d enterprises are coming", counts.enterprises_coming)
    open_ones = ngettext("%(n)d invitation is unanswered", "%(n)d invitations are unanswered", counts.unanswered)
    silent = ngettext("%(n)d has no wish yet", "%(n)d have no wish yet", counts.without_wish)
    unanswered = open_ones % {"n": counts.unanswered} if counts.unanswered else _("Every invitation is answered")
    wishless = silent % {"n": counts.without_wish} if counts.without_wish else _("Everybody has given wishes")
    return [
        Check(schools % {"n": counts.schools_coming}, bool(counts.schools_coming), people, blocks=True),
        Check(firms % {"n": counts.enterprises_coming}, bool(counts.enterprises_coming), people, blocks=True),
        Check(unanswered, not counts.unanswered, f"{people}?status=invited"),
        Check(wishless, not counts.without_wish, f"{people}?without=wishes"),
        _room(fair, counts, grounds),
    ]


def _room(fair: Fair, counts: ParticipationCounts, grounds: Grounds) -> Check:
    """Whether everybody's least number of meetings fits into the slots and tables at all."""
    needed = fair.min_meetings * max(counts.schools_coming, counts.enterprises_coming)
    text = _("Room for %(places)d meetings, at least %(needed)d needed")
    facts = {"places": grounds.places, "needed": needed}
    return Check(text % facts, needed <= grounds.places, reverse("fairs:grounds", args=[fair.slug]))


def _scheduling(fair: Fair, _counts: ParticipationCounts, _grounds: Grounds) -> list[Check]:
    return [_names(fair)]


def _names(fair: Fair) -> Check:
    """Whether everybody who comes has said who; badges and lodging wait for it."""
    missing = Participation.objects.taking_part().filter(fair=fair, names_confirmed_at=None).count()
    text = ngettext("%(n)d has not named its delegates", "%(n)d have not named their delegates", missing)
    named = text % {"n": missing} if missing else _("Everybody has named the delegates")
    return Check(named, not missing, f"{reverse('fairs:participants', args=[fair.slug])}?without=names")


def _live(fair: Fair, counts: ParticipationCounts, _grounds: Grounds) -> list[Check]:
    text = _("%(here)d of %(coming)d organizations are here") % {"here": counts.here, "coming": counts.coming}
    return [Check(text, counts.here == counts.coming, reverse("door:desk", args=[fair.slug]))]


def _nothing(_fair: Fair, _counts: ParticipationCounts, _grounds: Grounds) -> list[Check]:
    return []


_CHECKS = {
    FairStatus.PLANNING: _planning,
    FairStatus.REGISTRATION: _registration,
    FairStatus.MATCHING: _scheduling,
    FairStatus.SCHEDULED: _live,
    FairStatus.LIVE: _live,
}
