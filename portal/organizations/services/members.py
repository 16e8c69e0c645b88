"""Who acts for an organization."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.invitations import send_invitation
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.notifications.services import notify
from portal.organizations.models import EDITING_ROLES, MemberRole, Membership, Organization, OrganizationKind
from portal.organizations.services.registering import role_for


class AlreadyMember(DomainError):
    """The person acts for this organization already."""


class RoleDoesNotFit(DomainError):
    """HR belongs to firms and other bodies, a cooperation office to schools."""


class MembershipEnded(StateConflict):
    """The membership is over."""


class NotToBeEnded(DomainError):
    """One's own membership, or the last one that may write for the organization."""


def roles_for(kind: str) -> tuple[MemberRole, MemberRole]:
    """The roles to which an organization of this kind may invite people: its own one, and reading."""
    return role_for(kind), MemberRole.READER


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


@transaction.atomic
def invite_member(*, organization_id: int, email: str, name: str, role: str, actor: User, at: datetime) -> Membership:
    """Let a colleague act (or read) for an organization, and tell him or her by e-mail.

    Whoever has no account gets one without password, and after commit an e-mail whose link lets it be chosen.
    Raises RoleDoesNotFit, AlreadyMember; OSError after commit if the mail server does not answer.
    """
    organization = Organization.objects.get(pk=organization_id)
    if role not in roles_for(organization.kind):
        raise RoleDoesNotFit(_("This role does not fit the kind of organization."), field="role")
    user = _person(email=email, name=name, language=actor.language)
    try:
        membership = add_member(organization_id=organization_id, user=user, role=role, actor=actor, at=at)
    except AlreadyMember as error:
        raise AlreadyMember(error.message, field="email") from error
    if user.has_usable_password():
        context: dict[str, object] = {"organization": organization.display_name}
        notify(recipients=[user], event="member_added", at=at, context=context, url=organization.get_absolute_url())
    else:
        transaction.on_commit(partial(send_invitation, user=user, organization=organization.legal_name))
    return membership


def _person(*, email: str, name: str, language: str) -> User:
    """The person with this address, whatever its case; a new one cannot sign in before choosing a password."""
    known = User.objects.filter(email__iexact=email).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return User.objects.create_user(email, name=name, language=language)
    except IntegrityError:  # invited twice in the same moment
        return User.objects.get(email__iexact=email)


@transaction.atomic
def dismiss_member(*, membership_id: int, actor: User, at: datetime) -> Membership:
    """End a colleague's membership; raises NotToBeEnded for one's own and for the last one that may write."""
    membership = Membership.objects.get(pk=membership_id)
    if membership.user_id == actor.pk:
        raise NotToBeEnded(_("Nobody ends the own membership: ask a colleague or the platform."))
    Organization.objects.select_for_update().get(pk=membership.organization_id)  # two at once must not end both
    writing = Membership.objects.current().filter(organization=membership.organization_id, role__in=EDITING_ROLES)
    if membership.role in EDITING_ROLES and not writing.exclude(pk=membership_id).exists():
        raise NotToBeEnded(_("Nobody else may write for this organization. Invite somebody first."))
    return end_membership(membership_id=membership_id, actor=actor, at=at)
