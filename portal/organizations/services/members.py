"""Who acts for an organization."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.organizations.models import MemberRole, Membership, Organization, OrganizationKind


class AlreadyMember(DomainError):
    """The person acts for this organization already."""


class RoleDoesNotFit(DomainError):
    """HR belongs to firms and other bodies, a cooperation office to schools."""


class MembershipEnded(StateConflict):
    """The membership is over."""


@transaction.atomic
def add_member(*, organization_id: int, user: User, role: str, actor: User | None, at: datetime) -> Membership:
    """Let a person act (or read) for an organization; raises AlreadyMember, RoleDoesNotFit."""
    organization = Organization.objects.get(pk=organization_id)
    is_school = organization.kind == OrganizationKind.SCHOOL
    if role == (MemberRole.HR if is_school else MemberRole.SCHOOL_OFFICE):
        raise RoleDoesNotFit(_("This role does not fit the kind of organization."), field="role")
    try:
        with transaction.atomic():
            membership = Membership.objects.create(user=user, organization=organization, role=role)
    except IntegrityError as error:
        raise AlreadyMember(_("This person already acts for the organization."), field="user") from error
    record(verb="member_added", subject=organization, actor=actor, at=at, user=user.pk, role=role)
    return membership


@transaction.atomic
def end_membership(*, membership_id: int, actor: User | None, at: datetime) -> Membership:
    """End a membership now; raises MembershipEnded if it is over."""
    if not Membership.objects.current().filter(pk=membership_id).update(ended_at=at, updated_at=at):
        raise MembershipEnded(_("This membership has already ended."))
    membership = Membership.objects.select_related("organization").get(pk=membership_id)
    record(verb="member_ended", subject=membership.organization, actor=actor, at=at, user=membership.user_id)
    return membership
