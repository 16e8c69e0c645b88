"""One login per role for the demo: an administrator, an organizer, a firm's HR, a school's office."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounts.models import User
from portal.management.demo_users import DEMO_USERS, demo_password
from portal.organizations.models import MemberRole, Membership, Organization

ORGANIZATION_OF = {
    "organizer": ("深圳市宝安区职业训练中心", MemberRole.ORGANIZER),
    "hr": ("长盈精密", MemberRole.HR),
    "school": ("昭通市职业教育中心", MemberRole.SCHOOL_OFFICE),
}


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """The users of the scene by their part in it."""

    admin: User
    organizer: User
    hr: User
    school: User

    def join_their_organizations(self) -> None:
        """Let each act for the organization of its role."""
        for part, (name, role) in ORGANIZATION_OF.items():
            organization = Organization.objects.get(legal_name=name)
            Membership.objects.get_or_create(
                user=getattr(self, part), organization=organization, ended_at=None, defaults={"role": role}
            )


def seed_people() -> DemoPeople:
    """The demo's users, made if they are not there yet."""
    return DemoPeople(**{part: _person(part) for part in ("admin", "organizer", "hr", "school")})


def _person(part: str) -> User:
    email, name = DEMO_USERS[part]
    existing = User.objects.filter(email=email).first()
    if existing is not None:
        return existing
    if part == "admin":
        return User.objects.create_superuser(email, demo_password(), name=name)
    return User.objects.create_user(email, demo_password(), name=name)
