"""How one agreement speaks: its language, and what its parties are called together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from events.printing.clauses import Clause
from events.printing.formatting import Language, format_date
from events.printing.wording import ROLES

Paragraph = dict[str, str]  # "lead", printed bold, before "text"; either may be empty


@dataclass(frozen=True)
class Voice:
    """The voice of an agreement in `language` between `parties` parties."""

    language: Language
    parties: int

    def either(self, zh: str, en: str) -> str:
        """Return the text of the document's language."""
        return zh if self.language == "zh" else en

    def say(self, clause: Clause, **fields: str) -> str:
        """Fill in a general clause. Values go in as they are, braces and all."""
        everyone = {2: "双方", 3: "三方"}.get(self.parties, "各方")
        others = "对方" if self.parties == 2 else "其他方"
        if self.language == "en":
            everyone = "the Parties"
            others = "the other Party" if self.parties == 2 else "the other Parties"
        return clause.text(self.language).format(**{"all": everyone, "others": others, **fields})

    def role(self, name: str) -> str:
        """Return a role in the document's language; any other name as it is."""
        return ROLES.get(name, name) if self.language == "en" else name

    def day_or_room(self, day: date | None) -> str:
        """Return a date, or room to write one; an English form leaves the line blank."""
        if day is not None:
            return format_date(day, self.language)
        return self.either("　　　　年　　月　　日", "")


def paragraphs(*texts: str) -> list[Paragraph]:
    """Return the texts that are not blank as paragraphs without a lead."""
    return [{"lead": "", "text": text.strip()} for text in texts if text.strip()]
