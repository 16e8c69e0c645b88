"""Good slots fast: annealing over Kempe chains of one-delegate parties; rooms, order and fairness as penalties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numba import njit

from events.scheduling.breaks.model import Calendar

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

HOT, COLD = 2.0, 0.3
"""First and last temperature, in breaks."""
IDLE_SLOT = 0.5
"""Cost of a free slot inside a party's day: it leads from long breaks to short ones to none."""
FAULT = 4.0
"""Cost of a meeting without room, of an order not kept, of a break beyond the fair number."""


def anneal(calendar: Calendar, slots: Sequence[int], *, target: int, steps: int, seed: int) -> list[int] | None:
    """Slots with fewer breaks than these, if some are met; stops at `target` breaks.

    Args: calendar with capacities of at most 1 and the same slots in one day for everybody; slots within the choices
    and capacities. Returns None if nothing better was met.
    """
    allowed = np.zeros((len(calendar.ends), len(calendar.rooms)), np.bool_)
    for meeting, choices in enumerate(calendar.choices):
        allowed[meeting, list(choices)] = True
    before = np.array(calendar.before, np.int64).reshape(-1, 2)
    related = np.argsort(np.concatenate([before[:, 0], before[:, 1]]), kind="stable")
    counts = np.bincount(before.ravel(), minlength=len(calendar.ends))
    limit = calendar.fairness if calendar.fairness is not None else len(calendar.rooms)
    best = np.array(slots, np.int64)
    found = _search(
        np.array(calendar.ends, np.int64).reshape(-1, 2),
        allowed,
        np.array(calendar.rooms, np.int64),
        before,
        (related % max(1, len(before))).astype(np.int64),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        best,
        len(calendar.capacity),
        limit,
        target,
        steps,
        seed,
    )
    return best.tolist() if found else None


@njit(cache=True)
def _wait(busy: int, limit: int) -> tuple[int, int, int]:
    """(breaks, free slots inside, breaks beyond the limit) of a party with these busy slots (bits)."""
    breaks = idle = free = 0
    met = False
    while busy:
        if busy & 1:
            if met and free:
                breaks += 1
                idle += free
            met = True
            free = 0
        else:
            free += 1
        busy >>= 1
    return breaks, idle, max(0, breaks - limit)


@njit(cache=True)
def _chain(  # noqa: PLR0917 - compiled
    ends: Ints, allowed: npt.NDArray[np.bool_], at: Ints, slot: Ints, mark: Ints, stamp: int, path: Ints, target: int
) -> int:
    """Fill `path` with what moves if path[0] moves to the target; its length, or 0 if something cannot."""
    source = slot[path[0]]
    length, done = 1, 0
    mark[path[0]] = stamp
    while done < length:
        mover = path[done]
        goal = target if slot[mover] == source else source
        if not allowed[mover, goal]:
            return 0
        for end in range(2):
            other = at[ends[mover, end], goal]
            if other >= 0 and mark[other] != stamp:
                mark[other] = stamp
                path[length] = other
                length += 1
        done += 1
    return length


@njit(cache=True)
def _disorder(  # noqa: PLR0917 - compiled
    before: Ints, related: Ints, first: Ints, slot: Ints, seen: Ints, stamp: int, path: Ints, length: int
) -> int:
    """Orders not kept among those that concern the meetings of the path."""
    faults = 0
    for k in range(length):
        for place in range(first[path[k]], first[path[k] + 1]):
            relation = related[place]
            if seen[relation] != stamp:
                seen[relation] = stamp
                faults += slot[before[relation, 0]] >= slot[before[relation, 1]]
    return faults


@njit(cache=True)
def _search(  # noqa: C901, PLR0912, PLR0915, PLR0917 - compiled: one loop over a dozen arrays
    ends: Ints,
    allowed: npt.NDArray[np.bool_],
    rooms: Ints,
    before: Ints,
    related: Ints,
    first: Ints,
    best: Ints,
    parties: int,
    limit: int,
    target: int,
    steps: int,
    seed: int,
) -> bool:
    """Anneal from `best` and leave the best there; whether it became better (or free of faults)."""
    np.random.seed(seed)
    meetings, slots = allowed.shape
    slot = best.copy()
    at = np.full((parties, slots), -1, np.int64)
    busy = np.zeros(parties, np.int64)
    load = np.zeros(slots, np.int64)
    for k in range(meetings):
        load[slot[k]] += 1
        for end in range(2):
            at[ends[k, end], slot[k]] = k
            busy[ends[k, end]] |= 1 << slot[k]
    breaks = faults = 0
    for party in range(parties):
        count, _, beyond = _wait(busy[party], limit)
        breaks += count
        faults += beyond
    for t in range(slots):
        faults += max(0, load[t] - rooms[t])
    for relation in range(len(before)):
        faults += slot[before[relation, 0]] >= slot[before[relation, 1]]
    least = breaks if faults == 0 else 1 << 40
    improved = False
    mark = np.zeros(meetings, np.int64)
    seen = np.zeros(max(1, len(before)), np.int64)
    path = np.zeros(meetings, np.int64)
    turned = np.zeros(2 * meetings, np.int64)
    changed = np.zeros(parties, np.int64)
    for step in range(1, steps + 1):
        if faults == 0 and breaks <= target:
            break
        threshold = -HOT * (COLD / HOT) ** (step / steps) * np.log(1.0 - np.random.random())
        meeting = np.random.randint(meetings)
        if np.random.random() < 0.7:
            for _ in range(6):  # rather one of a party that waits
                waits = _wait(busy[ends[meeting, 0]], limit)[1] + _wait(busy[ends[meeting, 1]], limit)[1]
                if waits:
                    break
                meeting = np.random.randint(meetings)
        goal, source = np.random.randint(slots), slot[meeting]
        if goal == source or not allowed[meeting, goal]:
            continue
        path[0] = meeting
        length = _chain(ends, allowed, at, slot, mark, step, path, goal)
        if length == 0:
            continue
        net = turns = 0
        delta_breaks = delta_idle = delta_faults = 0
        both = (1 << source) | (1 << goal)
        for k in range(length):
            net += 1 if slot[path[k]] == source else -1
            for end in range(2):
                party = ends[path[k], end]
                if changed[party] != step:
                    changed[party] = step
                    if (at[party, source] >= 0) != (at[party, goal] >= 0):
                        old, new = _wait(busy[party], limit), _wait(busy[party] ^ both, limit)
                        delta_breaks += new[0] - old[0]
                        delta_idle += new[1] - old[1]
                        delta_faults += new[2] - old[2]
                        turned[turns] = party
                        turns += 1
        delta_faults += max(0, load[goal] + net - rooms[goal]) - max(0, load[goal] - rooms[goal])
        delta_faults += max(0, load[source] - net - rooms[source]) - max(0, load[source] - rooms[source])
        if delta_breaks + IDLE_SLOT * delta_idle + FAULT * delta_faults > threshold + FAULT * len(before):
            continue
        disorder = _disorder(before, related, first, slot, seen, 2 * step, path, length)
        for k in range(length):
            slot[path[k]] = goal if slot[path[k]] == source else source
        delta_faults += _disorder(before, related, first, slot, seen, 2 * step + 1, path, length) - disorder
        if delta_breaks + IDLE_SLOT * delta_idle + FAULT * delta_faults > threshold:
            for k in range(length):
                slot[path[k]] = goal if slot[path[k]] == source else source
            continue
        for k in range(length):
            left = source if slot[path[k]] == goal else goal
            at[ends[path[k], 0], left] = -1
            at[ends[path[k], 1], left] = -1
        for k in range(length):
            at[ends[path[k], 0], slot[path[k]]] = path[k]
            at[ends[path[k], 1], slot[path[k]]] = path[k]
        for k in range(turns):
            busy[turned[k]] ^= both
        load[goal] += net
        load[source] -= net
        breaks += delta_breaks
        faults += delta_faults
        if faults == 0 and breaks < least:
            least = breaks
            best[:] = slot
            improved = True
    return improved
