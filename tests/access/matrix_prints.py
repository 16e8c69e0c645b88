"""The pages of what is printed."""

from __future__ import annotations

from tests.access.declaring import Address

PRINTS: tuple[Address, ...] = ()
