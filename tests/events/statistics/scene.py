"""A small fair with something of everything that its brief counts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from events.agreements.models import Agreement, FundingCommitment
from events.fairs.models import Fair, FairStatus, Participation, Wish
from events.meetings.models import Meeting, MeetingState, Outcome, OutcomeLevel
from portal.demands.models import TalentDemand
from portal.majors.models import SupplyLine
from portal.taxonomy.models import Major
from tests.factories import DemandFactory, MajorFactory, ProgrammeFactory, RegionFactory, SupplyLineFactory
from tests.factories_agreements import AgreementFactory, FundingFactory
from tests.factories_events import (
    FairFactory,
    MeetingFactory,
    OutcomeFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    TimetableFactory,
    WishFactory,
)

FIGURES_OF_SCENE = {
    "schools": 3,
    "provinces": 2,
    "enterprises": 2,
    "share_secondary_and_technician": 0.6667,
    "graduates": 350,
    "framework_agreements": 1,
    "funding_yuan": 500_000,
    "schools_with_intent": 2,
    "enterprises_with_consensus": 1,
    "intent_agreements": 1,
    "secondary_and_technician_schools": 2,
    "meetings_planned": 2,
    "meetings_held": 1,
    "wishes": 2,
    "wishes_met": 1,
    "people_promised": 40,
    "demands": 2,
    "people_sought": 50,
}


@dataclass
class Scene:
    """The rows that a test may change."""

    fair: Fair
    schools: list[Participation]
    enterprises: list[Participation]
    supply: list[SupplyLine]
    framework: Agreement
    intent: Agreement
    money: FundingCommitment
    consensus: Outcome
    intention: Outcome
    held: Meeting
    wish: Wish
    demand: TalentDemand
    big_data: Major


def lay_scene() -> Scene:
    """Schools: secondary in Guangdong, technician and college in Yunnan; beside them rows that must not count."""
    fair = FairFactory(slug="baoan", status=FairStatus.LIVE)
    for code, name in (("440000", "广东省"), ("530000", "云南省"), ("620000", "甘肃省")):
        RegionFactory(code=code, name=name, full_name=name, level=1)
    yunnan = RegionFactory(code="530602", name="昭阳区", full_name="云南省昭通市昭阳区")
    seats = [(RegionFactory(), "secondary"), (yunnan, "technician"), (yunnan, "junior_college")]
    schools = [
        SchoolParticipationFactory(fair=fair, organization__region=region, organization__profile__level=level)
        for region, level in seats
    ]
    enterprises = [ParticipationFactory(fair=fair) for _ in range(2)]
    big_data = MajorFactory(code="510205", name="大数据技术", level="junior_college", family_code="510205")
    applied = MajorFactory(code="710205", name="大数据技术应用", level="secondary", family_code="510205")
    supply = [
        SupplyLineFactory(programme=ProgrammeFactory(school=school.organization, major=big_data), graduating=graduates)
        for school, graduates in zip(schools, (100, 200, 50), strict=True)
    ]
    demand = DemandFactory(
        enterprise=enterprises[0].organization, status="published", headcount=30, majors=[big_data, applied]
    )
    nursing = MajorFactory(code="520201", name="护理", level="junior_college")
    DemandFactory(enterprise=enterprises[1].organization, status="published", headcount=20, majors=[nursing])
    framework = AgreementFactory(fair=fair, kind="framework", status="signed")
    money = FundingFactory(agreement=framework, amount=Decimal(300_000))
    FundingFactory(agreement=framework, amount=Decimal(200_000))
    intent = AgreementFactory(fair=fair, kind="intent", status="signed")
    consensus = OutcomeFactory(
        fair=fair, school=schools[0], enterprise=enterprises[0], level=OutcomeLevel.CONSENSUS, headcount=40
    )
    intention = OutcomeFactory(fair=fair, school=schools[1], enterprise=enterprises[1], level=OutcomeLevel.INTENT)
    timetable = TimetableFactory(fair=fair, status="published")
    held = MeetingFactory(timetable=timetable, school=schools[0], enterprise=enterprises[0], state=MeetingState.HELD)
    MeetingFactory(timetable=timetable, school=schools[1], enterprise=enterprises[1])
    wish = WishFactory(wisher=enterprises[0], partner=schools[0], kind="must")
    WishFactory(wisher=schools[2], partner=enterprises[1])
    _lay_what_does_not_count(fair, schools, enterprises, big_data)
    return Scene(
        fair, schools, enterprises, supply, framework, intent, money, consensus, intention, held, wish, demand, big_data
    )


def _lay_what_does_not_count(
    fair: Fair, schools: list[Participation], enterprises: list[Participation], major: Major
) -> None:
    other = FairFactory(slug="other", status=FairStatus.LIVE)
    gansu = RegionFactory(code="620102", name="城关区", full_name="甘肃省兰州市城关区")
    for status in ("invited", "declined", "absent", "cancelled"):
        away = SchoolParticipationFactory(fair=fair, status=status, organization__region=gansu)
        SupplyLineFactory(programme=ProgrammeFactory(school=away.organization, major=major), graduating=1000)
    SchoolParticipationFactory(fair=other, organization__region=gansu)
    programme = ProgrammeFactory(school=schools[0].organization)
    SupplyLineFactory(programme=programme, graduating=7, graduating_year=2025)
    SupplyLineFactory(programme=programme, graduating=7, state="draft")
    AgreementFactory(fair=other, kind="framework", status="signed")
    FundingFactory(agreement=AgreementFactory(fair=fair, kind="framework"), amount=Decimal(900_000))  # a draft
    FundingFactory(agreement=AgreementFactory(fair=other, status="signed"), amount=Decimal(900_000))
    OutcomeFactory(fair=fair, school=schools[2], enterprise=enterprises[1], level=OutcomeLevel.FOLLOW_UP)
    OutcomeFactory(fair=other, level=OutcomeLevel.SIGNED, headcount=9)
    WishFactory(wisher=schools[0], partner=enterprises[0], kind="no")
    MeetingFactory(timetable=TimetableFactory(fair=fair), school=schools[2], enterprise=enterprises[0])  # proposed
    DemandFactory(enterprise=enterprises[0].organization, status="draft", headcount=500, majors=[major])
    DemandFactory(status="published", headcount=500, majors=[major])  # of an enterprise that is not there
