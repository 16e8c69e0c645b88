from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection
from django.utils import translation

from events.agreements import rendering
from events.agreements.drafting import draft_agreements
from events.agreements.models import Agreement, AgreementDocument
from events.agreements.services import (
    AgreementRefused,
    NothingToDraft,
    draft_from_outcome,
    give_up,
    hand_over,
    open_amendment,
    request_documents,
    request_draft,
    request_drafts,
    update_agreement,
)
from events.agreements.terms import facts_of
from events.meetings.models import Outcome, OutcomeLevel
from portal.accounts.models import User
from portal.jobs.models import Job, JobState
from portal.jobs.running import Cancelled, JobRun, LeaseLost, run
from portal.jobs.services import request_cancel
from portal.notifications.models import Notification
from portal.organizations.models import Organization, OrganizationStatus
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, party, sign
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


def changed_by(actor: User, agreement: Agreement, **changes: str) -> Agreement:
    """The agreement with another text, by who holds it."""
    facts = replace(facts_of(agreement.texts.get().content), **changes)
    return update_agreement(agreement=agreement, version=agreement.version, facts=facts, actor=actor, at=NOON)


def test_drafts_of_a_fair_are_made_for_signed_outcomes_alone(world):
    consensus = OutcomeFactory(fair=world.fair, level=OutcomeLevel.CONSENSUS)

    job = done(request_drafts(fair=world.fair, actor=world.organizer, at=NOON))

    agreement = Agreement.objects.get()
    assert (agreement.outcome, agreement.kind) == (world.outcome, "intent")
    assert job.result == {
        "drafted": 1,
        "agreement": agreement.number,
        "numbers": [agreement.number],
        "refused": [],
        "papers_refused": [],
    }
    assert not consensus.agreements.exists()


def test_drafts_of_a_fair_run_twice_make_one_agreement_each(world):
    job = done(request_drafts(fair=world.fair, actor=world.organizer, at=NOON))
    try_again(job)

    again = done(job)

    assert (Agreement.objects.count(), AgreementDocument.objects.count(), again.result["drafted"]) == (1, 2, 1)


def test_drafts_of_a_fair_asked_for_twice_are_one_job(world):
    jobs = [request_drafts(fair=world.fair, actor=world.organizer, at=NOON) for _ in range(2)]

    assert jobs[0] == jobs[1]
    OutcomeFactory(fair=world.fair, level=OutcomeLevel.SIGNED)
    assert request_drafts(fair=world.fair, actor=world.organizer, at=NOON) != jobs[0]  # there is more to draft


def test_drafts_of_a_fair_leave_alone_what_has_an_agreement_or_had_one_withdrawn(world):
    draft = draft_from_outcome(outcome=world.outcome, kind="framework", actor=world.hr, at=NOON)
    with pytest.raises(NothingToDraft):
        request_drafts(fair=world.fair, actor=world.organizer, at=NOON)

    give_up(agreement=draft, actor=world.hr, at=NOON, reason="误建")
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
    give_up(agreement=Agreement.objects.get(), actor=world.hr, at=NOON, reason="误建")

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


# --- broken off ---------------------------------------------------------------------------------------------------


class DyingRun(JobRun):
    """A worker that ends without a word when the papers of the second agreement are to be made."""

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        super().progress(stage, done, total)
        if stage == rendering.MAKING and done == total // 2 + 1:
            raise SystemExit


class CancelledRun(JobRun):
    """A person presses "Cancel" while the papers of the first agreement are made."""

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        super().progress(stage, done, total)
        if stage == rendering.MAKING:
            request_cancel(job_id=self.job.pk, at=NOON)


def three_outcomes(world: World) -> None:
    for _ in range(2):
        OutcomeFactory(fair=world.fair, level=OutcomeLevel.SIGNED)


def begun(job: Job) -> Job:
    """The job as a worker has claimed it."""
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=1, heartbeat_at=NOON)
    job.refresh_from_db()
    return job


def test_a_worker_that_dies_midway_is_followed_by_one_that_makes_the_rest(world):
    three_outcomes(world)
    job = request_drafts(fair=world.fair, actor=world.organizer, at=NOON)
    with pytest.raises(SystemExit):
        draft_agreements(DyingRun(begun(job)))
    assert (Agreement.objects.count(), AgreementDocument.objects.count()) == (3, 2)
    before = set(AgreementDocument.objects.values_list("pk", "sha256"))
    try_again(job)

    again = done(job)

    assert (Agreement.objects.count(), AgreementDocument.objects.count()) == (3, 6)
    assert before < set(AgreementDocument.objects.values_list("pk", "sha256"))
    assert (again.result["drafted"], Notification.objects.filter(event="agreement_drafted").count()) == (3, 2)
    assert sorted(Agreement.objects.values_list("number", flat=True)) == [f"ZQ-2024-000{n}" for n in (1, 2, 3)]


def test_a_cancelled_job_keeps_the_drafts_and_makes_no_further_paper(world):
    three_outcomes(world)
    job = request_drafts(fair=world.fair, actor=world.organizer, at=NOON)

    with pytest.raises(Cancelled):
        draft_agreements(CancelledRun(begun(job)))

    assert (Agreement.objects.count(), AgreementDocument.objects.count()) == (3, 0)


def test_a_job_cancelled_before_it_has_drafted_leaves_nothing(world):
    job = begun(request_drafts(fair=world.fair, actor=world.organizer, at=NOON))
    request_cancel(job_id=job.pk, at=NOON)

    with pytest.raises(Cancelled):
        draft_agreements(JobRun(job))

    assert Agreement.objects.count() == 0


def test_an_attempt_that_lost_its_lease_stores_no_drafts(world):
    job = begun(request_drafts(fair=world.fair, actor=world.organizer, at=NOON))
    Job.objects.filter(pk=job.pk).update(attempts=2)  # another worker has taken over

    with pytest.raises(LeaseLost):
        draft_agreements(JobRun(job))

    assert Agreement.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_draft_one_agreement_of_an_outcome(world):
    jobs = [
        request_drafts(fair=world.fair, actor=world.organizer, at=NOON),
        request_draft(outcome=world.outcome, kind="intent", actor=world.hr, at=NOON),
    ]

    def work(job: Job) -> bool:
        try:
            return run(job.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, jobs)) == [True, True]

    assert {job.state for job in Job.objects.all()} == {JobState.DONE}
    assert (Agreement.objects.count(), AgreementDocument.objects.count()) == (1, 2)


def test_papers_are_in_the_language_of_whoever_asks(world):
    with translation.override("en"):
        job = request_drafts(fair=world.fair, actor=world.organizer, at=NOON, base_url="https://zhiqiao.example")

    done(job)

    assert set(AgreementDocument.objects.values_list("language", flat=True)) == {"en"}


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
    changed = changed_by(world.teacher, agreement, place="深圳市宝安区")

    done(request_documents(agreement=changed, language="zh-hans", actor=world.hr, at=NOON))

    assert sorted(AgreementDocument.objects.values_list("agreement_version", "format")) == [
        (1, "docx"),
        (1, "pdf"),
        (2, "docx"),
        (2, "pdf"),
    ]


def test_documents_after_a_change_that_they_do_not_show_are_the_same_files(world, agreement):
    done(request_documents(agreement=agreement, language="zh-hans", actor=world.hr, at=NOON))
    before = set(AgreementDocument.objects.values_list("pk", "file"))
    hand_over(agreement=agreement, to=party(agreement, "second"), actor=world.teacher, at=NOON)
    later = Agreement.objects.get(pk=agreement.pk)

    done(request_documents(agreement=later, language="zh-hans", actor=world.hr, at=NOON))

    assert set(AgreementDocument.objects.values_list("pk", "file")) == before
    assert set(AgreementDocument.objects.values_list("agreement_version", flat=True)) == {2}


def test_documents_of_a_text_that_moved_on_are_refused(world, agreement):
    job = request_documents(agreement=agreement, language="zh-hans", actor=world.hr, at=NOON)
    changed_by(world.teacher, agreement, place="深圳市宝安区")

    run(job.pk)

    job.refresh_from_db()
    assert (job.state, AgreementDocument.objects.count()) == (JobState.FAILED, 0)


def test_documents_are_made_of_the_text_asked_for(world, agreement):
    approve_all(agreement, world.organizer)
    signed = sign(agreement, world.organizer)
    open_amendment(agreement=signed, party=party(signed), reason="增加经费", actor=world.teacher, at=NOON)
    signed.refresh_from_db()

    for number in (1, 2):
        done(request_documents(agreement=signed, language="zh-hans", text=number, actor=world.hr, at=NOON))

    assert sorted(AgreementDocument.objects.values_list("text_number", "format")) == [
        (1, "docx"),
        (1, "pdf"),
        (2, "docx"),
        (2, "pdf"),
    ]
    with pytest.raises(AgreementRefused):
        request_documents(agreement=signed, language="zh-hans", text=3, actor=world.hr, at=NOON)


def test_documents_in_an_unknown_language_are_refused(world, agreement):
    with pytest.raises(AgreementRefused):
        request_documents(agreement=agreement, language="fr", actor=world.hr, at=NOON)
    assert Job.objects.count() == 0
