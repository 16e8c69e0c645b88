"""What happens to organizations: registering and changing, review, and the people who act for them."""

from portal.organizations.services.contacts import remove_contact, save_contact
from portal.organizations.services.members import (
    AlreadyMember,
    MembershipEnded,
    RoleDoesNotFit,
    add_member,
    end_membership,
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
    "NoteMissing",
    "OrganizationFields",
    "OrganizationStateConflict",
    "RoleDoesNotFit",
    "add_member",
    "approve_organization",
    "archive_organization",
    "end_membership",
    "register_organization",
    "reinstate_organization",
    "remove_contact",
    "return_organization",
    "save_contact",
    "submit_organization",
    "suspend_organization",
    "update_organization",
]
