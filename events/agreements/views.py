"""Pages of agreements: list, one, new, edit, signature."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.agreements import services
from events.agreements.filters import AgreementFilter
from events.agreements.forms import (
    NEW_DIRECTIONS,
    AgreementForm,
    DraftSheet,
    FundingRows,
    SignatureForm,
    filled,
)
from events.agreements.models import Agreement, AgreementParty
from events.agreements.paperwork import papers_context
from events.agreements.relations import history_between
from events.agreements.selectors import content_of, fairs_to_draft_at, history_of, total_of, with_parties
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.common.paging import keyset_page
from portal.organizations.models import Organization

WRITABLE = ("GET", "HEAD", "POST")


@require_safe
def agreement_list(request: Request) -> HttpResponse:
    """The agreements that the reader may see, newest first, narrowed by kind, status, fair and text."""
    visible = with_parties(Agreement.objects.visible_to(request.user))
    narrowed = AgreementFilter(request.GET, visible, request=request)
    page = keyset_page(narrowed.qs, order=("-id",), after=request.GET.get("after", ""))
    context = {"page": page, "form": narrowed.form}
    return render(request, "agreements/list.html#results" if request.htmx else "agreements/list.html", context)


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


@require_safe
def agreement_detail(request: Request, pk: int) -> HttpResponse:
    """One agreement with all its rows, papers and history, and what the reader may do with it."""
    editable = Agreement.objects.editable_by(request.user).filter(pk=OuterRef("pk"))
    signable = Agreement.objects.signable_by(request.user).filter(pk=OuterRef("pk"))
    visible = Agreement.objects.visible_to(request.user).annotate(may_edit=Exists(editable), may_sign=Exists(signable))
    agreement = get_object_or_404(visible.select_related("fair"), pk=pk)
    parties = _parties(agreement)
    funding = list(agreement.funding.order_by("pk"))
    by_id = {party.pk: party for party in parties}
    context: dict[str, Any] = {
        "agreement": agreement,
        "parties": parties,
        "terms": agreement.terms.select_related("cooperation_kind"),
        "majors": agreement.majors.select_related("major"),
        "funding": [(row, by_id[row.payer_id], by_id[row.payee_id]) for row in funding],
        "total": total_of(funding),
        "history": history_of(agreement),
        "may_edit": getattr(agreement, "may_edit", False),  # the annotations above
        "may_sign": getattr(agreement, "may_sign", False),
        **papers_context(agreement),
    }
    return render(request, "agreements/detail.html", context)


@require_http_methods(WRITABLE)
def agreement_new(request: Request) -> HttpResponse:
    """A new agreement without an outcome, such as one of the opening ceremony."""
    data = request.POST if request.method == "POST" else None
    slug = (data or request.GET).get("fair", "")
    fair = fairs_to_draft_at(request.user).filter(slug=slug).first() if slug else None
    initial = {
        "kind": request.GET.get("kind"),
        "fair": fair,
        "starts_on": fair.starts_on if fair else timezone.localdate(),
    }
    form = AgreementForm(data, user=request.user, fair=fair, initial=initial)
    funding = FundingRows(data, prefix="funding", form_kwargs={"directions": NEW_DIRECTIONS})
    if data is not None and all([form.is_valid(), funding.is_valid()]):
        try:
            agreement = services.draft_agreement(
                **form.service_fields(), funding=filled(funding), actor=request.user, at=timezone.now()
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The draft is stored. Read it through, then have it signed."))
            return redirect(agreement)
    return render(request, "agreements/new.html", {"form": form, "funding": funding})


@require_http_methods(WRITABLE)
def agreement_edit(request: Request, pk: int) -> HttpResponse:
    """Change the text and rows of a draft; whoever is second reads the other's version first."""
    agreement = get_object_or_404(Agreement.objects.editable_by(request.user), pk=pk)
    if not agreement.is_draft:
        messages.info(request, _("Only a draft can be changed."))
        return redirect(agreement)
    data = request.POST if request.method == "POST" else None
    sheet = DraftSheet(content_of(agreement), agreement.version, _parties(agreement), data)
    if data is not None and sheet.is_valid():
        try:
            services.update_agreement(
                agreement=agreement,
                version=sheet.text.cleaned_data["version"],
                facts=sheet.facts(),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(sheet.text, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(agreement)
    return render(request, "agreements/edit.html", {"agreement": agreement, "sheet": sheet})


@require_http_methods(WRITABLE)
def agreement_sign(request: Request, pk: int) -> HttpResponse:
    """Record the signature: day, place, and who signed for each party; for the organizer of the fair."""
    agreement = get_object_or_404(Agreement.objects.signable_by(request.user).select_related("fair"), pk=pk)
    if not agreement.is_draft:
        messages.info(request, _("Only a draft can be signed."))
        return redirect(agreement)
    today = timezone.localdate()
    parties = _parties(agreement)
    initial = {"signed_on": today, "place": agreement.place, "version": agreement.version}
    form = SignatureForm(request.POST or None, parties=parties, today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            signed = services.sign_agreement(
                agreement=agreement,
                version=form.cleaned_data["version"],
                signed_on=form.cleaned_data["signed_on"],
                place=form.cleaned_data["place"],
                signatories=form.signatories(),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(number)s is signed.") % {"number": signed.number})
            return redirect(signed)
    return render(request, "agreements/sign.html", {"agreement": agreement, "form": form, "parties": parties})


@require_POST
def agreement_withdraw(request: Request, pk: int) -> HttpResponse:
    """Give up a draft."""
    agreement = get_object_or_404(Agreement.objects.editable_by(request.user), pk=pk)
    reason = request.POST.get("reason", "").replace("\x00", "")[:300]
    try:
        services.withdraw_agreement(agreement=agreement, actor=request.user, at=timezone.now(), reason=reason)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The draft is withdrawn."))
    return redirect(agreement)


def _parties(agreement: Agreement) -> list[AgreementParty]:
    return list(agreement.parties.select_related("organization").order_by("role"))
