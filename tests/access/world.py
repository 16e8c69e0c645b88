"""Two tenants that are each other's mirror, a firm that takes part in nothing, and marked texts in every field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from events.agreements.models import Agreement, AgreementDocument, AgreementFile, DocumentTemplate, Milestone, Payment
from events.door.models import DeskPass
from events.fairs.models import (
    Fair,
    FairRoom,
    FairSession,
    FairTable,
    Participation,
    Presentation,
    SigningItem,
    Slot,
)
from events.meetings.models import Meeting, Outcome, Timetable
from events.review.models import CallBack, Strike
from matching.rebuilding import rebuild_now
from portal.accounts.models import User
from portal.demands.models import DemandWording, TalentDemand
from portal.jobs.models import Job
from portal.majors.models import Programme
from portal.notifications.models import Notification
from portal.organizations.models import Contact, MemberRole, Organization
from portal.taxonomy.models import CooperationKind, Major
from portal.taxonomy.queue.models import UnresolvedName
from tests.access.fairs import SIDES, lay_desk, lay_fairs, lay_meetings, lay_participants, lay_review
from tests.access.papers import lay_papers
from tests.access.secrets import Secrets
from tests.access.works import lay_jobs, lay_notifications
from tests.factories import (
    ContactFactory,
    CooperationKindFactory,
    DemandFactory,
    EnterpriseFactory,
    IndustryFactory,
    MajorFactory,
    OrganizationFactory,
    ProgrammeFactory,
    RegionFactory,
    SchoolFactory,
    SkillFactory,
    StaffFactory,
    SupplyLineFactory,
    UnresolvedNameFactory,
    UserFactory,
    member_of,
)
from tests.factories_events import OrganizerFactory

ROLES = ("anonymous", "school", "hr", "organizer", "stranger", "reader", "staff")
PASSWORD = "correct horse battery"


@dataclass
class Tenant:
    """A school, an enterprise and the organizer of their fairs, with all that they own."""

    name: str
    secrets: Secrets
    school: Organization
    enterprise: Organization
    organizer: Organization
    plan: Organization  # a registration that the organizer's person has begun
    people: dict[str, User]
    contacts: list[Contact] = field(default_factory=list)
    programmes: list[Programme] = field(default_factory=list)
    programme: Programme = field(init=False)  # no longer offered
    published: list[TalentDemand] = field(default_factory=list)
    drafts: list[TalentDemand] = field(default_factory=list)
    fair: Fair = field(init=False)  # takes place
    closed: Fair = field(init=False)
    planned: Fair = field(init=False)  # nobody was told of it yet
    session: FairSession = field(init=False)
    room: FairRoom = field(init=False)
    table: FairTable = field(init=False)  # of the fair that is planned
    presentations: FairSession = field(init=False)
    presentation: Presentation = field(init=False)  # the last one
    signing: SigningItem = field(init=False)
    schools: list[Participation] = field(default_factory=list)
    firms: list[Participation] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    tables: list[FairTable] = field(default_factory=list)
    timetable: Timetable = field(init=False)
    proposed: Timetable = field(init=False)
    desk_pass: DeskPass = field(init=False)
    desk_secret: str = field(init=False)
    meetings: list[Meeting] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    strike: Strike = field(init=False)  # of the firm at the closed fair
    call_back: CallBack = field(init=False)
    agreements: list[Agreement] = field(default_factory=list)
    guests_agreement: Agreement = field(init=False)
    document: AgreementDocument = field(init=False)
    template: DocumentTemplate = field(init=False)  # out of use
    payment: Payment = field(init=False)  # of the second agreement, which is signed
    milestone: Milestone = field(init=False)
    file: AgreementFile = field(init=False)  # the proof of the payment
    unknown: UnresolvedName = field(init=False)  # typed in the first draft
    jobs: dict[str, list[Job]] = field(default_factory=dict)
    notifications: dict[str, list[Notification]] = field(default_factory=dict)

    def viewers(self, *roles: str) -> set[str]:
        """Names of viewers: the roles of this tenant, and the staff, which may read what is not personal."""
        suffix = "" if self.name == "own" else f"_{self.name}"
        return {role + suffix for role in roles} | {"staff"}

    def secret(self, word: str, *roles: str, shown: bool = True) -> str:
        """A marked text for these roles of the tenant and the staff."""
        return self.secrets.new(word, self.viewers(*roles), shown=shown)

    def personal(self, word: str, role: str) -> str:
        """A marked text for one person alone."""
        return self.secrets.new(word, self.viewers(role) - {"staff"})


@dataclass
class World:
    """Both tenants and everybody who looks at them; `people` by name of the viewer."""

    secrets: Secrets
    own: Tenant
    foreign: Tenant
    people: dict[str, User]
    stranger: Organization
    major: Major
    kind: CooperationKind

    def badge(self, viewer: str) -> set[str]:
        """The marked texts that stand on every page of a person: its own name, address and organizations."""
        user = self.people.get(viewer)
        if user is None:
            return set()
        acts_for = Organization.objects.of_member(user).values_list("legal_name", "short_name")
        return self.secrets.found_in(f"{user.name} {user.email} {list(acts_for)}")

    def variant(self, name: str) -> Tenant:
        return self.own if name == "own" else self.foreign


def lay_world() -> World:
    """Lay out all rows; about three of every kind that a list shows."""
    secrets = Secrets()
    RegionFactory(code="440000", name="广东省", level=1)
    region = RegionFactory()
    IndustryFactory()
    kind = CooperationKindFactory()
    majors = [MajorFactory(code=f"71020{n}", name=f"专业{n}") for n in range(1, 5)]
    for n in range(3):
        SkillFactory(name=f"技能{n}")
    own, foreign = (_tenant(name, secrets, majors) for name in ("own", "foreign"))
    stranger = EnterpriseFactory(legal_name="路过有限公司", region=region)
    people = {**own.people, "stranger": member_of(stranger), "staff": StaffFactory()}
    people |= {f"{role}_foreign": user for role, user in foreign.people.items()}
    for user in people.values():  # as after the first sign-in
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    rebuild_now()
    return World(secrets, own, foreign, people, stranger, majors[0], kind)


def _tenant(name: str, secrets: Secrets, majors: list[Major]) -> Tenant:
    """One tenant; its public rows bear its name, all others marked texts."""
    public = {"short_name": f"{name}学校", "name_en": f"{name} school", "address": f"{name}路1号"}
    school = SchoolFactory(legal_name=f"{name}职业技术学校", **public)
    enterprise = EnterpriseFactory(legal_name=f"{name}精密制造有限公司", description=f"{name}制造")
    organizer = OrganizerFactory(legal_name=f"{name}职业训练中心")
    plan = OrganizationFactory(kind="park", legal_name="x", status="returned")
    tenant = Tenant(name, secrets, school, enterprise, organizer, plan, people={})
    _lay_people(tenant)
    _lay_registration(tenant)
    _lay_contacts(tenant)
    _lay_offer(tenant, majors)
    _lay_demands(tenant, majors)
    lay_fairs(tenant)
    lay_participants(tenant)
    lay_meetings(tenant)
    lay_desk(tenant)
    lay_review(tenant)
    lay_papers(tenant)
    lay_jobs(tenant)
    lay_notifications(tenant)
    return tenant


def _lay_people(tenant: Tenant) -> None:
    """Names are read within the tenant, addresses only where somebody acts for the same organization."""
    places = {
        "school": (tenant.school, MemberRole.SCHOOL_OFFICE, ("school",)),
        "hr": (tenant.enterprise, MemberRole.HR, ("hr", "reader")),
        "reader": (tenant.enterprise, MemberRole.READER, ("hr", "reader")),
        "organizer": (tenant.organizer, MemberRole.ORGANIZER, ("organizer",)),
    }
    for role, (organization, membership, colleagues) in places.items():
        user = UserFactory(
            name=tenant.secret(f"{role}name", *SIDES),
            email=f"{tenant.secret(f'{role}mail', *colleagues)}@example.org",
            language="zh-hans",
            password=PASSWORD,
        )
        member_of(organization, user=user, role=membership)
        tenant.people[role] = user


def _lay_registration(tenant: Tenant) -> None:
    """A returned registration: seen by the person who made it and by the review."""
    plan = tenant.plan
    member_of(plan, user=tenant.people["organizer"], role=MemberRole.ORGANIZER)
    texts = ("legal_name", "short_name", "name_en", "address", "description", "review_note")
    values: dict[str, Any] = {name: tenant.secret(name.replace("_", ""), "organizer") for name in texts}
    values["former_names"] = [tenant.secret("formername", "organizer")]
    values["website"] = f"https://{tenant.secret('website', 'organizer')}.example.org"
    Organization.objects.filter(pk=plan.pk).update(**values)
    plan.refresh_from_db()


def _lay_contacts(tenant: Tenant) -> None:
    places = ((tenant.enterprise, ("hr", "reader")), (tenant.school, ("school",)), (tenant.organizer, ("organizer",)))
    for organization, roles in places:
        for number in range(3):
            contact = ContactFactory(
                organization=organization,
                name=tenant.secret("contactname", *roles),
                post=tenant.secret("contactpost", *roles),
                phone=tenant.secret("contactphone", *roles),
                email=f"{tenant.secret('contactmail', *roles)}@example.org",
                is_primary=number == 0,
            )
            tenant.contacts.append(contact)


def _lay_offer(tenant: Tenant, majors: list[Major]) -> None:
    for major in majors[:3]:
        programme = ProgrammeFactory(school=tenant.school, major=major, direction=f"{tenant.name}方向")
        SupplyLineFactory(programme=programme, graduating_year=timezone.localdate().year)
        tenant.programmes.append(programme)
    direction = tenant.secret("direction", "school")
    tenant.programme = ProgrammeFactory(school=tenant.school, major=majors[3], direction=direction, is_active=False)


def _lay_demands(tenant: Tenant, majors: list[Major]) -> None:
    for number in range(3):
        tenant.published.append(
            DemandFactory(
                enterprise=tenant.enterprise,
                title=f"{tenant.name}操作工{number}",
                status="published",
                majors=majors[:2],
            )
        )
        tenant.drafts.append(
            DemandFactory(
                enterprise=tenant.enterprise,
                title=tenant.secret("demandtitle", "hr", "reader"),
                description=tenant.secret("demandtext", "hr", "reader"),
                majors=majors[:1],
            )
        )
    text = tenant.secret("unknownskill", "hr", "reader")
    tenant.unknown = UnresolvedNameFactory(text=text, normalised=text)
    DemandWording.objects.create(demand=tenant.drafts[0], name=tenant.unknown)
    DemandFactory(enterprise=tenant.enterprise, title=tenant.secret("expired", "hr", "reader"), status="expired")
