"""Rows of a fair → the engine's Problem.

The score of a pair, an integer above 0, is the sum of
    1000 × the mutual score of the two (in [0, 1]; 0 where nothing overlaps, or nobody was ever ranked)
    + 500 for each side that would like to meet the other
    + 1000 for each side that must meet the other
so that what people ask for outweighs what is computed, and a wish of both outweighs the wish of one. A pair is a
candidate if it fits at all or was wished for. A "no" of either side is absolute; a "must" of either is a must unless
the other says no. A party with fewer candidates than the meetings it should have may also meet anybody who does not say
no, at score 1 and up to that number only, so that the minimum of a small school or firm does not depend on the ranking.

The fit is that of the moment at which the timetable is made, of the demands and the supply as they are then: the same
seed gives the same timetable as long as nobody changes a demand, an offer or a wish.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils import timezone

from events.fairs.fitting import fits_between
from events.fairs.models import Absence, Fair, FairTable, Participation, Slot, Wish, WishKind
from events.scheduling import problem as engine

RANKED, LIKED, REQUIRED = 1000, 500, 1000
LEAST = 1

Ends = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PairWishes:
    """How many of the two sides, 0 … 2, say so of the other."""

    musts: int
    likes: int
    noes: int

    @property
    def wanted(self) -> bool:
        """Whether somebody asked for this meeting."""
        return bool(self.musts or self.likes)


NOTHING_SAID = PairWishes(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind the indices of a Problem: participations with the schools first, organizations loaded."""

    fair: Fair
    participations: list[Participation]
    slots: list[Slot]
    tables: list[FairTable]
    wishes: dict[Ends, PairWishes]

    def name(self, party: int) -> str:
        """The organization behind an index."""
        return self.participations[party].organization.display_name

    def said_of(self, pair: Ends) -> PairWishes:
        """The wishes of a pair, none if nobody said anything."""
        return self.wishes.get(pair, NOTHING_SAID)


def rows_of(fair: Fair) -> Rows:
    """All rows that the timetable of a fair depends on, but for absences and scores; four queries."""
    coming = Participation.objects.taking_part().filter(fair=fair).select_related("organization")
    participations = sorted(coming, key=lambda row: (not row.is_school, row.pk))
    index = {row.pk: place for place, row in enumerate(participations)}
    said: dict[Ends, Counter[str]] = defaultdict(Counter)
    wishes = Wish.objects.filter(wisher__in=index, partner__in=index)
    for wisher, partner, kind in wishes.values_list("wisher", "partner", "kind"):
        first, second = sorted((index[wisher], index[partner]))
        said[first, second][kind] += 1
    return Rows(
        fair=fair,
        participations=participations,
        slots=list(Slot.objects.filter(fair=fair).order_by("starts_at")),
        tables=list(FairTable.objects.filter(fair=fair).order_by("number")),
        wishes={
            pair: PairWishes(kinds[WishKind.MUST], kinds[WishKind.OK], kinds[WishKind.NO])
            for pair, kinds in said.items()
        },
    )


def problem_of(rows: Rows) -> engine.Problem:
    """What the engine is asked; one query and the few of matching.standing, whatever the size of the fair."""
    refused = {pair for pair, wishes in rows.wishes.items() if wishes.noes}
    wanted = {pair for pair, wishes in rows.wishes.items() if wishes.musts} - refused
    scores = {pair: score for pair, score in _scores(rows).items() if pair not in refused}
    short = _short_of_candidates(rows, scores)
    candidates = _fillers(rows, short, refused) | scores
    return engine.Problem(
        name=rows.fair.name,
        slots=_slots(rows.slots),
        tables=_tables(rows.tables),
        participants=_participants(rows, short),
        pairs=tuple(engine.Pair(*pair, score) for pair, score in sorted(candidates.items())),
        forbidden=tuple(sorted(refused)),
        must=tuple(sorted(wanted)),
    )


def _scores(rows: Rows) -> dict[Ends, int]:
    """The score of every pair that fits at all or was wished for; see the formula above."""
    scores = _fits(rows)
    for pair, wishes in rows.wishes.items():
        if wishes.wanted:
            scores[pair] = scores.get(pair, 0) + LIKED * wishes.likes + REQUIRED * wishes.musts
    return scores


def _fits(rows: Rows) -> dict[Ends, int]:
    place = {row.organization_id: place for place, row in enumerate(rows.participations)}
    schools = [row.organization_id for row in rows.participations if row.is_school]
    enterprises = [row.organization_id for row in rows.participations if not row.is_school]
    fits = fits_between(schools=schools, enterprises=enterprises)
    found = zip(fits.school.tolist(), fits.enterprise.tolist(), fits.mutual.tolist(), strict=True)
    return {
        (place[school], place[enterprise]): max(LEAST, round(RANKED * mutual))
        for school, enterprise, mutual in found
        if mutual > 0
    }


def _short_of_candidates(rows: Rows, scores: dict[Ends, int]) -> set[int]:
    """The parties with fewer candidates than the meetings they should have."""
    known = Counter(party for pair in scores for party in pair)
    return {party for party in range(len(rows.participations)) if known[party] < rows.fair.min_meetings}


def _fillers(rows: Rows, short: set[int], refused: set[Ends]) -> dict[Ends, int]:
    """Every pair that is not refused, at the least score, for the parties that are short of candidates."""
    schools = sum(row.is_school for row in rows.participations)
    return {
        (school, enterprise): LEAST
        for school in range(schools)
        for enterprise in range(schools, len(rows.participations))
        if (school in short or enterprise in short) and (school, enterprise) not in refused
    }


def _slots(slots: list[Slot]) -> tuple[engine.Slot, ...]:
    """Days by their order, minutes after midnight at the place of the fair."""
    local = [timezone.localtime(slot.starts_at) for slot in slots]
    days = sorted({moment.date() for moment in local})
    return tuple(
        engine.Slot(day=days.index(moment.date()), session=0, start=60 * moment.hour + moment.minute)
        for moment in local
    )


def _tables(tables: list[FairTable]) -> tuple[engine.Table, ...]:
    zones = sorted({table.zone for table in tables})
    return tuple(engine.Table(id=str(table.number), zone=zones.index(table.zone)) for table in tables)


def _participants(rows: Rows, short: set[int]) -> tuple[engine.Participant, ...]:
    """Everybody who comes; away in the slots said. The database books a party once a slot, whatever its delegates."""
    place = {slot.pk: index for index, slot in enumerate(rows.slots)}
    away: dict[int, set[int]] = defaultdict(set)
    absences = Absence.objects.filter(participation__in=[row.pk for row in rows.participations])
    for participation, slot in absences.values_list("participation", "slot"):
        away[participation].add(place[slot])
    return tuple(
        engine.Participant(
            id=str(row.pk),
            side=0 if row.is_school else 1,
            minimum=rows.fair.min_meetings,
            maximum=rows.fair.min_meetings if party in short else rows.fair.max_meetings,
            capacity=tuple(0 if index in away[row.pk] else 1 for index in range(len(rows.slots))),
        )
        for party, row in enumerate(rows.participations)
    )
