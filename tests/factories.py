"""Rows for tests, one factory a model: valid by default, so that a test says only what it is about."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.accounts.models import User
from portal.demands.models import DemandStatus, TalentDemand
from portal.majors.models import Programme, SupplyLine, SupplyState
from portal.organizations.models import (
    Contact,
    EnterpriseProfile,
    MemberRole,
    Membership,
    Organization,
    OrganizationKind,
    OrganizationStatus,
    SchoolProfile,
)
from portal.taxonomy.models import CooperationKind, Industry, Major, MajorAlias, Region, Skill
from portal.taxonomy.names import search_columns
from portal.taxonomy.naming import bare_form, normal_form
from portal.taxonomy.queue.models import UnresolvedName

# --- people -----------------------------------------------------------------------------------------------------------


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation
    def password(self: User, create: bool, extracted: str | None, **_: Any) -> None:
        if extracted:
            self.set_password(extracted)
            self.save(update_fields=["password"])


class StaffFactory(UserFactory):
    is_staff = True


# --- code lists -------------------------------------------------------------------------------------------------------


class SearchableFactory(DjangoModelFactory):
    """Fills the search columns from the name, as loading does."""

    class Meta:
        abstract = True

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        names = [str(kwargs[field]) for field in ("legal_name", "title", "name", "full_name") if kwargs.get(field)]
        return search_columns(names) | kwargs


class RegionFactory(SearchableFactory):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "440306"
    name = "宝安区"
    full_name = factory.LazyAttribute(lambda region: f"广东省深圳市{region.name}")
    level = 3
    edition = "2023"


class IndustryFactory(SearchableFactory):
    class Meta:
        model = Industry
        django_get_or_create = ("code",)

    code = "3922"
    name = "通信终端设备制造"
    level = 4
    edition = "GB/T 4754-2017"


class MajorFactory(SearchableFactory):
    class Meta:
        model = Major
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"7102{n % 100:02d}")
    name = factory.Sequence(lambda n: f"专业{n}")
    level = "secondary"
    category_code = factory.LazyAttribute(lambda major: major.code[:2])
    category_name = "电子与信息大类"
    class_code = factory.LazyAttribute(lambda major: major.code[:4])
    class_name = "计算机类"
    edition = "MOE 2021"


class MajorAliasFactory(DjangoModelFactory):
    """An old name; searches find it only where the major's search columns were made with it."""

    class Meta:
        model = MajorAlias

    text = factory.Sequence(lambda n: f"旧专业{n}")
    normalised = factory.LazyAttribute(lambda alias: bare_form(alias.text))
    major = factory.SubFactory(MajorFactory)
    level = factory.LazyAttribute(lambda alias: alias.major.level)
    edition = "test"


class SkillFactory(SearchableFactory):
    class Meta:
        model = Skill
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"技能{n}")
    kind = "course"


class UnresolvedNameFactory(DjangoModelFactory):
    """A skill that waits for the staff's decision."""

    class Meta:
        model = UnresolvedName

    kind = "skill"
    text = factory.Sequence(lambda n: f"未知技能{n}")
    normalised = factory.LazyAttribute(lambda name: normal_form(name.text))
    times = 1
    first_seen_at = factory.LazyFunction(timezone.now)
    last_seen_at = factory.LazyAttribute(lambda name: name.first_seen_at)


class CooperationKindFactory(DjangoModelFactory):
    class Meta:
        model = CooperationKind
        django_get_or_create = ("code",)

    code = "order_class"
    name = "订单培养项目"
    name_en = "Order-based training"
    position = 3


# --- organizations ----------------------------------------------------------------------------------------------------


class OrganizationFactory(SearchableFactory):
    """An approved enterprise; `kind="school"` or SchoolFactory for a school. Each has its profile."""

    class Meta:
        model = Organization
        skip_postgeneration_save = True

    kind = OrganizationKind.ENTERPRISE
    status = OrganizationStatus.APPROVED
    legal_name = factory.Sequence(lambda n: f"深圳市第{n}精密制造有限公司")
    region = factory.SubFactory(RegionFactory)
    verified_on = factory.LazyAttribute(
        lambda organization: date(2024, 3, 1) if organization.status in ("approved", "suspended") else None
    )

    @factory.post_generation
    def profile(self: Organization, create: bool, extracted: dict[str, Any] | None, **given: Any) -> None:
        values = (extracted or {}) | given
        if self.kind == OrganizationKind.SCHOOL:
            SchoolProfile.objects.create(organization=self, **({"level": "secondary"} | values))
        elif self.kind == OrganizationKind.ENTERPRISE:
            EnterpriseProfile.objects.create(organization=self, **values)


class EnterpriseFactory(OrganizationFactory):
    pass


class SchoolFactory(OrganizationFactory):
    kind = OrganizationKind.SCHOOL
    legal_name = factory.Sequence(lambda n: f"第{n}职业技术学校")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(EnterpriseFactory)
    role = factory.LazyAttribute(
        lambda membership: (
            MemberRole.SCHOOL_OFFICE if membership.organization.kind == OrganizationKind.SCHOOL else MemberRole.HR
        )
    )


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    organization = factory.SubFactory(EnterpriseFactory)
    name = factory.Sequence(lambda n: f"联系人{n}")
    phone = factory.Sequence(lambda n: f"138{n:08d}")


def member_of(organization: Organization, **fields: Any) -> User:
    """A person who acts for an organization."""
    return MembershipFactory(organization=organization, **fields).user


# --- supply -----------------------------------------------------------------------------------------------------------


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme
        skip_postgeneration_save = True

    school = factory.SubFactory(SchoolFactory)
    major = factory.SubFactory(MajorFactory)

    @factory.post_generation
    def skills(self: Programme, create: bool, extracted: list[Skill] | None, **_: Any) -> None:
        if extracted:
            self.skills.set(extracted)


class SupplyLineFactory(DjangoModelFactory):
    class Meta:
        model = SupplyLine

    programme = factory.SubFactory(ProgrammeFactory)
    graduating_year = 2024
    enrolled = 160
    graduating = 50
    committed = 0
    state = SupplyState.CONFIRMED


# --- demand -----------------------------------------------------------------------------------------------------------


def _published_at(demand: Any) -> datetime | None:
    return None if demand.status == DemandStatus.DRAFT else timezone.now()


class DemandFactory(SearchableFactory):
    """A draft with one major; `status="published"` for an open one."""

    class Meta:
        model = TalentDemand
        skip_postgeneration_save = True

    enterprise = factory.SubFactory(EnterpriseFactory)
    title = factory.Sequence(lambda n: f"数控机床操作工{n}")
    headcount = 20
    status = DemandStatus.DRAFT
    published_at = factory.LazyAttribute(_published_at)
    valid_until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))

    @factory.post_generation
    def majors(self: TalentDemand, create: bool, extracted: list[Major] | None, **_: Any) -> None:
        self.majors.set([MajorFactory()] if extracted is None else extracted)

    @factory.post_generation
    def skills(self: TalentDemand, create: bool, extracted: list[Skill] | None, **_: Any) -> None:
        self.skills.set(extracted or [])
