"""The pages of editing, publishing and following a timetable."""

from __future__ import annotations

from tests.access.declaring import Address

TIMETABLE: tuple[Address, ...] = ()
