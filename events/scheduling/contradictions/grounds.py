"""The rules that an organizer can give up, one by one, and how people say them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from events.scheduling.problem import Fixed, Problem

Ends = tuple[int, int]


class Kind(StrEnum):
    """What kind of rule. That nobody is in two places at once is none: it cannot be given up."""

    MUST = "must"
    FIXED = "fixed"
    """A meeting has its slot, and its table if one is named."""
    FORBIDDEN = "forbidden"
    MAXIMUM = "maximum"
    PRESENCE = "presence"
    """A participant's absences, and the delegates that it sends."""
    TABLES = "tables"
    """The number of tables."""
    CLOSED = "closed"
    """The closed tables of a slot."""
    OWNER = "owner"
    """A participant meets at its own tables only."""
    PRECEDENCE = "precedence"
    RUN = "run"
    ZONE = "zone"


@dataclass(frozen=True, slots=True, order=True)
class Ground:
    """One rule: of a pair, a participant, a slot, or of all."""

    kind: Kind
    pair: Ends | None = None
    """Of a must, a fixed meeting, a refusal."""
    party: int | None = None
    """Of a maximum, a presence, an owner."""
    slot: int | None = None
    """Of closures."""
    order: tuple[int, int, int, int] | None = None
    """Of a precedence."""


def sentence(problem: Problem, grounds: Sequence[Ground]) -> str:
    """Who has to meet, but what stands against it, in English and with ids; without a full stop."""
    musts = [ground.pair for ground in grounds if ground.kind == Kind.MUST and ground.pair]
    wanted = [f"{_listed([_pair(problem, pair) for pair in musts])} must meet"] if musts else []
    wanted += [clause(problem, ground) for ground in grounds if ground.kind == Kind.FIXED]
    against = [clause(problem, ground) for ground in grounds if ground.kind not in (Kind.MUST, Kind.FIXED)]
    return f"{_listed(wanted)}, but {_listed(against) if against else _of_itself(problem, grounds)}"


def clause(problem: Problem, ground: Ground) -> str:
    """One rule."""
    words: dict[Kind, Callable[[], str]] = {
        Kind.MUST: lambda: f"{_pair(problem, ground.pair)} must meet",
        Kind.FIXED: lambda: _fixed(problem, ground),
        Kind.FORBIDDEN: lambda: f"{_pair(problem, ground.pair)} is forbidden",
        Kind.MAXIMUM: lambda: _maximum(problem, ground),
        Kind.PRESENCE: lambda: presence(problem, ground.party or 0),
        Kind.TABLES: lambda: _only(len(problem.tables) - sum(map(len, problem.owned.values())), "table"),
        Kind.CLOSED: lambda: _closed(problem, ground.slot or 0),
        Kind.OWNER: lambda: f"{_name(problem, ground.party)} meets at its own tables only",
        Kind.PRECEDENCE: lambda: _precedence(problem, ground),
        Kind.RUN: lambda: f"nobody meets in more than {_count(problem.rules.max_run or 0, 'slot')} in a row",
        Kind.ZONE: lambda: f"a change of zone takes {_count(problem.rules.zone_change_gap, 'free slot')}",
    }
    return words[ground.kind]()


def concession(problem: Problem, ground: Ground) -> str:
    """What giving up this rule means, in English and with ids; for those that are given up as a whole."""
    words: dict[Kind, Callable[[], str]] = {
        Kind.MUST: lambda: f"{_pair(problem, ground.pair)} no longer a must",
        Kind.FIXED: lambda: f"{_pair(problem, ground.pair)} at any slot and table",
        Kind.FORBIDDEN: lambda: f"{_pair(problem, ground.pair)} allowed",
        Kind.CLOSED: lambda: f"all tables open in slot {ground.slot}",
        Kind.OWNER: lambda: f"{_name(problem, ground.party)} at any table",
        Kind.PRECEDENCE: lambda: f"any order, instead of: {_precedence(problem, ground)}",
        Kind.RUN: lambda: "runs of any length",
        Kind.ZONE: lambda: "changes of zone without a free slot",
    }
    return words[ground.kind]()


def presence(problem: Problem, party: int) -> str:
    """When a participant is there."""
    each = problem.participants[party]
    here = [slot for slot, capacity in enumerate(each.capacity) if capacity]
    if not here:
        return f"{each.id} is never there"
    full = max(each.capacity)
    if len(here) == len(each.capacity):
        fewer = [slot for slot, capacity in enumerate(each.capacity) if capacity < full]
        return f"{each.id} sends fewer delegates in {_slots(fewer)}"
    return f"{each.id} is there only in {_slots(here)}"


def fixed_of(problem: Problem, pair: Ends | None) -> Fixed:
    """The fixed meeting of a pair that has one."""
    return next(meeting for meeting in problem.fixed if meeting.ends == pair)


def _fixed(problem: Problem, ground: Ground) -> str:
    meeting = fixed_of(problem, ground.pair)
    table = "" if meeting.table is None else f" at table {problem.tables[meeting.table].id}"
    return f"{_pair(problem, ground.pair)} is fixed in slot {meeting.slot}{table}"


def _maximum(problem: Problem, ground: Ground) -> str:
    each = problem.participants[ground.party or 0]
    most = f"at most {_count(each.maximum, 'meeting')}" if each.maximum else "no meeting"
    return f"{each.id} may have {most}"


def _precedence(problem: Problem, ground: Ground) -> str:
    first, second, third, fourth = ground.order or (0, 0, 0, 0)
    return f"{_pair(problem, (first, second))} has to come before {_pair(problem, (third, fourth))}"


def _closed(problem: Problem, slot: int) -> str:
    opened = len(problem.open_tables(slot))
    shut = [problem.tables[table].id for at, table in sorted(set(problem.closed)) if at == slot]
    if not opened:
        return f"no table is open in slot {slot}"
    if len(shut) <= 3:
        noun, verb = ("table", "is") if len(shut) == 1 else ("tables", "are")
        return f"{noun} {_listed(shut)} {verb} closed in slot {slot}"
    verb = "is" if opened == 1 else "are"
    return f"only {opened} of {len(problem.tables)} tables {verb} open in slot {slot}"


def _of_itself(problem: Problem, grounds: Sequence[Ground]) -> str:
    """What cannot be given up, where nothing else stands against the musts."""
    if not problem.tables:
        return "there is no table"
    fixed = [fixed_of(problem, ground.pair) for ground in grounds if ground.kind == Kind.FIXED]
    if len(fixed) == 2 and fixed[0].table is not None and fixed[0].table == fixed[1].table:
        return "a table holds one meeting at a time"
    if fixed:
        return "nobody can be in two meetings at once"
    return _only(len(problem.slots), "slot")


def _name(problem: Problem, party: int | None) -> str:
    return problem.participants[party or 0].id


def _pair(problem: Problem, pair: Ends | None) -> str:
    return "–".join(_name(problem, party) for party in pair or ())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _only(number: int, noun: str) -> str:
    return f"there is only {_count(number, noun)}" if number == 1 else f"there are only {_count(number, noun)}"


def _slots(slots: Sequence[int]) -> str:
    """Slots with their runs shortened: slots 1, 3 to 6."""
    runs: list[list[int]] = []
    for slot in slots:
        if runs and runs[-1][-1] == slot - 1:
            runs[-1].append(slot)
        else:
            runs.append([slot])
    words = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return f"{'slot' if len(slots) == 1 else 'slots'} {_listed(words)}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
