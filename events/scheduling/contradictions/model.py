"""The musts alone as a constraint programme, in which every rule that can be given up is a literal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

from ortools.sat.python import cp_model

from events.scheduling.contradictions.grounds import Ends, Ground, Kind
from events.scheduling.modelling import Sheet, solver_of
from events.scheduling.ownership import NOBODY
from events.scheduling.problem import Fixed, Problem
from events.scheduling.proving import EFFORT, Undecided

Group = tuple[int, int]
"""(owner or NOBODY, zone or 0): tables that are alike here."""


class Model:
    """Can these grounds all hold at once?

    Not looked at are rules about breaks: whether they hold is up to meetings that are no musts.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.literals: dict[Ground, cp_model.IntVar] = {}
        self.meets: dict[Ends, dict[tuple[int, Group], cp_model.IntVar]] = {}
        full = [max(*each.capacity, 1) if each.capacity else 1 for each in problem.participants]
        capacity = [[held or full[k] for held in each.capacity] for k, each in enumerate(problem.participants)]
        self.sheet = Sheet(self.model, problem, capacity)
        self.full = full
        self.zoned = problem.rules.zone_change_gap > 0 and len({table.zone for table in problem.tables}) > 1
        self._enter()
        self._demand()
        self._limit_parties()
        self._limit_tables()
        self._keep_rules()

    @property
    def grounds(self) -> list[Ground]:
        """All of them."""
        return list(self.literals)

    def slots(self, grounds: Collection[Ground]) -> dict[Ends, int] | None:
        """The slot of every pair that meets if these grounds hold, or None if they cannot. Raises Undecided."""
        solver = self._decide(self._holding(grounds))
        if solver is None:
            return None
        return {ends: slot for ends, row in self.meets.items() for (slot, _), v in row.items() if solver.value(v)}

    def core(self, grounds: Sequence[Ground]) -> list[Ground] | None:
        """Some of these grounds that exclude each other; None if all can hold. Raises Undecided."""
        self.model.clear_assumptions()
        self.model.add_assumptions([self.literals[ground] for ground in grounds])
        solver = solver_of(EFFORT)
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            needed = set(solver.sufficient_assumptions_for_infeasibility())
            return [ground for ground in grounds if self.literals[ground].index in needed]
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise Undecided("whether all musts can be kept was not decided within the limit")
        return None

    def given_up(self, grounds: Collection[Ground], pool: Sequence[Ground]) -> set[Ground] | None:
        """A small part of the pool that has to go if these grounds hold; None if they cannot. Raises Undecided."""
        model = self._holding(grounds)
        model.maximize(sum(self.literals[ground] for ground in pool))
        solver = self._decide(model)
        if solver is None:
            return None
        return {ground for ground in pool if not solver.value(self.literals[ground])}

    def _holding(self, grounds: Collection[Ground]) -> cp_model.CpModel:
        """A copy of the model in which these grounds hold."""
        self.model.clear_assumptions()
        model = self.model.clone()
        for ground in grounds:
            model.add_bool_or([self.literals[ground]])
        return model

    def _decide(self, model: cp_model.CpModel) -> cp_model.CpSolver | None:
        solver = solver_of(EFFORT)
        status = solver.solve(model)
        if status == cp_model.UNKNOWN:
            raise Undecided("whether all musts can be kept was not decided within the limit")
        return None if status == cp_model.INFEASIBLE else solver

    def _literal(self, ground: Ground) -> cp_model.IntVar:
        if ground not in self.literals:
            self.literals[ground] = self.model.new_bool_var(str(ground.kind))
        return self.literals[ground]

    def _enter(self) -> None:
        """A variable for every must in every slot and kind of table, whoever is there."""
        groups: dict[int, set[Group]] = defaultdict(set)
        for table in range(len(self.problem.tables)):
            group = self._group(table)
            groups[group[0]].add(group)
        for ends in sorted(self.problem.required):
            owner = next((party for party in ends if party in self.problem.owned), NOBODY)
            places = [(slot, group) for slot in range(len(self.problem.slots)) for group in sorted(groups[owner])]
            self.meets[ends] = {place: self.model.new_bool_var("") for place in places}
            self.model.add_at_most_one(self.meets[ends].values())
            for (slot, group), variable in self.meets[ends].items():
                self.sheet.enter(ends, slot, group[1], variable)

    def _group(self, table: int) -> Group:
        each = self.problem.tables[table]
        return NOBODY if each.owner is None else each.owner, each.zone if self.zoned else 0

    def _demand(self) -> None:
        """Musts, fixed meetings, refusals."""
        for ends in sorted(set(self.problem.must)):
            literal = self._literal(Ground(Kind.MUST, pair=ends))
            self.model.add_bool_or([*self.meets[ends].values(), ~literal])
        for meeting in self.problem.fixed:
            self._fix(meeting)
        for one, other in combinations(self.problem.fixed, 2):
            if one.table is not None and (one.slot, one.table) == (other.slot, other.table):
                both = [self._literal(Ground(Kind.FIXED, pair=each.ends)) for each in (one, other)]
                self.model.add_bool_or([~literal for literal in both])
        for ends in sorted(set(self.problem.forbidden) & self.problem.required):
            literal = self._literal(Ground(Kind.FORBIDDEN, pair=ends))
            self.model.add(sum(self.meets[ends].values()) == 0).only_enforce_if(literal)

    def _fix(self, meeting: Fixed) -> None:
        literal = self._literal(Ground(Kind.FIXED, pair=meeting.ends))
        here = [
            variable
            for (slot, group), variable in self.meets[meeting.ends].items()
            if slot == meeting.slot and (meeting.table is None or group == self._group(meeting.table))
        ]
        self.model.add_bool_or([*here, ~literal])
        if (meeting.slot, meeting.table) in set(self.problem.closed):
            self.model.add_bool_or([~literal, ~self._literal(Ground(Kind.CLOSED, slot=meeting.slot))])

    def _limit_parties(self) -> None:
        """Nobody in two places, ever; nobody where it is absent, nor more often than it wants."""
        rows: dict[int, list[dict[tuple[int, Group], cp_model.IntVar]]] = defaultdict(list)
        for ends, row in self.meets.items():
            for party in ends:
                rows[party].append(row)
        for party, mine in sorted(rows.items()):
            each = self.problem.participants[party]
            every = [variable for row in mine for variable in row.values()]
            if len(mine) > each.maximum:
                self.model.add(sum(every) <= each.maximum).only_enforce_if(
                    self._literal(Ground(Kind.MAXIMUM, party=party))
                )
            for slot, capacity in enumerate(each.capacity):
                terms = self.sheet.terms(party, slot)
                if len(mine) > self.full[party]:
                    self.model.add(sum(terms) <= self.full[party])
                if terms and min(len(mine), self.full[party]) > capacity:
                    literal = self._literal(Ground(Kind.PRESENCE, party=party))
                    self.model.add(sum(terms) <= capacity).only_enforce_if(literal)

    def _limit_tables(self) -> None:
        """In every slot not more meetings than tables, and open tables, of their kind."""
        total: dict[Group, int] = defaultdict(int)
        for table in range(len(self.problem.tables)):
            total[self._group(table)] += 1
        shut: dict[tuple[int, Group], int] = defaultdict(int)
        for slot, table in set(self.problem.closed):
            shut[slot, self._group(table)] += 1
        crowd: dict[tuple[int, Group], list[cp_model.IntVar]] = defaultdict(list)
        for row in self.meets.values():
            for place, variable in row.items():
                crowd[place].append(variable)
        for (slot, group), variables in sorted(crowd.items()):
            owned = group[0] != NOBODY
            number = Ground(Kind.OWNER, party=group[0]) if owned else Ground(Kind.TABLES)
            self._at_most(variables, total[group], number)
            if shut[slot, group]:
                self._at_most(variables, total[group] - shut[slot, group], Ground(Kind.CLOSED, slot=slot))

    def _at_most(self, variables: Iterable[cp_model.IntVar], limit: int, ground: Ground) -> None:
        variables = list(variables)
        if len(variables) > limit:
            self.model.add(sum(variables) <= limit).only_enforce_if(self._literal(ground))

    def _keep_rules(self) -> None:
        """Precedences, runs, zones."""
        rules, required = self.problem.rules, self.problem.required
        for order in sorted(set(rules.precedences)):
            i, j, m, n = order
            if (i, j) in required and (m, n) in required:
                self.sheet.add_precedence((i, j), (m, n), [self._literal(Ground(Kind.PRECEDENCE, order=order))])
        if rules.max_run is not None and any(len(day) > rules.max_run for day in self.sheet.days):
            self.sheet.add_runs(rules.max_run, [self._literal(Ground(Kind.RUN))])
        if self.zoned:
            self.sheet.add_zones(rules.zone_change_gap, [self._literal(Ground(Kind.ZONE))])
