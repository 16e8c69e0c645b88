"""When everything is ranked anew, when only what has changed, and what is swept away."""

from __future__ import annotations

import pytest
from django.db.models import F
from django.utils import timezone

from matching import store
from matching.models import Match, MatchRun, RunState, Weights
from matching.rebuilding import KIND, rebuild_now, request_if_stale, requesting, runs, tables
from matching.rebuilding.cleaning import sweep
from matching.stamps import enterprise_stamps, school_stamps, stale_enterprises, stale_schools
from matching.standing import forget_standing
from matching.store import SUPPLY
from portal.accounts.models import User
from portal.demands.models import DemandStatus, TalentDemand
from portal.jobs.models import Job, JobState
from portal.jobs.running import run as run_job
from portal.jobs.services import request_cancel
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind, Skill
from tests.matching.rebuilding_world import lay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path) -> None:
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"snapshots": folder}
    forget_standing()


def leftovers() -> list[str]:
    return tables.leftovers(building=[])


def test_fingerprints_tell_every_change():
    firms = lay(schools=3, enterprises=3)
    rebuild_now()
    school = Organization.objects.schools().first()
    mine, seen = TalentDemand.objects.filter(enterprise=firms[0]), set()

    changes = [
        lambda: mine.update(version=F("version") + 1),
        lambda: Organization.objects.filter(pk=firms[0].pk).update(version=F("version") + 1),
        lambda: Organization.objects.filter(pk=firms[0].pk).update(region="440000"),
        lambda: mine.update(filled=1, headcount=5),
        lambda: mine.update(status=DemandStatus.WITHDRAWN),
    ]
    for change in changes:
        seen.add(enterprise_stamps().of(firms[0].pk))
        assert enterprise_stamps(firms[0].pk).of(firms[0].pk) == enterprise_stamps().of(firms[0].pk)
        change()
        assert stale_enterprises() == [firms[0].pk]
    assert (len(seen), enterprise_stamps().of(firms[0].pk)) == (5, None)

    assert stale_schools() == []
    for field, value in (("graduating", 7), ("committed", 3), ("state", "draft")):
        before = school_stamps(school.pk).of(school.pk)
        school.programmes.first().supply.update(**{field: value})
        assert school_stamps(school.pk).of(school.pk) != before
    assert stale_schools() == [school.pk]


def test_few_stale_lists_are_refreshed_at_once():
    firms = lay()
    rebuild_now()
    TalentDemand.objects.filter(enterprise=firms[0]).update(headcount=200, version=F("version") + 1)

    assert request_if_stale() is None

    assert (stale_enterprises(), Job.objects.count()) == ([], 0)


def test_many_stale_lists_are_ranked_by_one_rebuild(monkeypatch):
    firms = lay()
    rebuild_now()
    monkeypatch.setattr(requesting, "MOST_ENTERPRISES", 1)
    TalentDemand.objects.filter(enterprise__in=firms[:2]).update(headcount=200, version=F("version") + 1)

    first, second = request_if_stale(), request_if_stale()

    assert first == second
    assert (Job.objects.get().kind, stale_enterprises()) == (KIND, [firms[0].pk, firms[1].pk])


@pytest.mark.parametrize("what", ["nothing was ranked", "weights", "engine", "files", "kinds"])
def test_a_run_made_otherwise_is_replaced(what, monkeypatch):
    lay(schools=3, enterprises=3)
    if what != "nothing was ranked":
        run = rebuild_now()
        assert request_if_stale() is None
    if what == "weights":
        Weights.objects.create(adopted_at=timezone.now())
    if what == "engine":
        MatchRun.objects.update(engine_version=F("engine_version") - 1)
    if what == "files":
        store.delete_run(run)
    if what == "kinds":
        lay_kind()

    assert request_if_stale().kind == KIND


def lay_kind() -> None:
    CooperationKind.objects.create(code="lab", name="lab", name_en="lab", position=0)


def test_new_skills_wait_for_an_hour():
    lay(schools=3, enterprises=3)
    rebuild_now()
    Skill.objects.create(name="数控编程", kind="course")
    assert request_if_stale() is None

    MatchRun.objects.update(finished_at=timezone.now() - timezone.timedelta(hours=2))

    assert request_if_stale().kind == KIND


def test_the_files_of_the_run_in_use_and_of_the_one_before_are_kept():
    lay(schools=3, enterprises=3)
    rebuilt = [rebuild_now() for _ in range(3)]

    sweep()

    assert [store.has_run_file(run, SUPPLY) for run in rebuilt] == [False, True, True]
    assert MatchRun.objects.filter(state=RunState.CURRENT).get() == rebuilt[2]


def test_a_run_whose_job_has_ended_is_swept_away():
    lay(schools=3, enterprises=3)
    run = runs._begin(runs.Nobody(), None)
    job = Job.objects.create(kind=KIND, title="x", next_attempt_at=timezone.now())
    MatchRun.objects.update(job=job)
    sweep()
    assert len(leftovers()) == 3  # the control: its job waits for a worker

    Job.objects.update(state=JobState.CANCELLED, finished_at=timezone.now())
    sweep()

    run.refresh_from_db()
    assert (run.state, leftovers(), store.has_run_file(run, SUPPLY)) == (RunState.FAILED, [], False)


def test_a_job_that_was_stopped_is_not_asked_for_again_at_once_but_by_a_person():
    lay(schools=3, enterprises=3)
    job = request_if_stale()
    request_cancel(job_id=job.pk, at=timezone.now())

    assert request_if_stale() is None
    assert request_if_stale(User.objects.create_superuser("admin@portal.test", "x")) == job
    assert request_if_stale() == job  # it waits again


def test_a_cancelled_job_does_not_begin():
    lay(schools=3, enterprises=3)
    job = request_if_stale()
    Job.objects.update(cancel_requested=True)

    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, leftovers(), Match.objects.count()) == (JobState.CANCELLED, [], 0)
