"""A fair with a school and an enterprise that want each other, for the tests of agreements."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import ContentFile

from events.agreements.facts import Signatory, Upload
from events.agreements.models import Agreement, AgreementParty
from events.agreements.services import approve, sign_agreement
from events.fairs.models import Fair, FairStatus, Participation
from events.meetings.models import Outcome, OutcomeLevel
from portal.accounts.models import User
from portal.organizations.models import Organization
from portal.taxonomy.models import Major
from tests.conftest import NOON
from tests.factories import (
    CooperationKindFactory,
    DemandFactory,
    EnterpriseFactory,
    MajorFactory,
    ProgrammeFactory,
    SchoolFactory,
    SupplyLineFactory,
    member_of,
)
from tests.factories_events import FairFactory, OutcomeFactory, ParticipationFactory, organizer_person


@dataclass
class World:
    """Who is there, and what came of the talk of the two."""

    fair: Fair
    school: Organization
    enterprise: Organization
    outcome: Outcome
    organizer: User
    teacher: User
    hr: User


def big_data() -> Major:
    return MajorFactory(code="510205", name="大数据技术", level="junior_college")


def lay_world(level: OutcomeLevel = OutcomeLevel.SIGNED, headcount: int = 30) -> World:
    """A school with 90 graduates in two majors that the enterprise seeks, and 50 in one that it does not."""
    fair = FairFactory(slug="baoan", status=FairStatus.LIVE)
    school = SchoolFactory(legal_name="昭通市职业教育中心")
    enterprise = EnterpriseFactory(legal_name="深圳市长盈精密技术股份有限公司")
    wanted = [big_data(), MajorFactory(code="460104", name="机械制造及自动化", level="junior_college")]
    for major, graduates in [*zip(wanted, (60, 30), strict=True), (MajorFactory(code="520201", name="护理"), 50)]:
        programme = ProgrammeFactory(school=school, major=major)
        SupplyLineFactory(programme=programme, graduating_year=2024, graduating=graduates)
    other = MajorFactory(code="510301", name="现代通信技术", level="junior_college")
    DemandFactory(enterprise=enterprise, status="published", majors=[*wanted, other])
    outcome = OutcomeFactory(
        fair=fair,
        school=_coming(fair, school),
        enterprise=_coming(fair, enterprise),
        level=level,
        headcount=headcount,
    )
    outcome.cooperation_kinds.set(kinds())
    return World(
        fair,
        school,
        enterprise,
        outcome,
        organizer_person(fair),
        member_of(school),
        member_of(enterprise),
    )


def kinds() -> list[object]:
    return [
        CooperationKindFactory(
            code="training_base", name="共建实训基地", name_en="Training base", position=6, measures="bases|yuan"
        ),
        CooperationKindFactory(
            code="internship", name="岗位实习", name_en="Internships", position=2, measures="students"
        ),
        CooperationKindFactory(
            code="order_class", name="订单培养项目", name_en="Order classes", position=3, measures="classes|students"
        ),
    ]


def _coming(fair: Fair, organization: Organization) -> Participation:
    return ParticipationFactory(fair=fair, organization=organization)


def signatures(agreement: Agreement) -> dict[str, Signatory]:
    return {role: Signatory("䶮喆", "校长") for role in agreement.parties.values_list("role", flat=True)}


def party(agreement: Agreement, role: str = "first") -> AgreementParty:
    return agreement.parties.select_related("organization").get(role=role)


def open_hash(agreement: Agreement) -> str:
    """The hash of the terms that are negotiated now."""
    return agreement.texts.get(status="open").terms_hash


def scan(content: bytes = b"%PDF-1.7 signed and sealed %%EOF") -> Upload:
    """A scan that has passed the gate."""
    digest = hashlib.sha256(content).hexdigest()
    return Upload(ContentFile(content), "签署页.pdf", "application/pdf", digest, len(content))


def approve_all(agreement: Agreement, actor: User, *, at: datetime = NOON) -> Agreement:
    """Every party has said yes on paper, and the one who attends the agreement records it."""
    for each in agreement.parties.select_related("organization").order_by("position"):
        approve(
            agreement=agreement, party=each, terms_hash=open_hash(agreement), actor=actor, at=at, on_behalf="当面确认"
        )
    return Agreement.objects.get(pk=agreement.pk)


def sign(agreement: Agreement, actor: User, *, at: datetime = NOON) -> Agreement:
    return sign_agreement(
        agreement=agreement,
        terms_hash=open_hash(agreement),
        signed_on=date(2024, 5, 17),
        signatories=signatures(agreement),
        scan=scan(),
        actor=actor,
        at=at,
    )
