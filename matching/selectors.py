"""Ranked partners as the pages and the API show them."""

from __future__ import annotations

from django.db.models import QuerySet

from matching.models import Match, PairScore, Ranking
from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization


def ranked_schools(*, demand: TalentDemand, user: User) -> QuerySet[Match]:
    """The schools for a demand, best first, as far as the user may see them."""
    shown = Match.objects.visible_to(user).filter(ranking=demand.pk)
    return shown.select_related("school__region", "school__school").order_by("rank")


def ranking_is_fresh(demand: TalentDemand) -> bool:
    """Whether the list was made from the demand as it is now; if not, a worker is at it."""
    return Ranking.objects.filter(demand=demand, demand_version=demand.version).exists()


def partners_of(*, organization: Organization, user: User, keen: bool = False) -> QuerySet[PairScore]:
    """Partners of a school or an enterprise, best for itself first; `keen`: those for whom it is the best first."""
    rows = PairScore.objects.visible_to(user).select_related("school__region", "enterprise__region")
    if organization.kind == "school":
        order = "-enterprise_score" if keen else "-school_score"
        return rows.filter(school=organization).order_by(order, "enterprise_id")
    order = "-school_score" if keen else "-enterprise_score"
    return rows.filter(enterprise=organization).order_by(order, "school_id")
