"""Papers made and drafts asked for on the pages: what goes through a job, and what is downloaded."""

from __future__ import annotations

import pytest
from django.urls import reverse

from events.agreements.actions import next_actions
from events.agreements.models import Agreement, AgreementDocument
from events.agreements.services import (
    draft_from_outcome,
    hand_over,
    request_documents,
)
from events.meetings.models import OutcomeLevel
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.running import run
from portal.organizations.models import Membership
from tests.conftest import NOON
from tests.events.agreements.visiting import as_user, page, post, text_of
from tests.events.agreements.world import (
    World,
    lay_world,
    party,
)
from tests.factories import EnterpriseFactory, member_of
from tests.factories_events import OutcomeFactory, ParticipationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def agreement(world) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)


@pytest.fixture
def stranger(world) -> User:
    """Somebody who takes part in the same fair, and is no party."""
    firm = EnterpriseFactory()
    ParticipationFactory(fair=world.fair, organization=firm)
    return member_of(firm)


@pytest.fixture
def document(world, agreement) -> AgreementDocument:
    job = request_documents(agreement=agreement, language="zh-hans", actor=world.hr, at=NOON)
    assert run(job.pk)
    return AgreementDocument.objects.get(format="pdf")


def test_download_is_an_attachment_that_is_not_kept(world, document):
    answer = page(world.teacher, "document", document.public_id)

    content = b"".join(answer.streaming_content)
    assert (len(content), content[:5]) == (document.size, b"%PDF-")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''ZQ-2024-0001%20%E6%A0%A1%E4%BC%81")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_download_is_checked_each_time(world, document, stranger):
    assert page(stranger, "document", document.public_id).status_code == 404
    before = page(world.hr, "document", document.public_id)
    assert b"".join(before.streaming_content)
    Membership.objects.filter(user=world.hr).update(ended_at=NOON)

    after = page(world.hr, "document", document.public_id)

    assert (before.status_code, after.status_code) == (200, 404)


def test_download_of_a_lost_file_is_not_found(world, document):
    document.file.storage.delete(document.file.name)

    assert page(world.hr, "document", document.public_id).status_code == 404


def test_draft_of_an_outcome_leads_to_its_job_and_then_to_the_agreement(world):
    asked = post(world.hr, "draft", world.outcome.pk, kind="intent")
    job = Job.objects.get()
    assert asked["Location"] == reverse("jobs:detail", args=[job.public_id])
    run(job.pk)

    agreement = Agreement.objects.get()
    assert page(world.hr, "of_outcome", world.outcome.pk)["Location"] == agreement.get_absolute_url()
    assert post(world.hr, "draft", world.outcome.pk)["Location"] == reverse(
        "agreements:of_outcome", args=[world.outcome.pk]
    )


def test_draft_of_an_outcome_asked_for_by_two_people_shows_no_foreign_job(world):
    post(world.hr, "draft", world.outcome.pk)

    answer = post(world.teacher, "draft", world.outcome.pk)

    assert (answer["Location"], Job.objects.count()) == (
        reverse("agreements:of_outcome", args=[world.outcome.pk]),
        1,
    )


def test_draft_of_a_foreign_outcome_is_not_found(world, stranger):
    assert post(stranger, "draft", world.outcome.pk).status_code == 404
    assert page(stranger, "of_outcome", world.outcome.pk).status_code == 404
    assert Job.objects.count() == 0


def test_drafts_of_a_fair_are_for_its_organizer(world):
    assert post(world.hr, "drafts", "baoan").status_code == 404

    answer = post(world.organizer, "drafts", "baoan")

    assert answer["Location"] == reverse("jobs:detail", args=[Job.objects.get().public_id])


def test_drafts_of_a_fair_without_signed_outcomes_say_so(world):
    world.outcome.level = OutcomeLevel.CONSENSUS
    world.outcome.save(update_fields=["level"])

    answer = post(world.organizer, "drafts", "baoan")

    assert (answer["Location"], Job.objects.count()) == (world.fair.get_absolute_url(), 0)


def test_papers_are_asked_for_and_appear(world, agreement):
    client = as_user(world.hr)
    path = reverse("agreements:papers-request", args=[agreement.pk])

    asked = client.post(path, {"language": "zh-hans"}, headers={"HX-Request": "true"})
    assert "hx-trigger" in text_of(asked)
    run(Job.objects.get().pk)
    shown = client.get(reverse("agreements:papers", args=[agreement.pk]), headers={"HX-Request": "true"})

    assert "hx-trigger" not in text_of(shown)
    for document in AgreementDocument.objects.all():
        assert reverse("agreements:document", args=[document.public_id]) in text_of(shown)


def test_papers_in_an_unknown_language_are_refused(world, agreement):
    answer = post(world.hr, "papers-request", agreement.pk, language="fr")

    assert (answer.status_code, Job.objects.count()) == (302, 0)


def test_next_actions_name_the_draft_to_the_party_whose_turn_it_is(world, agreement):
    assert [action.url for action in next_actions(world.teacher)] == [agreement.get_absolute_url()]
    assert list(next_actions(world.hr)) == list(next_actions(world.organizer)) == []
    hand_over(agreement=agreement, to=party(agreement, "second"), actor=world.teacher, at=NOON)
    assert [action.url for action in next_actions(world.hr)] == [agreement.get_absolute_url()]


def test_next_actions_of_many_drafts_are_one_line(world):
    for _ in range(4):
        outcome = OutcomeFactory(fair=world.fair, level=OutcomeLevel.SIGNED, school=world.outcome.school)
        draft_from_outcome(outcome=outcome, kind="intent", actor=world.organizer, at=NOON)
    assert [action.url for action in next_actions(world.teacher)] == [f"{reverse('agreements:list')}?waiting=on"]
