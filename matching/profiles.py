"""Demands to the engine's profiles, for the few that are explained on a page; whoever ranks reads packed arrays."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from matching.engine.packed import UNKNOWN
from matching.engine.profiles import DemandProfile
from matching.packing import MODE_BITS, kinds
from portal.demands.models import TalentDemand
from portal.taxonomy.models import Region


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
