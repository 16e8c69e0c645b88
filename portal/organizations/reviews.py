"""Pages of the review, for the platform's staff; a stranger gets 404."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.common.errors import DomainError
from portal.common.http import Request
from portal.common.paging import keyset_page
from portal.organizations import services
from portal.organizations.forms import NoteForm
from portal.organizations.models import Organization
from portal.organizations.selectors import review_queue

Move = Callable[..., Organization]


@require_safe
def review_list(request: Request) -> HttpResponse:
    """What waits, the oldest first."""
    if not request.user.is_staff:
        raise Http404
    page = keyset_page(review_queue(request.user), order=("updated_at", "id"), after=request.GET.get("after", ""))
    return render(request, "organizations/review.html", {"page": page, "usual": NoteForm.USUAL})


def _move(request: Request, pk: int, move: Move, done: str, **arguments: Any) -> HttpResponse:
    """One move of the review, then back to where the button was."""
    organization = get_object_or_404(Organization.objects.reviewable_by(request.user), pk=pk)
    try:
        move(organization_id=pk, actor=request.user, at=timezone.now(), **arguments)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done % {"organization": organization.display_name})
    return redirect("organizations:review") if "from_queue" in request.POST else redirect(organization)


def _reason(request: Request) -> str:
    form = NoteForm(request.POST)
    return form.reason() if form.is_valid() else ""


@require_POST
def organization_approve(request: Request, pk: int) -> HttpResponse:
    return _move(request, pk, services.approve_organization, _("%(organization)s is approved."))


@require_POST
def organization_return(request: Request, pk: int) -> HttpResponse:
    done = _("%(organization)s was returned with your reason.")
    return _move(request, pk, services.return_organization, done, note=_reason(request))


@require_POST
def organization_suspend(request: Request, pk: int) -> HttpResponse:
    done = _("%(organization)s is suspended and out of sight.")
    return _move(request, pk, services.suspend_organization, done, note=_reason(request))


@require_POST
def organization_reinstate(request: Request, pk: int) -> HttpResponse:
    return _move(request, pk, services.reinstate_organization, _("%(organization)s is reinstated."))


@require_POST
def organization_archive(request: Request, pk: int) -> HttpResponse:
    return _move(request, pk, services.archive_organization, _("%(organization)s is archived."))
