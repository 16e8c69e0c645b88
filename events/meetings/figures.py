"""How good a version is as it stands, hand-made changes included: for all, and for each participant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone

from events.fairs.models import TAKING_PART, Absence, Fair, Participation, Slot, Wish, WishKind
from events.meetings.models import MeetingOrigin, MeetingState, Timetable, TimetableOrigin

Pair = tuple[int, int]
BY_HAND = (MeetingOrigin.MANUAL, MeetingOrigin.ON_SITE)


@dataclass(frozen=True, slots=True)
class PartyFigures:
    """What a version means for one participant; breaks are rows of free slots between two meetings of a day."""

    party: Participation
    meetings: int
    least: int
    most: int
    breaks: int
    idle: int

    @property
    def missing(self) -> int:
        """Meetings lacking to its minimum."""
        return max(0, self.least - self.meetings)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram: how many participants have this many; `share` in whole percent of the highest bar."""

    value: int
    parties: int
    share: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of a version."""

    meetings: int
    locked: int
    score: int
    upper_bound: int
    parties: list[PartyFigures]
    musts: int
    musts_met: int
    likes: int
    likes_met: int
    """Pairs that somebody would like to meet and nobody must; each is counted once, whoever wished."""
    shortfall_bound: int | None
    """No timetable lacks less to the minima; None where nobody counted."""
    breaks_bound: int | None
    """No slots for these meetings have fewer breaks; None where nobody counted, or others meet since."""

    @property
    def gap_percent(self) -> str:
        """By how much the best timetable could score more at most, in percent of the bound."""
        return f"{100 * max(0, self.upper_bound - self.score) / max(1, self.upper_bound):.2f}"

    @property
    def is_proven(self) -> bool:
        """Whether no timetable scores more."""
        return self.score >= self.upper_bound

    @property
    def shortfall(self) -> int:
        return sum(row.missing for row in self.parties)

    @property
    def breaks(self) -> int:
        return sum(row.breaks for row in self.parties)

    @property
    def most_breaks(self) -> PartyFigures | None:
        """Who has the most breaks, if anybody has one."""
        row = max(self.parties, key=lambda each: (each.breaks, each.idle), default=None)
        return row if row is not None and row.breaks else None

    @property
    def idle(self) -> int:
        return sum(row.idle for row in self.parties)

    @property
    def below_minimum(self) -> list[PartyFigures]:
        """The participants with fewer meetings than they should have, the worst off first."""
        return sorted((row for row in self.parties if row.missing), key=lambda row: (-row.missing, row.meetings))

    @property
    def worst_off(self) -> PartyFigures | None:
        """Who waits longest, if anybody waits."""
        row = max(self.parties, key=lambda each: (each.idle, each.breaks), default=None)
        return row if row is not None and row.idle else None

    @property
    def by_meetings(self) -> list[Bar]:
        return histogram(row.meetings for row in self.parties)

    @property
    def by_idle(self) -> list[Bar]:
        return histogram(row.idle for row in self.parties)


def quality_of(timetable: Timetable, slots: Sequence[Slot] | None = None) -> Quality:
    """The figures of a version; two queries, and one for the slots of the fair if they are not given."""
    return qualities_of([timetable], slots)[0]


def qualities_of(versions: Sequence[Timetable], slots: Sequence[Slot] | None = None) -> list[Quality]:
    """The figures of versions of one fair, each with the fair at hand; one query, one each, and one for the slots."""
    fair = versions[0].fair
    days = _by_day(fair.slots.order_by("starts_at") if slots is None else slots)
    people = _people(fair)
    wishes = _wishes(people)
    return [_quality(version, people, days, wishes) for version in versions]


def _people(fair: Fair) -> list[Any]:
    """Who comes, by side and the sound of the names; with the slots in which it is away, and whom it wished for."""
    own = Wish.objects.filter(wisher=OuterRef("pk"))
    coming = Participation.objects.filter(fair=fair, status__in=TAKING_PART).select_related("organization")
    rows = coming.annotate(
        away=ArraySubquery(Absence.objects.filter(participation=OuterRef("pk")).values("slot")),
        musts=ArraySubquery(own.filter(kind=WishKind.MUST).values("partner")),
        likes=ArraySubquery(own.filter(kind=WishKind.OK).values("partner")),
    )
    return sorted(rows, key=lambda row: (not row.is_school, row.organization.pinyin, row.pk))


def _quality(
    version: Timetable,
    people: list[Any],
    days: list[list[int]],
    wishes: dict[str, set[Pair]],
) -> Quality:
    told = ("school", "enterprise", "slot", "score", "state", "origin", "is_locked")
    rows = list(version.meetings.order_by().values_list(*told))
    busy: dict[int, Counter[int]] = defaultdict(Counter)
    met: dict[Pair, int] = {}
    for school, enterprise, slot, score, state, *_others in rows:
        if state != MeetingState.CANCELLED:
            met[school, enterprise] = score
            busy[school][slot] += 1
            busy[enterprise][slot] += 1
    as_planned = version.origin != TimetableOrigin.REPLAN and version.report.get("meetings") == len(rows)
    others_meet = not as_planned or any(row[4] == MeetingState.CANCELLED or row[5] in BY_HAND for row in rows)
    return Quality(
        meetings=len(met),
        locked=sum(row[6] and row[4] == MeetingState.PLANNED for row in rows),
        score=sum(met.values()),
        upper_bound=version.upper_bound,
        parties=[_of_party(version.fair, row, busy[row.pk], set(row.away), days) for row in people],
        musts=len(wishes[WishKind.MUST]),
        musts_met=len(wishes[WishKind.MUST] & met.keys()),
        likes=len(wishes[WishKind.OK]),
        likes_met=len(wishes[WishKind.OK] & met.keys()),
        shortfall_bound=version.report.get("min_shortfall_bound"),
        breaks_bound=None if others_meet else version.report.get("breaks_bound"),
    )


def _wishes(people: list[Any]) -> dict[str, set[Pair]]:
    """The pairs that must meet and those that would only like to, (school, enterprise); refusals do not count here."""
    coming = {row.pk for row in people}
    found: dict[str, set[Pair]] = {WishKind.MUST: set(), WishKind.OK: set()}
    for row in people:
        for kind, partners in ((WishKind.MUST, row.musts), (WishKind.OK, row.likes)):
            for partner in coming & set(partners):
                found[kind].add((row.pk, partner) if row.is_school else (partner, row.pk))
    found[WishKind.OK] -= found[WishKind.MUST]
    return found


def _of_party(
    fair: Fair, row: Participation, busy: Counter[int], away: set[int], days: Sequence[Sequence[int]]
) -> PartyFigures:
    most = fair.max_meetings if row.max_meetings is None else row.max_meetings
    least = min(most, fair.min_meetings) if row.min_meetings is None else row.min_meetings
    gaps = [gap for day in days for gap in waits(day, set(busy), away)]
    return PartyFigures(row, busy.total(), least, most, len(gaps), sum(gaps))


def waits(day: Sequence[int], busy: set[int], away: set[int]) -> list[int]:
    """The lengths of the breaks of one day: rows of slots, there and free, between two meetings."""
    gaps, free, met = [], 0, False
    for slot in day:
        if slot in busy:
            if met and free:
                gaps.append(free)
            free, met = 0, True
        elif slot not in away:
            free += 1
    return gaps


def _by_day(slots: Iterable[Slot]) -> list[list[int]]:
    days: dict[object, list[int]] = defaultdict(list)
    for slot in slots:
        days[timezone.localdate(slot.starts_at)].append(slot.pk)
    return list(days.values())


def histogram(values: Iterable[int]) -> list[Bar]:
    """A bar for every number from the least to the greatest, the empty ones too."""
    counts = Counter(values)
    if not counts:
        return []
    highest = max(counts.values())
    return [Bar(n, counts[n], round(100 * counts[n] / highest)) for n in range(min(counts), max(counts) + 1)]
