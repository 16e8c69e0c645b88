"""Can the musts be kept under the optional rules? A layout of them that keeps every rule, or which of them conflict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ortools.sat.python import cp_model

from events.scheduling.control import Control
from events.scheduling.instance import Ints, build
from events.scheduling.musts import Cause, Conflict, Infeasible
from events.scheduling.problem import Problem
from events.scheduling.proving import EFFORT, Undecided
from events.scheduling.quality import waiting
from events.scheduling.ruled.couplings import RULE_NAMES, couple, without
from events.scheduling.ruled.frame import UNPLACED, Frame, frame_of
from events.scheduling.ruled.ledger import Ledger, holding
from events.scheduling.ruled.model import Model, solve_audibly

Window = tuple[int, int] | None
"""The least and the most breaks that a party may have; None if they are not bounded."""


def keep_ruled_musts(frame: Frame, control: Control) -> tuple[Ints, Window]:
    """A layout with all musts that keeps every rule, and a window of breaks in which everybody lies.

    It has no other meetings, unless the rules about breaks need them. Raises Infeasible with the musts and the rules in
    conflict, none of which can be left out where no rule is about breaks; proving.Undecided; Cancelled.
    """
    bound = frame.problem.rules.max_break_difference
    window = None if bound is None else (0, bound)
    pairs = np.flatnonzero(frame.instance.must).tolist()
    if not pairs:
        return np.full(len(frame.ends), UNPLACED, np.int64), window
    musts = _Musts(frame, pairs, window)
    decided = musts.solve(range(len(pairs)), control)
    if not isinstance(decided, list):
        return decided, window
    if bound is not None or frame.problem.rules.break_for_all:
        layout = _with_others(frame, control)
        if layout is None:
            raise _infeasible(frame, pairs, control)
        return layout, window_of(frame, layout)
    raise _infeasible(frame, [pairs[k] for k in musts.shrink(decided, control)], control)


def _with_others(frame: Frame, control: Control) -> Ints | None:
    """A layout with all musts and other meetings that keeps every rule, None if there is none. Raises Undecided."""
    pairs = set(np.flatnonzero(frame.instance.must).tolist())
    model = Model(frame, Ledger(frame, None), dict(enumerate(frame.cells)), pairs)
    couple(model, None)
    solved = model.solve(effort=EFFORT, seed=1, control=control)
    control.proceed()
    if solved.layout is None and solved.status != cp_model.INFEASIBLE:
        raise Undecided("whether all musts can be kept under the rules was not decided within the limit")
    return solved.layout


def window_of(frame: Frame, layout: Ints) -> Window:
    """The window of breaks that begins with the party that has the fewest."""
    bound = frame.problem.rules.max_break_difference
    if bound is None:
        return None
    least = min(breaks_of(frame, layout), default=0)
    return least, least + bound


def breaks_of(frame: Frame, layout: Ints) -> list[int]:
    """The breaks of each party."""
    ledger = holding(frame, layout, None)
    busy = [sum(1 << slot for slot in at) for at in ledger.at]
    return [waiting(b, p, frame.days).breaks for b, p in zip(busy, ledger.present, strict=True)]


def _infeasible(frame: Frame, pairs: Sequence[int], control: Control) -> Infeasible:
    """These musts conflict: say under which rules, the fewest that suffice."""
    problem = frame.problem
    rules = [name for name in RULE_NAMES if without(problem, [name]) != problem]
    for name in list(rules):
        fewer = [other for other in rules if other != name]
        if _conflicting(without(problem, set(RULE_NAMES) - set(fewer)), frame, pairs, control):
            rules = fewer
    musts = tuple(sorted(frame.ends[k] for k in pairs))
    names = ", ".join("–".join(problem.participants[party].id for party in must) for must in musts)
    under = " and ".join(rules) if rules else "the tables that belong to nobody"
    return Infeasible([Conflict(musts, Cause.TOGETHER, f"cannot all be kept under {under}: {names}")])


def _conflicting(problem: Problem, frame: Frame, pairs: Sequence[int], control: Control) -> bool:
    """Whether the musts conflict in the problem with other rules; no if that is not decided."""
    other = frame_of(build(problem))
    bound = problem.rules.max_break_difference
    try:
        if isinstance(_Musts(other, pairs, None if bound is None else (0, bound)).solve(None, control), list):
            whole = bound is not None or problem.rules.break_for_all
            return not whole or _with_others(other, control) is None
    except Undecided:
        pass
    return False


class _Musts:
    """The musts alone under all rules, each of which can be waived by an assumption."""

    def __init__(self, frame: Frame, pairs: Sequence[int], window: Window) -> None:
        self.pairs = list(pairs)
        self.model = Model(frame, Ledger(frame, None), {k: frame.cells[k] for k in self.pairs}, set())
        couple(self.model, window)
        programme = self.model.programme
        self.kept = [programme.new_bool_var("") for _ in self.pairs]
        for pair, kept in zip(self.pairs, self.kept, strict=True):
            programme.add_bool_or([*self.model.takes[pair].values(), kept.negated()])

    def solve(self, keep: Sequence[int] | None, control: Control) -> Ints | list[int]:
        """The layout of the musts to keep (by their place; None: all), or those that suffice for a conflict."""
        keep = range(len(self.pairs)) if keep is None else keep
        programme = self.model.programme
        programme.clear_assumptions()
        programme.add_assumptions([self.kept[k] for k in keep])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = EFFORT
        status = solve_audibly(solver, programme, control)
        control.proceed()
        if status == cp_model.INFEASIBLE:
            core = set(solver.sufficient_assumptions_for_infeasibility())
            return [k for k in keep if self.kept[k].index in core]
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise Undecided("whether all musts can be kept under the rules was not decided within the limit")
        layout = np.full(len(self.model.frame.ends), UNPLACED, np.int64)
        for k in keep:
            takes = self.model.takes[self.pairs[k]]
            layout[self.pairs[k]] = next(cell for cell, variable in takes.items() if solver.value(variable))
        return layout

    def shrink(self, core: list[int], control: Control) -> list[int]:
        """A conflict within this one from which no must can be left out."""
        for k in list(core):
            if k not in core:
                continue
            try:
                decided = self.solve([other for other in core if other != k], control)
            except Undecided:
                continue
            if isinstance(decided, list):
                core = decided
        return core
