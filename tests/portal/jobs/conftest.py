from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from portal.accounts.models import User
from portal.jobs import registry
from portal.jobs.models import Job
from portal.jobs.running import JobRun
from portal.jobs.services import enqueue
from tests.conftest import NOON


@pytest.fixture
def person(db) -> User:
    return User.objects.create_user("li@school.test", "x", name="李老师")


@pytest.fixture
def new_kind() -> Iterator[Callable[[Callable[[JobRun], None], int], str]]:
    """Register a kind of job for one test; returns its name."""
    names: list[str] = []

    def register(work: Callable[[JobRun], None], max_attempts: int = 3) -> str:
        name = f"test.{work.__name__}"
        registry.job_kind(name, max_attempts=max_attempts)(work)
        names.append(name)
        return name

    yield register
    for name in names:
        registry._kinds.pop(name)


def queued(kind: str, person: User | None = None, **more) -> Job:
    return enqueue(kind=kind, title="试作业", requested_by=person, at=NOON, **more)
