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
class Seat:
    """One organization that a person acts for."""

    organization_id: int
    name: str
    kind: str
    status: str
    role: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The roles of a person, and where they follow from, in the order of joining."""

    roles: frozenset[Role]
    seats: tuple[Seat, ...]


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
    current = Membership.objects.current().filter(user=user).select_related("organization").order_by("id")
    seats = tuple(_seat(membership) for membership in current)
    roles = {side for seat in seats if (side := _side(seat)) is not None}
    return Standing(frozenset(roles | ({Role.STAFF} if user.is_staff else set())), seats)


def _seat(membership: Membership) -> Seat:
    organization = membership.organization
    name = organization.display_name
    return Seat(organization.pk, name, organization.kind, organization.status, membership.role)


def _side(seat: Seat) -> Role | None:
    return Role.ORGANIZER if seat.role == MemberRole.ORGANIZER else SIDES.get(OrganizationKind(seat.kind))
