"""Who a person is here: the roles that follow from memberships."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from portal.accounts.models import User
from portal.organizations.models import MemberRole, Membership, OrganizationKind


class Role(StrEnum):
    """The side of the table at which a person sits; one person may sit at several."""

    ENTERPRISE = "enterprise"
    SCHOOL = "school"
    ORGANIZER = "organizer"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Standing:
    """The roles of a person and the names of the organizations they act for, in the order of joining."""

    roles: frozenset[Role]
    organizations: tuple[str, ...]


SIDES = {OrganizationKind.ENTERPRISE: Role.ENTERPRISE, OrganizationKind.SCHOOL: Role.SCHOOL}
KNOWN = "_standing"  # beside Django's own _perm_cache: as long-lived as the user object, that is, as one request


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The current roles of a person, by one query; none for an anonymous visitor."""
    return standing_of(user).roles


def standing_of(user: User | AnonymousUser) -> Standing:
    """The current standing, by one query, or by none after `remember_standing`."""
    known: Standing | None = getattr(user, KNOWN, None)
    return known or _read_standing(user)


def remember_standing(user: User | AnonymousUser) -> Standing:
    """Ask once for a page that needs the standing in several places."""
    standing = standing_of(user)
    setattr(user, KNOWN, standing)
    return standing


def _read_standing(user: User | AnonymousUser) -> Standing:
    if not user.is_authenticated:
        return Standing(frozenset(), ())
    rows = (
        Membership.objects.current()
        .filter(user=user)
        .order_by("id")
        .values_list("role", "organization__kind", "organization__short_name", "organization__legal_name")
    )
    roles = {Role.STAFF} if user.is_staff else set()
    names = []
    for role, kind, short_name, legal_name in rows:
        names.append(short_name or legal_name)
        side = Role.ORGANIZER if role == MemberRole.ORGANIZER else SIDES.get(OrganizationKind(kind))
        if side is not None:
            roles.add(side)
    return Standing(frozenset(roles), tuple(names))
