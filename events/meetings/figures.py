"""How good a version is as it stands, hand-made changes included: for all, and for each participant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from events.fairs.models import TAKING_PART, Absence, Fair, Participation, Slot
from events.meetings.models import Meeting, Timetable


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
    score: int
    upper_bound: int
    parties: list[PartyFigures]

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


def quality_of(timetable: Timetable) -> Quality:
    """The figures of a version; four queries. `fair` must be loaded."""
    fair = timetable.fair
    slots = list(Slot.objects.filter(fair=fair).order_by("starts_at"))
    coming = Participation.objects.filter(fair=fair, status__in=TAKING_PART).select_related("organization")
    places = Meeting.objects.taking_place().filter(timetable=timetable).order_by()
    rows = list(places.values_list("school", "enterprise", "slot", "score"))
    busy: dict[int, Counter[int]] = defaultdict(Counter)
    for school, enterprise, slot, _score in rows:
        busy[school][slot] += 1
        busy[enterprise][slot] += 1
    away: dict[int, set[int]] = defaultdict(set)
    for party, slot in Absence.objects.filter(participation__fair=fair).values_list("participation", "slot"):
        away[party].add(slot)
    days = _by_day(slots)
    parties = [_of_party(fair, row, busy[row.pk], away[row.pk], days) for row in coming]
    ordered = sorted(parties, key=lambda each: (not each.party.is_school, each.party.organization.pinyin))
    return Quality(len(rows), sum(row[3] for row in rows), timetable.upper_bound, ordered)


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
