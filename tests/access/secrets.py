"""Marked texts: each says who may read it, so that a page that shows it to somebody else is found out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MARK = "zk"  # every marked text begins with it; a search for it finds the rows without repeating a whole text
PATTERN = re.compile(rf"{MARK}\d{{3,}}[a-z]+q")


@dataclass
class Secrets:
    """Marked texts and their readers, by name of a viewer."""

    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)  # those that no page and no answer ever shows

    def new(self, word: str, readers: Iterable[str], *, shown: bool = True) -> str:
        """A text for one field, of ASCII letters so that HTML, JSON, Word and PDF show it unchanged."""
        text = f"{MARK}{len(self.readers):03d}{word}q"
        self.readers[text] = frozenset(readers)
        if not shown:
            self.unseen.add(text)
        return text

    def found_in(self, body: str) -> set[str]:
        """The marked texts that a body shows."""
        return set(PATTERN.findall(body)) & set(self.readers)

    def leaked_to(self, viewer: str, body: str) -> set[str]:
        """Those among them that the viewer must not read."""
        return {text for text in self.found_in(body) if viewer not in self.readers[text]}
