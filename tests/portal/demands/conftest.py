"""An enterprise with its HR, and a school's person who looks on."""

from __future__ import annotations

import pytest

from portal.accounts.models import User
from portal.organizations.models import Organization
from tests.factories import CooperationKindFactory, EnterpriseFactory, RegionFactory, SchoolFactory, member_of


@pytest.fixture
def enterprise(db: None) -> Organization:
    CooperationKindFactory()
    RegionFactory()
    return EnterpriseFactory(legal_name="深圳市长盈精密技术股份有限公司", short_name="长盈精密")


@pytest.fixture
def hr(enterprise: Organization) -> User:
    """A person of the enterprise's HR."""
    return member_of(enterprise)


@pytest.fixture
def onlooker(db: None) -> User:
    """A person of a school's office."""
    return member_of(SchoolFactory())
