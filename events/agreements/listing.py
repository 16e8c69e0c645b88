"""Pages of many agreements: the pipeline, the register in Excel, a new one, what was between two organizations."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.agreements import services
from events.agreements.choosing import suggestions
from events.agreements.filters import FIRST_FIELDS, STATE_FIELDS, AgreementFilter
from events.agreements.models import Agreement
from events.agreements.new_forms import NewSheet
from events.agreements.pipeline import for_list, stages
from events.agreements.register import MOST_ROWS, register_name, register_workbook
from events.agreements.relations import history_between
from events.agreements.selectors import fairs_to_draft_at
from portal.common.errors import DomainError
from portal.common.http import Request, attachment
from portal.common.paging import keyset_page
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization, OrganizationKind

WRITABLE = ("GET", "HEAD", "POST")
LATEST = ("-id",)


@require_safe
def agreement_list(request: Request) -> HttpResponse:
    """The agreements that the reader may see, newest first, and how many are in each state."""
    visible = Agreement.objects.visible_to(request.user)
    narrowed = AgreementFilter(request.GET, for_list(visible, request.user), request=request)
    page = keyset_page(narrowed.qs, order=LATEST, after=request.GET.get("after", ""))
    whatever_state = AgreementFilter(_without(request.GET, STATE_FIELDS), visible, request=request)
    names = [name for name in narrowed.form.fields if name not in FIRST_FIELDS]
    context = {
        "page": page,
        "form": narrowed.form,
        "first_fields": [narrowed.form[name] for name in FIRST_FIELDS],
        "more_fields": [narrowed.form[name] for name in names],
        "is_narrowed": any(request.GET.get(name) for name in narrowed.form.fields),
        "shows_more": any(request.GET.get(name) for name in names),
        "stages": stages(whatever_state.qs, request.user, timezone.localdate()),
        "today": timezone.localdate(),
    }
    return render(request, "agreements/list.html#results" if request.htmx else "agreements/list.html", context)


@require_safe
def export(request: Request) -> HttpResponseBase:
    """The register of the agreements of the list, as it is narrowed, as a workbook; not more than fit at once."""
    visible = Agreement.objects.visible_to(request.user)
    rows = AgreementFilter(request.GET, visible, request=request).qs
    found = rows.count()
    if found > MOST_ROWS:
        text = _("%(found)s agreements are too many for one workbook, which takes %(most)s: narrow the list first.")
        messages.error(request, text % {"found": f"{found:,}", "most": f"{MOST_ROWS:,}"})
        return redirect(f"{request.path.removesuffix('export/')}?{_without(request.GET, ['after']).urlencode()}")
    return attachment(io.BytesIO(register_workbook(rows)), name=register_name(timezone.localdate()))


@require_http_methods(WRITABLE)
def agreement_new(request: Request) -> HttpResponse:
    """A new agreement without an outcome, such as one of the opening ceremony, or with a school ranked for a demand."""
    initial, names = ({}, []) if request.method == "POST" else _asked_for(request)
    sheet = NewSheet(request.user, request.POST if request.method == "POST" else None, initial, names)
    if sheet.is_stored and sheet.is_valid():
        try:
            agreement = services.draft_agreement(**sheet.service_fields(), actor=request.user, at=timezone.now())
        except DomainError as error:
            sheet.show(error)
        else:
            messages.success(request, _("The draft is stored. Read it through, then hand it over or approve it."))
            return redirect(agreement)
    return render(request, "agreements/new.html", {"sheet": sheet, "form": sheet.form, "rows": sheet.money})


@require_safe
def party_names(request: Request) -> HttpResponse:
    """Names that fit what is typed for a party, to choose from; a part of the page of a new agreement."""
    fair = fairs_to_draft_at(request.user).filter(slug=_clean(request.GET.get("fair", ""))).first()
    found = suggestions(_clean(request.GET.get("party", "")), fair, request.user)
    return render(request, "agreements/new.html#names", {"suggestions": found})


@require_safe
def history(request: Request, organization: int, partner: int) -> HttpResponse:
    """What was between two organizations, for the members of either and the staff; a part for other pages by htmx."""
    pair = Organization.objects.visible_to(request.user).in_bulk([organization, partner])
    own = Organization.objects.all() if request.user.is_staff else Organization.objects.of_member(request.user)
    if len(pair) < 2 or not own.filter(pk__in=pair).exists():
        raise Http404
    context = {
        "organization": pair[organization],
        "partner": pair[partner],
        "history": history_between(one=organization, other=partner, user=request.user),
    }
    return render(request, "agreements/history.html#lines" if request.htmx else "agreements/history.html", context)


def _asked_for(request: Request) -> tuple[Mapping[str, Any], list[str]]:
    """What an address says of the agreement to be made: kind, fair, demand, parties; and the person's own side.

    The demand brings its enterprise and the kinds of cooperation it wants.
    """
    asked = {name: _clean(request.GET.get(name, "")) for name in ("kind", "fair", "demand", "school", "enterprise")}
    fair = fairs_to_draft_at(request.user).filter(slug=asked["fair"]).first()
    key = _uuid(asked["demand"])
    demand = TalentDemand.objects.visible_to(request.user).filter(public_id=key).first() if key else None
    initial = {
        "kind": asked["kind"] or ("intent" if demand else ""),
        "fair": fair and fair.slug,
        "starts_on": fair.starts_on if fair else timezone.localdate(),
        "demand": demand and str(demand.public_id),
        "cooperation_kinds": list(demand.cooperation_kinds.values_list("pk", flat=True)) if demand else [],
    }
    enterprise = demand.enterprise if demand else _organization(request, asked, OrganizationKind.ENTERPRISE)
    school = _organization(request, asked, OrganizationKind.SCHOOL)
    return initial, [side.legal_name if side else "" for side in (school, enterprise)]


def _organization(request: Request, asked: Mapping[str, str], kind: OrganizationKind) -> Organization | None:
    """The organization that the address names by its public_id, else the only one of this kind the person acts for."""
    rows = Organization.objects.approved().filter(kind=kind)
    if key := _uuid(asked.get(kind.value, "")):
        return rows.filter(public_id=key).first()
    own = list(rows.filter(pk__in=Organization.objects.of_member(request.user))[:2])
    return own[0] if len(own) == 1 else None


def _without(query: QueryDict, names: Any) -> QueryDict:
    kept = query.copy()
    for name in names:
        kept.pop(name, None)
    return kept


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
