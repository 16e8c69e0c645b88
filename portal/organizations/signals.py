"""Facts for the packages above; sent after commit, carrying ids, so that nobody below knows who listens."""

from __future__ import annotations

from django.dispatch import Signal

# An organization was registered, changed, or moved to another state; argument: organization_id: int
organization_changed = Signal()
