"""Which concession would resolve a conflict: each is tried on the conflict, and then on all musts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from events.scheduling.contradictions.grounds import Ground, Kind, concession
from events.scheduling.contradictions.model import Model
from events.scheduling.problem import Fixed, Problem, Rules, Table
from events.scheduling.proving import Undecided

TRIES = 40
"""Of slots in which somebody could be there after all."""

ORDER = (
    *(Kind.CLOSED, Kind.TABLES, Kind.MAXIMUM, Kind.ZONE, Kind.RUN, Kind.PRECEDENCE, Kind.OWNER),
    *(Kind.FIXED, Kind.PRESENCE, Kind.MUST, Kind.FORBIDDEN),
)
"""What an organizer can grant comes before what others have to."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A concession that resolves the conflict."""

    ground: Ground
    """What is conceded."""
    detail: str
    """For people, in English, with ids."""
    slot: int | None
    """Where somebody would have to be there, or another table stand."""
    number: int | None
    """The new maximum, the tables needed in a slot, the longest run."""
    enough: bool
    """Whether all musts of the fair can then be kept; otherwise there is another conflict."""


def relaxations(problem: Problem, grounds: Sequence[Ground]) -> tuple[Relaxation, ...]:
    """The smallest concession of every ground of a smallest conflict, where there is one; the organizer's own first."""
    found = []
    for ground in grounds:
        for relaxation, changed in _concessions(problem, ground, grounds):
            model = Model(changed)
            if _holds(model, [each for each in grounds if each in model.literals]):
                found.append(replace(relaxation, enough=_holds(model, model.grounds)))
                break
    return tuple(sorted(found, key=lambda each: (not each.enough, ORDER.index(each.ground.kind))))


def _holds(model: Model, grounds: Sequence[Ground]) -> bool:
    try:
        return model.slots(grounds) is not None
    except Undecided:
        return False


def _concessions(problem: Problem, ground: Ground, grounds: Sequence[Ground]) -> Iterator[tuple[Relaxation, Problem]]:
    """Ever larger ones of one ground, each with the problem that it makes."""
    if ground.kind == Kind.PRESENCE:
        yield from _presences(problem, ground, grounds)
    elif ground.kind in (Kind.MAXIMUM, Kind.TABLES):
        yield from _numbers(problem, ground, grounds)
    else:
        yield (
            Relaxation(ground, concession(problem, ground), ground.slot, None, enough=False),
            _dropped(problem, ground),
        )


def _dropped(problem: Problem, ground: Ground) -> Problem:
    """The problem without this ground."""
    pair, party = ground.pair, ground.party
    rules: dict[Kind, Rules] = {
        Kind.PRECEDENCE: replace(
            problem.rules, precedences=tuple(each for each in problem.rules.precedences if each != ground.order)
        ),
        Kind.RUN: replace(problem.rules, max_run=None),
        Kind.ZONE: replace(problem.rules, zone_change_gap=0),
    }
    match ground.kind:
        case Kind.MUST:
            return replace(problem, must=tuple(each for each in problem.must if each != pair))
        case Kind.FIXED:
            must = (*problem.must, pair) if pair and pair not in problem.must else problem.must
            return replace(problem, must=must, fixed=tuple(each for each in problem.fixed if each.ends != pair))
        case Kind.FORBIDDEN:
            return replace(problem, forbidden=tuple(each for each in problem.forbidden if each != pair))
        case Kind.CLOSED:
            return replace(problem, closed=tuple(each for each in problem.closed if each[0] != ground.slot))
        case Kind.OWNER:
            tables = (replace(each, owner=None) if each.owner == party else each for each in problem.tables)
            return replace(problem, tables=tuple(tables), fixed=_unseated(problem))
        case _:
            return replace(problem, rules=rules[ground.kind])


def _unseated(problem: Problem) -> tuple[Fixed, ...]:
    return tuple(replace(meeting, table=None) for meeting in problem.fixed)


def _presences(problem: Problem, ground: Ground, grounds: Sequence[Ground]) -> Iterator[tuple[Relaxation, Problem]]:
    """One slot more, at a time when one of those whom it should meet is there; then with as many delegates as ever."""
    party = ground.party or 0
    each = problem.participants[party]
    full = max(*each.capacity, 1)
    partners = {end for other in grounds for end in other.pair or () if party in (other.pair or ())} - {party}
    absent = [slot for slot, held in enumerate(each.capacity) if held < full]
    fixed = {meeting.slot for meeting in problem.fixed if party in meeting.ends}
    likely = {slot for slot in absent if any(problem.participants[end].capacity[slot] for end in partners)}
    absent.sort(key=lambda slot: (slot not in fixed, slot not in likely, _distance(each.capacity, slot), slot))
    for slot in absent[:TRIES]:
        capacity = tuple(full if at == slot else held for at, held in enumerate(each.capacity))
        there = "with all delegates" if each.capacity[slot] else "there"
        told = f"{each.id} {there} in slot {slot}"
        yield Relaxation(ground, told, slot, None, enough=False), _with(problem, party, capacity=capacity)
    always = _with(problem, party, capacity=(full,) * len(each.capacity))
    yield Relaxation(ground, f"{each.id} there all the time", None, None, enough=False), always


def _distance(capacity: Sequence[int], slot: int) -> int:
    """Slots from the nearest in which the party is there."""
    return min((abs(slot - at) for at, held in enumerate(capacity) if held), default=0)


def _with(problem: Problem, party: int, **changes: object) -> Problem:
    parties = list(problem.participants)
    parties[party] = replace(parties[party], **changes)  # type: ignore[arg-type]
    return replace(problem, participants=tuple(parties))


def _numbers(problem: Problem, ground: Ground, grounds: Sequence[Ground]) -> Iterator[tuple[Relaxation, Problem]]:
    """A higher maximum, more tables: as many as it takes."""
    most = sum(other.pair is not None for other in grounds)
    if ground.kind == Kind.TABLES:
        for more in range(1, most + 1):
            told = f"{more} more {'table' if more == 1 else 'tables'}"
            added = tuple(Table(f"+{k}", 0) for k in range(more))
            yield Relaxation(ground, told, None, more, enough=False), replace(problem, tables=(*problem.tables, *added))
        return
    party = ground.party or 0
    each = problem.participants[party]
    for maximum in range(each.maximum + 1, each.maximum + most + 1):
        told = f"a maximum of {maximum} for {each.id}"
        yield Relaxation(ground, told, None, maximum, enough=False), _with(problem, party, maximum=maximum)
