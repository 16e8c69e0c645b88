"""A world for the rebuild: some dozens of schools and enterprises whose lists are longer than what is kept of them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date

from django.db import connection

from matching.models import EnterpriseRanking, Match, SchoolRanking
from portal.demands.models import DemandStatus, TalentDemand
from portal.majors.models import Programme, SupplyLine
from portal.organizations.models import EnterpriseProfile, Organization, SchoolProfile
from portal.taxonomy.models import CooperationKind, Skill
from tests.conftest import NOON
from tests.matching import world

CODES = [code for code, *_ in world.MAJORS]
REGIONS = ("440300", "530600", "440000")
KINDS = ("internship", "order_class")
SIZES = "MATCHING_SHARD_SIZE"  # the variable that a worker reads


def lay(schools: int = 25, enterprises: int = 45, seed: int = 1) -> list[Organization]:
    """Schools with one to three programmes, enterprises with one to three demands; returns the enterprises."""
    chance = random.Random(seed)
    if not CooperationKind.objects.exists():
        world.lay_catalogue()
        CooperationKind.objects.bulk_create(
            CooperationKind(code=code, name=code, name_en=code, position=place) for place, code in enumerate(KINDS)
        )
    skills = list(Skill.objects.order_by("pk"))
    for school in _organizations("school", schools, chance):
        profile = SchoolProfile.objects.create(organization=school, level="junior_college")
        profile.cooperation_kinds.set(chance.sample(KINDS, chance.randint(0, 2)))
        for code in chance.sample(CODES, chance.randint(1, 3)):
            programme = Programme.objects.create(school=school, major_id=code)
            programme.skills.set(chance.sample(skills, chance.randint(0, 2)))
            SupplyLine.objects.create(
                programme=programme, graduating_year=2024, graduating=chance.randint(20, 200), state="confirmed"
            )
    firms = _organizations("enterprise", enterprises, chance)
    for firm in firms:
        EnterpriseProfile.objects.create(organization=firm)
        for _ in range(chance.randint(1, 3)):
            demand(firm, chance)
    return firms


def demand(firm: Organization, chance: random.Random) -> TalentDemand:
    """An open demand of the enterprise."""
    row = TalentDemand.objects.create(
        enterprise=firm,
        title="岗位",
        headcount=chance.randint(1, 60),
        levels=chance.choice(([], ["junior_college"], ["secondary", "junior_college"])),
        workplace_id=chance.choice((None, *REGIONS)),
        status=DemandStatus.PUBLISHED,
        published_at=NOON,
        valid_until=date(2030, 1, 1),
    )
    row.majors.set(chance.sample(CODES, chance.randint(1, 2)))
    row.skills.set(chance.sample(list(Skill.objects.order_by("pk")), chance.randint(0, 2)))
    row.cooperation_kinds.set(chance.sample(KINDS, chance.choice((0, 0, 1))))
    return row


def _organizations(kind: str, count: int, chance: random.Random) -> list[Organization]:
    rows = (
        Organization(
            kind=kind,
            legal_name=f"{kind} {number}",
            region_id=chance.choice(REGIONS),
            status="approved",
            verified_on=date(2024, 1, 1),
        )
        for number in range(count)
    )
    return Organization.objects.bulk_create(rows)


def lists(models: Iterable[type[Match | EnterpriseRanking | SchoolRanking]] = (Match,)) -> bytes:
    """The stored rows as PostgreSQL writes them, to the last bit, whatever their order in the tables."""
    content = b""
    for model in models:
        columns = ", ".join(
            f'"{field.column}"' for field in model._meta.concrete_fields if field.column != "computed_at"
        )
        query = f"COPY (SELECT {columns} FROM {model._meta.db_table} ORDER BY 1, 2, 3) TO STDOUT (FORMAT binary)"
        with connection.cursor() as cursor, cursor.copy(query) as copy:
            content += b"".join(bytes(part) for part in copy)
    return content


ALL = (Match, EnterpriseRanking, SchoolRanking)
