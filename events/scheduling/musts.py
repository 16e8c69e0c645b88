"""Can all musts be kept at once? If not: which rules exclude each other. Answered before anything is planned.

Search places what can be placed. What it cannot is decided exactly, and explained by smallest sets of rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from events.scheduling.instance import Instance, Ints, build
from events.scheduling.placement import fits, place
from events.scheduling.problem import Problem

if TYPE_CHECKING:
    from events.scheduling.contradictions.grounds import Ground
    from events.scheduling.contradictions.relaxing import Relaxation

STEPS = 2000
"""Of the search, before the exact method decides."""
MOST = 8
"""Conflicts that are shown at once."""

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
    """More musts than tables in their slots."""
    RULE = "rule"
    """One of the optional rules stands against them: precedences, runs, zones, tables with an owner."""
    TOGETHER = "together"
    """Several of these at once."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Musts that cannot all be kept, whatever happens to the others."""

    musts: tuple[Must, ...]
    """Pairs that have to meet, fixed ones among them."""
    cause: Cause
    detail: str
    """For people, in English, with the participants' ids."""
    grounds: tuple[Ground, ...] = ()
    """The rules that exclude each other, musts among them: without any one of these there is no such conflict."""
    smallest: bool = False
    """Proven: no conflict of this fair (beyond those named before it) consists of fewer rules."""


class Infeasible(Exception):
    """The musts cannot all be kept; `conflicts` says which, and each of them is a reason by itself."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__("; ".join(conflict.detail for conflict in conflicts))
        self.conflicts = tuple(conflicts)


def conflicts(problem: Problem) -> tuple[Conflict, ...]:
    """Smallest sets of rules that exclude each other, no must in two of them; empty if and only if all can be kept.

    Rules about breaks are left aside: meetings that are no musts can help to keep them. Raises proving.Undecided.
    """
    rules = problem.rules
    plain = rules.max_run is None and not rules.zone_change_gap and not rules.precedences and not problem.owned
    return () if plain and _placed(build(problem)) is not None else _exactly(problem)


def keep_musts(instance: Instance) -> Ints:
    """A slot for every must, in their order among the pairs; raises Infeasible, or proving.Undecided.

    Precedences, runs and zones are not looked at.
    """
    slots = _placed(instance)
    if slots is not None:
        return slots
    from events.scheduling.contradictions.model import Model  # the exact solver is rarely needed

    rules = replace(instance.problem.rules, precedences=(), max_run=None, zone_change_gap=0)
    problem = replace(instance.problem, rules=rules)
    model = Model(problem)
    found = model.slots(model.grounds)
    if found is None:
        raise Infeasible(_exactly(problem))
    pairs = np.flatnonzero(instance.must)
    ends = zip(instance.school[pairs].tolist(), instance.enterprise[pairs].tolist(), strict=True)
    return np.array([found[pair] for pair in ends], np.int64)


def helpful(problem: Problem, conflict: Conflict) -> tuple[Relaxation, ...]:
    """Concessions that would resolve the conflict, each tried, the smallest of its kind. Takes a moment for each."""
    from events.scheduling.contradictions.relaxing import relaxations

    return relaxations(problem, conflict.grounds)


def _placed(instance: Instance) -> Ints | None:
    """Slots for all musts, where a quick search finds them."""
    problem = instance.problem
    named = [(meeting.slot, meeting.table) for meeting in problem.fixed if meeting.table is not None]
    clash = len(set(named)) < len(named) or not set(problem.closed).isdisjoint(named)
    counts = Counter(party for ends in problem.required for party in ends)
    over = any(count > problem.participants[party].maximum for party, count in counts.items())
    if clash or over or problem.required & set(problem.forbidden):
        return None
    pairs = np.flatnonzero(instance.must)
    slots = place(instance, pairs, np.ones(len(pairs), np.int64), steps=STEPS, seed=1)
    return slots if fits(instance, slots) else None


def _exactly(problem: Problem) -> tuple[Conflict, ...]:
    """The conflicts, up to MOST, smallest first where they can be told apart."""
    from events.scheduling.contradictions.grounds import Kind, sentence
    from events.scheduling.contradictions.model import Model
    from events.scheduling.contradictions.smallest import smallest_conflict

    model = Model(problem)
    pool = model.grounds
    found: list[Conflict] = []
    while len(found) < MOST and (conflict := smallest_conflict(model, pool)) is not None:
        demands = [ground for ground in conflict.grounds if ground.kind in (Kind.MUST, Kind.FIXED)]
        musts = tuple(sorted({ground.pair for ground in demands if ground.pair is not None}))
        detail = sentence(problem, conflict.grounds)
        found.append(Conflict(musts, _cause(conflict.grounds), detail, conflict.grounds, conflict.smallest))
        pool = [ground for ground in pool if ground not in demands]
    return tuple(found)


def _cause(grounds: Sequence[Ground]) -> Cause:
    """The conflict in one word."""
    from events.scheduling.contradictions.grounds import Kind

    kinds = {ground.kind for ground in grounds}
    musts = [set(ground.pair) for ground in grounds if ground.pair is not None]
    rules = {Kind.PRECEDENCE, Kind.RUN, Kind.ZONE, Kind.OWNER}
    answers = (
        (Kind.FORBIDDEN in kinds, Cause.FORBIDDEN),
        (not kinds.isdisjoint(rules), Cause.RULE),
        (Kind.FIXED in kinds, Cause.FIXED),
        (kinds == {Kind.MUST, Kind.MAXIMUM}, Cause.MAXIMUM),
        (kinds <= {Kind.MUST, Kind.TABLES, Kind.CLOSED} and len(kinds) > 1, Cause.TABLES),
        (kinds <= {Kind.MUST, Kind.PRESENCE, Kind.CLOSED} and len(musts) == 1, Cause.NO_COMMON_SLOT),
        (kinds <= {Kind.MUST, Kind.PRESENCE} and bool(set.intersection(*musts)), Cause.SLOTS),
    )
    return next((cause for applies, cause in answers if applies), Cause.TOGETHER)
