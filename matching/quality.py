"""The last measurement of the engine's quality, as the evaluation has left it beside the code; see docs/quality.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_noop

FILE = Path(__file__).parent / "quality.json"

# What the evaluation calls its tasks and peers, for the translators; a name that is not here is shown as it is.
NAMES = (
    gettext_noop("one junior-college major → colleges"),
    gettext_noop("the major and 4 skills → colleges"),
    gettext_noop("4 skills only → colleges"),
    gettext_noop("one secondary major (cross-level) → colleges"),
    gettext_noop("the secondary major and 4 skills → colleges"),
    gettext_noop("one secondary major, of two or more colleges' → colleges"),
    gettext_noop("the same and 4 skills → colleges"),
    gettext_noop("one concrete code of a post's list → universities"),
    gettext_noop("one listed item (code, class or category) → universities"),
    gettext_noop("half of the list → universities"),
    gettext_noop("the full list → universities"),
    gettext_noop("a school → units, one item of each post shown"),
    gettext_noop("a school → units, one code of each post shown"),
    gettext_noop("exact count"),
    gettext_noop("SQL Σ graduates"),
    gettext_noop("SQL Σ graduates, each once"),
    gettext_noop("SQL Σ vacancies"),
    gettext_noop("BM25 of names"),
)


@dataclass(frozen=True, slots=True)
class TaskQuality:
    """nDCG@10 of one task: ours, the best peer's, and the paired 95 % interval of the difference."""

    task: str
    ours: float
    peer: str
    best_peer: float
    low: float
    high: float
    target: float | None

    @property
    def is_better(self) -> bool:
        """Whether all of the interval lies above nought."""
        return self.low > 0

    @property
    def is_worse(self) -> bool:
        """Whether all of it lies below."""
        return self.high < 0


@dataclass(frozen=True, slots=True)
class Quality:
    """date: of the measurement, as ISO 8601 has it; is_held_back: on data that nobody had looked at."""

    date: str
    is_held_back: bool
    tasks: list[TaskQuality]


def last_quality(file: Path = FILE) -> Quality | None:
    """The measurement; None if none was made."""
    if not file.exists():
        return None
    known = json.loads(file.read_text(encoding="utf-8"))
    names = TaskQuality.__slots__
    return Quality(
        date=str(known.get("date", "")),
        is_held_back=known.get("half") == "held-back",
        tasks=[TaskQuality(*(task.get(name) for name in names)) for task in known["tasks"]],
    )
