"""Pages on the people who act for an organization: invite one, end a membership."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.organizations import services
from portal.organizations.forms import InvitationForm
from portal.organizations.models import Membership
from portal.organizations.views import WRITABLE, editable


@require_http_methods(WRITABLE)
def member_invite(request: Request, pk: int) -> HttpResponse:
    """Let a colleague in; whoever is new here gets a link by e-mail to choose a password."""
    organization = get_object_or_404(editable(request), pk=pk)
    form = InvitationForm(request.POST or None, kind=organization.kind)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite_member(organization_id=pk, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        except OSError:  # after commit: only the mail is missing
            text = _("%(email)s is let in, but the e-mail could not be sent. “Forgotten your password?” sends a link.")
            messages.warning(request, text % form.cleaned_data)
            return redirect(organization)
        else:
            messages.success(request, _("%(email)s is let in and gets an e-mail.") % form.cleaned_data)
            return redirect(organization)
    return render(request, "organizations/invite.html", {"form": form, "organization": organization})


@require_POST
def member_end(request: Request, pk: int, member_pk: int) -> HttpResponse:
    """A colleague acts no longer for the organization."""
    organization = get_object_or_404(editable(request), pk=pk)
    membership = get_object_or_404(Membership.objects.current().filter(organization=organization), pk=member_pk)
    try:
        services.dismiss_member(membership_id=membership.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(person)s no longer acts for it.") % {"person": membership.user})
    return redirect(organization)
