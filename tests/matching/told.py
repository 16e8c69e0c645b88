"""Schools as their rows tell, by the ORM and nothing else: what packing and unpacking must come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from matching.engine.profiles import Offer, SchoolProfile
from portal.majors.models import Programme, SupplyLine, SupplyState
from portal.organizations.models import Organization
from portal.taxonomy.models import Region, Skill


def place_of(region: Region) -> tuple[str, str]:
    return region.province_code, region.city_code if region.level > 1 else ""


def school_profiles(ids: Collection[int]) -> dict[int, SchoolProfile]:
    """The approved ones of these schools with their active programmes and the newest confirmed supply; six queries."""
    offers = _offers_by_school(ids)
    schools = Organization.objects.approved().schools().filter(pk__in=ids).select_related("region", "school")
    found = {}
    for school in schools.prefetch_related("school__cooperation_kinds"):
        modes = frozenset(kind.code for kind in school.school.cooperation_kinds.all())
        found[school.pk] = SchoolProfile(school.pk, *place_of(school.region), tuple(offers.get(school.pk, ())), modes)
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


def _grouped(pairs: Iterable[tuple[object, int]]) -> dict[object, frozenset[int]]:
    groups: dict[object, set[int]] = defaultdict(set)
    for key, skill in pairs:
        groups[key].add(skill)
    return {key: frozenset(skills) for key, skills in groups.items()}
