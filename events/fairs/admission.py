"""Who may not come: packages above register what bars an organization from an organizer's fairs."""

from __future__ import annotations

from collections.abc import Callable

from events.fairs.models import Fair
from portal.organizations.models import Organization

Check = Callable[[Organization, Fair], None]
_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Declare a check: it raises a DomainError, which says why and until when, for whoever may not come."""
    if check not in _checks:
        _checks.append(check)


def check(organization: Organization, fair: Fair) -> None:
    """Raise the DomainError of the first check that bars the organization from the fair."""
    for registered in _checks:
        registered(organization, fair)
