"""Every address of the portal with its answer for every role; an address that is not here fails a test."""

from __future__ import annotations

from tests.access.declaring import Address
from tests.access.matrix_agreement_following import AGREEMENT_FOLLOWING
from tests.access.matrix_agreement_lists import AGREEMENT_LISTS
from tests.access.matrix_agreements import AGREEMENTS
from tests.access.matrix_api import API
from tests.access.matrix_door import DOOR
from tests.access.matrix_events import EVENTS
from tests.access.matrix_grounds import GROUNDS
from tests.access.matrix_inviting import INVITING
from tests.access.matrix_portal import PORTAL
from tests.access.matrix_prints import PRINTS
from tests.access.matrix_review import REVIEW
from tests.access.matrix_timetable import TIMETABLE

MATRIX: tuple[Address, ...] = (
    *PORTAL,
    *EVENTS,
    *GROUNDS,
    *INVITING,
    *TIMETABLE,
    *DOOR,
    *REVIEW,
    *PRINTS,
    *AGREEMENTS,
    *AGREEMENT_LISTS,
    *AGREEMENT_FOLLOWING,
    *API,
)
# Django's administration is one rule (test_admin): the staff alone, everybody else goes to the sign-in.
PREFIXES = ("admin:",)
