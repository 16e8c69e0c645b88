"""The ranked schools of one demand."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from matching.demand_ranking import ranked_schools
from matching.listing import SHOWN
from matching.standing import NoRun
from portal.common.http import Request
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization

AT_A_GLANCE = 8  # within the demand's own page


@require_safe
def for_demand(request: Request, pk: int) -> HttpResponse:
    """The schools for one demand with the reasons; asks again by itself until everybody has been ranked once.

    Its enterprise and the staff see the list, a school its own line, nobody else anything.
    """
    mine = Organization.objects.of_member(request.user)
    visible = TalentDemand.objects.visible_to(request.user).annotate(
        is_own=Exists(mine.filter(pk=OuterRef("enterprise")))
    )
    demand = get_object_or_404(visible, pk=pk)
    context = {"demand": demand, "is_ranked": True, "shows_all": "all" in request.GET}
    if not request.htmx:
        return render(request, "matching/for_demand.html", context)
    shown = SHOWN if "all" in request.GET else AT_A_GLANCE
    is_own = request.user.is_staff or demand.is_own  # type: ignore[attr-defined]
    among = None if is_own else mine
    try:
        rows = ranked_schools(demand=demand, among=among, top=shown + 1)
    except NoRun:
        rows, context["is_ranked"] = [], False
    context |= {"rows": rows[:shown], "has_more": len(rows) > shown, "is_own": is_own}
    return render(request, "matching/for_demand.html#list", context)
