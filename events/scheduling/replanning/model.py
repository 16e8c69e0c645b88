"""What remains to be decided, as a constraint programme that is solved goal after goal.

The goals, each kept while the next is sought: musts and meetings that lost their place; minima; score less the price of
moves, fewest parties disturbed; breaks. Nothing that could stay is ever cancelled: it stays or it moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from events.scheduling.modelling import Literal, Sheet, solver_of
from events.scheduling.problem import BREAK_FROM
from events.scheduling.replanning.options import Ends, Group, Options, group_of, open_groups

Weighted = list[tuple[int, cp_model.IntVar]]


@dataclass(frozen=True, slots=True)
class Decided:
    """Where every open meeting goes: absent from `places` if it stays (a movable one) or does not take place."""

    places: dict[Ends, tuple[int, Group]]
    proven: bool
    """Whether no goal could be reached better, given what may move."""


@dataclass(frozen=True, slots=True)
class Aims:
    """What moving costs, and who must not be disturbed for nothing."""

    price: int
    max_moves: int | None
    """None for as few as suffice to keep the displaced, and no others."""
    quiet: Collection[int]
    """Parties of whom a meeting moves only if they get a further one."""
    displaced: Collection[Ends]
    urgent: Collection[Ends]
    """Those of the displaced whose parties are both still there."""


class Model:
    """One choice of what may move."""

    def __init__(self, options: Options, aims: Aims, *, effort: float, seed: int) -> None:
        self.options = options
        self.aims = aims
        self.effort, self.seed = effort, seed
        self.problem = options.problem
        self.model = cp_model.CpModel()
        self.at: dict[Ends, dict[tuple[int, Group], cp_model.IntVar]] = {}
        self.stay: dict[Ends, cp_model.IntVar] = {}
        capacity = [each.capacity for each in self.problem.participants]
        self.sheet = Sheet(self.model, self.problem, capacity)
        self.solution: list[int] | None = None
        self.proven = True
        self._enter()
        self._limit_slots()
        self._limit_parties()
        self._keep_quiet()
        self.broken = self._keep_rules()

    def solve(self) -> Decided:
        """Goal after goal; what the effort does not suffice for stays as the goal before has left it."""
        fewest_moves = [(1, variable) for variable in self.stay.values()] if self.aims.max_moves is None else []
        goals = ((0.3, self._urgent()), (0.2, fewest_moves), (0.2, self._minima()), (0.35, self._worth()))
        for share, goal in goals:
            self._maximize(goal, share * self.effort)
        if self.solution is not None:
            self._freeze_pairs()
            self._maximize(self._breaks(), 0.15 * self.effort)
        chosen = self.solution
        places: dict[Ends, tuple[int, Group]] = {}
        for ends, row in self.at.items():
            for place, variable in row.items():
                if chosen is not None and chosen[variable.index]:
                    places[ends] = place
        return Decided(places, self.proven)

    def _enter(self) -> None:
        """A variable for every place, and for every movable meeting one for staying."""
        for ends, meeting in self.options.stays.items():
            self.sheet.enter(ends, meeting.slot, group_of(self.problem, meeting.table)[1], 1)
        for ends, places in self.options.places.items():
            self.at[ends] = {place: self.model.new_bool_var("") for place in places}
            for (slot, group), variable in self.at[ends].items():
                self.sheet.enter(ends, slot, group[1], variable)
            if ends not in self.options.movable:
                self.model.add_at_most_one(self.at[ends].values())
        for ends, meeting in self.options.movable.items():
            self.stay[ends] = self.model.new_bool_var("")
            self.sheet.enter(ends, meeting.slot, group_of(self.problem, meeting.table)[1], self.stay[ends])
            self.model.add_exactly_one([self.stay[ends], *self.at[ends].values()])

    def _limit_slots(self) -> None:
        """Not more meetings in a slot than open tables of their kind, nor than each party can hold."""
        crowd: dict[tuple[int, Group], list[cp_model.IntVar]] = defaultdict(list)
        for row in self.at.values():
            for place, variable in row.items():
                crowd[place].append(variable)
        room = open_groups(self.problem)
        for meeting in self.options.stays.values():
            room[group_of(self.problem, meeting.table)][meeting.slot] -= 1
        for ends, variable in self.stay.items():
            meeting = self.options.movable[ends]
            crowd[meeting.slot, group_of(self.problem, meeting.table)].append(variable)
        for (slot, group), variables in crowd.items():
            self._at_most(variables, int(room[group][slot]))
        for (party, slot), zones in list(self.sheet.cells.items()):
            terms = [term for row in zones.values() for term in row]
            held = sum(term for term in terms if isinstance(term, int))
            open_terms = [term for term in terms if not isinstance(term, int)]
            self._at_most(open_terms, self.problem.participants[party].capacity[slot] - held)

    def _at_most(self, variables: Sequence[cp_model.IntVar], limit: int) -> None:
        if len(variables) > max(0, limit):
            self.model.add(sum(variables) <= max(0, limit))

    def _limit_parties(self) -> None:
        """Nobody above its maximum."""
        self.met = [0] * len(self.problem.participants)
        self.more: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for ends in (*self.options.stays, *self.options.movable):
            for party in ends:
                self.met[party] += 1
        for ends, row in self.at.items():
            if ends not in self.stay:
                for party in ends:
                    self.more[party].extend(row.values())
        for party, variables in self.more.items():
            self._at_most(variables, self.problem.participants[party].maximum - self.met[party])

    def _keep_quiet(self) -> None:
        """A meeting of a party that nothing happened to moves only if the party gets a further one."""
        self.disturbed: dict[int, cp_model.IntVar] = {}
        for ends, variable in self.stay.items():
            for party in ends:
                if party in self.aims.quiet:
                    self.model.add(sum(self.more.get(party, [])) + variable >= 1)
                    self.disturbed.setdefault(party, self.model.new_bool_var(""))
                    self.model.add(self.disturbed[party] + variable >= 1)
        if self.stay and self.aims.max_moves is not None:
            self.model.add(sum(self.stay.values()) >= len(self.stay) - self.aims.max_moves)

    def _keep_rules(self) -> list[cp_model.IntVar]:
        """The optional rules. Those that a cancellation alone can break are broken at a price: returned."""
        rules = self.problem.rules
        if rules.max_run is not None:
            self.sheet.add_runs(rules.max_run)
        if rules.zone_change_gap:
            self.sheet.add_zones(rules.zone_change_gap)
        for i, j, k, m in rules.precedences:
            self.sheet.add_precedence((i, j), (k, m))
        broken = self._grant_breaks() if rules.break_for_all else []
        return broken + (
            self._level_breaks(rules.max_break_difference) if rules.max_break_difference is not None else []
        )

    def _grant_breaks(self) -> list[cp_model.IntVar]:
        """Who meets often on a day has a break on it."""
        broken = []
        for party in self.sheet.parties():
            for (starts, meets), day in zip(self.sheet.breaks(party), self._days(party), strict=True):
                often, without = self.model.new_bool_var(""), self.model.new_bool_var("")
                self.model.add(sum(day) <= BREAK_FROM - 1 + len(day) * often)
                self.model.add(starts - meets + without >= 1).only_enforce_if(often)
                broken.append(without)
        return broken

    def _days(self, party: int) -> Iterable[list[Literal]]:
        """Whether it meets, in the slots of each day on which it may."""
        for day in self.sheet.days:
            busy = [self.sheet.busy(party, slot) for slot in self.sheet.present(party, day)]
            if busy:
                yield busy

    def _level_breaks(self, difference: int) -> list[cp_model.IntVar]:
        """The numbers of breaks of any two differ by at most so much."""
        most, least = (self.model.new_int_var(0, len(self.problem.slots), "") for _ in range(2))
        for party in range(len(self.problem.participants)):
            total = sum(starts - meets for starts, meets in self.sheet.breaks(party))
            self.model.add(total <= most)
            self.model.add(total >= least)
        beyond = self.model.new_int_var(0, len(self.problem.slots), "")
        self.model.add(most - least <= difference + beyond)
        return [beyond]

    def _urgent(self) -> Weighted:
        """Musts, then those who lost their place through no absence, then the other displaced, then rules."""
        goal: Weighted = [(-1, variable) for variable in self.broken]
        rules = 1 + len(self.problem.slots) * len(goal)
        weights = (rules, rules * (len(self.aims.displaced) + 1), rules * (len(self.aims.displaced) + 1) ** 2)
        for ends, row in self.at.items():
            if ends in self.stay:
                continue
            if ends in self.problem.required:
                weight = weights[2]
            elif ends in self.aims.displaced:
                weight = weights[1] if ends in self.aims.urgent else weights[0]
            else:
                continue
            goal += [(weight, variable) for variable in row.values()]
        return goal

    def _minima(self) -> Weighted:
        """Meetings up to the minima."""
        goal: Weighted = []
        for party, variables in sorted(self.more.items()):
            lacking = self.problem.participants[party].minimum - self.met[party]
            if lacking > 0:
                served = self.model.new_int_var(0, lacking, "")
                self.model.add(served <= sum(variables))
                goal.append((1, served))
        return goal

    def _worth(self) -> Weighted:
        """Score less the price of the moves; among equals the fewest parties disturbed, then the fewest slots left."""
        scores, count = self.problem.scores, len(self.disturbed) + 1
        goal: Weighted = [(count * self.aims.price, variable) for variable in self.stay.values()]
        goal += [(-1, variable) for variable in self.disturbed.values()]
        for ends, row in self.at.items():
            if ends not in self.stay:
                goal += [(count * scores[ends], variable) for variable in row.values() if scores[ends]]
        lost = self._left_slots()
        return [(coefficient * (len(lost) + 1), variable) for coefficient, variable in goal] + lost

    def _left_slots(self) -> Weighted:
        """A displaced meeting had better keep its slot, and change the table only."""
        return [
            (1, variable)
            for ends, slot in self.options.slot_before.items()
            for (at, _group), variable in self.at.get(ends, {}).items()
            if at == slot
        ]

    def _freeze_pairs(self) -> None:
        """From now on only the slots are open, of what has not kept its own."""
        chosen = self.solution or []
        self.parties: set[int] = set()
        for ends, row in self.at.items():
            meets = [variable for variable in row.values() if chosen[variable.index]]
            if ends in self.stay:
                self.model.add(self.stay[ends] == int(not meets))
            else:
                self.model.add(sum(row.values()) == len(meets))
            keeps = [place for place, variable in row.items() if chosen[variable.index]]
            if keeps and self.options.slot_before.get(ends) == keeps[0][0]:
                self.model.add(row[keeps[0]] == 1)
            if meets:
                self.parties.update(ends)

    def _breaks(self) -> Weighted:
        """Fewest breaks of those whose meetings changed."""
        goal: Weighted = []
        for party in sorted(self.parties):
            for starts, meets in self.sheet.breaks(party):
                breaks = self.model.new_int_var(0, len(self.problem.slots), "")
                self.model.add(breaks >= starts - meets)
                goal.append((-1, breaks))
        return goal

    def _maximize(self, goal: Weighted, effort: float) -> None:
        """Solve for a goal and keep to what was reached."""
        if not goal:
            return
        expression = cp_model.LinearExpr.weighted_sum([each for _, each in goal], [weight for weight, _ in goal])
        self.model.maximize(expression)
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for index, value in enumerate(self._hints()):
            self.model.add_hint(self.model.get_int_var_from_proto_index(index), value)
        solver = solver_of(effort, self.seed)
        status = solver.solve(self.model)
        self.proven = self.proven and status == cp_model.OPTIMAL
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.solution = list(solver.response_proto.solution)
            self.model.add(expression >= round(solver.objective_value))

    def _hints(self) -> Sequence[int]:
        """The last solution; at first, that everything stays and nothing is added."""
        if self.solution is not None:
            return self.solution
        values = [0] * len(self.model.proto.variables)
        for variable in self.stay.values():
            values[variable.index] = 1
        return values
