"""The pages of house rules, breaches, appeals and call-backs."""

from __future__ import annotations

from tests.access.declaring import Address

DISCIPLINE: tuple[Address, ...] = ()
