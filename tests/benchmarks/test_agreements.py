"""All agreements of a fair from its outcomes, with Word and PDF of each, as one job.

`pytest -s tests/benchmarks/test_agreements.py` prints how long it took, how much memory, and what came out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from events.agreements.models import Agreement, AgreementDocument
from events.agreements.services import NothingToDraft, request_drafts
from events.fairs.models import Fair, FairStatus
from events.meetings.models import OutcomeLevel
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.benchmarks.meter import HEAD, Meter
from tests.conftest import NOON
from tests.events.agreements.world import kinds
from tests.factories import (
    DemandFactory,
    EnterpriseFactory,
    MajorFactory,
    ProgrammeFactory,
    SchoolFactory,
    SupplyLineFactory,
)
from tests.factories_events import FairFactory, OutcomeFactory, ParticipationFactory, organizer_person

pytestmark = pytest.mark.django_db(transaction=True)
SCHOOLS, FIRMS, MAJORS = 10, 10, 4
SLOWEST = 20  # seconds of the job, on two cores


def test_a_hundred_agreements_of_a_fair_are_one_job(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    fair = _fair_with_outcomes()
    person = organizer_person(fair)
    print(f"\n{HEAD}")
    meter = Meter()
    with meter.step("100 drafts, Word and PDF"):
        job = request_drafts(fair=fair, actor=person, at=NOON, base_url="https://zhiqiao.example")
        assert run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, job.result["papers_refused"]) == ("done", "", [])
    documents = AgreementDocument.objects.all()
    assert (Agreement.objects.count(), documents.count()) == (SCHOOLS * FIRMS, 2 * SCHOOLS * FIRMS)
    sizes = {format_: [row.size for row in documents if row.format == format_] for format_ in ("docx", "pdf")}
    for format_, found in sizes.items():
        print(f"  {len(found)} {format_}: {sum(found) / len(found) / 1024:.0f} kB each")

    with pytest.raises(NothingToDraft):
        request_drafts(fair=fair, actor=person, at=NOON)
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)  # a worker died before it could say "done"
    with meter.step("the same job once more"):
        assert run(job.pk)
    assert (Agreement.objects.count(), documents.count()) == (SCHOOLS * FIRMS, 2 * SCHOOLS * FIRMS)
    assert meter.steps[0].seconds < SLOWEST


def _fair_with_outcomes() -> Fair:
    """Ten schools and ten firms, each pair with a result: three kinds of cooperation, 40 people, four majors."""
    fair: Fair = FairFactory(slug="baoan", status=FairStatus.LIVE)
    majors = [MajorFactory(name=name) for name in ("智能制造技术", "数控技术", "工业机器人技术", "大数据技术")[:MAJORS]]
    schools = [SchoolFactory(legal_name=f"昭通市第{number}职业技术学校") for number in range(SCHOOLS)]
    firms = [EnterpriseFactory(legal_name=f"深圳市样本精密技术第{number}股份有限公司") for number in range(FIRMS)]
    for school in schools:
        for major in majors:
            SupplyLineFactory(programme=ProgrammeFactory(school=school, major=major), graduating_year=2024)
    for firm in firms:
        DemandFactory(enterprise=firm, status="published", majors=majors)
    coming = {row.pk: ParticipationFactory(fair=fair, organization=row) for row in (*schools, *firms)}
    agreed = kinds()
    for school in schools:
        for firm in firms:
            outcome = OutcomeFactory(
                fair=fair,
                school=coming[school.pk],
                enterprise=coming[firm.pk],
                level=OutcomeLevel.SIGNED,
                headcount=40,
            )
            outcome.cooperation_kinds.set(agreed)
    return fair
