"""Pages of talent demands: list, one, and the form that makes and changes them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.common.paging import keyset_page
from portal.demands import services
from portal.demands.filters import DemandFilter, OpenDemandFilter
from portal.demands.forms import DemandForm, enterprises_of
from portal.demands.models import TalentDemand
from portal.demands.selectors import own_demands, unplaced_wordings, with_lists
from portal.organizations.models import Organization
from portal.taxonomy.models import EducationLevel

WRITABLE = ("GET", "HEAD", "POST")
NEWEST_FIRST = ("-published_at", "-id")
LATEST_FIRST = ("-id",)  # drafts were never published


@require_safe
def demand_list(request: Request) -> HttpResponse:
    """Open demands; for people of enterprises first their own in every status, for the staff all."""
    has_own = request.user.is_staff or Organization.objects.of_member(request.user).enterprises().exists()
    shows_own = has_own and request.GET.get("scope") != "open"
    if shows_own:
        rows = TalentDemand.objects.visible_to(request.user) if request.user.is_staff else own_demands(request.user)
        narrowed: OpenDemandFilter = DemandFilter(request.GET, with_lists(rows))
    else:
        narrowed = OpenDemandFilter(request.GET, with_lists(TalentDemand.objects.open()))
    page = keyset_page(
        narrowed.qs, order=LATEST_FIRST if shows_own else NEWEST_FIRST, after=request.GET.get("after", "")
    )
    context = {
        "page": page,
        "form": narrowed.form,
        "has_own": has_own,
        "shows_own": shows_own,
        "may_post": bool(enterprises_of(request.user)),
        "is_narrowed": any(narrowed.form.data.get(name) for name in narrowed.form.fields),
    }
    return render(request, "demands/list.html", context)


@require_safe
def demands_of_enterprise(request: Request, pk: int) -> HttpResponse:
    """The open demands of one enterprise in short, for a part of another page."""
    enterprise = get_object_or_404(Organization.objects.visible_to(request.user).enterprises(), pk=pk)
    rows = with_lists(TalentDemand.objects.open().filter(enterprise=enterprise))
    demands = rows.order_by(*NEWEST_FIRST)[:20]
    return render(request, "demands/_of_enterprise.html", {"enterprise": enterprise, "demands": demands})


@require_safe
def demand_detail(request: Request, pk: int) -> HttpResponse:
    """One demand; its enterprise and the staff see the ranked schools and what can be done next."""
    visible = with_lists(TalentDemand.objects.visible_to(request.user))
    demand = get_object_or_404(visible.select_related("enterprise__region"), pk=pk)
    is_own = request.user.is_staff or own_demands(request.user).filter(pk=pk).exists()
    context = {
        "demand": demand,
        "is_own": is_own,
        "wordings": unplaced_wordings(demand) if is_own else [],
        "may_edit": TalentDemand.objects.editable_by(request.user).filter(pk=pk).exists(),
        "levels": [EducationLevel(level).label for level in demand.levels],
        "skills": demand.skills.order_by("name"),
        "cooperation_kinds": demand.cooperation_kinds.all(),
    }
    return render(request, "demands/detail.html", context)


def _enterprises(request: Request) -> list[Organization]:
    """Those for which the person may post here; 404 without any. `?enterprise=` chooses one, and for the staff must."""
    own = enterprises_of(request.user)
    chosen = request.GET.get("enterprise", "")
    if chosen.isdecimal():
        editable = Organization.objects.enterprises().editable_by(request.user)
        own = list(editable.filter(pk=int(chosen)))
    if not own:
        raise Http404
    return own


@require_http_methods(WRITABLE)
def demand_new(request: Request) -> HttpResponse:
    """Fill in a demand; keep it as a draft or publish it at once."""
    form = DemandForm(request.POST or None, enterprises=_enterprises(request))
    if request.method == "POST" and form.is_valid():
        try:
            demand = services.create_demand(
                enterprise_id=form.cleaned_data["enterprise"].pk,
                actor=request.user,
                at=timezone.now(),
                publish="publish" in request.POST,
                **form.service_fields(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _said(demand))
            return redirect(demand)
    return render(request, "demands/form.html", {"form": form})


@require_http_methods(WRITABLE)
def demand_edit(request: Request, pk: int) -> HttpResponse:
    """Change a demand; a published one is ranked anew."""
    demand = get_object_or_404(TalentDemand.objects.editable_by(request.user), pk=pk)
    if demand.status not in services.EDITABLE:
        return redirect(demand)
    title = demand.title
    form = DemandForm(request.POST or None, instance=demand)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.update_demand(
                demand_id=pk,
                actor=request.user,
                at=timezone.now(),
                expected_version=form.cleaned_data["version"],
                publish="publish" in request.POST,
                **form.service_fields(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _said(changed))
            return redirect(changed)
    context: dict[str, Any] = {"form": form, "demand": demand, "title": title}
    return render(request, "demands/form.html", context)


def _said(demand: TalentDemand) -> str:
    return _("The demand is open: schools see it.") if demand.is_open else _("The draft is stored.")
