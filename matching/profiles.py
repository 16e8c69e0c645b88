"""Rows to the engine's profiles, for the few that are explained on a page; whoever ranks reads packed arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TypeVar

from django.db.models import QuerySet

from matching.engine.packed import UNKNOWN
from matching.engine.profiles import DemandProfile, Offer, SchoolProfile
from matching.packing import MODE_BITS, kinds
from portal.demands.models import TalentDemand
from portal.majors.models import Programme, SupplyLine, SupplyState
from portal.organizations.models import Organization
from portal.taxonomy.models import Region, Skill

Key = TypeVar("Key", int, str)


class CodeNumbers:
    """Places by the numbers of their codes, kinds of cooperation by their positions: as matching.packing has them."""

    def __init__(self) -> None:
        self._kinds = {code: min(position, MODE_BITS - 1) for position, code in enumerate(kinds())}

    def place(self, *parts: str) -> int:
        """The code of the last part as a number; −1 for none."""
        return int(parts[-1]) if parts[-1] else UNKNOWN

    def modes(self, modes: Iterable[str]) -> int:
        """The bit set of some kinds."""
        bits = 0
        for mode in modes:
            bits |= 1 << self._kinds[mode]
        return bits


def demand_profiles(demands: QuerySet[TalentDemand]) -> list[DemandProfile]:
    """The engine's view of some demands, by ascending id; four queries whatever their number."""
    rows = demands.select_related("enterprise__region", "workplace")
    rows = rows.prefetch_related("majors", "skills", "cooperation_kinds")
    return [_demand_profile(demand) for demand in rows.order_by("pk")]


def _demand_profile(demand: TalentDemand) -> DemandProfile:
    province, city = _place(demand.workplace or demand.enterprise.region)
    return DemandProfile(
        id=demand.pk,
        enterprise=demand.enterprise_id,
        majors=tuple(sorted(major.code for major in demand.majors.all())),
        skills=tuple(sorted(skill.pk for skill in demand.skills.all())),
        levels=frozenset(demand.levels),
        headcount=max(1, demand.headcount - demand.filled),
        province=province,
        city=city,
        modes=frozenset(kind.code for kind in demand.cooperation_kinds.all()),
    )


def _place(region: Region) -> tuple[str, str]:
    """Province and city of a division; a province alone has no city, and is near to no city more than another."""
    return region.province_code, region.city_code if region.level > 1 else ""


def school_profiles(ids: Collection[int]) -> dict[int, SchoolProfile]:
    """The approved ones of these schools with their active programmes and the newest confirmed supply; six queries."""
    offers = _offers_by_school(ids)
    schools = Organization.objects.approved().schools().filter(pk__in=ids).select_related("region", "school")
    found = {}
    for school in schools.prefetch_related("school__cooperation_kinds"):
        modes = frozenset(kind.code for kind in school.school.cooperation_kinds.all())
        found[school.pk] = SchoolProfile(school.pk, *_place(school.region), tuple(offers.get(school.pk, ())), modes)
    return found


def _offers_by_school(ids: Collection[int]) -> dict[int, list[Offer]]:
    programmes = Programme.objects.active().filter(school__in=ids).order_by("pk")
    rows = list(programmes.values_list("pk", "school_id", "major_id", "major__level"))
    available = _available_people(ids)
    taught = _grouped(
        Programme.skills.through.objects.filter(programme__school__in=ids).values_list("programme_id", "skill_id")
    )
    majors = {major for _, _, major, _ in rows}
    usual = _grouped(Skill.majors.through.objects.filter(major__in=majors).values_list("major_id", "skill_id"))
    offers: dict[int, list[Offer]] = defaultdict(list)
    for pk, school, major, level in rows:
        skills = taught.get(pk) or usual.get(major) or frozenset()
        offers[school].append(Offer(major, level, available.get(pk, 0), skills))
    return offers


def _available_people(ids: Collection[int]) -> dict[int, int]:
    """Programme → people not yet promised in its newest year that the school has confirmed."""
    confirmed = SupplyLine.objects.filter(state__in=(SupplyState.CONFIRMED, SupplyState.LOCKED))
    newest = confirmed.filter(programme__school__in=ids).order_by("programme_id", "-graduating_year")
    return {line.programme_id: line.available for line in newest.distinct("programme_id")}


def _grouped(pairs: Iterable[tuple[Key, int]]) -> dict[Key, frozenset[int]]:
    groups: dict[Key, set[int]] = defaultdict(set)
    for key, skill in pairs:
        groups[key].add(skill)
    return {key: frozenset(skills) for key, skills in groups.items()}
