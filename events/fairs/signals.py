"""Facts for the packages above; sent after commit, carrying ids."""

from __future__ import annotations

from django.dispatch import Signal

# An organization accepted, declined, withdrew, came or stayed away; argument: participation_id: int
participation_changed = Signal()

# The doors of a fair have been closed; argument: fair_id: int
fair_closed = Signal()
