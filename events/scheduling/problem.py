"""What is asked of a timetable: slots, tables, two sides of participants, the pairs that may meet, and the rules.

Participants, slots and tables are named by their index from 0; the schools (side 0) come first, so that the index of an
enterprise is at least the number of schools. Every Problem that exists is consistent: building one, from JSON or
otherwise, raises ProblemError with the JSON path of what is wrong.
"""

from __future__ import annotations

import json
from dataclasses import asdict, astuple, dataclass, field
from functools import cached_property

from events.scheduling.consistency import check
from events.scheduling.reading import Node, ProblemError, parse

__all__ = ["Fixed", "Pair", "Participant", "Problem", "ProblemError", "Rules", "Slot", "Table"]

FORMAT = "fair/1"
BREAK_FROM = 4
"""Slots with a meeting in one day, from which on `Rules.break_for_all` grants a break."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time in which meetings take place. Slots of one day are consecutive: between them lies no meeting time."""

    day: int
    session: int
    start: int
    """Minutes after midnight."""


@dataclass(frozen=True, slots=True)
class Table:
    """A place for one meeting a slot; changing the zone takes a walk."""

    id: str
    zone: int
    owner: int | None = None
    """Index of the participant whose table it is: it meets at tables of its own only, and nobody else meets there.
    All owners are of one side."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A school (side 0) or an enterprise (side 1), with the number of meetings it wants and can hold."""

    id: str
    side: int
    minimum: int
    maximum: int
    capacity: tuple[int, ...]
    """Per slot how many meetings at once: 0 absent, 1 present, 2 a delegation with two delegates."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that may meet, and how much that is worth."""

    school: int
    enterprise: int
    score: int

    @property
    def ends(self) -> tuple[int, int]:
        """The two indices."""
        return self.school, self.enterprise


@dataclass(frozen=True, slots=True)
class Fixed:
    """A meeting that takes place in this slot, and at this table if one is named."""

    school: int
    enterprise: int
    slot: int
    table: int | None

    @property
    def ends(self) -> tuple[int, int]:
        """The two indices."""
        return self.school, self.enterprise


@dataclass(frozen=True, slots=True)
class Rules:
    """Further hard rules; the defaults ask for nothing."""

    zone_change_gap: int = 0
    """Free slots that a participant has between meetings of one day in different zones."""
    max_run: int | None = None
    """Greatest number of consecutive slots of one day in which a participant meets."""
    max_break_difference: int | None = None
    """Greatest difference between the numbers of breaks of any two participants."""
    precedences: tuple[tuple[int, int, int, int], ...] = ()
    """(i, j, k, l): if i meets j and k meets l, the former comes in an earlier slot."""
    break_for_all: bool = False
    """Whoever meets in BREAK_FROM or more slots of a day has a break on that day: a slot, between two meetings, in
    which it is present and free."""


@dataclass(frozen=True)
class Problem:
    """A fair to be timetabled.

    A pair that is must or fixed may meet even if it is not among `pairs`; it then counts 0. Raises ProblemError.
    """

    name: str
    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    participants: tuple[Participant, ...]
    pairs: tuple[Pair, ...]
    closed: tuple[tuple[int, int], ...] = ()
    """(slot, table): no meeting there."""
    forbidden: tuple[tuple[int, int], ...] = ()
    must: tuple[tuple[int, int], ...] = ()
    fixed: tuple[Fixed, ...] = ()
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        check(self)

    @cached_property
    def schools(self) -> int:
        """Number of schools, which is the index of the first enterprise."""
        return sum(participant.side == 0 for participant in self.participants)

    @cached_property
    def required(self) -> frozenset[tuple[int, int]]:
        """The pairs that have to meet: musts and fixed meetings."""
        return frozenset(self.must) | {meeting.ends for meeting in self.fixed}

    @cached_property
    def scores(self) -> dict[tuple[int, int], int]:
        """Score by pair that may meet; forbidden pairs are left out, whatever else is said of them."""
        scores = {pair.ends: pair.score for pair in self.pairs}
        scores.update({pair: 0 for pair in sorted(self.required) if pair not in scores})
        for pair in self.forbidden:
            scores.pop(pair, None)
        return scores

    @cached_property
    def owned(self) -> dict[int, tuple[int, ...]]:
        """Indices of the tables of each participant that has its own, by participant; both ascending."""
        owners = sorted({table.owner for table in self.tables if table.owner is not None})
        return {owner: tuple(k for k, table in enumerate(self.tables) if table.owner == owner) for owner in owners}

    def open_tables(self, slot: int) -> list[int]:
        """Indices of the tables that are not closed in the slot, ascending."""
        shut = {table for at, table in self.closed if at == slot}
        return [table for table in range(len(self.tables)) if table not in shut]

    @classmethod
    def from_json(cls, text: str | bytes) -> Problem:
        """Read the format fair/1; raises ProblemError with the JSON path of what is wrong."""
        return _read(parse(text))

    def to_json(self) -> str:
        """The format fair/1; `from_json` of it is equal to this problem."""
        content = {
            "format": FORMAT,
            "name": self.name,
            "slots": [asdict(slot) for slot in self.slots],
            "tables": [_written(table) for table in self.tables],
            "closed": self.closed,
            "participants": [
                {"id": p.id, "side": p.side, "min": p.minimum, "max": p.maximum, "cap": p.capacity}
                for p in self.participants
            ],
            "pairs": [astuple(pair) for pair in self.pairs],
            "forbidden": self.forbidden,
            "must": self.must,
            "fixed": [astuple(meeting) for meeting in self.fixed],
            "rules": {
                "zone_change_gap": self.rules.zone_change_gap,
                "max_run": self.rules.max_run,
                "max_break_difference": self.rules.max_break_difference,
                "precedences": self.rules.precedences,
                **({"break_for_all": True} if self.rules.break_for_all else {}),
            },
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _written(table: Table) -> dict[str, str | int]:
    """A table of the document; the owner is named where there is one."""
    return {name: value for name, value in asdict(table).items() if value is not None}


def _read(root: Node) -> Problem:
    """The problem of a whole document."""
    needed = ("format", "name", "slots", "tables", "participants", "pairs")
    fields = root.fields(needed, ("closed", "forbidden", "must", "fixed", "rules"))
    if fields["format"].text() != FORMAT:
        raise fields["format"].refused(f'"{FORMAT}"')
    empty = Node([], "$")
    return Problem(
        name=fields["name"].text(),
        slots=tuple(_read_slot(node) for node in fields["slots"].items()),
        tables=tuple(_read_table(node) for node in fields["tables"].items()),
        participants=tuple(_read_participant(node) for node in fields["participants"].items()),
        pairs=tuple(Pair(*node.integers(3)) for node in fields["pairs"].items()),
        closed=_read_index_pairs(fields.get("closed", empty)),
        forbidden=_read_index_pairs(fields.get("forbidden", empty)),
        must=_read_index_pairs(fields.get("must", empty)),
        fixed=tuple(_read_fixed(node) for node in fields.get("fixed", empty).items()),
        rules=_read_rules(fields.get("rules", Node({}, "$"))),
    )


def _read_slot(node: Node) -> Slot:
    fields = node.fields(("day", "session", "start"))
    return Slot(*(fields[name].integer(0) for name in ("day", "session", "start")))


def _read_table(node: Node) -> Table:
    fields = node.fields(("id", "zone"), ("owner",))
    owner = fields["owner"].optional_integer() if "owner" in fields else None
    return Table(fields["id"].text(), fields["zone"].integer(0), owner)


def _read_participant(node: Node) -> Participant:
    fields = node.fields(("id", "side", "min", "max", "cap"))
    minimum, maximum = fields["min"].integer(0), fields["max"].integer(0)
    return Participant(fields["id"].text(), fields["side"].integer(), minimum, maximum, fields["cap"].integers())


def _read_index_pairs(node: Node) -> tuple[tuple[int, int], ...]:
    return tuple((first, second) for first, second in (entry.integers(2) for entry in node.items()))


def _read_fixed(node: Node) -> Fixed:
    school, enterprise, slot, table = node.items(4)
    return Fixed(school.integer(), enterprise.integer(), slot.integer(), table.optional_integer())


def _read_rules(node: Node) -> Rules:
    fields = node.fields((), ("zone_change_gap", "max_run", "max_break_difference", "precedences", "break_for_all"))
    null = Node(None, node.path)
    precedences = fields.get("precedences", Node([], node.path)).items()
    return Rules(
        zone_change_gap=fields["zone_change_gap"].integer(0) if "zone_change_gap" in fields else 0,
        max_run=fields.get("max_run", null).optional_integer(1),
        max_break_difference=fields.get("max_break_difference", null).optional_integer(0),
        precedences=tuple((i, j, k, m) for i, j, k, m in (entry.integers(4) for entry in precedences)),
        break_for_all=fields["break_for_all"].boolean() if "break_for_all" in fields else False,
    )
