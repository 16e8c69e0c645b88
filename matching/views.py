"""Pages of ranked partners."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from matching.engine import explain
from matching.models import PairScore
from matching.reasons import reasons_of
from matching.selectors import partners_of, ranked_schools, ranking_is_fresh
from matching.snapshot import current_snapshot, demand_profiles
from portal.common.http import Request
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization, OrganizationKind

SHOWN = 20
AT_A_GLANCE = 8  # within the demand's own page


@require_GET
def for_demand(request: Request, pk: int) -> HttpResponse:
    """The ranked schools of one demand with the reasons; asks again by itself while a worker is at it."""
    demand = get_object_or_404(TalentDemand.objects.visible_to(request.user), pk=pk)
    shown = AT_A_GLANCE if request.htmx else SHOWN
    found = list(ranked_schools(demand=demand, user=request.user)[: shown + 1])
    matches = found[:shown]
    reasons = reasons_of(match.explanation for match in matches)
    context = {
        "demand": demand,
        "rows": list(zip(matches, reasons, strict=True)),
        "is_fresh": ranking_is_fresh(demand) or not demand.is_open,
        "has_more": len(found) > shown,
    }
    return render(request, "matching/for_demand.html#list" if request.htmx else "matching/for_demand.html", context)


@require_GET
def mine(request: Request) -> HttpResponse:
    """The partners of the organization the user acts for; a person of several is asked which."""
    kinds = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)
    organizations = list(Organization.objects.of_member(request.user).filter(kind__in=kinds).order_by("pinyin", "pk"))
    if len(organizations) == 1:
        return redirect("matching:partners", pk=organizations[0].pk)
    return render(request, "matching/mine.html", {"organizations": organizations})


@require_GET
def partners(request: Request, pk: int) -> HttpResponse:
    """The partners of one organization: those that suit it best, or those for which it is the best."""
    own = Organization.objects.all() if request.user.is_staff else Organization.objects.of_member(request.user)
    kinds = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)
    organization = get_object_or_404(own.filter(kind__in=kinds), pk=pk)
    keen = request.GET.get("view") == "keen"
    pairs = list(partners_of(organization=organization, user=request.user, keen=keen)[: 2 * SHOWN])
    context = {
        "organization": organization,
        "is_school": organization.kind == OrganizationKind.SCHOOL,
        "pairs": pairs,
        "keen": keen,
    }
    return render(request, "matching/partners.html", context)


@require_GET
def pair(request: Request, enterprise: int, school: int) -> HttpResponse:
    """Why these two: every open demand of the enterprise against what the school offers."""
    rows = PairScore.objects.visible_to(request.user).select_related("school__region", "enterprise__region")
    scored = get_object_or_404(rows, enterprise=enterprise, school=school)
    demands = TalentDemand.objects.open().filter(enterprise=enterprise)
    profiles = demand_profiles(demands)
    _, snapshot = current_snapshot()
    explanations = [explain(snapshot, school, [profile]).as_dict() for profile in profiles]
    titles = dict(demands.values_list("pk", "title"))
    reasons = zip((titles[profile.id] for profile in profiles), reasons_of(explanations), strict=True)
    ids = [profile.id for profile in profiles]
    back = _way_back(request, enterprise, school)
    context = {"pair": scored, "demands": list(zip(ids, reasons, strict=True)), "back_url": back}
    return render(request, "matching/pair.html", context)


def _way_back(request: Request, enterprise: int, school: int) -> str:
    mine = Organization.objects.of_member(request.user).filter(pk__in=(enterprise, school)).first()
    return reverse("matching:partners", args=[mine.pk if mine else enterprise])
