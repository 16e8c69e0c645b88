"""What happens on the day, in people's words, and the problem that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from events.scheduling.problem import Participant, Problem


class UnknownName(ValueError):
    """A participant or table of this id does not exist, or a slot of this index."""


@dataclass(frozen=True, slots=True)
class Change:
    """Everything counts from the slot in which it is applied; what was before stays as it was."""

    absent: tuple[str, ...] = ()
    """Ids of participants who do not come, or have left."""
    late: Mapping[str, int] = field(default_factory=dict)
    """By id of a participant the first slot in which it is there."""
    closed: tuple[str, ...] = ()
    """Ids of tables that can no longer be used."""

    def applied(self, problem: Problem, now: int) -> Problem:
        """The problem from slot `now` on. Who is away for good asks for no meetings. Raises UnknownName."""
        self._check(problem)
        shut = {k for k, table in enumerate(problem.tables) if table.id in self.closed}
        closed = {(slot, table) for slot in range(now, len(problem.slots)) for table in shut}
        closed -= {(meeting.slot, meeting.table) for meeting in problem.fixed if meeting.slot < now}
        return replace(
            problem,
            participants=tuple(self._participant(each, now) for each in problem.participants),
            closed=(*problem.closed, *sorted(closed - set(problem.closed))),
        )

    def _check(self, problem: Problem) -> None:
        parties = {participant.id for participant in problem.participants}
        for name in (*self.absent, *self.late):
            if name not in parties:
                raise UnknownName(f"there is no participant {name!r}")
        for name in self.closed:
            if name not in {table.id for table in problem.tables}:
                raise UnknownName(f"there is no table {name!r}")
        for name, slot in self.late.items():
            if not 0 <= slot <= len(problem.slots):
                raise UnknownName(f"there is no slot {slot} in which {name!r} could arrive")

    def _participant(self, each: Participant, now: int) -> Participant:
        until = len(each.capacity) if each.id in self.absent else self.late.get(each.id, now)
        if until <= now:
            return each
        capacity = tuple(0 if now <= slot < until else held for slot, held in enumerate(each.capacity))
        return replace(each, capacity=capacity, minimum=0 if each.id in self.absent else each.minimum)
