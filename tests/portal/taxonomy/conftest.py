"""A small catalogue for searches."""

from __future__ import annotations

import pytest

from portal.taxonomy.models import Major, MajorAlias
from portal.taxonomy.names import search_columns
from tests.factories import MajorAliasFactory, MajorFactory


def with_alias(major: Major, text: str) -> MajorAlias:
    """An old name of a major that searches know too."""
    alias: MajorAlias = MajorAliasFactory(major=major, text=text)
    names = [major.name, *major.aliases.order_by("pk").values_list("text", flat=True)]
    Major.objects.filter(pk=major.pk).update(**search_columns(names))
    return alias


@pytest.fixture
def catalogue(db: None) -> dict[str, Major]:
    """Five majors; one name at two levels, one old name of two levels, one that was split, one retired."""
    rows = {
        "710205": ("大数据技术应用", "secondary"),
        "510205": ("大数据技术", "junior_college"),
        "460103": ("数控技术", "junior_college"),
        "260103": ("数控技术", "vocational_bachelor"),
        "510301": ("现代通信技术", "junior_college"),
        "510302": ("现代移动通信技术", "junior_college"),
    }
    majors = {code: MajorFactory(code=code, name=name, level=level) for code, (name, level) in rows.items()}
    MajorFactory(code="590001", name="大数据考古", level="junior_college", retired_on="2021-01-01")
    with_alias(majors["710205"], "大数据技术与应用")
    with_alias(majors["510205"], "大数据技术与应用")
    with_alias(majors["510301"], "通信技术")
    with_alias(majors["510302"], "通信技术")
    with_alias(majors["460103"], "数控机床")
    return majors
