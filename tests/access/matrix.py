"""Every address of the portal with its answer for every role; an address that is not here fails a test."""

from __future__ import annotations

from tests.access.declaring import Address
from tests.access.matrix_api import API
from tests.access.matrix_events import EVENTS
from tests.access.matrix_portal import PORTAL

MATRIX: tuple[Address, ...] = (*PORTAL, *EVENTS, *API)
# Django's administration is one rule (test_admin): the staff alone, everybody else goes to the sign-in.
PREFIXES = ("admin:",)
