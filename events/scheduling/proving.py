"""Deciding exactly whether musts can all be kept, where counting and search did not: constraint programming."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from ortools.sat.python import cp_model

from events.scheduling.instance import Instance, Ints

EFFORT = 60.0
"""Limit of one decision, in the solver's deterministic unit (about a second)."""


class Undecided(Exception):
    """Whether all musts can be kept could not be decided within the limit."""


def decide(instance: Instance, pairs: Ints) -> dict[int, int] | list[int]:
    """A slot for each of these pairs, by their place among them; or the places of some that conflict.

    None can be left out of the conflict. Maxima are not looked at. Raises Undecided.
    """
    model = _Musts(instance, pairs)
    decided = model.solve(range(len(pairs)))
    return decided if isinstance(decided, dict) else model.shrink(decided)


class _Musts:
    """The musts alone, as a satisfiability problem in which each of them can be waived by an assumption."""

    def __init__(self, instance: Instance, pairs: Ints) -> None:
        self.model = cp_model.CpModel()
        self.kept = [self.model.new_bool_var(f"keep {k}") for k in range(len(pairs))]
        self.meets: list[dict[int, cp_model.IntVar]] = []
        crowd: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for k, pair in enumerate(pairs):
            slots = np.flatnonzero(instance.allowed[pair]).tolist()
            meets = {slot: self.model.new_bool_var(f"{k} in {slot}") for slot in slots}
            self.model.add_at_most_one(meets.values())
            self.model.add_bool_or([*meets.values(), self.kept[k].negated()])
            self.meets.append(meets)
            for slot, variable in meets.items():
                crowd[int(instance.school[pair]), slot].append(variable)
                crowd[int(instance.enterprise[pair]), slot].append(variable)
                crowd[-1, slot].append(variable)
        for (party, slot), variables in crowd.items():
            limit = instance.rooms[slot] if party < 0 else instance.capacity[party, slot]
            self.model.add(sum(variables) <= int(limit))

    def solve(self, keep: Sequence[int]) -> dict[int, int] | list[int]:
        """Slots of the musts to keep, or those of them that suffice for a conflict. Raises Undecided."""
        self.model.clear_assumptions()
        self.model.add_assumptions([self.kept[k] for k in keep])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # more would answer differently from run to run
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = EFFORT
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            core = set(solver.sufficient_assumptions_for_infeasibility())
            return [k for k in keep if self.kept[k].index in core]
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise Undecided("whether all musts can be kept was not decided within the limit")
        return {k: next(slot for slot, v in self.meets[k].items() if solver.value(v)) for k in keep}

    def shrink(self, core: list[int]) -> list[int]:
        """A conflict within this one from which no must can be left out."""
        for k in list(core):
            if k not in core:
                continue
            fewer = [other for other in core if other != k]
            try:
                decided = self.solve(fewer)
            except Undecided:
                continue
            if isinstance(decided, list):
                core = decided
        return core
