"""Tables that belong to somebody ("schools keep their table and firms rotate"), as limits on the owners' side.

An owner meets at most as often in a slot as tables of its own are open. The others of its side share the tables that
belong to nobody. Where these suffice for all of them, or there are none, capacities say all there is to say, and the
ordinary way of planning is exact; elsewhere `short_of_tables` is true, and the tables are counted in their own right.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from events.scheduling.problem import Problem

Ints = npt.NDArray[np.int64]

NOBODY = -1
"""The owner of the tables that belong to nobody."""


def open_by_owner(problem: Problem) -> dict[int, Ints]:
    """(T,) open tables in each slot, by owner; NOBODY is always among them."""
    opened = {owner: np.zeros(len(problem.slots), np.int64) for owner in (NOBODY, *problem.owned)}
    for table in problem.tables:
        opened[NOBODY if table.owner is None else table.owner] += 1
    for slot, shut in set(problem.closed):
        owner = problem.tables[shut].owner
        opened[NOBODY if owner is None else owner][slot] -= 1
    return opened


def seated_capacity(problem: Problem) -> Ints:
    """(N, T) meetings at once of each participant, within its presence and the tables at which it may meet."""
    capacity = np.array([party.capacity for party in problem.participants], np.int64)
    capacity = capacity.reshape(len(problem.participants), len(problem.slots))
    if not problem.owned:
        return capacity
    opened = open_by_owner(problem)
    for party in _owning_side(problem):
        limit = opened[party] if party in problem.owned else opened[NOBODY]
        capacity[party] = np.minimum(capacity[party], limit)
    return capacity


def short_of_tables(problem: Problem) -> bool:
    """Whether those without a table of their own could want more tables in a slot than belong to nobody."""
    if not problem.owned:
        return False
    others = [party for party in _owning_side(problem) if party not in problem.owned]
    wanted = seated_capacity(problem)[others].sum(0)
    return bool((wanted > open_by_owner(problem)[NOBODY]).any())


def _owning_side(problem: Problem) -> range:
    """The participants of the side that has owners."""
    schools = problem.schools
    return range(schools) if min(problem.owned) < schools else range(schools, len(problem.participants))
