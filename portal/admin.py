"""What Django looks for: the administration of every slice."""

from portal.demands.admin import DemandAdmin
from portal.majors.admin import ProgrammeAdmin
from portal.organizations.admin import MembershipAdmin, OrganizationAdmin
from portal.taxonomy.admin import CooperationKindAdmin, MajorAdmin, MajorAliasAdmin

__all__ = [
    "CooperationKindAdmin",
    "DemandAdmin",
    "MajorAdmin",
    "MajorAliasAdmin",
    "MembershipAdmin",
    "OrganizationAdmin",
    "ProgrammeAdmin",
]
