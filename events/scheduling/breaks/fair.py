"""Breaks of a planned fair: a bound by what each party alone cannot avoid, and the least of a small fair, proven."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from events.scheduling.breaks.least import Proof, least_breaks
from events.scheduling.breaks.model import Calendar, breaks_of_all, kept
from events.scheduling.problem import Problem


def prove_least_breaks(
    problem: Problem,
    pairs: Sequence[tuple[int, int]],
    slots: Sequence[int],
    *,
    cancelled: Callable[[], bool] | None = None,
    budget: int = 200_000,
) -> Proof:
    """The same meetings in slots with the fewest breaks, if these are found within the budget; for small fairs.

    Args: pairs (K) that meet, slots (K) where, within presences, fixed slots and rooms; budget, conflicts to be spent.
    With rules.max_break_difference the slots may break this rule at first. Deterministic but for `cancelled`.
    Returns: slots, their breaks and `breaks_bound`, which no slots of these meetings can undercut.
    """
    calendar = calendar_of(problem, pairs)
    bound = necessary_breaks(calendar)
    start = list(slots)
    fine = kept(calendar, start)
    if fine and sum(breaks_of_all(calendar, start)) == bound:
        return Proof(tuple(start), bound, bound)
    return least_breaks(calendar, start=start if fine else None, bound=bound, budget=budget, cancelled=cancelled)


def calendar_of(problem: Problem, pairs: Sequence[tuple[int, int]]) -> Calendar:
    """These meetings of a fair, with the slots that presence, tables, fixed meetings and precedences leave them."""
    fixed = {meeting.ends: meeting.slot for meeting in problem.fixed}
    capacity = [party.capacity for party in problem.participants]
    rooms = [len(problem.open_tables(slot)) for slot in range(len(problem.slots))]
    days: dict[int, list[int]] = {}
    for slot, each in enumerate(problem.slots):
        days.setdefault(each.day, []).append(slot)
    row = {ends: meeting for meeting, ends in enumerate(pairs)}
    return Calendar(
        ends=list(pairs),
        choices=[
            [
                slot
                for slot, room in enumerate(rooms)
                if room and capacity[i][slot] and capacity[j][slot] and fixed.get((i, j), slot) == slot
            ]
            for i, j in pairs
        ],
        capacity=capacity,
        rooms=rooms,
        days=[[[slot for slot in day if row_of[slot]] for day in days.values()] for row_of in capacity],
        before=[(row[i, j], row[k, m]) for i, j, k, m in problem.rules.precedences if (i, j) in row and (k, m) in row],
        fairness=problem.rules.max_break_difference,
    )


def necessary_breaks(calendar: Calendar) -> int:
    """Breaks in sum that the parties cannot avoid even if each had its choice of slots for itself."""
    total = 0
    for party, meetings in enumerate(calendar.of_party):
        if len(meetings) > 1:
            open_slots = {slot for meeting in meetings for slot in calendar.choices[meeting]}
            forced = {calendar.choices[meeting][0] for meeting in meetings if len(calendar.choices[meeting]) == 1}
            total += _least_alone(calendar, party, len(meetings), open_slots, forced)
    return total


def _least_alone(calendar: Calendar, party: int, meetings: int, open_slots: set[int], forced: set[int]) -> int:
    """Least breaks of one party that holds this many meetings in open slots, all forced ones among them.

    Dynamic programme over the slots in time: the state is how many meetings it can have held, and whether it has met
    on this day and met last; every busy slot is taken to hold as many as the capacity allows, or only one.
    """
    idle, met, waited = 0, 1, 2
    states: dict[tuple[int, int], int] = {(0, idle): 0}
    for day in calendar.days[party]:
        states = _smallest((held, idle, breaks) for (held, _), breaks in states.items())
        for slot in day:
            most = calendar.capacity[party][slot] if slot in open_slots else 0
            following: list[tuple[int, int, int]] = []
            for (held, state), breaks in states.items():
                if slot not in forced:
                    following.append((held, idle if state == idle else waited, breaks))
                for more in range(1, min(most, meetings - held) + 1):
                    following.append((held + more, met, breaks + (state == waited)))
            states = _smallest(following)
    return min((breaks for (held, _), breaks in states.items() if held == meetings), default=0)


def _smallest(rows: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    """Per (held, state) the fewest breaks."""
    best: dict[tuple[int, int], int] = {}
    for held, state, breaks in rows:
        best[held, state] = min(breaks, best.get((held, state), breaks))
    return best
