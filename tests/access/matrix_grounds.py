"""The pages of templates, rooms, tables, programme and dates."""

from __future__ import annotations

from tests.access.declaring import Address

GROUNDS: tuple[Address, ...] = ()
