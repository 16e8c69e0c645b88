from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from events.fairs.models import Fair, FairStatus
from events.statistics.figures import FIGURES
from portal.accounts.models import User
from portal.jobs.models import Job, JobState
from portal.jobs.running import run
from tests.events.printing.reading_back import pdf_fonts, pdf_pages
from tests.events.statistics.scene import FIGURES_OF_SCENE, Scene, lay_scene
from tests.factories import EnterpriseFactory, StaffFactory, member_of
from tests.factories_agreements import FundingFactory
from tests.factories_events import FairFactory, organizer_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(settings, tmp_path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    return lay_scene()


@pytest.fixture
def organizer(scene) -> User:
    return organizer_person(scene.fair)


def as_user(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str, *arguments: Any, **query: str) -> Any:
    return as_user(person).get(reverse(f"statistics:{name}", args=arguments), query)


def close(fair: Fair) -> None:
    Fair.objects.filter(pk=fair.pk).update(status=FairStatus.CLOSED)


# --- pages --------------------------------------------------------------------------------------------------------


def test_brief_page_shows_the_figures_with_ways_to_their_rows(scene, organizer):
    text = page(organizer, "brief", "baoan").content.decode()

    for part in ("500,000", "350", "大数据技术", "云南省", reverse("statistics:rows", args=["baoan", "graduates"])):
        assert part in text


def test_brief_page_is_for_participants_once_the_fair_is_closed(scene):
    guest = member_of(scene.enterprises[0].organization)
    assert page(guest, "brief", "baoan").status_code == 404

    close(scene.fair)

    answer = page(guest, "brief", "baoan")
    assert answer.status_code == 200
    assert "/rows/" not in answer.content.decode()


def test_brief_page_and_rows_are_hidden_from_strangers(scene):
    close(scene.fair)
    stranger = member_of(EnterpriseFactory())
    other_organizer = organizer_person(FairFactory())

    for person in (stranger, other_organizer):
        assert page(person, "brief", "baoan").status_code == 404
        assert page(person, "rows", "baoan", "funding_yuan").status_code == 404
        assert as_user(person).post(reverse("statistics:pdf", args=["baoan"])).status_code == 404
    assert Job.objects.count() == 0


def test_rows_are_not_for_participants_even_of_a_closed_fair(scene):
    close(scene.fair)
    guest = member_of(scene.enterprises[0].organization)

    for figure in FIGURES:
        assert page(guest, "rows", "baoan", figure.key).status_code == 404
    assert page(StaffFactory(), "rows", "baoan", "wishes").status_code == 200


@pytest.mark.parametrize("figure", sorted(FIGURES_OF_SCENE))
def test_rows_page_lists_the_rows_of_every_figure(scene, organizer, figure, django_assert_max_num_queries):
    client = as_user(organizer)
    with django_assert_max_num_queries(12):
        answer = client.get(reverse("statistics:rows", args=["baoan", figure]))

    assert answer.status_code == 200
    assert answer.content.decode().count("<tr>") - 1 == len(answer.context["page"].rows) > 0


def test_rows_page_of_an_unknown_figure_is_not_found(scene, organizer):
    assert page(organizer, "rows", "baoan", "happiness").status_code == 404


def test_brief_page_asks_at_most_twelve_questions(scene, organizer, django_assert_max_num_queries):
    client = as_user(organizer)
    with django_assert_max_num_queries(12):
        client.get(reverse("statistics:brief", args=["baoan"]))


def test_brief_paper_is_made_by_a_job_and_shows_the_figures(scene, organizer):
    asked = as_user(organizer).post(reverse("statistics:pdf", args=["baoan"]), {"language": "zh-hans"})
    job = Job.objects.get()
    assert asked["Location"] == reverse("jobs:detail", args=[job.public_id])

    assert run(job.pk)

    job.refresh_from_db()
    with job.result_file.open("rb") as file:
        content = file.read()
    text = "".join(pdf_pages(content))
    assert job.state == JobState.DONE
    assert all(part in text for part in ("500,000", "350", "大数据技术", "67%"))
    assert all("/FontFile2" in font or "/FontFile3" in font for font in pdf_fonts(content).values())


def test_brief_paper_asked_for_twice_is_one_job_until_a_figure_changes(scene, organizer):
    client = as_user(organizer)
    for _ in range(2):
        client.post(reverse("statistics:pdf", args=["baoan"]), {"language": "en"})
    assert Job.objects.count() == 1
    scene.money.amount = 1
    scene.money.save(update_fields=["amount"])

    client.post(reverse("statistics:pdf", args=["baoan"]), {"language": "en"})

    assert Job.objects.count() == 2


def test_brief_paper_in_an_unknown_language_is_refused(scene, organizer):
    answer = as_user(organizer).post(reverse("statistics:pdf", args=["baoan"]), {"language": "fr"})

    assert (answer["Location"], Job.objects.count()) == (reverse("statistics:brief", args=["baoan"]), 0)


# --- API ----------------------------------------------------------------------------------------------------------


def test_api_gives_the_same_figures_to_the_same_people(scene, organizer):
    path = "/api/v1/briefs/baoan/"

    answer = as_user(organizer).get(path)

    assert {key: answer.json()[key] for key in FIGURES_OF_SCENE} == FIGURES_OF_SCENE
    assert as_user(member_of(scene.enterprises[0].organization)).get(path).status_code == 404


# --- command ------------------------------------------------------------------------------------------------------


def test_command_prints_json(scene, capsys):
    call_command("brief", "baoan", format="json")

    printed = json.loads(capsys.readouterr().out)
    assert {key: printed[key] for key in FIGURES_OF_SCENE} == FIGURES_OF_SCENE
    assert isinstance(printed["funding_yuan"], int)


def test_command_prints_text_in_the_language_asked_for(scene, capsys):
    call_command("brief", "baoan", language="en")

    assert "Funding promised: 500,000" in capsys.readouterr().out


def test_command_writes_a_pdf(scene, tmp_path):
    path: Path = tmp_path / "brief.pdf"

    call_command("brief", "baoan", format="pdf", output=path)

    assert path.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (["nowhere"], {}, "baoan"),
        (["baoan"], {"format": "pdf"}, "--output"),
        (["baoan"], {"format": "json", "output": Path("/no/such/folder/x.json")}, "/no/such/folder"),
    ],
)
def test_command_refuses_with_the_reason(scene, arguments, options, message):
    with pytest.raises(CommandError, match=message) as refusal:
        call_command("brief", *arguments, **options)

    assert refusal.value.returncode == 1


@pytest.mark.parametrize(("amount", "shown", "number"), [("0.50", "500,000.50", 500_000.5), ("1", "500,001", 500_001)])
def test_money_is_shown_with_its_fen_everywhere(scene, organizer, capsys, amount, shown, number):
    FundingFactory(agreement=scene.framework, amount=Decimal(amount))

    answer = as_user(organizer).get("/api/v1/briefs/baoan/").json()["funding_yuan"]
    call_command("brief", "baoan", format="json")

    printed = json.loads(capsys.readouterr().out)["funding_yuan"]
    assert [(value, type(value)) for value in (answer, printed)] == [(number, type(number))] * 2
    for address in (("brief", "baoan"), ("rows", "baoan", "funding_yuan")):
        assert shown in page(organizer, *address).content.decode()
    as_user(organizer).post(reverse("statistics:pdf", args=["baoan"]), {"language": "en"})
    job = Job.objects.get()
    assert run(job.pk)
    job.refresh_from_db()
    with job.result_file.open("rb") as file:
        assert shown in "".join(pdf_pages(file.read()))


def test_kind_of_the_printed_brief_is_known_to_a_worker_that_loads_no_page():
    """In a process of its own: here the addresses have long been imported."""
    program = (
        "import django; django.setup();from portal.jobs.registry import kind_named; kind_named('statistics.brief')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    unknown = [sys.executable, "-c", program.replace("brief", "nothing")]
    assert subprocess.run(unknown, capture_output=True, check=False).returncode == 1
