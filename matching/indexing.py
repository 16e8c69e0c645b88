"""Keep the stored rankings true to the demands and the supply; twice, late or side by side, the rows end the same."""

from __future__ import annotations

from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from matching.engine import DemandProfile, Scored, Snapshot, explain_schools, rank_for_enterprise, rank_schools
from matching.engine import PairScore as EnginePair
from matching.models import Match, PairScore, Ranking, SupplyIndex
from matching.snapshot import ENGINE_VERSION, current_snapshot, demand_profiles, supply_version
from portal.demands.models import TalentDemand
from portal.majors.models import Programme, SupplyLine
from portal.organizations.models import Organization
from portal.taxonomy.models import LoadedCodeLists

SCHOOLS_PER_DEMAND = 20
SCHOOLS_PER_ENTERPRISE = 400  # wide enough that a school still finds the firms that suit it, but do not court it
PAIR_LOCK = 719_204  # first key of the advisory lock, the enterprise is the second


def note_supply_change() -> None:
    """Make a new version of the supply."""
    now = timezone.now()
    if not SupplyIndex.objects.filter(id=1).update(version=F("version") + 1, token=uuid4(), noted_until=now):
        SupplyIndex.objects.get_or_create(id=1, defaults={"noted_until": now})


def note_missed_supply_changes() -> bool:
    """Make a new version if rows that schools offer changed after the last one was made: a message was lost."""
    noted = SupplyIndex.objects.values_list("noted_until", flat=True).first()
    newest = (
        Programme.objects.aggregate(at=Max("updated_at"))["at"],
        SupplyLine.objects.aggregate(at=Max("updated_at"))["at"],
        Organization.objects.schools().aggregate(at=Max("updated_at"))["at"],
        LoadedCodeLists.objects.aggregate(at=Max("loaded_at"))["at"],
    )
    missed = any(at is not None and (noted is None or at > noted) for at in newest)
    if missed:
        note_supply_change()
    return missed


def stale_demands() -> QuerySet[TalentDemand]:
    """Open demands whose ranking is missing or was made from older rows."""
    fresh = Q(
        ranking__demand_version=F("version"),
        ranking__enterprise_version=F("enterprise__version"),
        ranking__supply_version=supply_version(),
        ranking__engine_version=ENGINE_VERSION,
    )
    return TalentDemand.objects.open().exclude(fresh)


def closed_rankings() -> QuerySet[Ranking]:
    """Rankings of demands that are not open any more: nobody sees them, but their enterprise's pairs count them."""
    return Ranking.objects.exclude(demand__in=TalentDemand.objects.open())


def stale_enterprises() -> list[int]:
    """Ids of the enterprises that have anything to rank anew, ascending."""
    asking = set(stale_demands().values_list("enterprise_id", flat=True))
    return sorted(asking | set(closed_rankings().values_list("demand__enterprise_id", flat=True)))


def refresh_demand(demand_id: int) -> bool:
    """Rank one demand and the pairs of its enterprise; True if the stored rows changed.

    List and pairs are one transaction: a fresh list says that the pairs know the demand too.
    """
    demand = TalentDemand.objects.select_related("enterprise").filter(pk=demand_id).first()
    if demand is None or _is_fresh(demand):
        return False
    with transaction.atomic():
        changed = _refresh_ranking(demand, demand_profiles(TalentDemand.objects.open().filter(pk=demand.pk)))
        refresh_pairs(demand.enterprise_id)
    return changed


def _is_fresh(demand: TalentDemand) -> bool:
    return demand.is_open and not stale_demands().filter(pk=demand.pk).exists()


@transaction.atomic
def refresh_enterprise(enterprise_id: int) -> None:
    """Rank all open demands of an enterprise, and its pairs; all or nothing, so that fresh lists have fresh pairs."""
    closed_rankings().filter(demand__enterprise=enterprise_id).delete()
    # Versions before contents: a change in between is ranked again, never taken for known.
    demands = list(_open_of(enterprise_id).select_related("enterprise").order_by("pk"))
    profiles = {profile.id: profile for profile in demand_profiles(_open_of(enterprise_id))}
    for demand in demands:
        _refresh_ranking(demand, [profiles[demand.pk]] if demand.pk in profiles else [])
    refresh_pairs(enterprise_id)


def _open_of(enterprise_id: int) -> QuerySet[TalentDemand]:
    return TalentDemand.objects.open().filter(enterprise=enterprise_id)


def _refresh_ranking(demand: TalentDemand, profiles: list[DemandProfile]) -> bool:
    """Store the list of a demand; without a profile it is not open any more, and nothing of it is kept."""
    if not profiles:
        return bool(Ranking.objects.filter(demand=demand.pk, demand_version__lte=demand.version).delete()[0])
    version, snapshot = current_snapshot()
    scored = rank_schools(snapshot, profiles[0], SCHOOLS_PER_DEMAND)
    return _store_ranking(demand, version, scored, snapshot, profiles[0])


@transaction.atomic
def _store_ranking(
    demand: TalentDemand, version: int, scored: list[Scored], snapshot: Snapshot, profile: DemandProfile
) -> bool:
    """Replace the list, unless rows made from newer ones are there already."""
    now = timezone.now()
    made_from = {
        "demand_version": demand.version,
        "enterprise_version": demand.enterprise.version,
        "supply_version": version,
        "engine_version": ENGINE_VERSION,
    }
    Ranking.objects.get_or_create(demand=demand, defaults=dict.fromkeys(made_from, 0) | {"computed_at": now})
    older, newer = Q(), Q()
    for name, value in made_from.items():
        older |= Q(**{f"{name}__lt": value})
        newer |= Q(**{f"{name}__gt": value})
    won = Ranking.objects.filter(older, demand=demand).exclude(newer).update(**made_from, computed_at=now)
    if not won:
        return False
    explanations = explain_schools(snapshot, [row.school for row in scored], [profile])
    Match.objects.filter(ranking=demand.pk).delete()
    Match.objects.bulk_create(
        Match(ranking_id=demand.pk, school_id=row.school, rank=rank, score=row.score, explanation=why.as_dict())
        for rank, (row, why) in enumerate(zip(scored, explanations, strict=True), start=1)
    )
    return True


@transaction.atomic
def refresh_pairs(enterprise_id: int) -> None:
    """Score the enterprise with all its open demands against the schools and replace its pairs.

    The rows are read under the lock, so whoever comes last has seen all and writes what is true.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PAIR_LOCK, enterprise_id])
    demands = demand_profiles(_open_of(enterprise_id))
    _, snapshot = current_snapshot()
    pairs = rank_for_enterprise(snapshot, demands, SCHOOLS_PER_ENTERPRISE)
    PairScore.objects.filter(enterprise=enterprise_id).delete()
    PairScore.objects.bulk_create(_pair_row(pair) for pair in pairs)


def _pair_row(pair: EnginePair) -> PairScore:
    return PairScore(
        school_id=pair.school,
        enterprise_id=pair.enterprise,
        enterprise_score=pair.enterprise_score,
        school_score=pair.school_score,
        mutual=pair.mutual,
        coverage=pair.coverage,
        graduates=pair.supply,
        vacancies=pair.vacancies,
        computed_at=timezone.now(),
    )
