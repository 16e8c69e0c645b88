"""Rows that wait for names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.demands.services import create_demand
from portal.taxonomy.queue.models import NameKind
from portal.taxonomy.queue.services import Typed
from tests.factories import EnterpriseFactory, MajorFactory, StaffFactory


def skill(text: str) -> Typed:
    return Typed(NameKind.SKILL, text)


def major(text: str, level: str = "") -> Typed:
    return Typed(NameKind.MAJOR, text, level)


def demand_with(*typed: Typed, at: datetime, **fields: Any) -> TalentDemand:
    """A draft of a demand that waits for names."""
    return create_demand(
        enterprise_id=EnterpriseFactory().pk,
        actor=None,
        at=at,
        title="程序员",
        headcount=3,
        valid_until=timezone.localdate() + timedelta(days=60),
        majors=[MajorFactory(code="510203", name="软件技术", level="junior_college")],
        typed=typed,
        **fields,
    )


@pytest.fixture
def staff(db: None) -> User:
    person: User = StaffFactory(name="管理员")
    return person
