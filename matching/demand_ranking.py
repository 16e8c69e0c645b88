"""The schools for one demand alone: computed as it is shown, from the demand as it is now, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass

from matching.engine.index import Snapshot
from matching.engine.lists import PairTable
from matching.engine.rows import score_column
from matching.explaining import Kinds, as_ranked, demands_in, explained_pairs, known_schools
from matching.profiles import demand_profiles
from matching.reasons import Names, Reasons, demand_reasons
from matching.selectors import Figures
from matching.standing import standing
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization, OrganizationQuerySet

SPARE = 10  # schools beyond those asked for, in the place of any that is suspended since it was ranked


@dataclass(frozen=True, slots=True)
class RankedSchool:
    """A school in the list of a demand; rank 1 is the best."""

    rank: int
    school: Organization
    figures: Figures
    reasons: Reasons


def ranked_schools(*, demand: TalentDemand, among: OrganizationQuerySet | None = None, top: int) -> list[RankedSchool]:
    """The best approved schools for a demand, or those `among` these with the places they have; none if it is not open.

    Raises NoRun. Nine queries.
    """
    now, numbers = standing(), Kinds()
    profiles = as_ranked(now.supply.vocabulary, demand_profiles(TalentDemand.objects.open().filter(pk=demand.pk)))
    if not profiles:
        return []
    column = Snapshot(now.catalogue, now.supply, numbers, {}).columns([profiles])
    table = score_column(now.supply, column, 0, now.beside)
    table = table.best_for_enterprise(top + SPARE if among is None else max(len(table), 1))
    schools = _approved(table, among)
    best = [(place, key) for place, key in enumerate(table.school.tolist(), start=1) if key in schools][:top]
    known = known_schools(now, [key for _, key in best], numbers)
    found = explained_pairs(known, {demand.enterprise_id: profiles}, [(demand.enterprise_id, key) for _, key in best])
    plain = {school: demands_in(why)[0] for (_, school), why in found.items()}
    names = Names.of(plain.values())
    return [
        RankedSchool(
            rank=place if among is not None else line,
            school=schools[school],
            figures=Figures.of(found[demand.enterprise_id, school]),
            reasons=demand_reasons(plain[school], found[demand.enterprise_id, school].coverage, names),
        )
        for line, (place, school) in enumerate(best, start=1)
    ]


def _approved(table: PairTable, among: OrganizationQuerySet | None) -> dict[int, Organization]:
    rows = Organization.objects.approved() if among is None else among.approved()
    return {row.pk: row for row in rows.filter(pk__in=table.school.tolist()).select_related("region", "school")}
