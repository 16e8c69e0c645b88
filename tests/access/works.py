"""Jobs and messages of a tenant's people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils import timezone

from portal.jobs.models import Job
from portal.notifications.models import Notification
from tests.conftest import NOON

if TYPE_CHECKING:
    from tests.access.world import Tenant


def lay_jobs(tenant: Tenant) -> None:
    """For every person one job that is done, one that failed and one that waits."""
    for role, user in tenant.people.items():
        done = Job(
            kind="matching.rebuild",
            title=tenant.secret("jobdone", role),
            arguments={"word": tenant.secret("argument", role, shown=False)},
            requested_by=user,
            state="done",
            attempts=1,
            next_attempt_at=NOON,
            finished_at=NOON,
            result={"word": tenant.secret("result", role)},
        )
        done.result_file.save(f"{role}.txt", ContentFile(tenant.secret("file", role).encode()), save=False)
        done.save()
        failed = Job.objects.create(
            kind="prints.pack" if role == "organizer" else "matching.rebuild",
            title=tenant.secret("jobfailed", role),
            arguments={"fair_id": tenant.fair.pk},
            requested_by=user,
            state="failed",
            attempts=5,
            next_attempt_at=NOON,
            finished_at=NOON,
            error=tenant.secret("error", role),
        )
        waiting = Job.objects.create(
            kind="matching.rebuild",
            title=tenant.secret("jobwaiting", role),
            requested_by=user,
            next_attempt_at=timezone.now() + timedelta(days=1),
        )
        tenant.jobs[role] = [done, failed, waiting]


def lay_notifications(tenant: Tenant) -> None:
    """Three unread messages a person; nobody else reads them, the staff neither."""
    for role, user in tenant.people.items():
        tenant.notifications[role] = [
            Notification.objects.create(
                recipient=user,
                event="job_failed",
                context={"title": tenant.personal("message", role), "error": tenant.personal("reason", role)},
                created_at=NOON,
            )
            for _ in range(3)
        ]
