"""Messages to the people of an organization; the sentences of this slice's events."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.notifications.events import register_event
from portal.notifications.services import notify
from portal.organizations.models import Membership, Organization

register_event("organization_submitted", _("%(organization)s waits for your review."))
register_event("organization_suspended", _("%(organization)s has been suspended: %(note)s"))
register_event("organization_reinstated", _("%(organization)s has been reinstated."))


def notify_members(organization: Organization, *, event: str, at: datetime, url: str = "", **context: object) -> None:
    """Tell everybody who acts or reads for an organization; its name is part of the sentence's context."""
    members = Membership.objects.current().filter(organization=organization).values("user")
    notify(
        recipients=User.objects.filter(pk__in=members, is_active=True),
        event=event,
        at=at,
        context={"organization": organization.display_name, **context},
        url=url or organization.get_absolute_url(),
    )


def notify_staff(organization: Organization, *, event: str, at: datetime) -> None:
    """Tell the platform's staff, with the way to the review."""
    notify(
        recipients=User.objects.filter(is_staff=True, is_active=True),
        event=event,
        at=at,
        context={"organization": organization.display_name},
        url=reverse("organizations:review"),
    )
