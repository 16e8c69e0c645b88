"""Facts for the packages above; sent after commit, carrying ids."""

from __future__ import annotations

from django.dispatch import Signal

# A version of a fair's timetable is the one that counts now; argument: timetable_id: int
timetable_published = Signal()

# What came of a pair was recorded or corrected; argument: outcome_id: int
outcome_recorded = Signal()
