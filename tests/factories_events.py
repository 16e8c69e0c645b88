"""Rows of fairs and meetings for tests, one factory a model."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from events.door.models import DoorEvent
from events.fairs.models import (
    Absence,
    Delegate,
    Fair,
    FairRoom,
    FairSession,
    FairStatus,
    FairTable,
    Participation,
    ParticipationStatus,
    Presentation,
    Slot,
    Wish,
)
from events.meetings.models import Meeting, Outcome, Timetable, TimetableStatus
from events.review.models import Appeal, CallBack, Strike
from matching.models import Match, Side
from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.organizations.models import MemberRole, Organization, OrganizationKind
from portal.taxonomy.models import Major
from tests.factories import (
    DemandFactory,
    EnterpriseFactory,
    MajorFactory,
    OrganizationFactory,
    ProgrammeFactory,
    RegionFactory,
    SchoolFactory,
    SupplyLineFactory,
    UserFactory,
    member_of,
)

MORNING = datetime(2024, 5, 17, 1, 0, tzinfo=UTC)  # nine o'clock in Shenzhen on the first day of the fair
EARLIER = datetime(2024, 4, 1, 4, 0, tzinfo=UTC)


class OrganizerFactory(OrganizationFactory):
    """An approved training centre that runs fairs."""

    kind = OrganizationKind.TRAINING_CENTRE
    legal_name = factory.Sequence(lambda n: f"宝安区第{n}职业训练中心")


class FairFactory(DjangoModelFactory):
    """A fair of two days that takes answers; `organizer_person(fair)` makes somebody who runs it."""

    class Meta:
        model = Fair

    slug = factory.Sequence(lambda n: f"fair-{n}")
    name = factory.Sequence(lambda n: f"百校千企对接会{n}")
    organizer = factory.SubFactory(OrganizerFactory)
    region = factory.SubFactory(RegionFactory)
    venue = "职业训练中心"
    registration_at = datetime(2024, 5, 16, 6, 0, tzinfo=UTC)
    registration_place = "职业训练中心一楼大厅"
    duty_contact = "会务组 0755-0000000"
    starts_on = date(2024, 5, 17)
    ends_on = date(2024, 5, 18)
    graduating_year = 2024
    min_meetings = 2
    max_meetings = 5
    status = FairStatus.REGISTRATION


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = FairSession

    fair = factory.SubFactory(FairFactory)
    kind = "opening"
    title = "开幕式"
    starts_at = MORNING
    ends_at = MORNING + timedelta(hours=1)


class SlotFactory(DjangoModelFactory):
    """Half-hourly slots, one after the other over all fairs of a test."""

    class Meta:
        model = Slot

    fair = factory.SubFactory(FairFactory)
    starts_at = factory.Sequence(lambda n: MORNING + timedelta(minutes=30 * (n % 40)))
    ends_at = factory.LazyAttribute(lambda slot: slot.starts_at + timedelta(minutes=20))


class TableFactory(DjangoModelFactory):
    class Meta:
        model = FairTable

    fair = factory.SubFactory(FairFactory)
    number = factory.Sequence(lambda n: n % 30_000 + 1)


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = FairRoom

    fair = factory.SubFactory(FairFactory)
    name = factory.Sequence(lambda n: f"{n}号厅")


class ParticipationFactory(DjangoModelFactory):
    """An enterprise that has accepted; `status="invited"` for one that has not answered."""

    class Meta:
        model = Participation

    fair = factory.SubFactory(FairFactory)
    organization = factory.SubFactory(EnterpriseFactory)
    status = ParticipationStatus.CONFIRMED
    invited_at = EARLIER
    answered_at = factory.LazyAttribute(lambda row: None if row.status == ParticipationStatus.INVITED else EARLIER)
    checked_in_at = factory.LazyAttribute(lambda row: MORNING if row.status == ParticipationStatus.ATTENDED else None)
    waitlisted_at = factory.LazyAttribute(lambda row: EARLIER if row.status == ParticipationStatus.WAITLISTED else None)


class SchoolParticipationFactory(ParticipationFactory):
    organization = factory.SubFactory(SchoolFactory)


class PresentationFactory(DjangoModelFactory):
    class Meta:
        model = Presentation

    session = factory.SubFactory(SessionFactory, kind="presentation")
    participation = factory.SubFactory(SchoolParticipationFactory, fair=factory.SelfAttribute("..session.fair"))
    position = factory.Sequence(lambda n: n % 30_000 + 1)


class DelegateFactory(DjangoModelFactory):
    """A named delegate; the ranks run on over all delegations of a test."""

    class Meta:
        model = Delegate

    participation = factory.SubFactory(ParticipationFactory)
    rank = factory.Sequence(lambda n: n % 30_000 + 1)
    name = factory.Sequence(lambda n: f"代表{n}")


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    participation = factory.SubFactory(ParticipationFactory)
    slot = factory.SubFactory(SlotFactory, fair=factory.SelfAttribute("..participation.fair"))


class WishFactory(DjangoModelFactory):
    class Meta:
        model = Wish

    wisher = factory.SubFactory(SchoolParticipationFactory)
    partner = factory.SubFactory(ParticipationFactory, fair=factory.SelfAttribute("..wisher.fair"))
    kind = "ok"


class TimetableFactory(DjangoModelFactory):
    """A proposed version; `status="published"` for the one that counts."""

    class Meta:
        model = Timetable

    fair = factory.SubFactory(FairFactory, status=FairStatus.MATCHING)
    number = factory.Sequence(lambda n: n % 30_000 + 1)
    published_at = factory.LazyAttribute(lambda row: EARLIER if row.status == TimetableStatus.PUBLISHED else None)
    status = TimetableStatus.PROPOSED
    score = 1000
    upper_bound = 1000


class MeetingFactory(DjangoModelFactory):
    """A planned meeting of a school and an enterprise of the timetable's fair."""

    class Meta:
        model = Meeting

    timetable = factory.SubFactory(TimetableFactory)
    school = factory.SubFactory(SchoolParticipationFactory, fair=factory.SelfAttribute("..timetable.fair"))
    enterprise = factory.SubFactory(ParticipationFactory, fair=factory.SelfAttribute("..timetable.fair"))
    slot = factory.SubFactory(SlotFactory, fair=factory.SelfAttribute("..timetable.fair"))
    table = factory.SubFactory(TableFactory, fair=factory.SelfAttribute("..timetable.fair"))


class OutcomeFactory(DjangoModelFactory):
    class Meta:
        model = Outcome

    fair = factory.SubFactory(FairFactory, status=FairStatus.LIVE)
    school = factory.SubFactory(SchoolParticipationFactory, fair=factory.SelfAttribute("..fair"))
    enterprise = factory.SubFactory(ParticipationFactory, fair=factory.SelfAttribute("..fair"))
    level = 2
    recorded_by = factory.SubFactory(UserFactory)
    recorded_at = MORNING


class DoorEventFactory(DjangoModelFactory):
    """A firm has arrived."""

    class Meta:
        model = DoorEvent

    fair = factory.LazyAttribute(lambda event: event.participation.fair)
    participation = factory.SubFactory(ParticipationFactory)
    nonce = factory.LazyFunction(uuid4)
    kind = "arrived"
    happened_at = MORNING
    received_at = MORNING
    by = factory.SubFactory(UserFactory)


class StrikeFactory(DjangoModelFactory):
    """A firm that did not come."""

    class Meta:
        model = Strike

    participation = factory.SubFactory(ParticipationFactory, status="absent")
    kind = "absent"
    noted_at = MORNING


class AppealFactory(DjangoModelFactory):
    class Meta:
        model = Appeal

    strike = factory.SubFactory(StrikeFactory)
    text = "堵车"
    raised_by = factory.SubFactory(UserFactory)
    raised_at = MORNING


class CallBackFactory(DjangoModelFactory):
    class Meta:
        model = CallBack

    outcome = factory.SubFactory(OutcomeFactory)
    due_on = date(2024, 6, 17)


class MatchFactory(DjangoModelFactory):
    """A pair in the stored list of an enterprise that seeks somebody; `mutual` is what suggestions look at."""

    class Meta:
        model = Match
        skip_postgeneration_save = True

    side = Side.ENTERPRISE
    school = factory.SubFactory(SchoolFactory)
    enterprise = factory.SubFactory(EnterpriseFactory)
    enterprise_score = 0.6
    school_score = 0.4
    mutual = 0.48
    coverage = 0.5
    graduates = 40.0
    vacancies = 20.0

    @factory.post_generation
    def demand(self: Match, create: bool, extracted: TalentDemand | None, **_: Any) -> None:
        if extracted is None and not self.enterprise.demands.exists():
            DemandFactory(enterprise=self.enterprise, status="published")


def organizer_person(fair: Fair) -> User:
    """Somebody who runs the fair."""
    return member_of(fair.organizer, role=MemberRole.ORGANIZER)


def people_of(participation: Participation) -> User:
    """Somebody who acts for a participating organization."""
    return member_of(participation.organization)


def make_fit(school: Organization, enterprise: Organization, *, graduates: int = 40, headcount: int = 20) -> None:
    """A major of their own that the one teaches and the other seeks; they fit from the next ranking on."""
    category = f"{80 + Major.objects.count() % 20}"  # of its own too: nobody else comes near
    major = MajorFactory(code=f"{category}0101", category_code=category, class_code=f"{category}01")
    SupplyLineFactory(programme=ProgrammeFactory(school=school, major=major), graduating=graduates)
    DemandFactory(enterprise=enterprise, status="published", majors=[major], headcount=headcount)
