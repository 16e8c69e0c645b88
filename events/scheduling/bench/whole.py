"""The whole problem given to a general solver at once: one model of constraint programming, x[pair, slot].

It starts from what the greedy organizer does, without which it often has nothing at all after a minute. Shortfall,
score and, if wanted, breaks are one weighted sum in the objective's order; tables are handed out afterwards.
With the breaks the solver comes much less far with the score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from events.scheduling.bench.peers import greedy_balanced
from events.scheduling.problem import Problem
from events.scheduling.quality import days_of
from events.scheduling.timetable import Meeting, Timetable

MOST_VARIABLES = 2_000_000
"""Beyond, the model alone takes gigabytes."""


class TooLarge(Exception):
    """A problem whose model would not fit into the memory of an ordinary machine."""


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver came to; without a timetable if it found none in its time."""

    timetable: Timetable | None
    status: str


def solve_whole(problem: Problem, *, seconds: float, breaks: bool, workers: int = 2) -> Solved:
    """The best timetable found within so many seconds of solving; building the model comes on top.

    Raises TooLarge. Not repeatable: the solver stops by the clock.
    """
    model = _Whole(problem, breaks)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    status = solver.solve(model.model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Solved(model.timetable(solver) if found else None, str(solver.status_name(status)).lower())


@dataclass
class _Whole:
    """The model and its variables."""

    problem: Problem
    with_breaks: bool
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    meets: dict[tuple[tuple[int, int], int], cp_model.IntVar] = field(default_factory=dict)
    """By pair and slot."""

    def __post_init__(self) -> None:
        self.here: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        """By party and slot."""
        self.of_slot: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        self.scores = self.problem.scores
        self._lay_pairs()
        for slot, meets in self.of_slot.items():
            self.model.add(sum(meets) <= len(self.problem.open_tables(slot)))
        for (party, slot), meets in self.here.items():
            capacity = self.problem.participants[party].capacity[slot]
            if capacity == 1:
                self.model.add_at_most_one(meets)
            else:
                self.model.add(sum(meets) <= capacity)
        most_breaks = len(self.problem.participants) * len(self.problem.slots) if self.with_breaks else 1
        prize = 20 * max(self.scores.values(), default=0)  # one meeting to a minimum is worth any score in practice
        worth = sum((most_breaks * self.scores[pair]) * meet for (pair, _), meet in self.meets.items())
        breaks = self._breaks() if self.with_breaks else []
        self._hint()
        self.model.maximize(worth - most_breaks * prize * sum(self._shortfalls()) - sum(breaks))

    def _hint(self) -> None:
        """Start from the greedy plan: every variable, as a hint with holes in it is hardly followed."""
        plan = {(meeting.ends, meeting.slot) for meeting in greedy_balanced(self.problem).meetings}
        for place, meet in self.meets.items():
            self.model.add_hint(meet, place in plan)

    def _lay_pairs(self) -> None:
        slots = {pair: self._slots_of(pair) for pair in self.scores}
        if sum(map(len, slots.values())) > MOST_VARIABLES:
            raise TooLarge(f"more than {MOST_VARIABLES:,} variables")
        for pair, possible in slots.items():
            mine = []
            for slot in possible:
                meet = self.meets[pair, slot] = self.model.new_bool_var("")
                mine.append(meet)
                self.of_slot[slot].append(meet)
                for party in pair:
                    self.here[party, slot].append(meet)
            if pair in self.problem.required:
                self.model.add_exactly_one(mine)
            else:
                self.model.add_at_most_one(mine)

    def _slots_of(self, pair: tuple[int, int]) -> list[int]:
        """The slots in which both are there; of a fixed meeting the one."""
        for fixed in self.problem.fixed:
            if fixed.ends == pair:
                return [fixed.slot]
        first, second = (self.problem.participants[party].capacity for party in pair)
        return [slot for slot in range(len(first)) if first[slot] and second[slot]]

    def _shortfalls(self) -> list[cp_model.IntVar]:
        """Per party what it lacks to its minimum; its maximum is kept."""
        lacking = []
        slots = range(len(self.problem.slots))
        for party, participant in enumerate(self.problem.participants):
            mine = [meet for slot in slots for meet in self.here.get((party, slot), ())]
            self.model.add(sum(mine) <= participant.maximum)
            lacking.append(self.model.new_int_var(0, participant.minimum, ""))
            self.model.add(sum(mine) + lacking[-1] >= participant.minimum)
        return lacking

    def _breaks(self) -> list[cp_model.LinearExpr]:
        """Per party and day the runs of meetings less one."""
        breaks = []
        for party, participant in enumerate(self.problem.participants):
            for day in days_of(self.problem.slots):
                present = [slot for slot in day if participant.capacity[slot]]
                if present:
                    breaks.append(self._runs(party, present))
        return breaks

    def _runs(self, party: int, present: Sequence[int]) -> cp_model.LinearExpr:
        """The runs of meetings in these slots, less one if there are any."""
        starts: list[cp_model.IntVar] = []
        busy: list[cp_model.IntVar] = []
        for slot in present:
            mine = self.here.get((party, slot), [])
            now, start = self.model.new_bool_var(""), self.model.new_bool_var("")
            self.model.add_bool_or([*mine, now.negated()])
            for meet in mine:
                self.model.add_implication(meet, now)
            self.model.add_bool_or([now.negated(), start, *busy[-1:]])
            starts.append(start)
            busy.append(now)
        meets = self.model.new_bool_var("")
        for now in busy:
            self.model.add_implication(now, meets)
        self.model.add(sum(starts) >= meets)
        return sum(starts) - meets

    def timetable(self, solver: cp_model.CpSolver) -> Timetable:
        """The solver's meetings, at the first tables that nobody is fixed to."""
        tables = [self.problem.open_tables(slot) for slot in range(len(self.problem.slots))]
        fixed = {meeting.ends: meeting.table for meeting in self.problem.fixed if meeting.table is not None}
        for meeting in self.problem.fixed:
            if meeting.table is not None:
                tables[meeting.slot].remove(meeting.table)
        meetings = []
        for (pair, slot), meet in self.meets.items():
            if solver.value(meet):
                table = fixed[pair] if pair in fixed else tables[slot].pop(0)
                meetings.append(Meeting(*pair, slot, table))
        return Timetable(self.problem.name, tuple(sorted(meetings)))
