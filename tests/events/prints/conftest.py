"""A fair with four organizations, two tables, a published timetable and a programme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from events.fairs.models import (
    Fair,
    FairSession,
    FairStatus,
    FairTable,
    Participation,
    SigningItem,
    Slot,
    TourGroup,
    TourSeat,
)
from events.meetings.models import Meeting
from events.prints.services import request_pack
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.conftest import NOON
from tests.factories import (
    DemandFactory,
    EnterpriseFactory,
    MajorFactory,
    ProgrammeFactory,
    SchoolFactory,
    SupplyLineFactory,
)
from tests.factories_events import (
    MORNING,
    DelegateFactory,
    FairFactory,
    MeetingFactory,
    ParticipationFactory,
    PresentationFactory,
    RoomFactory,
    SessionFactory,
    SlotFactory,
    TableFactory,
    TimetableFactory,
    organizer_person,
)

RARE = "昭通市䶮喆堃高级技工学校（云南省高技能人才培养示范基地）"


@dataclass(frozen=True)
class Scene:
    fair: Fair
    organizer: User
    schools: list[Participation]
    firms: list[Participation]
    slots: list[Slot]
    tables: list[FairTable]
    meetings: list[Meeting]


@pytest.fixture
def scene(settings: Any, tmp_path: Path) -> Scene:
    """Each of two schools meets each of two firms: four meetings in the first two of three slots."""
    settings.MEDIA_ROOT = tmp_path
    fair = FairFactory(status=FairStatus.SCHEDULED, name="百校千企对接会", theme="产教融合")
    schools = [_party(fair, SchoolFactory(legal_name=name, short_name="")) for name in (RARE, "乙职业技术学院")]
    firms = [
        _party(fair, EnterpriseFactory(legal_name=name, short_name="")) for name in ("丙精密有限公司", "丁电子公司")
    ]
    slots = [SlotFactory(fair=fair, starts_at=MORNING + timedelta(minutes=30 * n)) for n in range(3)]
    hall = RoomFactory(fair=fair, name="一号厅")
    owners = [schools[0], None]
    tables = [TableFactory(fair=fair, number=n, zone="A", room=hall, owner=owners[n - 1]) for n in (1, 2)]
    timetable = TimetableFactory(fair=fair, number=3, status="published")
    meetings = [
        MeetingFactory(
            timetable=timetable, school=schools[n], enterprise=firms[(n + turn) % 2], slot=slots[turn], table=tables[n]
        )
        for turn in range(2)
        for n in range(2)
    ]
    _programme(fair, schools, firms)
    _lists(schools[0], firms[0])
    return Scene(fair, organizer_person(fair), schools, firms, slots, tables, meetings)


def _party(fair: Fair, organization: Any) -> Participation:
    """A delegation of two with one name so far."""
    row: Participation = ParticipationFactory(fair=fair, organization=organization, delegates=2)
    DelegateFactory(
        participation=row,
        name=f"䶮{organization.legal_name[0]}",
        post="校企合作处处长",
        phone="13800000000",
        arrives_at=datetime(2024, 5, 16, 6, 0, tzinfo=UTC),
        diet="清真",
    )
    return row


def _programme(fair: Fair, schools: list[Participation], firms: list[Participation]) -> None:
    def session(kind: str, title: str, hour: int) -> FairSession:
        starts_at = MORNING + timedelta(hours=hour)
        found: FairSession = SessionFactory(
            fair=fair, kind=kind, title=title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
        )
        return found

    session("negotiation", "洽谈", 0)
    for position, party in enumerate((schools[0], firms[0]), 1):
        PresentationFactory(
            session=session("presentation", f"推介{position}", 4),
            participation=party,
            position=position,
            speaker="某主任",
        )
    group = TourGroup.objects.create(session=session("tour", "参观", 6), number=1, vehicle="1号车", guide="某导")
    for party in (schools[0], firms[1]):
        TourSeat.objects.create(group=group, participation=party, people=2)
    SigningItem.objects.create(
        session=session("signing", "签约", 8),
        position=1,
        title="框架协议",
        school=schools[0],
        enterprise=firms[0],
        school_signatory="某校长",
        witnesses="某局长",
    )


def _lists(school: Participation, firm: Participation) -> None:
    major = MajorFactory(code="460103", name="数控技术")
    programme = ProgrammeFactory(school=school.organization, major=major)
    for state, people in (("confirmed", 120), ("draft", 999)):
        year = 2024 if state == "confirmed" else 2025
        SupplyLineFactory(programme=programme, graduating_year=year, graduating=people, committed=20, state=state)
    DemandFactory(enterprise=firm.organization, status="published", title="数控操作工", majors=[major], headcount=30)


@pytest.fixture
def printed(scene: Scene) -> Callable[..., Job]:
    """Ask for a pack and let a worker make it; it must end well."""

    def make(*documents: str, changed_only: bool = False, language: str = "zh-hans", at: datetime = NOON) -> Job:
        job = request_pack(
            fair_id=scene.fair.pk,
            documents=documents,
            language=language,
            changed_only=changed_only,
            actor=scene.organizer,
            at=at,
        )
        assert run(job.pk) is True
        job.refresh_from_db()
        assert (job.state, job.error) == ("done", "")
        return job

    return make
