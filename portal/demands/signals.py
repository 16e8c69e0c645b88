"""Facts for the packages above; sent after commit, carrying ids, so that nobody below knows who listens."""

from __future__ import annotations

from django.dispatch import Signal

# A demand was made, changed, or moved to another state; argument: demand_id: int
demand_changed = Signal()
