from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from events.agreements.models import Agreement, AgreementDocument
from events.agreements.services import draft_from_outcome
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.conftest import NOON
from tests.events.agreements.world import World, lay_world
from tests.factories import EnterpriseFactory, member_of
from tests.factories_agreements import AgreementFactory, FundingFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/agreements/"


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def agreement(world) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)


def as_user(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def path_of(agreement: Agreement, action: str = "") -> str:
    return f"{LIST}{agreement.public_id}/{action}"


def signature(agreement: Agreement, **changes: Any) -> dict[str, Any]:
    names = [{"role": "first", "name": "李堃"}, {"role": "second", "name": "陈喆", "post": "董事长"}]
    return {"version": agreement.version, "signed_on": "2024-05-17", "signatories": names} | changes


def sign(person: User, agreement: Agreement, **changes: Any) -> Any:
    return as_user(person).post(
        path_of(agreement, "sign/"), signature(agreement, **changes), content_type="application/json"
    )


def test_agreement_is_shown_whole_and_without_serial_numbers(world, agreement):
    FundingFactory(agreement=agreement, amount="1000.50")

    shown = as_user(world.hr).get(path_of(agreement)).json()

    assert (shown["number"], shown["fair"], shown["outcome"]) == (
        "ZQ-2024-0001",
        "baoan",
        str(world.outcome.public_id),
    )
    assert [party["organization"] for party in shown["parties"]] == [
        str(world.school.public_id),
        str(world.enterprise.public_id),
    ]
    assert shown["majors"] == [
        {"major": "460104", "graduating_year": 2024, "people": 10},
        {"major": "510205", "graduating_year": 2024, "people": 20},
    ]
    assert (shown["funding"][0]["payer"], shown["funding"][0]["amount"]) == ("second", "1000.50")
    assert "id" not in shown


def test_agreements_are_listed_to_those_who_may_see_them(world, agreement):
    stranger = member_of(EnterpriseFactory())

    assert [row["number"] for row in as_user(world.hr).get(LIST).json()["results"]] == ["ZQ-2024-0001"]
    assert as_user(stranger).get(LIST).json()["results"] == []
    assert as_user(stranger).get(path_of(agreement)).status_code == 404
    assert as_user(stranger).get(path_of(agreement, "documents/")).status_code == 404
    assert sign(stranger, agreement).status_code == 404
    assert Client().get(LIST).status_code == 403


def test_agreements_are_narrowed_and_unknown_parameters_refused(world, agreement):
    client = as_user(world.hr)

    assert client.get(LIST, {"kind": "framework"}).json()["results"] == []
    assert len(client.get(LIST, {"fair": "baoan", "status": "draft"}).json()["results"]) == 1
    assert client.get(LIST, {"kinds": "framework"}).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_agreements_ask_the_same_number_of_questions(world, count, django_assert_max_num_queries):
    for _ in range(count):
        FundingFactory(agreement=AgreementFactory(fair=world.fair, school=world.school))
    client = as_user(world.teacher)

    with django_assert_max_num_queries(10):
        client.get(LIST)


def test_sign_records_the_signature(world, agreement):
    answer = sign(world.organizer, agreement, place="深圳")

    assert (answer.status_code, answer.json()["status"], answer.json()["place"]) == (200, "signed", "深圳")
    assert [party["signatory"] for party in answer.json()["parties"]] == ["李堃", "陈喆"]


def test_sign_twice_or_from_an_old_version_is_a_conflict(world, agreement):
    assert sign(world.organizer, agreement, version=7).status_code == 409
    assert sign(world.organizer, agreement).status_code == 200
    assert sign(world.organizer, agreement).status_code == 409


def test_sign_with_a_mistake_names_its_place(world, agreement):
    answer = sign(world.organizer, agreement, signed_on="2999-01-01")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/signed_on")
    assert sign(world.organizer, agreement, signatories=[{"role": "ninth", "name": "x"}]).status_code == 400
    agreement.refresh_from_db()
    assert agreement.status == "draft"


def test_sign_by_a_reader_of_a_party_is_forbidden(world, agreement):
    reader = member_of(world.school, role="reader")

    assert as_user(reader).get(path_of(agreement)).status_code == 200
    assert sign(reader, agreement).status_code == 403


def test_documents_are_asked_for_and_then_listed(world, agreement):
    client = as_user(world.hr)
    path = path_of(agreement, "documents/")
    assert client.get(path).json() == []

    asked = client.post(path, {"language": "zh-hans"}, content_type="application/json")
    assert (asked.status_code, asked.json()["public_id"]) == (202, str(Job.objects.get().public_id))
    run(Job.objects.get().pk)

    listed = client.get(path).json()
    stored = AgreementDocument.objects.get(format="pdf")
    assert [row["format"] for row in listed] == ["docx", "pdf"]
    assert listed[1]["sha256"] == stored.sha256
    download = client.get(listed[1]["url"])
    assert len(b"".join(download.streaming_content)) == stored.size


def test_documents_in_an_unknown_language_are_refused(world, agreement):
    answer = as_user(world.hr).post(
        path_of(agreement, "documents/"), {"language": "fr"}, content_type="application/json"
    )

    assert (answer.status_code, Job.objects.count()) == (400, 0)


def test_sign_by_a_party_is_forbidden(world, agreement):
    for person in (world.hr, world.teacher):
        assert sign(person, agreement).status_code == 403
    agreement.refresh_from_db()
    assert agreement.status == "draft"
    assert sign(world.organizer, agreement).status_code == 200


def test_documents_asked_for_by_two_are_jobs_that_each_can_follow(world, agreement):
    for person in (world.hr, world.teacher, world.hr):
        client = as_user(person)
        asked = client.post(path_of(agreement, "documents/"), {"language": "en"}, content_type="application/json")
        assert client.get(f"/api/v1/jobs/{asked.json()['public_id']}/").status_code == 200
    assert Job.objects.count() == 2
    for job in Job.objects.all():
        assert run(job.pk)
    assert (AgreementDocument.objects.count(), Job.objects.filter(state="done").count()) == (2, 2)
