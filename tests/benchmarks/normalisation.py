"""Raw names of official enrolment plans against the codes that the plans' publishers gave them."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from portal.taxonomy import readers
from portal.taxonomy.naming import SUGGESTIONS, Entry, Group, Resolution, Vocabulary, major_readings

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "data"
PLANS = REFERENCE / "enrolment_plans_official.csv.gz"
LEVELS = {
    "本科": "bachelor",
    "本科类": "bachelor",  # the plan is for a class of majors
    "高职本科": "vocational_bachelor",
    "高职专科": "junior_college",
    "高职专科类": "junior_college",
}
PLACED_BY_HAND = "by hand"  # edition of the shipped aliases that we made ourselves


@dataclass(frozen=True, slots=True)
class Plan:
    """A raw name with the level and the code of the file; a code of four digits is a class of majors."""

    raw: str
    level: str | None
    code: str


@dataclass
class Figures:
    """Rows of the file by what became of them; `differences` names every accepted code that is not the file's."""

    rows: int = 0
    accepted: int = 0
    right: int = 0
    in_five: int = 0  # accepted rightly, or among the five suggestions
    differences: Counter[tuple[Plan, str]] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return self.right / self.accepted if self.accepted else 1.0

    @property
    def coverage(self) -> float:
        return self.accepted / self.rows if self.rows else 0.0

    @property
    def top_five(self) -> float:
        return self.in_five / self.rows if self.rows else 0.0

    def count(self, plan: Plan, found: Resolution, rows: int) -> None:
        """Judge an answer for so many rows."""
        accepted = found.key or found.group
        right = bool(accepted) and accepted == plan.code
        self.rows += rows
        self.accepted += rows if accepted else 0
        self.right += rows if right else 0
        self.in_five += rows if right or plan.code in {one.key for one in found.suggestions} else 0
        if accepted and not right:
            self.differences[plan, accepted] += rows


def read_plans(path: Path = PLANS) -> Counter[Plan]:
    """Every distinct raw name, level and code with its number of rows; a row without code has an empty one."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return Counter(
            Plan(row["major_raw"], LEVELS.get(row["major_level"]), row["major_code"]) for row in csv.DictReader(file)
        )


def shipped_majors(without: str = "", *, by_hand: bool = True) -> Vocabulary:
    """The majors of the shipped lists, as the portal has them; `without` leaves out one old name."""
    majors = list(readers.read_majors())
    present = [Entry(major.code, major.name, major.level) for major in majors]
    other = [
        Entry(row.major_code, row.alias, row.level, True, row.edition)
        for row in readers.read_major_aliases()
        if row.alias != without and (by_hand or row.edition != PLACED_BY_HAND)
    ]
    groups = [Group(major.code, major.class_code, major.class_name) for major in majors]
    return Vocabulary([*present, *other], readings=major_readings, groups=groups)


def kind_of(plan: Plan) -> str:
    """Whether the file names a major, a class of majors, or nothing for a plan."""
    if not plan.code:
        return "without code"
    return "class" if len(plan.code) == 4 else "major"


def measure(plans: Counter[Plan], vocabulary: Vocabulary, *, with_level: bool = True) -> dict[str, Figures]:
    """Figures for majors, classes, rows without a code, and `all` rows that have one; by rows of the file."""
    figures = {name: Figures() for name in ("major", "class", "without code", "all")}
    for plan, rows in plans.items():
        found = vocabulary.resolve(plan.raw, plan.level if with_level else None)
        for name in {kind_of(plan), "all" if plan.code else "without code"}:
            figures[name].count(plan, found, rows)
    return figures


def table(figures: dict[str, Figures]) -> Iterator[str]:
    """The figures, a line each."""
    yield f"{'':14}{'rows':>8}{'accepted':>10}{'coverage':>10}{'precision':>11}{f'top {SUGGESTIONS}':>8}"
    for name, one in figures.items():
        yield f"{name:14}{one.rows:8}{one.accepted:10}{one.coverage:10.4f}{one.precision:11.4f}{one.top_five:8.4f}"


def left_out_names(level: str, every: int = 1) -> tuple[int, int, int]:
    """How many official old names of a level there are, and how often the right major is the first suggestion, or
    among five, when the name itself is taken out of the list: what the staff gets for a name that nobody knows.
    """
    known = [row for row in readers.read_major_aliases() if row.level == level and not row.ambiguous]
    old = [row for row in known if row.edition != PLACED_BY_HAND][::every]
    first = five = 0
    for row in old:
        found = [one.key for one in shipped_majors(row.alias).nearest(row.alias, level)]
        first += found[:1] == [row.major_code]
        five += row.major_code in found
    return len(old), first, five


def difference_lines(differences: Counter[tuple[Plan, str]], most: int = 25) -> Iterable[str]:
    """The most frequent differences: raw name, code of the file, our code, rows."""
    for (plan, accepted), rows in differences.most_common(most):
        yield f"{rows:6} {plan.raw[-30:]} ({plan.level}): {plan.code or '–'} / {accepted}"
