"""A smallest set of grounds that exclude each other, by implicit hitting sets.

Every such set contains, for whatever can hold together, one ground of the rest. So: the smallest set that meets all
rests known so far either is a conflict, and then a smallest one, or it can hold, and yields a further rest.
(A. Ignatiev, A. Previti, M. Liffiton, J. Marques-Silva: Smallest MUS extraction with minimal hitting set dualization,
CP 2015.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ortools.sat.python import cp_model

from events.scheduling.contradictions.grounds import Ground
from events.scheduling.contradictions.model import Model
from events.scheduling.modelling import solver_of
from events.scheduling.proving import Undecided

ROUNDS = 60
"""Of the search for a smaller set; then the one that is known has to do."""


class Found(NamedTuple):
    """Grounds that exclude each other, none of which can be left out."""

    grounds: tuple[Ground, ...]
    smallest: bool
    """Proven: no set has fewer."""


def smallest_conflict(model: Model, pool: Sequence[Ground]) -> Found | None:
    """A conflict within the pool, or None if all of it can hold. Raises Undecided if not even that is known."""
    core = model.core(pool)
    if core is None:
        return None
    least = _shrunk(model, core)
    rests: list[set[Ground]] = []
    for _ in range(ROUNDS):
        hitting = _hitting(rests, pool)
        if len(hitting) >= len(least):
            return Found(tuple(sorted(least)), True)
        try:
            rest = model.given_up(hitting, pool)
        except Undecided:
            break
        if rest is None:
            return Found(tuple(sorted(hitting)), True)
        rests.append(rest)
    return Found(tuple(sorted(least)), False)


def _shrunk(model: Model, core: list[Ground]) -> list[Ground]:
    """A conflict within this one from which nothing can be left out."""
    for ground in list(core):
        if ground not in core:
            continue
        try:
            fewer = model.core([other for other in core if other != ground])
        except Undecided:
            continue
        core = core if fewer is None else fewer
    return core


def _hitting(rests: Sequence[set[Ground]], pool: Sequence[Ground]) -> list[Ground]:
    """A smallest part of the pool that has something of every rest."""
    model = cp_model.CpModel()
    taken = {ground: model.new_bool_var("") for ground in pool}
    for rest in rests:
        model.add_bool_or([taken[ground] for ground in sorted(rest)])
    model.minimize(sum(taken.values()))
    solver = solver_of(10.0)
    if solver.solve(model) != cp_model.OPTIMAL:
        return list(pool)  # too large to be of use
    return [ground for ground in pool if solver.value(taken[ground])]
