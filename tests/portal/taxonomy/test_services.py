"""What the staff decides about names of majors."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal.audit.models import AuditEvent
from portal.taxonomy.models import Major
from portal.taxonomy.search import resolve_major, search
from portal.taxonomy.services import AliasKnown, decide_alias, withdraw_alias

pytestmark = pytest.mark.django_db


def test_decided_name_is_understood_until_it_is_withdrawn(catalogue: dict[str, Major], noon: datetime) -> None:
    major = catalogue["460103"]
    assert resolve_major("数字控制") != major
    alias = decide_alias(text="数字控制", major=major, actor=None, at=noon)
    assert resolve_major("数字控制专业") == major
    assert [option.value for option in search("majors", "szkz")] == ["460103"]
    withdraw_alias(alias=alias, actor=None, at=noon)
    assert resolve_major("数字控制") != major
    assert search("majors", "数字控制") == []
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["alias_withdrawn", "alias_decided"]


def test_name_is_decided_once(catalogue: dict[str, Major], noon: datetime) -> None:
    decide_alias(text="数字控制", major=catalogue["460103"], actor=None, at=noon)
    with pytest.raises(AliasKnown) as raised:
        decide_alias(text="数字控制", major=catalogue["460103"], actor=None, at=noon)
    assert raised.value.field == "text"
