"""Ask for the long works of this slice: drafts of a fair or of one outcome, and the files of an agreement."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from events.agreements import drafting, rendering
from events.agreements.documents import text_to_print
from events.agreements.models import Agreement, AgreementKind, AgreementText
from events.agreements.models.agreement import GIVEN_UP
from events.agreements.refusals import AgreementRefused
from events.agreements.selectors import outcomes_to_draft
from events.agreements.word_files import template_in_use
from events.fairs.models import Fair
from events.meetings.models import Outcome, OutcomeLevel
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.services import enqueue


class NothingToDraft(AgreementRefused):
    """Every outcome that calls for an agreement has one."""


def request_drafts(*, fair: Fair, actor: User, at: datetime, base_url: str = "") -> Job:
    """Ask for an intent agreement for every outcome of the fair marked as signed that has no agreement yet.

    With Word and PDF in the language of the person; `base_url` is the site's address for the codes on them.
    The same request made twice is one job. NothingToDraft if there is no such outcome.
    """
    outcomes = list(outcomes_to_draft(fair).values_list("pk", flat=True))
    if not outcomes:
        raise NothingToDraft(_("Every outcome marked as signed has its agreement already."))
    digest = hashlib.sha256(",".join(map(str, outcomes)).encode()).hexdigest()[:32]
    return enqueue(
        kind=drafting.KIND,
        title=_t("Agreements of %(fair)s") % {"fair": fair.name},
        requested_by=actor,
        at=at,
        arguments={"fair_id": fair.pk, **_papers(at, base_url)},
        idempotency_key=f"fair:{fair.pk}:{digest}",
        return_url=f"{reverse('agreements:list')}?fair={fair.slug}",
    )


def request_draft(*, outcome: Outcome, kind: str, actor: User, at: datetime, base_url: str = "") -> Job:
    """Ask for the agreement of this kind of one outcome, with Word and PDF in the language of the person.

    The same request made twice is one job.

    AgreementRefused for an outcome below an intent or an unknown kind.
    """
    if outcome.level < OutcomeLevel.INTENT:
        raise AgreementRefused(_("Nothing has been agreed between these two yet."))
    if kind not in AgreementKind.values:
        raise AgreementRefused(_("This kind of agreement is unknown."), field="kind")
    given_up = outcome.agreements.filter(kind=kind, status__in=GIVEN_UP).count()
    return enqueue(
        kind=drafting.KIND,
        title=_t("Draft of an agreement"),
        requested_by=actor,
        at=at,
        arguments={"outcome_id": outcome.pk, "kind": kind, **_papers(at, base_url)},
        idempotency_key=f"outcome:{outcome.pk}:{kind}:{given_up}",
        return_url=reverse("agreements:of_outcome", args=[outcome.pk]),
    )


def request_documents(
    *,
    agreement: Agreement,
    language: str,
    actor: User,
    at: datetime,
    text: int | None = None,
    base_url: str = "",
) -> Job:
    """Ask for Word and PDF of a text of the agreement, by default the latest, in a language of the site.

    The same person asking again gets the same job.
    AgreementRefused for a language that the site does not speak, or a text that the agreement does not have.
    """
    if language not in dict(settings.LANGUAGES):
        raise AgreementRefused(_("Choose one of the languages of the site."), field="language")
    try:
        number = text_to_print(agreement, text).number
    except AgreementText.DoesNotExist:
        raise AgreementRefused(_("The agreement has no such version."), field="text") from None
    template = template_in_use(agreement.kind, language)
    return enqueue(
        kind=rendering.KIND,
        title=_t("Word and PDF of %(number)s") % {"number": agreement.number},
        requested_by=actor,
        at=at,
        arguments={
            "agreement_id": agreement.pk,
            "version": agreement.version,
            "text": number,
            "language": language,
            "base_url": base_url,
        },
        idempotency_key=rendering.key_of(
            (agreement.pk, agreement.version), number, language, template.pk if template else None, actor.pk
        ),
        return_url=agreement.get_absolute_url(),
    )


def _papers(at: datetime, base_url: str) -> dict[str, str]:
    """What a job that drafts is told of time, and of the papers: the language is that of whoever asks."""
    language = get_language() or settings.LANGUAGE_CODE
    return {"at": at.isoformat(), "language": language, "base_url": base_url}
