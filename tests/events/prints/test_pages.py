"""The pages of what is printed: the form, how each document stands, single documents and sheets, the API."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from events.prints.models import PrintedSheet
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.events.prints.conftest import Scene
from tests.factories_events import DelegateFactory, people_of

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")


@pytest.fixture
def desk(client: Client, scene: Scene) -> Client:
    client.force_login(scene.organizer)
    client.cookies["django_language"] = "en"
    return client


def address(scene: Scene, name: str = "pack", *args: str) -> str:
    return reverse(f"prints:{name}", args=[scene.fair.slug, *args])


def test_the_form_asks_for_a_job_and_the_page_follows_it(
    desk: Client, scene: Scene, django_assert_max_num_queries: Any
) -> None:
    assert desk.post(address(scene), {"documents": ["badges"], "language": "zh-hans"}).status_code == 302
    job = Job.objects.get()
    assert job.arguments["documents"] == ["badges"]
    with django_assert_max_num_queries(12):
        page = desk.get(address(scene)).content.decode()
    assert reverse("jobs:progress", args=[job.public_id]) in page
    run(job.pk)
    page = desk.get(address(scene)).content.decode()
    assert reverse("jobs:download", args=[job.public_id]) in page
    standing = {code: desk.get(address(scene, "standing"), {"language": code}).content.decode() for code in LANGUAGES}
    assert [standing[code].count("never") for code in LANGUAGES] == [15, 16]
    DelegateFactory(participation=scene.firms[0])
    assert "1 changed" in desk.get(address(scene, "standing"), {"language": "zh-hans"}).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"language": "en"}, "This field is required"),
        ({"documents": ["badges", "nonsense"], "language": "en"}, "nonsense"),
        ({"documents": ["badges"], "language": "xx"}, "xx"),
    ],
)
def test_wrong_input_stays_with_its_error_and_asks_for_nothing(
    desk: Client, scene: Scene, typed: dict[str, Any], words: str
) -> None:
    answer = desk.post(address(scene), typed)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Job.objects.exists()


def test_nothing_new_to_print_is_said_beside_the_box(desk: Client, scene: Scene) -> None:
    typed = {"documents": ["signs"], "language": "zh-hans"}
    desk.post(address(scene), typed)
    run(Job.objects.get().pk)
    answer = desk.post(address(scene), typed | {"changed_only": "on"})
    assert "Nothing has changed" in answer.content.decode()
    assert Job.objects.count() == 1


def test_a_document_alone_is_made_at_once_and_not_noted_as_printed(desk: Client, scene: Scene) -> None:
    answer = desk.get(address(scene, "pdf", "signs"), {"language": "en"})
    text = PdfReader(io.BytesIO(b"".join(answer))).pages[0].extract_text()
    assert "Texts of booth signs" in text
    answer = desk.get(address(scene, "xlsx", "signs"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    assert rows[1][0] == "A01"
    assert not PrintedSheet.objects.exists()
    for name, document in [("pdf", "nonsense"), ("xlsx", "intent_form")]:
        assert desk.get(address(scene, name, document)).status_code == 404


def test_a_single_sheet_is_that_of_the_organization(desk: Client, scene: Scene) -> None:
    party = scene.firms[0]
    asked = {"document": "party_timetables", "party": str(party.public_id)}
    answer = desk.get(address(scene, "single"), asked)
    [page] = PdfReader(io.BytesIO(b"".join(answer))).pages
    assert party.organization.legal_name in "".join(page.extract_text().split())
    for wrong in [{"party": "x"}, {"document": "handbook"}, {"document": ""}]:
        assert desk.get(address(scene, "single"), asked | wrong).status_code == 404


@pytest.mark.parametrize("name", ["pack", "standing", "single", "pdf", "xlsx"])
def test_a_guest_of_the_fair_sees_none_of_it(client: Client, scene: Scene, name: str) -> None:
    client.force_login(people_of(scene.firms[0]))
    url = address(scene, name, *(["signs"] if name in {"pdf", "xlsx"} else []))
    asked = {"document": "party_timetables", "party": str(scene.firms[0].public_id)}
    assert client.get(url, asked).status_code == 404
    client.force_login(scene.organizer)
    assert client.get(url, asked).status_code == 200


def test_a_program_asks_for_the_same_pack(desk: Client, scene: Scene) -> None:
    url = reverse("api:print-pack-list")
    asked = {"fair": scene.fair.slug, "documents": ["badges"], "language": "en"}
    answer = desk.post(url, asked, content_type="application/json")
    assert (answer.status_code, answer.json()["state"], answer.json()["documents"]) == (202, "queued", ["badges"])
    run(Job.objects.get().pk)
    [found] = desk.get(url).json()["results"]
    assert found["file"] == reverse("jobs:download", args=[found["public_id"]])
    assert desk.post(url, asked | {"documents": ["x"]}, content_type="application/json").status_code == 400
    again = desk.post(url, asked | {"changed_only": True}, content_type="application/json")
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/changed_only")
    desk.force_login(people_of(scene.firms[0]))
    assert desk.post(url, asked, content_type="application/json").status_code == 404
    assert desk.get(url).json()["results"] == []
