"""One school and one enterprise: how well they fit, demand by demand, and what would help."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matching import relations
from matching.asking import scores_between
from matching.improving import advice_for_enterprise, advice_for_school
from matching.pair_reasons import pair_reasons
from matching.reasons import MUTUAL, Fit
from matching.selectors import Figures, distance_between, standing_pair
from matching.standing import NoRun, standing
from portal.common.http import Request
from portal.organizations.models import Organization


@require_safe
def pair(request: Request, enterprise: int, school: int) -> HttpResponse:
    """Why these two: the figures and, asked for by htmx, every open demand of the enterprise against the school."""
    firm, other = _both(request, enterprise, school)
    context: dict[str, Any] = {"enterprise": firm, "school": other, "is_ranked": True}
    try:
        if request.htmx:
            context["is_part"] = True
            context["found"] = pair_reasons(enterprise=firm.pk, school=other.pk)
            return render(request, "matching/pair.html#demands", context)
        context |= _figures(firm, other)
    except NoRun:
        context["is_ranked"] = False
    context |= {
        "distance": distance_between(firm.region, other.region),
        "history_url": relations.history_url(firm.pk, other.pk),
        "back_url": _way_back(firm, other),
    }
    return render(request, "matching/pair.html#demands" if request.htmx else "matching/pair.html", context)


@require_safe
def advice(request: Request, enterprise: int, school: int) -> HttpResponse:
    """What would help: a school, what it could offer; an enterprise and the staff, what could be asked otherwise."""
    firm, other = _both(request, enterprise, school)
    is_school = _is_own(other) and not _is_own(firm)
    ask = advice_for_school if is_school else advice_for_enterprise
    try:
        found = ask(standing(), enterprise=firm.pk, school=other.pk)
    except NoRun:
        found = None
    return render(request, "matching/_advice.html", {"advice": found, "is_school": is_school, "school": other})


def _both(request: Request, enterprise: int, school: int) -> tuple[Organization, Organization]:
    """The two, for the members of either and the staff; 404 if one is not approved or asks for nobody any more."""
    both = standing_pair(request.user, enterprise=enterprise, school=school)
    if both is None:
        raise Http404(_("Not found."))
    return both


def _figures(firm: Organization, school: Organization) -> dict[str, Any]:
    """The scores of the pair; without overlap there is none. Raises NoRun."""
    table = scores_between(schools=[school.pk], enterprises=[firm.pk])
    found = Figures.of_table(table)
    if not found:
        return {"figures": None}
    figures = found[0]
    return {
        "figures": figures,
        "fit_for_school": Fit.for_school(figures.school_score),
        "fit_for_enterprise": Fit.for_enterprise(figures.enterprise_score),
        "is_mutual": figures.mutual >= MUTUAL,
    }


def _way_back(firm: Organization, school: Organization) -> str:
    mine = school if _is_own(school) and not _is_own(firm) else firm
    return reverse("matching:partners", args=[mine.pk])


def _is_own(organization: Organization) -> bool:
    """As `standing_pair` has read it."""
    return bool(getattr(organization, "is_own", False))
