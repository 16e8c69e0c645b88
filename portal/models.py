"""What Django looks for: the models of every slice."""

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.demands.models import DemandWording, TalentDemand
from portal.jobs.models import Job
from portal.majors.models import Programme, ProgrammeWording, SupplyLine
from portal.notifications.models import Delivery, Notification
from portal.organizations.models import Contact, EnterpriseProfile, Membership, Organization, SchoolProfile
from portal.taxonomy.models import (
    Certificate,
    CooperationKind,
    Industry,
    LoadedCodeLists,
    Major,
    MajorAlias,
    Occupation,
    Region,
    Skill,
    SkillAlias,
)
from portal.taxonomy.queue.models import UnresolvedName

__all__ = [
    "AuditEvent",
    "Certificate",
    "Contact",
    "CooperationKind",
    "Delivery",
    "DemandWording",
    "EnterpriseProfile",
    "Industry",
    "Job",
    "LoadedCodeLists",
    "Major",
    "MajorAlias",
    "Membership",
    "Notification",
    "Occupation",
    "Organization",
    "Programme",
    "ProgrammeWording",
    "Region",
    "SchoolProfile",
    "Skill",
    "SkillAlias",
    "SupplyLine",
    "TalentDemand",
    "UnresolvedName",
    "User",
]
