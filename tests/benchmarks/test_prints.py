"""The whole pack of papers of a fair of 57 schools and 100 enterprises, as one job.

`pytest -s tests/benchmarks/test_prints.py` prints how long it took, how much memory, and what came out.
"""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from events.fairs.models import (
    Delegate,
    Fair,
    FairRoom,
    FairTable,
    Participation,
    Presentation,
    SigningItem,
    TourGroup,
    TourSeat,
)
from events.printing.fair_pack import DOCUMENTS
from events.prints.models import PrintedSheet
from events.prints.services import request_pack
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.benchmarks.meter import HEAD, Meter
from tests.conftest import NOON
from tests.factories import DemandFactory, MajorFactory, ProgrammeFactory, SupplyLineFactory
from tests.factories_events import MORNING, SessionFactory, organizer_person
from tests.races.booking import published_fair

pytestmark = pytest.mark.django_db(transaction=True)
SLOWEST, MOST_MEMORY = 15, 1500  # seconds of the job, MB of the process
NAMES = ("王䶮", "欧阳喆堃", "李明", "阿不都热合曼·买买提")
POSTS = ("副校长", "校企合作与继续教育处处长兼招生就业办公室主任")


def test_the_whole_pack_of_57_by_100_is_one_job(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    fair = published_fair(57, 100, slots=20, tables=50, share=0.4).fair
    _fill(fair)
    person = organizer_person(fair)
    print(f"\n{HEAD}")
    meter = Meter()
    for round_, changed_only in (("whole pack", False), ("whole pack again", False), ("one name changed", True)):
        asked = {"documents": DOCUMENTS, "language": "zh-hans", "changed_only": changed_only}
        if changed_only:
            Delegate.objects.filter(pk=Delegate.objects.earliest("pk").pk).update(name="李堃")
        with meter.step(round_):
            job = request_pack(fair_id=fair.pk, **asked, actor=person, at=NOON)
            assert run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error) == ("done", "")
        _tell(job)
    first = meter.steps[0]
    assert PrintedSheet.objects.filter(fair=fair).count() > 700
    assert first.seconds < SLOWEST
    assert max(step.peak for step in meter.steps) < MOST_MEMORY


def _fill(fair: Fair) -> None:
    """Two names each, two rooms, who presents, signs and rides, majors and demands."""
    parties = list(Participation.objects.filter(fair=fair).select_related("organization").order_by("pk"))
    Delegate.objects.bulk_create(
        Delegate(participation=party, rank=rank, name=NAMES[(n + rank) % 4], post=POSTS[rank], phone="13800000000")
        for n, party in enumerate(parties)
        for rank in range(2)
    )
    for number, name in enumerate(("一号洽谈厅", "二号洽谈厅")):
        room = FairRoom.objects.create(fair=fair, name=name)
        FairTable.objects.filter(fair=fair, number__gt=25 * number).update(room=room)
    session = {
        kind: SessionFactory(fair=fair, kind=kind, starts_at=MORNING, ends_at=MORNING + timedelta(hours=2))
        for kind in ("presentation", "signing", "tour", "negotiation")
    }
    schools, firms = parties[:57], parties[57:]
    for position, party in enumerate(schools[:10], 1):
        Presentation.objects.create(session=session["presentation"], participation=party, position=position)
    for position, (school, firm) in enumerate(zip(schools[:8], firms[:8], strict=True), 1):
        SigningItem.objects.create(
            session=session["signing"], position=position, title="框架协议", school=school, enterprise=firm
        )
    groups = [TourGroup.objects.create(session=session["tour"], number=n + 1) for n in range(8)]
    TourSeat.objects.bulk_create(
        TourSeat(group=groups[n % 8], participation=party, people=2) for n, party in enumerate(parties)
    )
    majors = [MajorFactory() for _ in range(6)]
    for school in schools:
        for major in majors:
            SupplyLineFactory(
                programme=ProgrammeFactory(school=school.organization, major=major),
                graduating_year=fair.graduating_year,
                state="confirmed",
            )
    for firm in firms:
        for number in range(3):
            DemandFactory(enterprise=firm.organization, status="published", majors=majors[number : number + 3])


def _tell(job: Job) -> None:
    with job.result_file.open() as file, zipfile.ZipFile(file) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
        merged = PdfReader(io.BytesIO(archive.read(archive.namelist()[0])))
    size = job.result_file.size / 1_000_000
    print(f"  {job.result['sheets']} sheets, {len(merged.pages)} pages, {len(sizes)} files, {size:.1f} MB")
