"""Facts for the packages above; sent after commit, carrying ids, so that nobody below knows who listens."""

from __future__ import annotations

from django.dispatch import Signal

# What a school offers changed: a programme, its skills, the people of a year; argument: school_id: int
offer_changed = Signal()
