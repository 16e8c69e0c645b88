from __future__ import annotations

import pytest
from django.utils import timezone

from portal.jobs.models import Job, JobState
from tests.factories import StaffFactory, UserFactory

URL = "/api/v1/jobs/"
FIELDS = (
    "public_id kind title state stage done total percent attempts max_attempts cancel_requested created_at "
    "started_at finished_at result file error"
)


@pytest.fixture
def person(db):
    return UserFactory()


@pytest.fixture
def client(client, person):
    client.force_login(person)
    return client


def job_of(user, state=JobState.QUEUED, **fields):
    now = timezone.now()
    finished = {"finished_at": now} if state == JobState.DONE else {}
    given = {"kind": "test.x", "title": "x", "requested_by": user, "state": state, "next_attempt_at": now}
    return Job.objects.create(**given | finished | fields)


def test_api_needs_a_person(client, person):
    client.logout()
    assert client.get(URL).status_code in (401, 403)


def test_api_lists_own_jobs_only_and_exactly_these_fields(client, person):
    mine = job_of(person, done=1, total=4)
    job_of(UserFactory())
    [shown] = client.get(URL).json()["results"]
    assert list(shown) == FIELDS.split()
    assert (shown["public_id"], shown["percent"], shown["file"]) == (str(mine.public_id), 25, "")


def test_api_shows_staff_all_jobs(client, person):
    job_of(UserFactory())
    client.force_login(StaffFactory())
    assert len(client.get(URL).json()["results"]) == 1


@pytest.mark.parametrize(("query", "shown"), [("state=done", 1), ("kind=test.x", 2), ("kind=other", 0)])
def test_api_filters(client, person, query, shown):
    job_of(person)
    job_of(person, JobState.DONE)
    assert len(client.get(f"{URL}?{query}").json()["results"]) == shown


@pytest.mark.parametrize("query", ["state=nonsense", "stat=done", "requested_by=1"])
def test_api_refuses_what_it_does_not_know(client, person, query):
    assert client.get(f"{URL}?{query}").status_code == 400


def test_api_pages_by_cursor(client, person):
    jobs = [job_of(person) for _ in range(3)]
    first = client.get(f"{URL}?page_size=2").json()
    second = client.get(first["next"]).json()
    shown = [row["public_id"] for row in first["results"] + second["results"]]
    assert shown == [str(job.public_id) for job in reversed(jobs)]


def test_api_shows_one_job_and_not_somebody_elses(client, person):
    assert client.get(f"{URL}{job_of(person).public_id}/").status_code == 200
    assert client.get(f"{URL}{job_of(UserFactory()).public_id}/").status_code == 404


def test_api_cancels_once(client, person):
    job = job_of(person)
    answer = client.post(f"{URL}{job.public_id}/cancel/")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    again = client.post(f"{URL}{job.public_id}/cancel/")
    assert (again.status_code, again.headers["Content-Type"]) == (409, "application/problem+json")


def test_api_does_not_cancel_somebody_elses_job(client, person):
    others = job_of(UserFactory())
    assert client.post(f"{URL}{others.public_id}/cancel/").status_code == 404
    others.refresh_from_db()
    assert others.state == JobState.QUEUED


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_api_changes_a_job_in_no_other_way(client, person, method):
    job = job_of(person)
    answer = getattr(client, method)(f"{URL}{job.public_id}/", {"state": "done"}, content_type="application/json")
    assert answer.status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_api_list_is_one_query_besides_the_session(client, person, rows, django_assert_num_queries):
    for _ in range(rows):
        job_of(person)
    with django_assert_num_queries(3):
        client.get(URL)
