"""Tiny calendars by chance, and their least breaks by trying everything."""

from __future__ import annotations

from itertools import product
from random import Random

from events.scheduling.breaks.model import Calendar, breaks_of_all, kept


def calendar_by_chance(seed: int, fairness: int | None, *, capacity: int = 1, days: int = 1) -> Calendar:
    """Up to 5 parties, 6 meetings, 5 slots, with absences, mornings and afternoons, an order, few rooms."""
    random = Random(seed)
    parties, slots = random.randint(3, 5), random.randint(3, 5)
    pairs = [(i, j) for i in range(parties) for j in range(i)]
    ends = random.sample(pairs, min(len(pairs), random.randint(2, 6)))
    room = [[random.choice([0, *[1] * 5, capacity]) for _ in range(slots)] for _ in range(parties)]
    first = slots if days == 1 else slots // 2
    sessions = [random.choice([*[range(slots)] * 4, range(slots // 2), range(slots // 2, slots)]) for _ in ends]
    rows = [range(first), range(first, slots)][:days]
    return Calendar(
        ends=ends,
        choices=[
            [t for t in session if room[i][t] and room[j][t]] for (i, j), session in zip(ends, sessions, strict=True)
        ],
        capacity=room,
        rooms=[random.randint(1, 2) for _ in range(slots)],
        days=[[[t for t in row if days == 1 or mine[t]] for row in rows] for mine in room],
        before=[(0, 1)] if random.random() < 0.3 else [],
        fairness=fairness,
    )


def least_by_trying(calendar: Calendar) -> int | None:
    """Least breaks over all slots; None if none keep the rules."""
    return min(
        (sum(breaks_of_all(calendar, slots)) for slots in product(*calendar.choices) if kept(calendar, slots)),
        default=None,
    )
