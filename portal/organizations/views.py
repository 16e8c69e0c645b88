"""Pages of organizations: list, one, new, edit. The review has its own module."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.common.paging import keyset_page
from portal.organizations import services
from portal.organizations.filters import FullOrganizationFilter, OrganizationFilter
from portal.organizations.forms import ContactForm, NoteForm, SuspensionForm, form_for
from portal.organizations.models import Contact, Organization, OrganizationKind, OrganizationStatus
from portal.organizations.selectors import contacts_of, members_of, with_profiles

WRITABLE = ("GET", "HEAD", "POST")


@require_safe
def organization_list(request: Request) -> HttpResponse:
    """All that the reader may see, by pinyin, narrowed by kind, province, level and name."""
    visible = Organization.objects.visible_to(request.user)
    narrowing = FullOrganizationFilter if request.user.is_staff else OrganizationFilter
    narrowed = narrowing(request.GET, with_profiles(visible))
    page = keyset_page(narrowed.qs, order=("pinyin", "id"), after=request.GET.get("after", ""))
    is_narrowed = any(narrowed.form.data.get(name) for name in narrowed.form.fields)
    context = {"page": page, "form": narrowed.form, "is_narrowed": is_narrowed}
    return render(request, "organizations/list.html", context)


@require_safe
def organization_detail(request: Request, pk: int) -> HttpResponse:
    """One organization; its people and contacts are for itself and the staff only."""
    visible = with_profiles(Organization.objects.visible_to(request.user))
    organization = get_object_or_404(visible, pk=pk)
    is_own = request.user.is_staff or Organization.objects.of_member(request.user).filter(pk=pk).exists()
    context: dict[str, Any] = {"organization": organization, "is_own": is_own}
    if organization.kind == OrganizationKind.SCHOOL:
        context["cooperation_kinds"] = organization.school.cooperation_kinds.all()
    if is_own:
        context["members"] = members_of(organization)
        context["contacts"] = contacts_of(organization, request.user)
        context["may_edit"] = editable(request).filter(pk=pk).exists()
        is_waiting = organization.status == OrganizationStatus.SUBMITTED
        context["note_form"] = NoteForm() if is_waiting else SuspensionForm()
    return render(request, "organizations/detail.html", context)


def editable(request: Request) -> Any:
    """The organizations whose pages the reader may change."""
    return Organization.objects.editable_by(request.user).exclude(status=OrganizationStatus.ARCHIVED)


@require_http_methods(WRITABLE)
def organization_new(request: Request) -> HttpResponse:
    """Choose the kind, then fill in the form; stores a draft."""
    kind = request.GET.get("kind", "")
    if kind not in OrganizationKind.values:
        return render(request, "organizations/new.html", {"kinds": OrganizationKind})
    form = form_for(kind)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organization = services.register_organization(
                kind=kind, actor=request.user, at=timezone.now(), **form.service_fields()
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The draft is stored. Submit it for review when it is complete."))
            return redirect(organization)
    return render(request, "organizations/form.html", {"form": form, "kind": OrganizationKind(kind)})


@require_http_methods(WRITABLE)
def organization_edit(request: Request, pk: int) -> HttpResponse:
    """Change an organization; of an approved one, code and full name go to the review again."""
    organization = get_object_or_404(editable(request).select_related("school", "enterprise"), pk=pk)
    name = organization.legal_name  # the form below writes into the instance
    form = form_for(organization.kind)(request.POST or None, instance=organization)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.update_organization(
                organization_id=pk,
                actor=request.user,
                at=timezone.now(),
                expected_version=form.cleaned_data["version"],
                **form.service_fields(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _saved(organization, changed))
            return redirect(changed)
    context = {"form": form, "organization": organization, "name": name}
    return render(request, "organizations/form.html", context)


def _saved(before: Organization, after: Organization) -> str:
    if before.status != after.status:
        return _("Saved. Because the code or the full name changed, the organization is under review again.")
    return _("Saved.")


@require_POST
def organization_submit(request: Request, pk: int) -> HttpResponse:
    """Hand it to the review."""
    organization = get_object_or_404(editable(request), pk=pk)
    try:
        services.submit_organization(organization_id=pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Submitted. You will be told the result of the review."))
    return redirect(organization)


@require_http_methods(WRITABLE)
def contact_edit(request: Request, pk: int, contact_pk: int | None = None) -> HttpResponse:
    """Add or change a person to call."""
    organization = get_object_or_404(editable(request), pk=pk)
    contact = get_object_or_404(organization.contacts, pk=contact_pk) if contact_pk else None
    form = ContactForm(request.POST or None, instance=contact or Contact(organization=organization))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_contact(
                organization_id=pk,
                contact_id=contact_pk,
                actor=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect(organization)
    context = {"form": form, "organization": organization, "contact": contact}
    return render(request, "organizations/contact.html", context)


@require_POST
def contact_remove(request: Request, pk: int, contact_pk: int) -> HttpResponse:
    """Delete a person to call."""
    organization = get_object_or_404(editable(request), pk=pk)
    contact = get_object_or_404(organization.contacts, pk=contact_pk)
    services.remove_contact(contact=contact, actor=request.user, at=timezone.now())
    return redirect(organization)
