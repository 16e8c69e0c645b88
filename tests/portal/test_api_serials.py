"""Serial numbers never leave the house: no answer of the API tells one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from rest_framework.test import APIClient

from events.agreements.models import AgreementFile, FundingCommitment, Milestone, Payment, TermResult
from events.fairs.models import Fair
from matching.feedback import note
from matching.models import FeedbackKind
from matching.rebuilding import rebuild_now
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.conftest import NOON
from tests.factories import (
    DemandFactory,
    MajorFactory,
    ProgrammeFactory,
    RegionFactory,
    SkillFactory,
    StaffFactory,
    SupplyLineFactory,
    UnresolvedNameFactory,
    member_of,
)
from tests.factories_agreements import FundingFactory
from tests.factories_events import (
    CallBackFactory,
    DoorEventFactory,
    MeetingFactory,
    OutcomeFactory,
    StrikeFactory,
    TimetableFactory,
    WishFactory,
)
from tests.portal.test_api import address_of, lists

pytestmark = pytest.mark.django_db
BIG = 7_000_000  # where serial numbers begin in these tests, so that one is known when it is seen
LISTS = lists()


@pytest.fixture
def staff() -> APIClient:
    client = APIClient()
    client.force_authenticate(StaffFactory())
    return client


@pytest.fixture
def rows_with_known_serials(known_serials) -> Fair:
    """One row of every kind, with serial numbers that nothing else looks like."""
    RegionFactory()
    major = MajorFactory(code="710201")
    meeting = MeetingFactory(timetable=TimetableFactory(fair__status="live", status="published"))
    fair: Fair = meeting.timetable.fair
    programme = ProgrammeFactory(school=meeting.school.organization, major=major)
    SupplyLineFactory(programme=programme)
    DemandFactory(enterprise=meeting.enterprise.organization, status="published", majors=[major])
    rebuild_now()
    note(
        organization_id=programme.school_id,
        partner_id=meeting.enterprise.organization_id,
        kind=FeedbackKind.MET,
        at=NOON,
    )
    WishFactory(wisher=meeting.school, partner=meeting.enterprise)
    outcome = OutcomeFactory(fair=fair, school=meeting.school, enterprise=meeting.enterprise, meeting=meeting, level=4)
    funding = FundingFactory(agreement__fair=fair, agreement__outcome=outcome, agreement__status="in_force")
    follow(funding)
    SkillFactory()
    UnresolvedNameFactory()
    StrikeFactory(participation=meeting.enterprise)
    CallBackFactory(outcome=outcome)
    DoorEventFactory(participation=meeting.school)
    return fair


def follow(funding: FundingCommitment) -> None:
    """What came after the signature of an agreement, one row of each kind."""
    agreement, person = funding.agreement, StaffFactory()
    Payment.objects.create(funding=funding, paid_on=NOON.date(), amount=1, recorded_by=person)
    Milestone.objects.create(agreement=agreement, title="开班", due_on=NOON.date())
    TermResult.objects.create(
        agreement=agreement, cooperation_kind_id=agreement.terms.get().cooperation_kind_id, year=2024
    )
    AgreementFile.objects.create(
        agreement=agreement, use="annex", name="附件.pdf", file="x.pdf", sha256="0" * 64, size=1, uploaded_by=person
    )


@pytest.fixture
def known_serials(db) -> None:
    """Serial numbers begin at BIG, and go on from there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, coalesce(last_value, 1) FROM pg_sequences WHERE schemaname = 'public'")
        for name, last in cursor.fetchall():
            cursor.execute("SELECT setval(%s::regclass, %s)", [connection.ops.quote_name(name), max(last, BIG)])


def walk(value: Any, path: str = "") -> Any:
    """Every leaf of a JSON value with its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, f"{path}/{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, path)
    else:
        yield path, value


def serials_in(body: Any) -> list[tuple[str, Any]]:
    """What looks like a serial number: by its name, or by its value."""
    return [
        (path, value)
        for path, value in walk(body)
        if path.rsplit("/", 1)[-1] in ("id", "pk")
        or (path.endswith(("_id", "_pk")) and path.rsplit("/", 1)[-1] != "public_id")
        or (isinstance(value, int) and not isinstance(value, bool) and BIG <= value < BIG + 100_000)
        or (isinstance(value, str) and re.search(rf"(?<![\d-]){str(BIG)[:4]}\d{{3}}(?![\d-])", value))
    ]


def test_no_answer_tells_a_serial_number(staff, rows_with_known_serials):
    fair = rows_with_known_serials
    assert fair.pk > BIG
    found, rows = {}, 0
    for name in LISTS:
        page = staff.get(address_of(name)).json()
        listed = page if isinstance(page, list) else page["results"]
        assert listed or name in ("job-list", "industry-list", "print-pack-list"), name
        rows += len(listed)
        found[name] = serials_in(listed)
    brief = staff.get(reverse("api:brief-detail", args=[fair.slug])).json()
    found["brief"] = serials_in(brief)
    participation = fair.participations.first()
    found["wishes"] = serials_in(staff.get(reverse("api:participation-wishes", args=[participation.public_id])).json())
    assert {name: told for name, told in found.items() if told} == {}
    assert rows > 10


def test_a_serial_number_would_be_seen():
    told = {"results": [{"school_id": 3, "n": BIG + 5, "url": f"/fairs/{BIG + 5}/", "public_id": "x", "ok": 5}]}
    assert [path for path, _value in serials_in(told)] == ["/results/school_id", "/results/n", "/results/url"]


@pytest.mark.parametrize("work", ["agreement-documents", "drafts"])
def test_the_result_of_a_job_tells_no_serial_number(staff, rows_with_known_serials, work):
    fair = rows_with_known_serials
    client = staff
    if work == "drafts":
        organizer = member_of(fair.organizer, role="organizer")
        fair.agreements.update(outcome=None)
        page = APIClient()
        page.force_login(organizer)
        assert page.post(reverse("agreements:drafts", args=[fair.slug])).status_code == 302
    else:
        agreement = fair.agreements.get()
        answer = client.post(reverse("api:agreement-documents", args=[agreement.public_id]), {"language": "en"})
        assert answer.status_code == 202, answer.content
    job = Job.objects.latest("pk")
    assert run(job.pk)
    body = client.get(reverse("api:job-detail", args=[job.public_id])).json()
    assert (body["state"], body["error"]) == ("done", "")
    assert serials_in(body) == []
