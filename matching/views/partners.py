"""The ranked partners of an organization: list, file, comparison, and what meets in each line."""

from __future__ import annotations

import io

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matching.exporting import CONTENT_TYPE, partners_csv
from matching.listings import explained_partners, listing_of
from matching.reasons import Meeting
from matching.selectors import counterparts, matched_organizations, partner_of, partners_by_id
from matching.standing import NoRun
from portal.common.http import Request, attachment
from portal.organizations.models import EDITING_ROLES, Organization, OrganizationKind
from portal.organizations.standing import remember_standing

AT_ONCE = 20  # lines whose reasons are asked for together
COMPARED = 3


@require_safe
def mine(request: Request) -> HttpResponse:
    """The partners of the organization the user acts for; a person of several is asked which."""
    kinds = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)
    organizations = list(Organization.objects.of_member(request.user).filter(kind__in=kinds).order_by("pinyin", "pk"))
    if len(organizations) == 1:
        return redirect("matching:partners", pk=organizations[0].pk)
    return render(request, "matching/mine.html", {"organizations": organizations})


@require_safe
def partners(request: Request, pk: int) -> HttpResponse:
    """The best partners of one organization, those for which it is among the best, or the best that a filter leaves."""
    organization = get_object_or_404(matched_organizations(request.user), pk=pk)
    listing = listing_of(organization, request.GET)
    context = {
        "organization": organization,
        "is_school": organization.kind == OrganizationKind.SCHOOL,
        "listing": listing,
        "form": listing.narrowed.form,
        "may_say": may_say(request, organization),
        "asked": _by_twenties([partner.organization.pk for partner in listing.partners]),
    }
    template = "matching/partners.html"
    return render(request, f"{template}#list" if request.htmx else template, context)


@require_safe
def meets(request: Request, pk: int) -> HttpResponse:
    """What meets and what is missing in some lines of the list (`?with=`), each put in its place by htmx."""
    organization = get_object_or_404(matched_organizations(request.user), pk=pk)
    wanted = _numbers(request, AT_ONCE)
    shown = list(counterparts(organization).filter(pk__in=wanted).values_list("pk", flat=True))
    return render(request, "matching/_meets_of_lines.html", {"meetings": _meetings(organization, shown)})


@require_safe
def download(request: Request, pk: int) -> HttpResponseBase:
    """The list as it is shown, for a spreadsheet program."""
    organization = get_object_or_404(matched_organizations(request.user), pk=pk)
    listing = listing_of(organization, request.GET)
    meetings = _meetings(organization, [partner.organization.pk for partner in listing.partners])
    content = io.BytesIO(partners_csv(listing.partners, meetings))
    return attachment(content, name=f"{_('Matched partners')}.csv", content_type=CONTENT_TYPE)


@require_safe
def compare(request: Request, pk: int) -> HttpResponse:
    """Up to three partners side by side (`?with=`)."""
    organization = get_object_or_404(matched_organizations(request.user), pk=pk)
    is_school = organization.kind == OrganizationKind.SCHOOL
    wanted = _numbers(request, COMPARED)
    context = {"organization": organization, "is_school": is_school, "is_ranked": True}
    if request.htmx:
        found = partners_by_id(organization, wanted)
        try:
            explained = explained_partners(organization, [key for key in wanted if key in found])
        except NoRun:
            context["is_ranked"], explained = False, {}
        lines = [(partner_of(organization, found[key], why.figures), why.meeting) for key, why in explained.items()]
        nothing = [found[key] for key in wanted if key in found and key not in explained]
        context |= {"lines": lines, "nothing": nothing}
        return render(request, "matching/compare.html#table", context)
    return render(request, "matching/compare.html", context | {"chosen": wanted})


def may_say(request: Request, organization: Organization) -> bool:
    """Whether the user may speak for the organization; no query beside the one that the menu needs anyway."""
    seats = remember_standing(request.user).seats
    return request.user.is_staff or any(
        seat.organization_id == organization.pk and seat.role in EDITING_ROLES for seat in seats
    )


def _meetings(organization: Organization, partners: list[int]) -> dict[int, Meeting]:
    """What meets with each; nothing before the first ranking."""
    try:
        return {key: why.meeting for key, why in explained_partners(organization, partners).items()}
    except NoRun:
        return {}


def _by_twenties(keys: list[int]) -> list[list[int]]:
    """As many as are explained by one question."""
    return [keys[first : first + AT_ONCE] for first in range(0, len(keys), AT_ONCE)]


def _numbers(request: Request, most: int) -> list[int]:
    """The first keys of `?with=`, each once."""
    asked = (value for value in request.GET.getlist("with") if value.isdecimal() and len(value) < 19)
    return list(dict.fromkeys(int(value) for value in asked))[:most]
