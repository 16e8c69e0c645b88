"""Bring the scene's schools, firms, supply and demands in through the services, as their people would."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events.seeding import tables
from portal.accounts.models import User
from portal.demands.services import DemandFields, create_demand
from portal.majors.services import SupplyNumbers, add_programme, confirm_supply, save_supply
from portal.organizations.models import Organization, OrganizationKind
from portal.organizations.services import approve_organization, register_organization, submit_organization
from portal.taxonomy.models import CooperationKind, Industry, Major, Region, Skill

CLASS_OF = 2024
Say = Callable[[str], None]


@transaction.atomic
def seed_registry(*, admin: User, at: datetime, say: Say) -> None:
    """All or nothing; registered, reviewed and published at `at`, a few weeks before the fair."""
    _seed_organizer(admin, at)
    schools = _seed_schools(admin, at)
    say(f"{len(schools)} schools")
    enterprises = _seed_enterprises(admin, at)
    say(f"{len(enterprises)} enterprises")
    say(f"{_seed_demands(enterprises, admin)} demands")


def _seed_organizer(admin: User, at: datetime) -> None:
    _approved(
        register_organization(
            kind=OrganizationKind.TRAINING_CENTRE,
            legal_name="深圳市宝安区职业训练中心",
            short_name="宝安职训中心",
            region=Region.objects.get(pk="440306"),
            actor=admin,
            at=at,
        ),
        admin,
        at,
    )


def _seed_schools(admin: User, at: datetime) -> dict[str, Organization]:
    majors: dict[str, list[tables.SchoolMajorRow]] = defaultdict(list)
    for offered in tables.read_school_majors():
        majors[offered.school_code].append(offered)
    regions = Region.objects.in_bulk()
    catalogue = Major.objects.in_bulk()
    kinds = list(CooperationKind.objects.order_by("position"))
    schools = {}
    for number, row in enumerate(tables.read_schools()):
        school = register_organization(
            kind=OrganizationKind.SCHOOL,
            legal_name=row.name,
            short_name=row.short_name,
            region=regions[row.city_code],
            level=row.level,
            moe_code="" if row.sample or not row.school_code.isdigit() else row.school_code,
            students=4 * sum(major.graduates for major in majors[row.school_code]),
            cooperation_kinds=[kinds[(number + offset) % len(kinds)] for offset in (0, 1, 2, 5)],
            is_sample=row.sample,
            actor=admin,
            at=at,
        )
        schools[row.school_code] = _approved(school, admin, at)
        _seed_supply(school, [(catalogue[m.major_code], m.graduates) for m in majors[row.school_code]], admin, at)
    return schools


def _seed_supply(school: Organization, offered: list[tuple[Major, int]], admin: User, at: datetime) -> None:
    numbers = {}
    for major, graduates in offered:
        programme = add_programme(school_id=school.pk, major=major, actor=admin, at=at)
        numbers[programme.pk] = SupplyNumbers(enrolled=graduates, graduating=graduates, committed=graduates // 5)
    save_supply(school_id=school.pk, graduating_year=CLASS_OF, numbers=numbers, actor=admin, at=at)
    confirm_supply(school_id=school.pk, graduating_year=CLASS_OF, actor=admin, at=at)


def _seed_enterprises(admin: User, at: datetime) -> dict[str, Organization]:
    regions = Region.objects.in_bulk()
    industries = Industry.objects.in_bulk()
    enterprises = {}
    for row in tables.read_enterprises():
        enterprise = register_organization(
            kind=OrganizationKind.ENTERPRISE,
            legal_name=row.name,
            short_name=row.short_name,
            uscc=row.uscc or None,
            region=regions[row.region_code],
            industry=industries[row.industry_code],
            stock_code="" if row.sample else row.enterprise_code,
            is_sample=row.sample,
            actor=admin,
            at=at,
        )
        enterprises[row.enterprise_code] = _approved(enterprise, admin, at)
    return enterprises


def _seed_demands(enterprises: dict[str, Organization], admin: User) -> int:
    regions, majors = Region.objects.in_bulk(), Major.objects.in_bulk()
    kinds = CooperationKind.objects.in_bulk()
    skills = Skill.objects.in_bulk(field_name="name")
    count = 0
    for row in tables.read_demands():
        fields = DemandFields(
            title=row.title,
            headcount=row.headcount,
            levels=list(row.levels),
            majors=[majors[code] for code in row.major_codes],
            skills=[skills[name] for name in row.skills],
            cooperation_kinds=[kinds[code] for code in row.cooperation_kinds],
            salary_min=row.salary_min,
            salary_max=row.salary_max,
            workplace=regions[row.workplace_code],
            graduating_year=CLASS_OF,
            valid_until=_a_year_from_today(),
        )
        enterprise = enterprises[row.enterprise_code]
        now = timezone.now()  # the scene lies in the past, its demands stay open: they are found, and matched
        create_demand(enterprise_id=enterprise.pk, actor=admin, at=now, is_sample=row.sample, publish=True, **fields)
        count += 1
    return count


def _a_year_from_today() -> date:
    """The longest that a demand may stand."""
    return timezone.localdate() + timedelta(days=365)


def _approved(organization: Organization, admin: User, at: datetime) -> Organization:
    submit_organization(organization_id=organization.pk, actor=admin, at=at)
    return approve_organization(organization_id=organization.pk, actor=admin, at=at)
