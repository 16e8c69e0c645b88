from __future__ import annotations

import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from events.agreements.facts import Upload
from events.agreements.forms.acts import upload_of
from events.agreements.models import Agreement, AgreementDocument, DocumentTemplate
from events.agreements.refusals import AgreementConflict
from events.agreements.services import (
    draft_from_outcome,
    request_documents,
    retire_template,
    store_template,
    use_template,
)
from events.agreements.word_files import sample_paper
from events.fairs.services import NotTheirs
from events.printing.word import TEMPLATE_FOLDER
from portal.accounts.models import User
from portal.common.uploads import FileKind, check_upload
from portal.jobs.models import Job, JobState
from portal.jobs.running import run
from tests.access.crawling import body_of
from tests.conftest import NOON
from tests.events.agreements.world import World, lay_world
from tests.events.printing.reading_back import word_paragraphs
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/agreements/templates/"


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def staff(settings, tmp_path) -> User:
    settings.MEDIA_ROOT = tmp_path
    return StaffFactory()


@pytest.fixture
def client(staff) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff)
    return client


def word(*lines: str) -> bytes:
    """A Word file with these paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


GOOD = ("自有格式：{{ number }}", "{%p for party in parties %}", "{{ party.name }}", "{%p endfor %}")


def stored(staff: User, *lines: str, name: str = "自有.docx") -> DocumentTemplate:
    return store_template(kind="intent", language="zh-hans", upload=upload(name, *lines), actor=staff, at=NOON)


def upload(name: str, *lines: str) -> Upload:
    file = SimpleUploadedFile(name, word(*(lines or GOOD)))
    return upload_of(check_upload(file, allowed=[FileKind.DOCX], most_bytes=1_000_000))


def typed(*lines: str) -> dict[str, object]:
    return {"kind": "intent", "language": "zh-hans", "file": SimpleUploadedFile("自有.docx", word(*lines))}


def test_a_good_template_is_stored_and_in_use(client):
    answer = client.post(ADDRESS, typed(*GOOD))

    assert answer.status_code == 302
    template = DocumentTemplate.objects.get()
    assert (template.kind, template.language, template.name, template.is_active) == (
        "intent",
        "zh-hans",
        "自有.docx",
        True,
    )
    assert "自有.docx" in client.get(ADDRESS).content.decode()


def test_a_bad_template_is_refused_with_its_line_and_nothing_is_stored(client):
    page = client.post(ADDRESS, typed("第一行", "{{ nosuchword }}", "{{ number.__class__ }}")).content.decode()

    assert "Paragraph 2, “{{ nosuchword }}”: There is no word “nosuchword” in the document." in page
    assert "Paragraph 3" in page
    assert DocumentTemplate.objects.count() == 0


def test_what_is_no_word_file_is_refused_beside_the_field(client):
    page = client.post(ADDRESS, typed() | {"file": SimpleUploadedFile("a.docx", b"%PDF-1.7")}).content.decode()

    assert "field-error" in page
    assert DocumentTemplate.objects.count() == 0


def test_an_own_template_makes_the_word_files_of_its_kind_and_language(staff, world):
    template = stored(staff)
    agreement: Agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)

    for language in ("zh-hans", "en"):
        assert run(request_documents(agreement=agreement, language=language, actor=world.hr, at=NOON).pk)

    files = {(row.language, row.format): row for row in AgreementDocument.objects.all()}
    assert {key for key, row in files.items() if row.template == template} == {("zh-hans", "docx")}
    with files["zh-hans", "docx"].file.open("rb") as file:
        assert word_paragraphs(file.read()) == [
            "自有格式：ZQ-2024-0001",
            "昭通市职业教育中心",
            "深圳市长盈精密技术股份有限公司",
        ]


def test_a_template_that_does_not_take_an_agreement_fails_its_job_with_the_line(staff, world):
    stored(staff, "{{ payments.heading }}")  # the sample has payments, this agreement has none
    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)
    job = request_documents(agreement=agreement, language="zh-hans", actor=world.hr, at=NOON)

    run(job.pk)

    job.refresh_from_db()
    assert (job.state, AgreementDocument.objects.count()) == (JobState.FAILED, 0)
    assert "自有.docx" in job.error


def test_papers_are_asked_for_anew_when_another_template_is_in_use(staff, world):
    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)
    asked = {"agreement": agreement, "language": "zh-hans", "actor": world.hr, "at": NOON}
    run(request_documents(**asked).pk)
    stored(staff)
    run(request_documents(**asked).pk)

    assert Job.objects.filter(kind="agreements.render", state=JobState.DONE).count() == 2
    assert AgreementDocument.objects.filter(format="docx").count() == 2
    assert AgreementDocument.objects.filter(format="pdf").count() == 1  # the PDF keeps the portal's form


def test_one_template_is_in_use_and_earlier_ones_can_be_used_again(staff):
    first, second = stored(staff, name="一.docx"), stored(staff, "{{ title }}", name="二.docx")
    assert list(DocumentTemplate.objects.filter(is_active=True)) == [second]
    with pytest.raises(AgreementConflict):
        retire_template(template=first, actor=staff, at=NOON)

    use_template(template=first, actor=staff, at=NOON)
    assert list(DocumentTemplate.objects.filter(is_active=True)) == [first]
    with pytest.raises(AgreementConflict):
        use_template(template=first, actor=staff, at=NOON)

    retire_template(template=first, actor=staff, at=NOON)
    assert not DocumentTemplate.objects.filter(is_active=True).exists()


def test_templates_are_for_the_staff_alone(staff, world):
    template = stored(staff)
    with pytest.raises(NotTheirs):
        use_template(template=template, actor=world.organizer, at=NOON)
    person = Client()
    person.force_login(world.organizer)
    addresses = [
        ADDRESS,
        *(reverse(f"agreements:template-{what}", args=[template.public_id]) for what in ("file", "sample")),
    ]

    assert [person.get(address).status_code for address in addresses] == [404, 404, 404]


def test_a_template_is_handed_out_as_it_was_and_filled_with_a_sample(client, staff):
    template = stored(staff)

    plain = body_of(client.get(reverse("agreements:template-file", args=[template.public_id])))
    filled = body_of(client.get(reverse("agreements:template-sample", args=[template.public_id])))
    standard = body_of(client.get(reverse("agreements:template-standard", args=["intent", "zh-hans"])))

    assert word_paragraphs(plain) == list(GOOD)
    assert word_paragraphs(filled)[0] == "自有格式：ZQ-2024-0001"
    assert standard == (TEMPLATE_FOLDER / "agreement_zh.docx").read_bytes()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["framework", "intent", "strategic", "project", "gov_school", "internship"])
def test_the_sample_has_all_that_a_paper_can_carry(kind, language):
    words = sample_paper(kind, language).as_dict()

    needed = ["verify", "majors", "payments", "amount", "sample_mark", *(["student"] if kind == "internship" else [])]
    assert [key for key in needed if not words[key]] == []
