"""Breaks of a planned fair: a bound by what each party alone cannot avoid, and fewer breaks by exact neighbourhoods.

A neighbourhood frees the meetings of some parties that wait and of those whom they meet, in some slots; all else stays.
Its least breaks are found exactly, so that every step is an improvement or shows that there is none of this kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

from events.scheduling.breaks.least import Proof, least_breaks
from events.scheduling.breaks.model import Calendar, breaks_of, breaks_of_all, kept
from events.scheduling.control import seeded
from events.scheduling.problem import Problem

SMALL = 2500
"""Meetings by slots up to which the whole fair is proven at once."""
WINDOW = 4
"""Slots of a neighbourhood of all meetings in them."""
CONFLICTS = 2000
"""Spent on one neighbourhood at most."""
FUTILE = 60
"""Neighbourhoods without success after which it is given up."""


def prove_least_breaks(
    problem: Problem,
    pairs: Sequence[tuple[int, int]],
    slots: Sequence[int],
    *,
    cancelled: Callable[[], bool] | None = None,
    budget: int = 200_000,
    seed: int = 1,
) -> Proof:
    """The same meetings in slots with fewer breaks, or as few.

    Args: pairs (K) that meet, slots (K) where, within presences, fixed slots and rooms; budget, conflicts to be spent.
    With rules.max_break_difference the slots may break this rule at first. Deterministic but for `cancelled`.
    Returns: slots, their breaks and `breaks_bound`, which no slots of these meetings can undercut; of a fair too large
    for a proof it is what each party alone cannot avoid.
    """
    calendar = calendar_of(problem, pairs)
    bound = necessary_breaks(calendar)
    start = list(slots)
    fine = kept(calendar, start)
    if fine and sum(breaks_of_all(calendar, start)) == bound:
        return Proof(tuple(start), bound, bound)
    if calendar.fairness is not None or len(start) * len(calendar.rooms) <= SMALL:
        return least_breaks(calendar, start=start if fine else None, bound=bound, budget=budget, cancelled=cancelled)
    return _improved(calendar, start, bound, budget=budget, cancelled=cancelled, random=seeded(seed))


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


def _improved(
    calendar: Calendar,
    slots: list[int],
    bound: int,
    *,
    budget: int,
    cancelled: Callable[[], bool] | None,
    random: Random,
) -> Proof:
    """Fewer breaks by neighbourhoods, until the bound, the budget or a long futile row."""
    conflicts = futile = 0
    each = breaks_of_all(calendar, slots)
    while sum(each) > bound and conflicts < budget and futile < FUTILE:
        if cancelled is not None and cancelled():
            break
        waiting = [party for party, breaks in enumerate(each) if breaks]
        window = _window(calendar, slots, random.choice(waiting), random)
        meetings, part = _within(calendar, slots, window)
        start = [slots[meeting] for meeting in meetings]
        found = least_breaks(part, start=start, budget=min(CONFLICTS, budget - conflicts))
        conflicts += max(1, found.conflicts)
        futile += 1
        if found.slots is not None:  # if there are no fewer breaks, still other slots: the next start elsewhere
            for meeting, slot in zip(meetings, found.slots, strict=True):
                slots[meeting] = slot
            before, each = sum(each), breaks_of_all(calendar, slots)
            futile = 0 if sum(each) < before else futile
    return Proof(tuple(slots), sum(each), bound, conflicts=conflicts)


def _window(calendar: Calendar, slots: Sequence[int], party: int, random: Random) -> set[int]:
    """Some slots of a day on which the party waits, one of its meetings and a free slot among them."""
    met = {slots[meeting] for meeting in calendar.of_party[party]}
    days = [list(day) for day in calendar.days[party] if breaks_of([day], met)]
    day = random.choice(days)
    free = [slot for slot in day if slot not in met]
    window = {random.choice(free), random.choice(sorted(met.intersection(day)))}
    others = sorted({slot for slot in range(len(calendar.rooms)) if calendar.capacity[party][slot]} - window)
    return window | set(random.sample(others, min(WINDOW - len(window), len(others))))


def _within(calendar: Calendar, slots: Sequence[int], window: set[int]) -> tuple[list[int], Calendar]:
    """The meetings of all who meet in the window, which alone can move, and only inside it."""
    free = {
        meeting
        for meeting, slot in enumerate(slots)
        if slot in window and len(window.intersection(calendar.choices[meeting])) > 1
    }
    moved = {party for meeting in free for party in calendar.ends[meeting]}
    meetings = [meeting for meeting, ends in enumerate(calendar.ends) if not moved.isdisjoint(ends)]
    rooms = list(calendar.rooms)
    for meeting in set(range(len(slots))).difference(meetings):
        rooms[slots[meeting]] -= 1
    row = {meeting: k for k, meeting in enumerate(meetings)}
    choices = []
    for meeting in meetings:
        allowed = window.intersection(calendar.choices[meeting]) if meeting in free else {slots[meeting]}
        choices.append([slot for slot in sorted(allowed) if _in_order(calendar, slots, meeting, slot, row)])
    return meetings, Calendar(
        ends=[calendar.ends[meeting] for meeting in meetings],
        choices=choices,
        capacity=calendar.capacity,
        rooms=rooms,
        days=[days if party in moved else [] for party, days in enumerate(calendar.days)],
        before=[(row[i], row[j]) for i, j in calendar.before if i in row and j in row],
    )


def _in_order(calendar: Calendar, slots: Sequence[int], meeting: int, slot: int, row: dict[int, int]) -> bool:
    """Whether a meeting in this slot keeps its order with those outside the neighbourhood."""
    return all(
        not (i == meeting and j not in row and slots[j] <= slot)
        and not (j == meeting and i not in row and slots[i] >= slot)
        for i, j in calendar.before
    )
