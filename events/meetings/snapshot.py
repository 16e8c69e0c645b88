"""Rows of a fair → the engine's Problem.

The score of a pair, an integer above 0, is the sum of
    1000 × the mutual score of the two (in [0, 1]; 0 where nothing overlaps, or nobody was ever ranked),
         × 3/4 if they met at an earlier fair, × 1/2 if they are partners already: a fair is for new ones
    + 500 for each side that would like to meet the other
    + 1000 for each side that must meet the other
so that what people ask for outweighs what is computed, and a wish of both outweighs the wish of one. A pair is a
candidate if it fits at all or was wished for. A "no" of either side is absolute; a "must" of either is a must unless
the other says no. A party with fewer candidates than the meetings it should have may also meet anybody who does not say
no, at score 1 and up to that number only, so that the minimum of a small school or firm does not depend on the ranking.

A party may be at as many tables at once as its `at_once` says, where it is not away; its own least and greatest numbers
of meetings count before those of the fair. Meetings that are kept from another version are fixed.

The fit is that of the moment at which the timetable is made, of the demands and the supply as they are then: the same
seed gives the same timetable as long as nobody changes a demand, an offer or a wish.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from events.fairs.fitting import fits_between
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
from events.meetings.models import Meeting, Outcome
from events.scheduling import problem as engine
from events.scheduling.timetable import Meeting as Planned
from events.scheduling.timetable import Timetable as Plan
from matching import relations

RANKED, LIKED, REQUIRED = 1000, 500, 1000
LEAST = 1
MET_BEFORE, PARTNERS = 0.75, 0.5  # what counts of the fit of two who know each other

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
    kept: list[Meeting] = field(default_factory=list)
    """Meetings of a version that stay as they are."""

    def party_of(self) -> dict[int, int]:
        """Participation → index."""
        return {row.pk: place for place, row in enumerate(self.participations)}

    def limits(self, party: int) -> tuple[int, int]:
        """The meetings that a party should have and may have: its own numbers before those of the fair."""
        row = self.participations[party]
        least = self.fair.min_meetings if row.min_meetings is None else row.min_meetings
        most = self.fair.max_meetings if row.max_meetings is None else row.max_meetings
        return min(least, most) if row.max_meetings is not None else least, max(least, most)

    def name(self, party: int) -> str:
        """The organization behind an index."""
        return self.participations[party].organization.display_name

    def said_of(self, pair: Ends) -> PairWishes:
        """The wishes of a pair, none if nobody said anything."""
        return self.wishes.get(pair, NOTHING_SAID)


def rows_of(fair: Fair, *, kept: Iterable[Meeting] = (), also: Iterable[int] = ()) -> Rows:
    """All rows that the timetable of a fair depends on, but for absences and scores; four queries.

    `also`: participations that do not come (any more) and are among the participants all the same.
    """
    asked = Participation.objects.filter(Q(status__in=TAKING_PART) | Q(pk__in=list(also)), fair=fair)
    participations = sorted(asked.select_related("organization"), key=lambda row: (not row.is_school, row.pk))
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
        kept=[meeting for meeting in kept if meeting.school_id in index and meeting.enterprise_id in index],
    )


def plan_of(rows: Rows, meetings: Iterable[Meeting]) -> Plan:
    """Stored meetings as the engine reads them; those of parties that are not among the rows are left out."""
    party = rows.party_of()
    slot = {row.pk: place for place, row in enumerate(rows.slots)}
    table = {row.pk: place for place, row in enumerate(rows.tables)}
    known = [row for row in meetings if row.school_id in party and row.enterprise_id in party]
    places = [(party[m.school_id], party[m.enterprise_id], slot[m.slot_id], table[m.table_id]) for m in known]
    return Plan(rows.fair.name, tuple(sorted(Planned(*place) for place in places)))


def problem_of(rows: Rows) -> engine.Problem:
    """What the engine is asked; three queries, one a school for its partners, and the few of matching.standing."""
    refused = {pair for pair, wishes in rows.wishes.items() if wishes.noes}
    wanted = {pair for pair, wishes in rows.wishes.items() if wishes.musts} - refused
    scores = {pair: score for pair, score in _scores(rows).items() if pair not in refused}
    short = _short_of_candidates(rows, scores)
    candidates = _fillers(rows, short, refused) | scores
    return engine.Problem(
        name=rows.fair.name,
        slots=_slots(rows.slots),
        tables=_tables(rows),
        closed=_closed(rows),
        participants=_participants(rows, short),
        pairs=tuple(engine.Pair(*pair, score) for pair, score in sorted(candidates.items())),
        forbidden=tuple(sorted(refused)),
        must=tuple(sorted(wanted)),
        fixed=tuple(
            engine.Fixed(*meeting.ends, meeting.slot, meeting.table) for meeting in plan_of(rows, rows.kept).meetings
        ),
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
    known = acquaintance(rows) if schools and enterprises else {}
    scores = {}
    for school, enterprise, mutual in found:
        if mutual > 0:
            pair = place[school], place[enterprise]
            scores[pair] = max(LEAST, round(RANKED * mutual * known.get(pair, 1)))
    return scores


def acquaintance(rows: Rows) -> dict[Ends, float]:
    """By pair of those who know each other what counts of their fit: partners already, or met at an earlier fair."""
    place = {row.organization_id: index for index, row in enumerate(rows.participations)}
    earlier = Outcome.objects.exclude(fair=rows.fair).filter(
        school__organization__in=place, enterprise__organization__in=place
    )
    met = earlier.values_list("school__organization", "enterprise__organization")
    known = {(place[school], place[enterprise]): MET_BEFORE for school, enterprise in met}
    for row in rows.participations:
        if row.is_school:
            partners = relations.partners_of(row.organization_id) & place.keys()
            known |= {(place[row.organization_id], place[partner]): PARTNERS for partner in sorted(partners)}
    return known


def _short_of_candidates(rows: Rows, scores: dict[Ends, int]) -> set[int]:
    """The parties with fewer candidates than the meetings they should have."""
    known = Counter(party for pair in scores for party in pair)
    return {party for party in range(len(rows.participations)) if known[party] < rows.limits(party)[0]}


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


def _tables(rows: Rows) -> tuple[engine.Table, ...]:
    """With their zones, and the owners that come; all owners are of one side, the one that owns most."""
    zones = sorted({table.zone for table in rows.tables})
    party = rows.party_of()
    owners = {table.pk: party[table.owner_id] for table in rows.tables if table.owner_id in party}
    sides = Counter(rows.participations[owner].is_school for owner in owners.values())
    fixed = max(sides, key=lambda side: (sides[side], side)) if sides else True
    owners = {table: owner for table, owner in owners.items() if rows.participations[owner].is_school == fixed}
    return tuple(
        engine.Table(id=str(table.number), zone=zones.index(table.zone), owner=owners.get(table.pk))
        for table in rows.tables
    )


def _closed(rows: Rows) -> tuple[tuple[int, int], ...]:
    slot = {row.pk: place for place, row in enumerate(rows.slots)}
    table = {row.pk: place for place, row in enumerate(rows.tables)}
    closings = TableClosing.objects.filter(table__fair=rows.fair).values_list("slot", "table")
    return tuple(sorted((slot[at], table[which]) for at, which in closings))


def _participants(rows: Rows, short: set[int]) -> tuple[engine.Participant, ...]:
    """Everybody who comes; away in the slots said."""
    place = {slot.pk: index for index, slot in enumerate(rows.slots)}
    away: dict[int, set[int]] = defaultdict(set)
    absences = Absence.objects.filter(participation__in=[row.pk for row in rows.participations])
    for participation, slot in absences.values_list("participation", "slot"):
        away[participation].add(place[slot])
    people = []
    for party, row in enumerate(rows.participations):
        least, most = rows.limits(party)
        people.append(
            engine.Participant(
                id=str(row.pk),
                side=0 if row.is_school else 1,
                minimum=least,
                maximum=least if party in short else most,
                capacity=tuple(0 if index in away[row.pk] else row.at_once for index in range(len(rows.slots))),
            )
        )
    return tuple(people)
