"""Reads of organizations for pages."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from portal.accounts.models import User
from portal.organizations.models import (
    Contact,
    Membership,
    MembershipQuerySet,
    Organization,
    OrganizationQuerySet,
    OrganizationStatus,
)


def with_profiles(organizations: OrganizationQuerySet) -> OrganizationQuerySet:
    """With all that a row of a list shows, in one query."""
    return organizations.select_related("region", "school", "enterprise__industry")


def review_queue(user: User | AnonymousUser) -> OrganizationQuerySet:
    """What waits for the review, for those who review."""
    waiting = Organization.objects.reviewable_by(user).filter(status=OrganizationStatus.SUBMITTED)
    return with_profiles(waiting)


def members_of(organization: Organization) -> MembershipQuerySet:
    """The people who act or read for it now."""
    current = Membership.objects.current().filter(organization=organization)
    return current.select_related("user").order_by("created_at", "pk")


def contacts_of(organization: Organization, user: User | AnonymousUser) -> list[Contact]:
    """The people to call, as far as the user may know them; the first one first."""
    return list(Contact.objects.visible_to(user).filter(organization=organization))
