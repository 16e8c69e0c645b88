"""The pages of the day: desk, arrivals, no-shows, timer."""

from __future__ import annotations

from tests.access.declaring import Address

DOOR: tuple[Address, ...] = ()
