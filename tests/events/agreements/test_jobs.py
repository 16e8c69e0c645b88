from __future__ import annotations

import hashlib

import pytest

from events.agreements.models import Agreement, AgreementDocument
from events.agreements.selectors import content_of
from events.agreements.services import (
    AgreementRefused,
    NothingToDraft,
    draft_from_outcome,
    request_documents,
    request_draft,
    request_drafts,
    update_agreement,
    withdraw_agreement,
)
from events.meetings.models import Outcome, OutcomeLevel
from portal.jobs.models import Job, JobState
from portal.jobs.running import run
from portal.organizations.models import Organization, OrganizationStatus
from tests.conftest import NOON
from tests.events.agreements.world import World, lay_world
from tests.factories import EnterpriseFactory
from tests.factories_events import OutcomeFactory, ParticipationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


def done(job: Job) -> Job:
    """The job after a worker has come by; it must have ended well."""
    assert run(job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    return job


def try_again(job: Job) -> None:
    """A worker died after the effect was stored and before it could say so."""
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, finished_at=None)


def test_drafts_of_a_fair_are_made_for_signed_outcomes_alone(world):
    consensus = OutcomeFactory(fair=world.fair, level=OutcomeLevel.CONSENSUS)

    job = done(request_drafts(fair=world.fair, actor=world.organizer, at=NOON))

    agreement = Agreement.objects.get()
    assert (agreement.outcome, agreement.kind) == (world.outcome, "intent")
    assert job.result == {"drafted": 1, "agreement": agreement.number, "refused": []}
    assert not consensus.agreements.exists()


def test_drafts_of_a_fair_run_twice_make_one_agreement_each(world):
    job = done(request_drafts(fair=world.fair, actor=world.organizer, at=NOON))
    try_again(job)

    again = done(job)

    assert (Agreement.objects.count(), again.result["drafted"]) == (1, 0)


def test_drafts_of_a_fair_asked_for_twice_are_one_job(world):
    jobs = [request_drafts(fair=world.fair, actor=world.organizer, at=NOON) for _ in range(2)]

    assert jobs[0] == jobs[1]
    OutcomeFactory(fair=world.fair, level=OutcomeLevel.SIGNED)
    assert request_drafts(fair=world.fair, actor=world.organizer, at=NOON) != jobs[0]  # there is more to draft


def test_drafts_of_a_fair_leave_alone_what_has_an_agreement_or_had_one_withdrawn(world):
    draft = draft_from_outcome(outcome=world.outcome, kind="framework", actor=world.hr, at=NOON)
    with pytest.raises(NothingToDraft):
        request_drafts(fair=world.fair, actor=world.organizer, at=NOON)

    withdraw_agreement(agreement=draft, actor=world.hr, at=NOON)
    with pytest.raises(NothingToDraft):
        request_drafts(fair=world.fair, actor=world.organizer, at=NOON)


def test_drafts_of_a_fair_name_those_that_cannot_sign_and_draft_the_others(world):
    firm = EnterpriseFactory(legal_name="停业公司", status=OrganizationStatus.SUSPENDED)
    there = ParticipationFactory(fair=world.fair, organization=firm)
    OutcomeFactory(fair=world.fair, level=OutcomeLevel.SIGNED, enterprise=there)

    job = done(request_drafts(fair=world.fair, actor=world.organizer, at=NOON))

    assert (job.result["drafted"], len(job.result["refused"])) == (1, 1)
    assert "停业公司" in job.result["refused"][0]


def test_drafts_of_a_fair_that_were_all_refused_can_be_asked_for_again(world):
    for _ in range(2):
        firm = EnterpriseFactory(status=OrganizationStatus.SUSPENDED)
        there = ParticipationFactory(fair=world.fair, organization=firm)
        OutcomeFactory(fair=world.fair, level=OutcomeLevel.SIGNED, enterprise=there)
    Organization.objects.filter(pk=world.enterprise.pk).update(status=OrganizationStatus.SUSPENDED)
    job = request_drafts(fair=world.fair, actor=world.organizer, at=NOON)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, Agreement.objects.count()) == (JobState.FAILED, 0)
    Organization.objects.filter(kind="enterprise").update(status=OrganizationStatus.APPROVED)

    again = done(request_drafts(fair=world.fair, actor=world.organizer, at=NOON))

    assert (again, Agreement.objects.count()) == (job, 3)


def test_draft_of_one_outcome_is_made_by_its_job_once(world):
    job = request_draft(outcome=world.outcome, kind="framework", actor=world.hr, at=NOON)
    assert request_draft(outcome=world.outcome, kind="framework", actor=world.teacher, at=NOON) == job
    done(job)
    try_again(job)
    done(job)

    agreement = Agreement.objects.get()
    assert (agreement.kind, agreement.number) == ("framework", "ZQ-2024-0001")
    assert job.return_url == f"/agreements/outcomes/{world.outcome.pk}/"


def test_draft_of_one_outcome_after_a_withdrawal_is_another_job(world):
    first = done(request_draft(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON))
    withdraw_agreement(agreement=Agreement.objects.get(), actor=world.hr, at=NOON)

    second = done(request_draft(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON))

    assert (first == second, Agreement.objects.count()) == (False, 2)


def test_draft_of_one_outcome_is_refused_below_an_intent(world):
    Outcome.objects.update(level=OutcomeLevel.FOLLOW_UP)
    world.outcome.refresh_from_db()

    with pytest.raises(AgreementRefused):
        request_draft(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)
    assert Job.objects.count() == 0


def test_draft_of_one_outcome_tells_the_person_why_it_failed(world):
    job = request_draft(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)
    world.enterprise.status = OrganizationStatus.SUSPENDED
    world.enterprise.save(update_fields=["status"])

    run(job.pk)

    job.refresh_from_db()
    assert (job.state, Agreement.objects.count()) == (JobState.FAILED, 0)
    assert "深圳市长盈精密技术股份有限公司" in job.error


# --- papers -------------------------------------------------------------------------------------------------------


@pytest.fixture
def agreement(world) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON)


def test_documents_are_stored_with_what_proves_them(world, agreement):
    job = done(request_documents(agreement=agreement, language="zh-hans", actor=world.hr, at=NOON))

    documents = AgreementDocument.objects.order_by("format")
    assert [(row.format, row.agreement_version, row.language) for row in documents] == [
        ("docx", 1, "zh-hans"),
        ("pdf", 1, "zh-hans"),
    ]
    for row in documents:
        with row.file.open("rb") as file:
            content = file.read()
        assert (row.size, row.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert row.job == job
    assert job.result == {"missing_characters": []}


def test_documents_made_twice_are_the_same_two_files(world, agreement):
    job = done(request_documents(agreement=agreement, language="en", actor=world.hr, at=NOON))
    assert request_documents(agreement=agreement, language="en", actor=world.hr, at=NOON) == job
    before = set(AgreementDocument.objects.values_list("pk", "file", "sha256"))
    try_again(job)

    done(job)

    assert set(AgreementDocument.objects.values_list("pk", "file", "sha256")) == before


def test_documents_of_the_next_version_are_others(world, agreement):
    done(request_documents(agreement=agreement, language="zh-hans", actor=world.hr, at=NOON))
    changed = update_agreement(agreement=agreement, version=1, facts=content_of(agreement), actor=world.hr, at=NOON)

    done(request_documents(agreement=changed, language="zh-hans", actor=world.hr, at=NOON))

    assert AgreementDocument.objects.count() == 4


def test_documents_of_a_text_that_moved_on_are_refused(world, agreement):
    job = request_documents(agreement=agreement, language="zh-hans", actor=world.hr, at=NOON)
    update_agreement(agreement=agreement, version=1, facts=content_of(agreement), actor=world.hr, at=NOON)

    run(job.pk)

    job.refresh_from_db()
    assert (job.state, AgreementDocument.objects.count()) == (JobState.FAILED, 0)


def test_documents_in_an_unknown_language_are_refused(world, agreement):
    with pytest.raises(AgreementRefused):
        request_documents(agreement=agreement, language="fr", actor=world.hr, at=NOON)
    assert Job.objects.count() == 0
