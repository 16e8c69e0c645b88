"""Ask for the paper of a brief."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.fairs.models import Fair
from events.statistics import papers
from events.statistics.brief import brief
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.jobs.models import Job
from portal.jobs.services import enqueue


class BriefRefused(DomainError):
    """A brief that cannot be printed."""


def request_brief(*, fair: Fair, language: str, actor: User, at: datetime) -> Job:
    """Ask for the brief as PDF in a language of the site.

    The same person asking again on the same day, while no figure has changed, gets the same job. BriefRefused for a
    language that the site does not speak.
    """
    if language not in dict(settings.LANGUAGES):
        raise BriefRefused(_("Choose one of the languages of the site."), field="language")
    figures = json.dumps(brief(fair).as_dict(), sort_keys=True)
    day = timezone.localdate(at).isoformat()
    digest = hashlib.sha256(f"{figures} {fair.version} {day}".encode()).hexdigest()[:32]
    return enqueue(
        kind=papers.KIND,
        title=_("Brief of %(fair)s") % {"fair": fair.name},
        requested_by=actor,
        at=at,
        arguments={"fair_id": fair.pk, "language": language},
        idempotency_key=f"{fair.pk}:{actor.pk}:{language}:{digest}",
        return_url=reverse("statistics:brief", args=[fair.slug]),
    )
