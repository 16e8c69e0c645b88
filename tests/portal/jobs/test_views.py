from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from portal.jobs.models import Job, JobState
from tests.factories import StaffFactory, UserFactory

ENDED = [JobState.DONE, JobState.CANCELLED, JobState.FAILED]


@pytest.fixture
def person(db):
    return UserFactory()


@pytest.fixture
def client(client, person):
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def job_of(user, state=JobState.RUNNING, **fields):
    now = timezone.now()
    given = {"kind": "test.x", "title": "排定日程", "requested_by": user, "state": state, "next_attempt_at": now}
    given |= {"heartbeat_at": now} if state == JobState.RUNNING else {}
    given |= {"finished_at": now} if state in ENDED else {}
    return Job.objects.create(**given | fields)


def page(client, name, job, **more):
    return client.get(reverse(f"jobs:{name}", args=[job.public_id]), **more)


def downloaded(client, job):
    """Status, headers and content of the file's answer; reading it to the end closes the file."""
    answer = page(client, "download", job)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, answer.headers, content


def with_file(job, name="框架协议.pdf", content=b"%PDF"):
    job.result_file.save(name, ContentFile(content))
    return job


def test_list_shows_own_jobs_newest_first(client, person):
    first, second = job_of(person), job_of(person)
    job_of(UserFactory())
    assert client.get(reverse("jobs:list")).context["page"].rows == [second, first]


def test_list_of_staff_shows_all_with_who_asked(client, person):
    others = job_of(UserFactory(name="陈晓雯"))
    client.force_login(StaffFactory())
    answer = client.get(reverse("jobs:list"))
    assert answer.context["page"].rows == [others]
    assert "陈晓雯" in answer.content.decode()


@pytest.mark.parametrize(("state", "shown"), [("failed", 1), ("done", 0), ("", 2), ("nonsense", 2)])
def test_list_is_narrowed_by_state(client, person, state, shown):
    job_of(person)
    job_of(person, JobState.FAILED)
    assert len(client.get(reverse("jobs:list"), {"state": state}).context["page"].rows) == shown


def test_list_pages_by_key_and_keeps_the_filter(client, person):
    for _ in range(30):
        job_of(person, JobState.FAILED)
    first = client.get(reverse("jobs:list"), {"state": "failed"})
    assert "state=failed&amp;after=" in first.content.decode()
    second = client.get(reverse("jobs:list"), {"state": "failed", "after": first.context["page"].next})
    shown = [*first.context["page"].rows, *second.context["page"].rows]
    assert shown == list(Job.objects.order_by("-id"))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_seldom(client, person, rows, django_assert_max_num_queries):
    client.force_login(StaffFactory())
    for _ in range(rows):
        job_of(UserFactory())
    with django_assert_max_num_queries(6):
        client.get(reverse("jobs:list"))


@pytest.mark.parametrize("name", ["detail", "progress"])
def test_job_of_somebody_else_is_not_found(client, person, name):
    mine, others = job_of(person), job_of(UserFactory())
    assert page(client, name, mine).status_code == 200
    assert page(client, name, others).status_code == 404


def test_job_of_somebody_else_is_not_cancelled(client, person):
    others = job_of(UserFactory())
    assert client.post(reverse("jobs:cancel", args=[others.public_id])).status_code == 404
    others.refresh_from_db()
    assert others.cancel_requested is False


def test_running_job_shows_stage_count_percent_and_attempt(client, person):
    job = job_of(person, stage="Home", done=30, total=120, attempts=2)
    body = page(client, "detail", job).content.decode()
    assert '<progress class="job-bar" aria-label="Progress" max="100" value="25">' in body
    assert "30 / 120 · 25 %" in body
    assert "attempt 2 of 5" in body
    assert "You may leave this page" in body
    assert f'hx-get="/jobs/{job.public_id}/progress/"' in body


def test_stage_is_shown_in_the_readers_language(client, person):
    client.cookies["django_language"] = "zh-hans"
    body = page(client, "progress", job_of(person, stage="Home")).content.decode()
    assert "首页" in body


def test_job_of_unknown_length_has_no_percent(client, person):
    body = page(client, "progress", job_of(person, stage="Home")).content.decode()
    assert "value=" not in body.split("<progress")[1].split(">")[0]


@pytest.mark.parametrize(("state", "status"), [(JobState.QUEUED, 200), (JobState.RUNNING, 200)])
def test_progress_goes_on_while_the_job_does(client, person, state, status):
    answer = page(client, "progress", job_of(person, state))
    assert answer.status_code == status
    assert "hx-trigger" in answer.content.decode()


@pytest.mark.parametrize("state", ENDED)
def test_progress_ends_the_polling_when_the_job_has_ended(client, person, state):
    answer = page(client, "progress", job_of(person, state))
    assert answer.status_code == 286
    assert "hx-trigger" not in answer.content.decode()
    assert "/cancel/" not in answer.content.decode()


def test_progress_is_asked_for_less_often_after_a_while(client, person):
    job = job_of(person)
    assert 'hx-trigger="every 1s"' in page(client, "progress", job).content.decode()
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=11))
    assert 'hx-trigger="every 2s"' in page(client, "progress", job).content.decode()


def test_progress_is_cheap(client, person, django_assert_max_num_queries):
    job = job_of(person)
    with django_assert_max_num_queries(3):
        page(client, "progress", job)


def test_job_done_leads_to_its_result_and_its_file(client, person):
    job = with_file(job_of(person, JobState.DONE, return_url="/fairs/baoan/"))
    body = page(client, "detail", job).content.decode()
    assert 'href="/fairs/baoan/"' in body
    assert reverse("jobs:download", args=[job.public_id]) in body


def test_failed_job_says_why_and_leads_nowhere(client, person):
    body = page(client, "detail", job_of(person, JobState.FAILED, error="<no>", return_url="/x/")).content.decode()
    assert "&lt;no&gt;" in body
    assert 'href="/x/"' not in body


def test_cancel_ends_a_waiting_job(client, person):
    job = job_of(person, JobState.QUEUED)
    answer = client.post(reverse("jobs:cancel", args=[job.public_id]))
    assert answer.headers["Location"] == reverse("jobs:detail", args=[job.public_id])
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_cancel_asks_a_running_job_to_stop_and_answers_htmx_with_the_progress(client, person):
    job = job_of(person)
    answer = client.post(reverse("jobs:cancel", args=[job.public_id]), headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "stopping" in body
    assert "<html" not in body
    assert "/cancel/" not in body


@pytest.mark.parametrize("state", ENDED)
def test_cancel_of_an_ended_job_says_that_it_has_ended(client, person, state):
    job = job_of(person, state)
    answer = client.post(reverse("jobs:cancel", args=[job.public_id]), follow=True)
    assert "This job has already ended." in answer.content.decode()
    job.refresh_from_db()
    assert job.state == state


def test_cancel_needs_a_post(client, person):
    job = job_of(person)
    assert page(client, "cancel", job).status_code == 405
    job.refresh_from_db()
    assert job.cancel_requested is False


def test_download_is_an_attachment_under_its_chinese_name(client, person):
    status, headers, content = downloaded(client, with_file(job_of(person, JobState.DONE)))
    name = "%E6%A1%86%E6%9E%B6%E5%8D%8F%E8%AE%AE.pdf"
    assert (status, content) == (200, b"%PDF")
    assert headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]


def test_download_of_somebody_elses_file_is_not_found(client, person):
    assert downloaded(client, with_file(job_of(UserFactory(), JobState.DONE)))[0] == 404


def test_download_is_checked_anew_each_time(client, person):
    job = with_file(job_of(person, JobState.DONE))
    assert downloaded(client, job)[0] == 200
    Job.objects.filter(pk=job.pk).update(requested_by=UserFactory())
    assert downloaded(client, job)[0] == 404


def test_download_without_a_file_is_not_found(client, person):
    assert downloaded(client, job_of(person, JobState.DONE))[0] == 404
    lost = with_file(job_of(person, JobState.DONE))
    lost.result_file.storage.delete(lost.result_file.name)
    assert downloaded(client, lost)[0] == 404


def test_page_shows_the_title_and_not_our_name_of_the_kind(client, person):
    text = page(client, "detail", job_of(person, kind="matching.rebuild")).content.decode()
    assert ("排定日程" in text, "matching.rebuild" in text) == (True, False)
