"""The pages of inviting, answering by a link, delegations and the waiting list."""

from __future__ import annotations

from tests.access.declaring import Address

INVITING: tuple[Address, ...] = ()
