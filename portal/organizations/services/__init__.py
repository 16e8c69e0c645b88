"""What happens to organizations: registering and changing, review, and the people who act for them."""

from portal.organizations.services.contacts import remove_contact, save_contact
from portal.organizations.services.members import (
    AlreadyMember,
    MembershipEnded,
    NotToBeEnded,
    RoleDoesNotFit,
    add_member,
    dismiss_member,
    end_membership,
    invite_member,
    roles_for,
)
from portal.organizations.services.registering import (
    ChangedMeanwhile,
    CodeTaken,
    OrganizationFields,
    register_organization,
    update_organization,
)
from portal.organizations.services.reviewing import (
    NoteMissing,
    OrganizationStateConflict,
    approve_organization,
    archive_organization,
    reinstate_organization,
    return_organization,
    submit_organization,
    suspend_organization,
)

__all__ = [
    "AlreadyMember",
    "ChangedMeanwhile",
    "CodeTaken",
    "MembershipEnded",
    "NotToBeEnded",
    "NoteMissing",
    "OrganizationFields",
    "OrganizationStateConflict",
    "RoleDoesNotFit",
    "add_member",
    "approve_organization",
    "archive_organization",
    "dismiss_member",
    "end_membership",
    "invite_member",
    "register_organization",
    "reinstate_organization",
    "remove_contact",
    "return_organization",
    "roles_for",
    "save_contact",
    "submit_organization",
    "suspend_organization",
    "update_organization",
]
