"""People around an organization."""

from __future__ import annotations

import pytest

from portal.accounts.models import User
from tests.factories import CooperationKindFactory, IndustryFactory, RegionFactory, StaffFactory, UserFactory


@pytest.fixture
def person(db: None) -> User:
    return UserFactory()


@pytest.fixture
def staff(db: None) -> User:
    return StaffFactory()


@pytest.fixture(autouse=True)
def _code_lists(db: None) -> None:
    RegionFactory()
    RegionFactory(code="440300", name="深圳市", level=2)
    IndustryFactory()
    CooperationKindFactory()
