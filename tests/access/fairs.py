"""The fairs of a tenant: one takes place, one is over, one is being planned; who comes, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from events.door.services import make_pass
from events.fairs.models import SigningItem
from tests.conftest import NOON
from tests.factories import EnterpriseFactory, SchoolFactory
from tests.factories_events import (
    MORNING,
    AbsenceFactory,
    AppealFactory,
    CallBackFactory,
    FairFactory,
    MeetingFactory,
    OutcomeFactory,
    ParticipationFactory,
    PresentationFactory,
    RoomFactory,
    SessionFactory,
    SlotFactory,
    StrikeFactory,
    TableFactory,
    TimetableFactory,
    WishFactory,
)

if TYPE_CHECKING:
    from tests.access.world import Tenant

SIDES = ("school", "hr", "organizer", "reader")


def lay_fairs(tenant: Tenant) -> None:
    organizer, name = tenant.organizer, tenant.name
    tenant.fair = FairFactory(slug=f"{name}-live", name=f"{name}对接会", organizer=organizer, status="live")
    tenant.closed = FairFactory(slug=f"{name}-closed", name=f"{name}往届", organizer=organizer, status="closed")
    tenant.planned = FairFactory(
        slug=f"{name}-planned",
        organizer=organizer,
        status="planning",
        **{text: tenant.secret(f"fair{text}", "organizer") for text in ("name", "theme", "hosts", "venue")},
    )
    for number in range(3):
        starts_at = MORNING + timedelta(minutes=30 * number)
        tenant.slots.append(SlotFactory(fair=tenant.fair, starts_at=starts_at))
        SlotFactory(fair=tenant.planned, starts_at=starts_at)
        tenant.tables.append(TableFactory(fair=tenant.fair, number=number + 1, zone="A"))
        SessionFactory(fair=tenant.fair, title=f"{name}环节{number}")
    TableFactory(fair=tenant.planned, number=1, zone=tenant.secret("zone", "organizer"))
    tenant.room = RoomFactory(fair=tenant.planned, name=tenant.secret("room", "organizer"))
    tenant.table = TableFactory(fair=tenant.planned, number=2, header=tenant.secret("sign", "organizer"))
    texts = {text: tenant.secret(f"session{text}", "organizer") for text in ("title", "place")}
    tenant.session = SessionFactory(fair=tenant.planned, **texts)


def lay_participants(tenant: Tenant) -> None:
    """The tenant's two and four guests without a person of their own, in the live and in the closed fair."""
    guests = [(SchoolFactory(), EnterpriseFactory()) for _ in range(2)]
    for number, (school, firm) in enumerate([(tenant.school, tenant.enterprise), *guests]):
        for organization, rows, own in (
            (school, tenant.schools, ("school",)),
            (firm, tenant.firms, ("hr", "reader")),
        ):
            readers = ("organizer", *own) if number == 0 else ("organizer",)
            rows.append(
                ParticipationFactory(
                    fair=tenant.fair,
                    organization=organization,
                    status="attended",
                    note=tenant.secret("answer", *readers),
                )
            )
            ParticipationFactory(
                fair=tenant.closed,
                organization=organization,
                status="attended",
                note=tenant.secret("oldanswer", *readers),
            )
    for school, firm in zip(tenant.schools, tenant.firms, strict=True):
        WishFactory(wisher=school, partner=firm, kind="must")
        WishFactory(wisher=firm, partner=school, kind="ok")
    AbsenceFactory(participation=tenant.schools[0], slot=tenant.slots[2])
    tenant.presentations = SessionFactory(fair=tenant.fair, kind="presentation", title=f"{tenant.name}推介")
    for turn, school in enumerate(tenant.schools, 1):
        tenant.presentation = PresentationFactory(
            session=tenant.presentations,
            participation=school,
            position=turn,
            speaker=tenant.secret("speaker", "organizer"),
        )
    tenant.signing = SigningItem.objects.create(
        session=SessionFactory(fair=tenant.fair, kind="signing", title=f"{tenant.name}签约"),
        position=1,
        title=tenant.secret("paper", "organizer"),
        school=tenant.schools[0],
        enterprise=tenant.firms[0],
        witnesses=tenant.secret("witness", "organizer"),
    )


def lay_meetings(tenant: Tenant) -> None:
    fair = tenant.fair
    tenant.timetable = TimetableFactory(fair=fair, number=1, status="published")
    tenant.proposed = TimetableFactory(fair=fair, number=2)
    for number, (school, firm) in enumerate(zip(tenant.schools, tenant.firms, strict=True)):
        place = {"school": school, "enterprise": firm, "slot": tenant.slots[number], "table": tenant.tables[number]}
        tenant.meetings.append(MeetingFactory(timetable=tenant.timetable, **place))
        MeetingFactory(timetable=tenant.proposed, **place)
        readers = SIDES if number == 0 else ("organizer",)
        tenant.outcomes.append(
            OutcomeFactory(
                fair=fair,
                school=school,
                enterprise=firm,
                meeting=tenant.meetings[number] if number else None,
                note=tenant.secret("outcome", *readers),
                recorded_by=tenant.people["organizer"],
                recorded_at=NOON,
            )
        )


def lay_desk(tenant: Tenant) -> None:
    """A pass for the door of the fair that takes place."""
    ends = timezone.now() + timedelta(hours=6)
    given = {"actor": tenant.people["organizer"], "at": timezone.now()}
    tenant.desk_pass, tenant.desk_secret = make_pass(fair_id=tenant.fair.pk, name="一号台", expires_at=ends, **given)


def lay_review(tenant: Tenant) -> None:
    """A breach of the tenant's firm, about which it has written, and a call-back of the organizer."""
    firm = tenant.closed.participations.get(organization=tenant.enterprise)
    tenant.strike = StrikeFactory(participation=firm)
    AppealFactory(
        strike=tenant.strike, text=tenant.secret("appeal", "organizer", "hr", "reader"), raised_by=tenant.people["hr"]
    )
    school = tenant.closed.participations.get(organization=tenant.school)
    outcome = OutcomeFactory(fair=tenant.closed, school=school, enterprise=firm, recorded_by=tenant.people["organizer"])
    tenant.call_back = CallBackFactory(outcome=outcome, note=tenant.secret("callback", "organizer"))
