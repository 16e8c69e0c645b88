"""The people to call at an organization."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError
from portal.organizations.models import Contact, Organization


class ContactUnreachable(DomainError):
    """A contact needs a phone number or an e-mail address."""


@transaction.atomic
def save_contact(
    *,
    organization_id: int,
    contact_id: int | None = None,
    name: str,
    post: str = "",
    phone: str = "",
    email: str = "",
    is_primary: bool = False,
    actor: User | None,
    at: datetime,
) -> Contact:
    """Store a new or changed contact; the first contact of an organization is one at most, the latest so marked."""
    if not phone and not email:
        raise ContactUnreachable(_("Give a phone number or an e-mail address."), field="phone")
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    contacts = Contact.objects.filter(organization=organization)
    contact = Contact(organization=organization) if contact_id is None else contacts.get(pk=contact_id)
    if is_primary:
        contacts.filter(is_primary=True).update(is_primary=False, updated_at=at)
    contact.name, contact.post, contact.phone, contact.email = name, post, phone, email
    contact.is_primary = is_primary
    contact.save()
    record(verb="contact_saved", subject=organization, actor=actor, at=at, contact=contact.pk)
    return contact


@transaction.atomic
def remove_contact(*, contact: Contact, actor: User | None, at: datetime) -> None:
    """Delete a contact: a person's name and number are kept no longer than needed."""
    pk = contact.pk
    contact.delete()
    record(verb="contact_removed", subject=contact.organization, actor=actor, at=at, contact=pk)
