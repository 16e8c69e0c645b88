"""Letters with their reply slips: what they say, the files, the jobs that invite and write."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from events.fairs.letters import LetterRefused, guests_of, letter_file, letters_of
from events.fairs.letters_work import GuestsChangedMeanwhile, invite
from events.fairs.models import Fair, Participation
from events.fairs.replies import reply_path
from events.fairs.services import (
    FairStateConflict,
    InvitationRefused,
    NotTheirs,
    invite_partners,
    request_invitations,
    request_letters,
)
from portal.audit.models import AuditEvent
from portal.jobs.models import Job
from portal.jobs.running import JobRun, run
from tests.conftest import NOON
from tests.factories import EnterpriseFactory, SchoolFactory, UserFactory
from tests.factories_events import DelegateFactory, FairFactory, ParticipationFactory, organizer_person, people_of

pytestmark = pytest.mark.django_db
SITE = "https://fairs.example.org"
RARE = "昭通市䶮喆堃高级技工学校（云南省高技能人才培养示范基地）"


def _facts(fair: Fair) -> dict[str, Any]:
    return {"fair_id": fair.pk, "language": "zh-hans", "base_url": SITE, "actor": organizer_person(fair), "at": NOON}


def _letters(row: Participation, language: str = "zh-hans") -> Any:
    return letters_of(row.fair, guests_of([row], SITE), language=language, issued_on=NOON.date())


def _words(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_letter_says_when_and_where_to_register_apart_from_the_days_of_the_talks(kind: str) -> None:
    row = ParticipationFactory(organization__legal_name=RARE, fair__letter="第一段。\n第二段。", fair__theme="产教融合")
    DelegateFactory(participation=row, name="王䶮", post="校长")
    content = letter_file(_letters(row), kind)
    if kind == "pdf":
        pages = PdfReader(io.BytesIO(content)).pages
        assert len(pages) == 2
        letter, slip = (_words(page.extract_text()) for page in pages)
    else:
        word = docx.Document(io.BytesIO(content))
        tables = "".join(cell.text for table in word.tables for line in table.rows for cell in line.cells)
        letter = slip = _words("".join(paragraph.text for paragraph in word.paragraphs) + tables)
        assert len(word.inline_shapes) == 1
    facts = [RARE, "第一段。", "第二段。", "2024年5月16日（星期四）14:00", "职业训练中心一楼大厅", "会务组0755-0000000"]
    for fact in [*facts, "2024年5月17日至2024年5月18日", "产教融合", SITE + reply_path(row)]:
        assert _words(fact) in letter, fact
    for fact in ["参会回执", RARE, "王䶮", "校长", "抵达时间", "饮食"]:
        assert fact in slip, fact
    assert letter_file(_letters(row), kind) == content


def test_the_letter_in_english_has_no_chinese_words_of_ours() -> None:
    row = ParticipationFactory(fair__venue="Training centre", organization__legal_name="Firm")
    Fair.objects.update(name="Fair", registration_place="Gate", duty_contact="Desk")
    row.refresh_from_db()
    row.fair.organizer.legal_name = "Centre"
    text = str(_letters(row, "en").as_dict())
    assert "Reply slip" in text
    assert not any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize("missing", ["registration_at", "registration_place", "duty_contact"])
def test_a_letter_that_would_leave_delegates_at_a_closed_door_is_refused(missing: str, client: Client) -> None:
    row = ParticipationFactory()
    person = people_of(row)
    client.force_login(person)
    url = reverse("fairs:letter", args=[row.pk, "docx"])
    assert client.get(url).headers["Content-Disposition"].startswith("attachment")
    Fair.objects.update(**{missing: None if missing == "registration_at" else ""})
    row.fair.refresh_from_db()
    with pytest.raises(LetterRefused):
        _letters(row)
    with pytest.raises(LetterRefused):
        request_invitations(organization_ids=[SchoolFactory().pk], **_facts(row.fair))
    assert client.get(url).status_code == 302
    assert not Job.objects.exists()


def test_one_job_invites_and_makes_the_letters() -> None:
    fair, school, firm = FairFactory(), SchoolFactory(), EnterpriseFactory(legal_name='某某/公司:"甲"')
    known = ParticipationFactory(fair=fair, status="invited").organization
    off = ParticipationFactory(fair=fair, status="cancelled")
    wanted = [school.pk, firm.pk, known.pk, off.organization_id]
    job = request_invitations(organization_ids=wanted, **_facts(fair))
    assert fair.participations.count() == 2
    assert run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"letters": 3}), job.error
    rows = {row.organization_id: row for row in fair.participations.filter(letter_sent_at__isnull=False)}
    assert set(rows) == {school.pk, firm.pk, off.organization_id}
    with job.result_file.open() as file, zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        assert [sum(name.startswith(part) for name in names) for part in ("letters.pdf", "pdf/", "docx/")] == [1, 3, 3]
        assert any(name.endswith("某某 公司 甲.pdf") for name in names)
        merged = PdfReader(io.BytesIO(archive.read("letters.pdf")))
    text = _words("".join(page.extract_text() for page in merged.pages))
    assert len(merged.pages) == 6
    for row in rows.values():
        assert _words(SITE + reply_path(row)) in text
    assert not run(job.pk)
    assert AuditEvent.objects.filter(verb="fair.letters_made").count() == 1


def test_the_job_invites_nobody_if_somebody_was_faster_and_then_tries_again() -> None:
    fair, school, firm = FairFactory(), SchoolFactory(), EnterpriseFactory()
    facts = _facts(fair)
    job = request_invitations(organization_ids=[school.pk, firm.pk], **facts)
    Job.objects.update(state="running", attempts=1, heartbeat_at=NOON)
    job.refresh_from_db()

    class Overtaken(JobRun):
        def attach(self, name: str, content: bytes) -> None:
            invite_partners(fair_id=fair.pk, organization_ids=[firm.pk], actor=facts["actor"], at=NOON)

    with pytest.raises(GuestsChangedMeanwhile):
        invite(Overtaken(job))
    assert [row.organization for row in fair.participations.all()] == [firm]
    Job.objects.update(state="queued", next_attempt_at=NOON)
    assert run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, fair.participations.count()) == ("done", {"letters": 1}, 2)


def test_letters_are_made_again_for_those_chosen() -> None:
    row = ParticipationFactory()
    ParticipationFactory(fair=row.fair)
    job = request_letters(participation_ids=[row.pk], **_facts(row.fair))
    assert run(job.pk)
    job.refresh_from_db()
    assert job.result == {"letters": 1}
    assert Participation.objects.filter(letter_sent_at__isnull=False).get() == row


def test_letters_are_asked_for_by_the_organizer_of_an_announced_fair() -> None:
    fair, school = FairFactory(), SchoolFactory()
    facts = _facts(fair)
    with pytest.raises(NotTheirs):
        request_invitations(organization_ids=[school.pk], **facts | {"actor": UserFactory()})
    with pytest.raises(NotTheirs):
        request_letters(participation_ids=None, **facts | {"actor": UserFactory()})
    for nobody in ([], range(1, 1002)):
        with pytest.raises(InvitationRefused):
            request_invitations(organization_ids=nobody, **facts)
    with pytest.raises(InvitationRefused):
        request_letters(participation_ids=None, **facts)
    Fair.objects.update(status="planning")
    with pytest.raises(FairStateConflict):
        request_invitations(organization_ids=[school.pk], **facts)


def test_the_letter_is_for_its_own_and_the_organizer(client: Client) -> None:
    row = ParticipationFactory()
    url = reverse("fairs:letter", args=[row.pk, "docx"])
    for person, status in ((people_of(row), 200), (organizer_person(row.fair), 200), (UserFactory(), 404)):
        client.force_login(person)
        assert client.get(url).status_code == status
    client.force_login(people_of(row))
    assert client.get(reverse("fairs:letter", args=[row.pk, "exe"])).status_code == 404
    assert timezone.now() > NOON
