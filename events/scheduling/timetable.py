"""What is answered: meetings in slots at tables, and what the solver says of them."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple, dataclass

from events.scheduling.reading import Node, parse

FORMAT = "timetable/1"


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """A school and an enterprise meet in a slot at a table; all four are indices into the problem."""

    school: int
    enterprise: int
    slot: int
    table: int

    @property
    def ends(self) -> tuple[int, int]:
        """The two that meet."""
        return self.school, self.enterprise


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of a timetable, in the order of the objective: shortfall, score, breaks, idle slots."""

    score: int
    """Sum of the scores of the pairs that meet."""
    upper_bound: int
    """No timetable that falls short of the minima by as little as this one scores more."""
    gap: float
    """(upper_bound - score) / upper_bound, rounded to 6 digits."""
    optimal: bool
    """Proven: no timetable has a smaller shortfall, none with the same shortfall has a greater score."""
    min_shortfall: int
    """Meetings lacking to the participants' minima, in sum."""
    min_shortfall_bound: int
    """No timetable falls short by less."""
    breaks: int
    """A break is a row of slots of one day in which a participant is present and free, between two of its meetings;
    slots of absence inside the row do not divide it."""
    idle: int
    """Slots in all breaks."""
    seconds: float
    seed: int
    worst_breaks: int | None = None
    """Breaks of the participant that has most of them; None in timetables from before this was reported."""
    breaks_bound: int | None = None
    """No slots for the same meetings have fewer breaks; None where nobody counted."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The meetings of a fair; `report` is None where nobody computed one."""

    fair: str
    meetings: tuple[Meeting, ...]
    report: Report | None = None

    @classmethod
    def from_json(cls, text: str | bytes) -> Timetable:
        """Read the format timetable/1; raises ProblemError with the JSON path of what is wrong.

        Only the form is checked: whether the indices exist is for `verify.violations` to say.
        """
        root = parse(text)
        fields = root.fields(("format", "fair", "meetings"), ("report",))
        if fields["format"].text() != FORMAT:
            raise fields["format"].refused(f'"{FORMAT}"')
        meetings = tuple(Meeting(*node.integers(4)) for node in fields["meetings"].items())
        report = fields.get("report", Node(None, "$"))
        return cls(fields["fair"].text(), meetings, None if report.value is None else _read_report(report))

    def to_json(self) -> str:
        """The format timetable/1; `from_json` of it is equal to this timetable."""
        content = {
            "format": FORMAT,
            "fair": self.fair,
            "meetings": [astuple(meeting) for meeting in self.meetings],
            "report": None if self.report is None else asdict(self.report),
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _read_report(node: Node) -> Report:
    """The report of a document; every field is needed."""
    whole = ("score", "upper_bound", "min_shortfall", "min_shortfall_bound", "breaks", "idle", "seed")
    fields = node.fields((*whole, "gap", "optimal", "seconds"), ("worst_breaks", "breaks_bound"))
    null = Node(None, node.path)
    return Report(
        **{name: fields[name].integer() for name in whole},
        gap=fields["gap"].number(),
        optimal=fields["optimal"].boolean(),
        seconds=fields["seconds"].number(),
        worst_breaks=fields.get("worst_breaks", null).optional_integer(),
        breaks_bound=fields.get("breaks_bound", null).optional_integer(),
    )
