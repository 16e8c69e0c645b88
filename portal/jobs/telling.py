"""What a job says to the person who asked for it, in that person's language."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.accounts.models import User
from portal.jobs.models import Job
from portal.notifications.services import notify


def language_of(person: User | None) -> translation.override:
    """Messages that the work leaves on the job are for the person who asked."""
    return translation.override(person.language if person else settings.LANGUAGE_CODE)


def tell(job: Job, event: str, at: datetime) -> None:
    """Leave the person who asked a message that leads to the job; nothing if nobody asked."""
    if job.requested_by is not None:
        url = reverse("jobs:detail", args=[job.public_id])
        context: dict[str, object] = {"title": job.title, "error": job.error}
        notify(recipients=[job.requested_by], event=event, at=at, context=context, url=url)
