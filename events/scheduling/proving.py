"""What every exact decision about musts has in common."""

from __future__ import annotations

EFFORT = 60.0
"""Limit of one decision, in the solver's deterministic unit (about a second)."""


class Undecided(Exception):
    """Whether all musts can be kept could not be decided within the limit."""
