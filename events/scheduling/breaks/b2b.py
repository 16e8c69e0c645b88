"""The published instances of B2B meeting scheduling (Bofill et al., JAIR 74, 2022) in a JSON of our own: b2b/1.

Sessions of a meeting: 1 morning, 2 afternoon, 3 any; the first `n_morning` slots are the morning. All slots are one
day, and a forbidden slot between two meetings counts as a break like a free one. `precedences[i]` come before i.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.scheduling.breaks.model import Calendar
from events.scheduling.reading import Node, ProblemError, parse

NAMES = ("n_participants", "n_meetings", "n_tables", "n_slots", "n_morning")


@dataclass(frozen=True, slots=True)
class Known:
    """A published result; `optimum` is None where no slots keep the rules."""

    instance: str
    fairness: int
    optimum: int | None


def read_known(text: str | bytes) -> list[Known]:
    """The published results; raises ProblemError."""
    return [_read_known(node) for node in parse(text).items()]


def _read_known(node: Node) -> Known:
    fields = node.fields(("instance", "fairness", "optimum"), ("feasible", "published_maxsat_s"))
    return Known(fields["instance"].text(), fields["fairness"].integer(0), fields["optimum"].optional_integer(0))


def read_instance(text: str | bytes, fairness: int | None) -> Calendar:
    """One instance; raises ProblemError with the JSON path of what is wrong."""
    root = parse(text)
    fields = root.fields((*NAMES, "meetings", "forbidden", "fixed", "precedences"), ("name", "format"))
    participants, meetings, tables, slots, morning = (fields[name].integer(0) for name in NAMES)
    entries = [node.items(3) for node in fields["meetings"].items(meetings)]
    ends = [(_index(a, participants, "participant"), _index(b, participants, "participant")) for a, b, _ in entries]
    for node, (first, second) in zip(fields["meetings"].items(), ends, strict=True):
        if first == second:
            raise ProblemError(node.path, "a participant meets itself")
    forbidden = [
        {_index(slot, slots, "slot") for slot in node.items()} for node in fields["forbidden"].items(participants)
    ]
    fixed = [_fixed(node, slots) for node in fields["fixed"].items(meetings)]
    before = [
        (_index(earlier, meetings, "meeting"), meeting)
        for meeting, node in enumerate(fields["precedences"].items(meetings))
        for earlier in node.items()
    ]
    sessions = [_session(session, slots, morning) for _, _, session in entries]
    return Calendar(
        ends=ends,
        choices=[
            [slot for slot in row if slot not in forbidden[a] | forbidden[b] and at in (None, slot)]
            for row, (a, b), at in zip(sessions, ends, fixed, strict=True)
        ],
        capacity=[[int(slot not in shut) for slot in range(slots)] for shut in forbidden],
        rooms=[tables] * slots,
        days=[[range(slots)]] * participants,
        before=before,
        fairness=fairness,
    )


def _index(node: Node, count: int, kind: str) -> int:
    index = node.integer()
    if not 0 <= index < count:
        raise ProblemError(node.path, f"{index} is not the index of a {kind}")
    return index


def _fixed(node: Node, slots: int) -> int | None:
    return None if node.value is None else _index(node, slots, "slot")


def _session(node: Node, slots: int, morning: int) -> range:
    session = node.integer()
    if session not in (1, 2, 3):
        raise ProblemError(node.path, f"must be 1, 2 or 3, not {session}")
    return (range(morning), range(morning, slots), range(slots))[session - 1]
