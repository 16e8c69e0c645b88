"""Facts for the packages above; sent after commit, carrying ids, so that nobody below knows who listens."""

from __future__ import annotations

from django.dispatch import Signal

# A name of the queue was decided, rejected, or its decision taken back; argument: name_id: int
name_decided = Signal()
