"""What makes a Problem consistent, whether it was read from JSON or built from rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from events.scheduling.reading import ProblemError

if TYPE_CHECKING:
    from events.scheduling.problem import Problem

MAX_SCORE = 10**9
"""Scores above would bring the sums of the flow near the end of 64 bits."""


def check(problem: Problem) -> None:
    """Raise ProblemError, with the JSON path, at the first thing that contradicts the format's promises."""
    _check_grid(problem)
    _check_participants(problem)
    _check_owners(problem)
    _check_pairs(problem)
    _check_fixed(problem)
    _check_rules(problem)


def _check_grid(problem: Problem) -> None:
    """Slots in the order of time, tables with names of their own, closures that exist."""
    times = [(slot.day, slot.start) for slot in problem.slots]
    for k in range(1, len(times)):
        if times[k] <= times[k - 1]:
            raise ProblemError(f"$.slots[{k}]", "must come after the slot before it (by day, then start)")
    _check_unique("tables", [table.id for table in problem.tables])
    for k, (slot, table) in enumerate(problem.closed):
        _check_range(f"$.closed[{k}][0]", slot, len(problem.slots), "slot")
        _check_range(f"$.closed[{k}][1]", table, len(problem.tables), "table")


def _check_participants(problem: Problem) -> None:
    """Schools first, limits that can be kept, a capacity for every slot."""
    _check_unique("participants", [participant.id for participant in problem.participants])
    for k, participant in enumerate(problem.participants):
        path = f"$.participants[{k}]"
        if participant.side not in (0, 1):
            raise ProblemError(f"{path}.side", f"must be 0 (school) or 1 (enterprise), not {participant.side}")
        if participant.side == 0 and k and problem.participants[k - 1].side == 1:
            raise ProblemError(f"{path}.side", "schools (side 0) must come before all enterprises")
        if not 0 <= participant.minimum <= participant.maximum:
            raise ProblemError(f"{path}.min", f"{participant.minimum} lies outside 0 … max ({participant.maximum})")
        if len(participant.capacity) != len(problem.slots):
            found, wanted = len(participant.capacity), len(problem.slots)
            raise ProblemError(f"{path}.cap", f"must have an entry per slot: {wanted}, not {found}")
        if any(capacity < 0 for capacity in participant.capacity):
            raise ProblemError(f"{path}.cap", "must not be negative")


def _check_owners(problem: Problem) -> None:
    """Owners exist and are of one side: two of them could not both meet at a table of their own."""
    first: int | None = None
    for k, table in enumerate(problem.tables):
        if table.owner is None:
            continue
        path = f"$.tables[{k}].owner"
        _check_range(path, table.owner, len(problem.participants), "participant")
        first = table.owner if first is None else first
        if problem.participants[table.owner].side != problem.participants[first].side:
            raise ProblemError(path, "all tables with an owner belong to participants of one side")


def _check_pairs(problem: Problem) -> None:
    """Every pair joins a school and an enterprise; candidates occur once and have a score."""
    for name, pairs in (("pairs", [pair.ends for pair in problem.pairs]), ("forbidden", problem.forbidden)):
        _check_ends(problem, name, pairs)
    _check_ends(problem, "must", problem.must)
    seen: set[tuple[int, int]] = set()
    for k, pair in enumerate(problem.pairs):
        if not 1 <= pair.score <= MAX_SCORE:
            raise ProblemError(f"$.pairs[{k}][2]", f"a score lies within 1 … {MAX_SCORE}, not {pair.score}")
        if pair.ends in seen:
            raise ProblemError(f"$.pairs[{k}]", "this pair occurs before")
        seen.add(pair.ends)


def _check_fixed(problem: Problem) -> None:
    """A fixed meeting is one of an existing slot and table, and its pair is fixed once."""
    _check_ends(problem, "fixed", [meeting.ends for meeting in problem.fixed])
    seen: set[tuple[int, int]] = set()
    for k, meeting in enumerate(problem.fixed):
        _check_range(f"$.fixed[{k}][2]", meeting.slot, len(problem.slots), "slot")
        if meeting.table is not None:
            _check_range(f"$.fixed[{k}][3]", meeting.table, len(problem.tables), "table")
            owner = next((party for party in meeting.ends if party in problem.owned), None)
            if problem.tables[meeting.table].owner != owner:
                raise ProblemError(f"$.fixed[{k}][3]", "is a table whose owner does not meet there")
        if meeting.ends in seen:
            raise ProblemError(f"$.fixed[{k}]", "this pair is fixed before")
        seen.add(meeting.ends)


def _check_rules(problem: Problem) -> None:
    """Limits that can be meant, precedences between pairs that exist."""
    rules = problem.rules
    if rules.zone_change_gap < 0:
        raise ProblemError("$.rules.zone_change_gap", "must not be negative")
    if rules.max_run is not None and rules.max_run < 1:
        raise ProblemError("$.rules.max_run", "must be at least 1")
    if rules.max_break_difference is not None and rules.max_break_difference < 0:
        raise ProblemError("$.rules.max_break_difference", "must not be negative")
    for k, precedence in enumerate(rules.precedences):
        for z, index in enumerate(precedence):
            _check_party(problem, f"$.rules.precedences[{k}][{z}]", index, side=z % 2)


def _check_ends(problem: Problem, name: str, pairs: Iterable[tuple[int, int]]) -> None:
    """Each pair is (index of a school, index of an enterprise)."""
    for k, pair in enumerate(pairs):
        for side, index in enumerate(pair):
            _check_party(problem, f"$.{name}[{k}][{side}]", index, side)


def _check_party(problem: Problem, path: str, index: int, side: int) -> None:
    """The index is one of the side."""
    if side == 0 and not 0 <= index < problem.schools:
        raise ProblemError(path, f"{index} is not the index of a school")
    if side == 1 and not problem.schools <= index < len(problem.participants):
        raise ProblemError(path, f"{index} is not the index of an enterprise")


def _check_range(path: str, index: int, count: int, kind: str) -> None:
    if not 0 <= index < count:
        raise ProblemError(path, f"{index} is not the index of a {kind}")


def _check_unique(name: str, ids: list[str]) -> None:
    """No id occurs twice."""
    first: dict[str, int] = {}
    for k, each in enumerate(ids):
        if each in first:
            raise ProblemError(f"$.{name}[{k}].id", f"{each!r} is also the id of {name}[{first[each]}]")
        first[each] = k
