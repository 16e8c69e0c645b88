"""Does a timetable keep every hard rule, and is what its report claims true? Asked of any timetable, whoever made it.

Written against problem.py and timetable.py alone: nothing is shared with the solver, so that no error is shared either.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from events.scheduling.problem import BREAK_FROM, Problem
from events.scheduling.timetable import Meeting, Timetable


class Rule(StrEnum):
    """What can be broken."""

    UNKNOWN = "unknown"
    """A fair, participant, slot or table that does not exist."""
    CANDIDATE = "candidate"
    """A pair that is not among those that may meet."""
    FORBIDDEN = "forbidden"
    TWICE = "twice"
    """A pair that meets more than once."""
    CAPACITY = "capacity"
    """More meetings of a participant in a slot than it can hold; 0 if absent."""
    TABLE = "table"
    """Two meetings at a table in a slot."""
    CLOSED = "closed"
    OWNER = "owner"
    """A meeting at a table of somebody else, or of the owner of a table elsewhere."""
    MAXIMUM = "maximum"
    MUST = "must"
    FIXED = "fixed"
    """A fixed meeting that is missing or moved."""
    ZONE = "zone"
    RUN = "run"
    BREAKS = "breaks"
    """The breaks of two participants differ by more than allowed."""
    NO_BREAK = "no break"
    """A participant with many meetings on a day and no break between them."""
    PRECEDENCE = "precedence"
    REPORT = "report"
    """The report claims what is not so."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of one rule."""

    rule: Rule
    message: str
    """For people, in English, with the ids of participants and tables."""
    where: str
    """A JSON path into the timetable (`$.meetings[3]`), or into the fair for what is missing (`$.must[0]`)."""


def violations(problem: Problem, timetable: Timetable) -> list[Violation]:
    """Every breach of a hard rule, and every untrue figure of the report; empty if the timetable is good."""
    unknown = list(_unknown(problem, timetable))
    if unknown:  # the rest would stumble over them
        return unknown
    judged = _Judged(problem, timetable)
    checks = (
        *(_pairs, _capacities, _tables, _owners, _required),
        *(_zones, _runs, _break_differences, _breaks_for_all, _precedences, _report),
    )
    return [violation for check in checks for violation in check(judged)]


class _Judged:
    """A timetable with the lookups that the checks share."""

    def __init__(self, problem: Problem, timetable: Timetable) -> None:
        self.problem = problem
        self.timetable = timetable
        self.meetings = timetable.meetings
        self.score = {pair.ends: pair.score for pair in problem.pairs}
        self.of_party: dict[int, list[Meeting]] = defaultdict(list)
        for meeting in self.meetings:
            for party in meeting.ends:
                self.of_party[party].append(meeting)

    def name(self, party: int) -> str:
        return self.problem.participants[party].id

    def names(self, ends: tuple[int, int]) -> str:
        return f"{self.name(ends[0])}–{self.name(ends[1])}"

    def days(self, party: int) -> list[list[int]]:
        """Per day on which it meets the slots in which it does, ascending."""
        days: dict[int, list[int]] = defaultdict(list)
        for slot in sorted({meeting.slot for meeting in self.of_party[party]}):
            days[self.problem.slots[slot].day].append(slot)
        return list(days.values())

    def gaps(self, party: int) -> list[int]:
        """Per two meetings that follow each other on a day the slots between them in which it is present, if any."""
        present = self.problem.participants[party].capacity
        gaps = [
            sum(1 for slot in range(earlier + 1, later) if present[slot])
            for day in self.days(party)
            for earlier, later in pairwise(day)
        ]
        return [gap for gap in gaps if gap]


def _unknown(problem: Problem, timetable: Timetable) -> Iterator[Violation]:
    """Names and indices that do not exist."""
    if timetable.fair != problem.name:
        yield Violation(Rule.UNKNOWN, f"made for {timetable.fair!r}, not for {problem.name!r}", "$.fair")
    parties, schools = len(problem.participants), problem.schools
    for k, meeting in enumerate(timetable.meetings):
        for kind, index, low, high in (
            ("school", meeting.school, 0, schools),
            ("enterprise", meeting.enterprise, schools, parties),
            ("slot", meeting.slot, 0, len(problem.slots)),
            ("table", meeting.table, 0, len(problem.tables)),
        ):
            if not low <= index < high:
                yield Violation(Rule.UNKNOWN, f"there is no {kind} {index}", f"$.meetings[{k}]")


def _pairs(judged: _Judged) -> Iterator[Violation]:
    """Candidates only, nobody forbidden, nobody twice."""
    problem = judged.problem
    required = {*problem.must, *(fixed.ends for fixed in problem.fixed)}
    forbidden = set(problem.forbidden)
    seen: set[tuple[int, int]] = set()
    for k, meeting in enumerate(judged.meetings):
        ends, where = meeting.ends, f"$.meetings[{k}]"
        if ends in forbidden:
            yield Violation(Rule.FORBIDDEN, f"{judged.names(ends)} must not meet", where)
        elif ends not in judged.score and ends not in required:
            yield Violation(Rule.CANDIDATE, f"{judged.names(ends)} is not among the pairs that may meet", where)
        if ends in seen:
            yield Violation(Rule.TWICE, f"{judged.names(ends)} meet a second time", where)
        seen.add(ends)


def _capacities(judged: _Judged) -> Iterator[Violation]:
    """Nobody in more meetings of a slot, or in all, than it can hold."""
    for party, participant in enumerate(judged.problem.participants):
        for slot, count in sorted(Counter(meeting.slot for meeting in judged.of_party[party]).items()):
            if count > participant.capacity[slot]:
                message = f"{participant.id} has {count} meetings in slot {slot}, capacity {participant.capacity[slot]}"
                yield Violation(Rule.CAPACITY, message, f"$.participants[{party}].cap[{slot}]")
        count = len(judged.of_party[party])
        if count > participant.maximum:
            message = f"{participant.id} has {count} meetings, maximum {participant.maximum}"
            yield Violation(Rule.MAXIMUM, message, f"$.participants[{party}].max")


def _tables(judged: _Judged) -> Iterator[Violation]:
    """One meeting a table and slot, none where it is closed."""
    closed = set(judged.problem.closed)
    taken: set[tuple[int, int]] = set()
    for k, meeting in enumerate(judged.meetings):
        place = meeting.slot, meeting.table
        table = judged.problem.tables[meeting.table].id
        if place in closed:
            yield Violation(Rule.CLOSED, f"table {table} is closed in slot {meeting.slot}", f"$.meetings[{k}]")
        if place in taken:
            yield Violation(Rule.TABLE, f"table {table} is taken in slot {meeting.slot}", f"$.meetings[{k}]")
        taken.add(place)


def _owners(judged: _Judged) -> Iterator[Violation]:
    """Whoever owns tables meets there, and nobody else does."""
    tables = judged.problem.tables
    owners = {table.owner for table in tables}
    for k, meeting in enumerate(judged.meetings):
        table = tables[meeting.table]
        at_home = table.owner in meeting.ends
        if table.owner is not None and not at_home:
            message = f"table {table.id} belongs to {judged.name(table.owner)}, not to {judged.names(meeting.ends)}"
            yield Violation(Rule.OWNER, message, f"$.meetings[{k}]")
        for party in meeting.ends:
            if party in owners and not at_home:
                message = f"{judged.name(party)} meets at table {table.id}, which is not its own"
                yield Violation(Rule.OWNER, message, f"$.meetings[{k}]")


def _required(judged: _Judged) -> Iterator[Violation]:
    """Every must meets; a fixed meeting has its slot and table."""
    met = {meeting.ends for meeting in judged.meetings}
    for k, ends in enumerate(judged.problem.must):
        if ends not in met:
            yield Violation(Rule.MUST, f"{judged.names(ends)} must meet and do not", f"$.must[{k}]")
    for k, fixed in enumerate(judged.problem.fixed):
        kept = any(
            meeting.ends == fixed.ends and meeting.slot == fixed.slot and fixed.table in (None, meeting.table)
            for meeting in judged.of_party[fixed.school]
        )
        if not kept:
            yield Violation(Rule.FIXED, f"{judged.names(fixed.ends)} do not meet where they are fixed", f"$.fixed[{k}]")


def _zones(judged: _Judged) -> Iterator[Violation]:
    """Enough free slots between meetings in different zones.

    Of two slots that follow each other, a participant with c delegates can keep all in their zones if and only if
    the meetings of both, less the zones they have in common, are at most c.
    """
    needed = judged.problem.rules.zone_change_gap
    for party, participant in enumerate(judged.problem.participants):
        zones: dict[int, Counter[int]] = defaultdict(Counter)
        for meeting in judged.of_party[party]:
            zones[meeting.slot][judged.problem.tables[meeting.table].zone] += 1
        for earlier, later in (two for day in judged.days(party) for two in pairwise(day)):
            if later - earlier - 1 >= needed:
                continue
            delegates = (zones[earlier] | zones[later]).total()
            if delegates > max(participant.capacity[earlier], participant.capacity[later]):
                message = f"{participant.id} changes the zone between slots {earlier} and {later}, gap {needed} needed"
                yield Violation(Rule.ZONE, message, f"$.participants[{party}]")


def _runs(judged: _Judged) -> Iterator[Violation]:
    """Not too many slots in a row with a meeting."""
    longest = judged.problem.rules.max_run
    if longest is None:
        return
    for party in range(len(judged.problem.participants)):
        for day in judged.days(party):
            run = 1
            for earlier, later in pairwise(day):
                run = run + 1 if later == earlier + 1 else 1
                if run == longest + 1:
                    message = f"{judged.name(party)} meets in more than {longest} slots in a row, up to slot {later}"
                    yield Violation(Rule.RUN, message, f"$.participants[{party}]")
            if longest == 0 and day:
                yield Violation(Rule.RUN, f"{judged.name(party)} meets at all", f"$.participants[{party}]")


def _break_differences(judged: _Judged) -> Iterator[Violation]:
    """The most and the least broken participant are close enough."""
    allowed = judged.problem.rules.max_break_difference
    if allowed is None or not judged.problem.participants:
        return
    breaks = [len(judged.gaps(party)) for party in range(len(judged.problem.participants))]
    most, least = breaks.index(max(breaks)), breaks.index(min(breaks))
    if breaks[most] - breaks[least] > allowed:
        message = f"{judged.name(most)} has {breaks[most]} breaks, {judged.name(least)} {breaks[least]}"
        yield Violation(Rule.BREAKS, message, f"$.participants[{most}]")


def _breaks_for_all(judged: _Judged) -> Iterator[Violation]:
    """Whoever meets in many slots of a day has a free slot between them in which it is present."""
    if not judged.problem.rules.break_for_all:
        return
    for party, participant in enumerate(judged.problem.participants):
        for day in judged.days(party):
            free = (slot for slot in range(day[0], day[-1]) if slot not in day and participant.capacity[slot])
            if len(day) >= BREAK_FROM and not any(True for _ in free):
                message = f"{participant.id} has no break between its meetings from slot {day[0]} to slot {day[-1]}"
                yield Violation(Rule.NO_BREAK, message, f"$.participants[{party}]")


def _precedences(judged: _Judged) -> Iterator[Violation]:
    """What comes first comes first."""
    slot = {meeting.ends: meeting.slot for meeting in judged.meetings}
    for k, (i, j, later_i, later_j) in enumerate(judged.problem.rules.precedences):
        first, second = (i, j), (later_i, later_j)
        if first in slot and second in slot and slot[first] >= slot[second]:
            message = f"{judged.names(first)} must meet before {judged.names(second)}"
            yield Violation(Rule.PRECEDENCE, message, f"$.rules.precedences[{k}]")


def _report(judged: _Judged) -> Iterator[Violation]:
    """Figures that follow from the meetings, and bounds that do not contradict them."""
    report = judged.timetable.report
    if report is None:
        return
    of_each = [judged.gaps(party) for party in range(len(judged.problem.participants))]
    gaps = [gap for of_one in of_each for gap in of_one]
    worst = max((len(of_one) for of_one in of_each), default=0)
    score = sum(judged.score.get(meeting.ends, 0) for meeting in judged.meetings)
    shortfall = sum(
        max(0, participant.minimum - len(judged.of_party[party]))
        for party, participant in enumerate(judged.problem.participants)
    )
    proven = score == report.upper_bound and shortfall == report.min_shortfall_bound
    for name, claimed, true in (
        ("score", report.score, score),
        ("min_shortfall", report.min_shortfall, shortfall),
        ("breaks", report.breaks, len(gaps)),
        ("idle", report.idle, sum(gaps)),
        ("worst_breaks", report.worst_breaks, worst if report.worst_breaks is not None else None),
        (
            "breaks_bound",
            report.breaks_bound,
            None if report.breaks_bound is None else min(report.breaks_bound, len(gaps)),
        ),
        ("gap", report.gap, round((report.upper_bound - score) / max(1, report.upper_bound), 6)),
        ("upper_bound", report.upper_bound, max(report.upper_bound, score)),
        ("min_shortfall_bound", report.min_shortfall_bound, min(report.min_shortfall_bound, shortfall)),
        ("optimal", report.optimal, proven),
    ):
        if claimed != true:
            yield Violation(Rule.REPORT, f"{name} is {claimed}, should be {true}", f"$.report.{name}")
