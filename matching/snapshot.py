"""Rows to the engine's profiles: what schools supply and what a demand asks for."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from matching.engine import Catalogue, DemandProfile, Offer, SchoolProfile, Snapshot, Weights
from matching.engine import Major as CatalogueMajor
from matching.models import SupplyIndex
from portal.demands.models import TalentDemand
from portal.majors.models import Programme, SupplyLine, SupplyState
from portal.organizations.models import Organization
from portal.taxonomy.models import Major, Region, Skill

Key = TypeVar("Key", int, str)
ENGINE_VERSION = 1  # +1 when the same rows would rank differently, so that every ranking is made anew

_cached: tuple[UUID, int, Snapshot] | None = None
_loading = threading.Lock()


def supply_version() -> int:
    """The version of all that schools offer."""
    return _version_and_token()[0]


def current_snapshot() -> tuple[int, Snapshot]:
    """The version of the supply and the supply itself, kept in the process until it changes.

    The version is read before the rows: a change in between makes the next call load again, never the reverse.
    """
    global _cached  # noqa: PLW0603 — one immutable value per process
    version, token = _version_and_token()
    with _loading:
        if _cached is None or _cached[0] != token:
            _cached = (token, version, Snapshot.of(_catalogue(), _schools(), Weights()))
        return _cached[1:]


def _version_and_token() -> tuple[int, UUID]:
    known = SupplyIndex.objects.values_list("version", "token").first()
    if known is None:
        first, _created = SupplyIndex.objects.get_or_create(id=1)
        return first.version, first.token
    return known


def demand_profiles(demands: QuerySet[TalentDemand]) -> list[DemandProfile]:
    """The engine's view of some demands, by ascending id; three queries whatever their number."""
    rows = demands.select_related("enterprise__region", "workplace").prefetch_related("majors", "skills")
    return [_demand_profile(demand) for demand in rows.order_by("pk")]


def _demand_profile(demand: TalentDemand) -> DemandProfile:
    province, city = _place(demand.workplace or demand.enterprise.region)
    return DemandProfile(
        id=demand.pk,
        enterprise=demand.enterprise_id,
        majors=tuple(sorted(major.code for major in demand.majors.all())),
        skills=tuple(sorted(skill.name for skill in demand.skills.all())),
        levels=frozenset(demand.levels),
        headcount=max(1, demand.headcount - demand.filled),
        province=province,
        city=city,
    )


def _place(region: Region) -> tuple[str, str]:
    """Province and city of a division; a province alone has no city, and is near to no city more than another."""
    return region.province_code, region.city_code if region.level > 1 else ""


def _catalogue() -> Catalogue:
    fields = ("code", "name", "level", "class_code", "category_code", "family_code")
    return Catalogue.of(CatalogueMajor(*row) for row in Major.objects.values_list(*fields))


def _schools() -> Iterable[SchoolProfile]:
    """Approved schools with their active programmes and the newest confirmed supply of each."""
    offers = _offers_by_school()
    schools = Organization.objects.approved().schools().select_related("region").only("pk", "region")
    for school in schools:
        province, city = _place(school.region)
        yield SchoolProfile(school.pk, province, city, tuple(offers.get(school.pk, ())))


def _offers_by_school() -> dict[int, list[Offer]]:
    available = _available_people()
    taught = _skills_by_programme()
    usual = _skills_by_major()
    programmes = Programme.objects.active().filter(school__status="approved").order_by("pk")
    offers: dict[int, list[Offer]] = defaultdict(list)
    fields = ("pk", "school_id", "major_id", "major__level")
    for pk, school, major, level in programmes.values_list(*fields):
        skills = taught.get(pk) or usual.get(major) or frozenset()
        offers[school].append(Offer(major, level, available.get(pk, 0), skills))
    return offers


def _available_people() -> dict[int, int]:
    """Programme → people not yet promised in its newest year that the school has confirmed."""
    confirmed = SupplyLine.objects.filter(state__in=(SupplyState.CONFIRMED, SupplyState.LOCKED))
    newest = confirmed.order_by("programme_id", "-graduating_year").distinct("programme_id")
    return {line.programme_id: line.available for line in newest}


def _skills_by_programme() -> dict[int, frozenset[str]]:
    return _grouped(Programme.skills.through.objects.values_list("programme_id", "skill__name"))


def _skills_by_major() -> dict[str, frozenset[str]]:
    """What the ministry's profile of a major teaches; used where a school has not said what it teaches itself."""
    return _grouped(Skill.majors.through.objects.values_list("major_id", "skill__name"))


def _grouped(pairs: Iterable[tuple[Key, str]]) -> dict[Key, frozenset[str]]:
    groups: dict[Key, set[str]] = defaultdict(set)
    for key, name in pairs:
        groups[key].add(name)
    return {key: frozenset(names) for key, names in groups.items()}
