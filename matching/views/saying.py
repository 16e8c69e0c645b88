"""What an organization says of its partners: interested, hidden with a reason, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.feedback import SAYABLE, HideReason, say, unsay
from matching.forms import HideForm
from matching.models import Feedback, FeedbackKind
from matching.selectors import MATCHED_KINDS, matched_organizations
from matching.views.partners import may_say
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.common.paging import keyset_page
from portal.organizations.models import Organization


@require_POST
def interested(request: Request, pk: int, partner: int) -> HttpResponse:
    """Mark a partner as interesting; with htmx the answer is the line's buttons."""
    organization, other = _speaker(request, pk), _partner(request, partner)
    try:
        say(
            organization=organization,
            partner=other,
            kind=FeedbackKind.INTERESTED,
            actor=request.user,
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error))
    return _answer(request, organization, other, is_interesting=True)


@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: Request, pk: int, partner: int) -> HttpResponse:
    """Say why a partner shall not be shown any more."""
    organization, other = _speaker(request, pk), _partner(request, partner)
    form = HideForm(request.POST or None) if request.method == "POST" else HideForm()
    if request.method == "POST" and form.is_valid():
        try:
            say(
                organization=organization,
                partner=other,
                kind=FeedbackKind.HIDDEN,
                actor=request.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s is hidden from your lists.") % {"name": other.legal_name})
            return redirect("matching:partners", pk=organization.pk)
    return render(request, "matching/hide.html", {"organization": organization, "partner": other, "form": form})


@require_POST
def take_back(request: Request, pk: int, partner: int) -> HttpResponse:
    """Take back what was said (`kind`)."""
    organization = _speaker(request, pk)
    spoken_of = Feedback.objects.filter(organization=organization, partner=OuterRef("pk"))
    # One that was hidden while it was approved can be shown again after.
    other = get_object_or_404(Organization.objects.filter(_seen_by(request) | Exists(spoken_of)), pk=partner)
    kind = request.POST.get("kind", "")
    if kind not in SAYABLE:
        messages.error(request, _("This cannot be taken back."))
        return redirect("matching:hidden", pk=organization.pk)
    try:
        unsay(
            organization=organization,
            partner=other,
            kind=FeedbackKind(kind),
            actor=request.user,
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        if kind == FeedbackKind.HIDDEN:
            messages.success(request, _("%(name)s is shown again.") % {"name": other.legal_name})
    if kind == FeedbackKind.HIDDEN:
        return redirect("matching:hidden", pk=organization.pk)
    return _answer(request, organization, other, is_interesting=False)


@require_safe
def hidden(request: Request, pk: int) -> HttpResponse:
    """Whom the organization has hidden, the last one first, each to be shown again."""
    organization = get_object_or_404(matched_organizations(request.user), pk=pk)
    rows = Feedback.objects.visible_to(request.user).filter(organization=organization, kind=FeedbackKind.HIDDEN)
    page = keyset_page(rows.select_related("partner__region", "by"), order=("-id",), after=request.GET.get("after", ""))
    labels = dict(HideReason.choices)
    context = {
        "organization": organization,
        "page": page,
        "rows": [(said, labels.get(said.reason, "")) for said in page.rows],
        "may_say": may_say(request, organization),
    }
    return render(request, "matching/hidden.html", context)


def _speaker(request: Request, pk: int) -> Organization:
    return get_object_or_404(Organization.objects.editable_by(request.user).filter(kind__in=MATCHED_KINDS), pk=pk)


def _partner(request: Request, pk: int) -> Organization:
    return get_object_or_404(Organization.objects.filter(_seen_by(request)), pk=pk)


def _seen_by(request: Request) -> Q:
    return Q(pk__in=Organization.objects.visible_to(request.user).filter(kind__in=MATCHED_KINDS))


def _answer(request: Request, organization: Organization, other: Organization, *, is_interesting: bool) -> HttpResponse:
    if not request.htmx:
        return redirect("matching:partners", pk=organization.pk)
    context = {"organization": organization, "partner_pk": other.pk, "is_interesting": is_interesting}
    return render(request, "matching/_interest.html", context)
