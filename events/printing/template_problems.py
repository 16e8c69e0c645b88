"""What can be wrong with a template of somebody's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogue; who shows it translates it."""
    return text


class Reason(Enum):
    """An English sentence of the catalogue; `name` fills its place."""

    CUT = gettext_noop("A tag is cut in two. Write it whole in one paragraph, as {{ word }}.")
    ELSEWHERE = gettext_noop("A tag stands where there is no ordinary text. Write it into a paragraph.")
    ALONE = gettext_noop("A tag for a whole paragraph, row or cell must be alone in it.")
    NOT_OPENED = gettext_noop("“%(name)s” belongs to nothing that was opened in the same place and the same form.")
    NOT_CLOSED = gettext_noop("“%(name)s” is not closed.")
    TOO_DEEP = gettext_noop("Too many loops lie one within the other.")
    SYNTAX = gettext_noop("This tag cannot be read.")
    NOT_TAKEN = gettext_noop("“%(name)s” is not taken here. A tag may print words, ask “if” and repeat with “for”.")
    UNKNOWN_WORD = gettext_noop("There is no word “%(name)s” in the document.")
    NOT_TEXT = gettext_noop("“%(name)s” is a list or a group of words. Repeat over it, or print one of its words.")
    TOO_MUCH = gettext_noop("Filling the template takes too long or makes too much. Look at its loops.")
    NOT_WORD = gettext_noop("Filled with words the template is no Word document. Look at its loops and conditions.")


@dataclass(frozen=True)
class TemplateProblem:
    """What is wrong in a paragraph: its number in the file's part (0: no paragraph), its text, why.

    `reason` is an English sentence of the catalogue whose places `facts` fills. `part` tells the text itself from
    headers, footers and footnotes, each counted by itself.
    """

    line: int
    text: str
    reason: str
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    part: str = "document"

    def __str__(self) -> str:
        return f"{self.part} {self.line}: {self.text}: {self.reason % self.facts}"


class TemplateRefused(ValueError):
    """A template that is not filled; `problems` holds all that was found, in the file's order."""

    def __init__(self, problems: Sequence[TemplateProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
