"""Where a name was typed, told by the slices that took it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A row that waits for a name: whose it is, what it is called, and where it is looked at."""

    organization: str
    title: str
    url: str
