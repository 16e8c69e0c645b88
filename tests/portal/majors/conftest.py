"""A school with its office."""

from __future__ import annotations

import pytest

from portal.accounts.models import User
from portal.organizations.models import Organization
from tests.factories import SchoolFactory, UserFactory, member_of


@pytest.fixture
def school(db: None) -> Organization:
    return SchoolFactory(legal_name="宝安职业技术学校")


@pytest.fixture
def office(school: Organization) -> User:
    """A person of the school's cooperation office."""
    return member_of(school)


@pytest.fixture
def stranger(db: None) -> User:
    return UserFactory()
