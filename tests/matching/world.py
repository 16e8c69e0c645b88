"""A small world of real major codes for the tests of matching."""

from __future__ import annotations

from datetime import date

from portal.accounts.models import User
from portal.demands.models import DemandStatus, TalentDemand
from portal.majors.models import Programme, SupplyLine
from portal.organizations.models import EnterpriseProfile, Membership, Organization, SchoolProfile
from portal.taxonomy.models import Major, Region, Skill
from tests.conftest import NOON

MAJORS = [
    ("510205", "大数据技术", "junior_college", "51", "5102", "510205"),
    ("510203", "软件技术", "junior_college", "51", "5102", "510203"),
    ("710205", "大数据技术应用", "secondary", "71", "7102", "510205"),
    ("460104", "机械制造及自动化", "junior_college", "46", "4601", "460104"),
]


def lay_catalogue() -> None:
    Region.objects.bulk_create(
        [
            Region(code="440000", name="广东省", level=1, edition="2023"),
            Region(code="440300", name="深圳市", level=2, edition="2023", parent_id="440000"),
            Region(code="530000", name="云南省", level=1, edition="2023"),
            Region(code="530600", name="昭通市", level=2, edition="2023", parent_id="530000"),
        ]
    )
    Major.objects.bulk_create(
        Major(
            code=code,
            name=name,
            level=level,
            category_code=category,
            category_name=category,
            class_code=klass,
            class_name=klass,
            family_code=family,
            edition="2021",
        )
        for code, name, level, category, klass, family in MAJORS
    )
    Skill.objects.bulk_create(Skill(name=name, kind="course") for name in ("Python程序设计", "数据可视化"))


def school(
    name: str, major: str, graduates: int, *, region: str = "530600", skills: tuple[str, ...] = ()
) -> Organization:
    row = Organization.objects.create(
        kind="school", legal_name=name, region_id=region, status="approved", verified_on=date(2024, 1, 1)
    )
    SchoolProfile.objects.create(organization=row, level=Major.objects.get(pk=major).level)
    programme = Programme.objects.create(school=row, major_id=major)
    programme.skills.set(Skill.objects.filter(name__in=skills))
    SupplyLine.objects.create(programme=programme, graduating_year=2024, graduating=graduates, state="confirmed")
    return row


def enterprise(name: str) -> Organization:
    row = Organization.objects.create(
        kind="enterprise", legal_name=name, region_id="440300", status="approved", verified_on=date(2024, 1, 1)
    )
    EnterpriseProfile.objects.create(organization=row)
    return row


def demand(firm: Organization, *majors: str, headcount: int = 20, skills: tuple[str, ...] = ()) -> TalentDemand:
    row = TalentDemand.objects.create(
        enterprise=firm,
        title="数据标注员",
        headcount=headcount,
        status=DemandStatus.PUBLISHED,
        published_at=NOON,
        valid_until=date(2030, 1, 1),
    )
    row.majors.set(majors)
    row.skills.set(Skill.objects.filter(name__in=skills))
    return row


def member(organization: Organization, role: str = "hr") -> User:
    user = User.objects.create_user(f"u{organization.pk}@test.test", "x")
    Membership.objects.create(user=user, organization=organization, role=role)
    return user
