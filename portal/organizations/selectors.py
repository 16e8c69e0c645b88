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


_SIDES = {OrganizationKind.ENTERPRISE: Role.ENTERPRISE, OrganizationKind.SCHOOL: Role.SCHOOL}


def standing_of(user: User | AnonymousUser) -> Standing:
    """The person's current standing, by one query; an anonymous visitor has none."""
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
        side = Role.ORGANIZER if role == MemberRole.ORGANIZER else _SIDES.get(OrganizationKind(kind))
        if side is not None:
            roles.add(side)
    return Standing(frozenset(roles), tuple(names))


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles of a person, by one query."""
    return standing_of(user).roles
