"""Can all musts be kept at once? If not: which of them stand in each other's way. Answered before anything is planned.

Counting finds the usual conflicts and says what is short; what is left is placed by search, or decided exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from events.scheduling.instance import Instance, Ints, build
from events.scheduling.placement import fits, place
from events.scheduling.problem import Fixed, Problem

STEPS = 2000
"""Of the search, before the exact method decides."""

Must = tuple[int, int]


class Cause(StrEnum):
    """What is short where musts conflict."""

    FORBIDDEN = "forbidden"
    """The pair is forbidden."""
    FIXED = "fixed"
    """Fixed meetings in a slot or at a table that is not free for them."""
    NO_COMMON_SLOT = "no common slot"
    """There is no slot in which both are present and a table is open."""
    MAXIMUM = "maximum"
    """More musts than the participant's maximum."""
    SLOTS = "slots"
    """More musts than the participant can hold in the slots it shares with them."""
    TABLES = "tables"
    """More musts than tables in all slots."""
    TOGETHER = "together"
    """Each party could keep its own, but not all theirs at once."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Musts that cannot all be kept, whatever happens to the others."""

    musts: tuple[Must, ...]
    cause: Cause
    detail: str
    """For people, in English, with the participants' ids."""


class Infeasible(Exception):
    """The musts cannot all be kept; `conflicts` says which, and each of them is a reason by itself."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__("; ".join(conflict.detail for conflict in conflicts))
        self.conflicts = tuple(conflicts)


def conflicts(problem: Problem) -> tuple[Conflict, ...]:
    """Sets of musts (fixed meetings among them) that cannot all be kept; empty if and only if all can.

    Each of them is a conflict by itself; those found by counting need not be the smallest. Raises proving.Undecided.
    """
    try:
        keep_musts(build(problem))
    except Infeasible as infeasible:
        return infeasible.conflicts
    return ()


def keep_musts(instance: Instance) -> Ints:
    """A slot for every must, in their order among the pairs; raises Infeasible, or proving.Undecided."""
    counted = tuple(_counted(instance.problem))
    if counted:
        raise Infeasible(counted)
    pairs = np.flatnonzero(instance.must)
    slots = place(instance, pairs, np.ones(len(pairs), np.int64), steps=STEPS, seed=1)
    if fits(instance, slots):
        return slots
    from events.scheduling.proving import decide  # the exact solver takes a second to import and is rarely needed

    decided = decide(instance, pairs)
    if isinstance(decided, dict):
        return np.array([decided[k] for k in range(len(pairs))], np.int64)
    ends = zip(instance.school[pairs[decided]], instance.enterprise[pairs[decided]], strict=True)
    musts = tuple(sorted((int(i), int(j)) for i, j in ends))
    detail = f"cannot all be kept: {_names(instance.problem, musts)}"
    raise Infeasible([Conflict(musts, Cause.TOGETHER, detail)])


def _counted(problem: Problem) -> Iterator[Conflict]:
    """The conflicts that show by counting."""
    for pair in sorted(problem.required & set(problem.forbidden)):
        yield Conflict((pair,), Cause.FORBIDDEN, f"{_names(problem, [pair])} is both must and forbidden")
    yield from _fixed(problem)
    tables = [len(problem.open_tables(slot)) for slot in range(len(problem.slots))]
    possible = {}
    for i, j in sorted(problem.required):
        both = zip(problem.participants[i].capacity, problem.participants[j].capacity, tables, strict=True)
        possible[i, j] = {slot for slot, needed in enumerate(both) if all(needed)}
        if not possible[i, j]:
            detail = f"{_names(problem, [(i, j)])} share no slot with an open table"
            yield Conflict(((i, j),), Cause.NO_COMMON_SLOT, detail)
    yield from _crowded(problem, possible)
    if len(possible) > sum(tables):
        detail = f"{len(possible)} musts, but only {sum(tables)} tables in all slots"
        yield Conflict(tuple(possible)[: sum(tables) + 1], Cause.TABLES, detail)


def _fixed(problem: Problem) -> Iterator[Conflict]:
    """Fixed meetings that are impossible alone, or in each other's way."""
    closed = set(problem.closed)
    at_table: dict[tuple[int, int], list[Fixed]] = defaultdict(list)
    at_party: dict[tuple[int, int], list[Fixed]] = defaultdict(list)
    in_slot: dict[int, list[Fixed]] = defaultdict(list)
    for meeting in problem.fixed:
        in_slot[meeting.slot].append(meeting)
        for party in meeting.ends:
            at_party[party, meeting.slot].append(meeting)
        if meeting.table is not None:
            at_table[meeting.table, meeting.slot].append(meeting)
    for (table, slot), meetings in at_table.items():
        limit = 0 if (slot, table) in closed else 1
        yield from _clash(problem, meetings, limit, f"table {problem.tables[table].id} holds {limit}")
    for (party, slot), meetings in at_party.items():
        participant = problem.participants[party]
        limit = participant.capacity[slot]
        yield from _clash(problem, meetings, limit, f"{participant.id} can hold {limit}")
    for slot, meetings in in_slot.items():
        limit = len(problem.open_tables(slot))
        yield from _clash(problem, meetings, limit, f"{limit} tables are open")


def _clash(problem: Problem, meetings: Sequence[Fixed], limit: int, why: str) -> Iterator[Conflict]:
    """A conflict if more than so many meetings are fixed for one slot."""
    if len(meetings) > limit:
        musts = tuple(sorted(meeting.ends for meeting in meetings[: limit + 1]))
        detail = f"fixed in slot {meetings[0].slot}, where {why}: {_names(problem, musts)}"
        yield Conflict(musts, Cause.FIXED, detail)


def _crowded(problem: Problem, possible: dict[Must, set[int]]) -> Iterator[Conflict]:
    """Parties with more musts than their maximum or their presence allows."""
    musts_of: dict[int, list[Must]] = defaultdict(list)
    for pair in possible:
        for party in pair:
            musts_of[party].append(pair)
    for party, musts in sorted(musts_of.items()):
        participant = problem.participants[party]
        if len(musts) > participant.maximum:
            detail = f"{participant.id} has {len(musts)} musts, but a maximum of {participant.maximum}"
            yield Conflict(tuple(musts[: participant.maximum + 1]), Cause.MAXIMUM, detail)
        elif _overfull(musts, possible, participant.capacity):
            core = list(musts)
            for pair in musts:
                fewer = [other for other in core if other != pair]
                core = fewer if _overfull(fewer, possible, participant.capacity) else core
            detail = f"{participant.id} shares too few slots with these: {_names(problem, core)}"
            yield Conflict(tuple(core), Cause.SLOTS, detail)


def _overfull(musts: Sequence[Must], possible: dict[Must, set[int]], capacity: Sequence[int]) -> bool:
    """Whether there are more musts, each of them possible, than a party can hold in all slots that they have."""
    slots: set[int] = set().union(*(possible[pair] for pair in musts))
    return len(musts) > sum(capacity[slot] for slot in slots) and all(possible[pair] for pair in musts)


def _names(problem: Problem, pairs: Sequence[Must]) -> str:
    return ", ".join("–".join(problem.participants[party].id for party in pair) for pair in pairs)
