"""What real files hold: Word and PDF of an agreement, the brief of a fair, made by their jobs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.jobs.models import Job, JobState
from portal.jobs.running import run
from tests.access.crawling import People, body_of
from tests.access.world import World
from tests.events.printing.reading_back import pdf_pages, word_header, word_paragraphs


def run_latest_job() -> Job:
    job = Job.objects.latest("pk")
    assert run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return job


def text_of(file: bytes) -> str:
    if file.startswith(b"%PDF"):
        return "".join(pdf_pages(file))
    return " ".join([*word_paragraphs(file), word_header(file)])


def text_for(world: World, people: People, role: str, address: str) -> str:
    """The text of a file as one person gets it."""
    response = people.client(role).get(address)
    assert response.status_code == 200, (role, address)
    text = text_of(body_of(response))
    assert world.secrets.leaked_to(role, text) == set(), (role, address)
    return text


@pytest.fixture
def papers(world, people) -> dict[str, str]:
    """The addresses of the real papers of the agreement of the tenant's two, by format."""
    agreement = world.own.agreements[0]
    agreement.documents.all().delete()
    request = reverse("agreements:papers-request", args=[agreement.pk])
    assert people.client("school").post(request, {"language": "zh-hans"}).status_code == 302
    run_latest_job()
    return {row.format: reverse("agreements:document", args=[row.public_id]) for row in agreement.documents.all()}


def test_the_papers_of_an_agreement_hold_its_text_and_nothing_else(world, people, papers):
    agreement = world.own.agreements[0]
    term, money = agreement.terms.get(), agreement.funding.get()
    assert set(papers) == {"docx", "pdf"}
    for address in papers.values():
        texts = {role: text_for(world, people, role, address) for role in ("school", "hr", "organizer")}
        assert len(set(texts.values())) == 1
        found = world.secrets.found_in(texts["hr"])
        assert {agreement.number, agreement.title, agreement.purpose, term.obligations, money.purpose} <= found


def test_the_papers_of_an_agreement_are_for_its_parties(people, papers):
    for address in papers.values():
        refused = {
            role: people.client(role).get(address).status_code for role in ("anonymous", "stranger", "hr_foreign")
        }
        assert refused == {"anonymous": 302, "stranger": 404, "hr_foreign": 404}


def test_the_paper_of_a_brief_is_for_who_asked_and_names_no_partner(world, people):
    address = reverse("statistics:pdf", args=[world.own.fair.slug])
    assert people.client("organizer").post(address).status_code == 302
    job = run_latest_job()
    file = reverse("jobs:download", args=[job.public_id])
    text = text_for(world, people, "organizer", file)
    assert world.own.fair.name in text
    assert world.secrets.found_in(text) == set()
    refused = {role: people.client(role).get(file).status_code for role in ("school", "hr", "organizer_foreign")}
    assert refused == {"school": 404, "hr": 404, "organizer_foreign": 404}
