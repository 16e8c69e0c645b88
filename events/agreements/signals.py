"""Facts for the packages above; sent after commit, carrying ids, so that nobody below knows who listens."""

from __future__ import annotations

from django.dispatch import Signal

# An agreement was drafted, changed, signed or withdrawn; argument: agreement_id: int
agreement_changed = Signal()

# An agreement was signed; argument: agreement_id: int
agreement_signed = Signal()
