"""Ask for a pack."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from events.fairs.models import Fair
from events.fairs.services import NotTheirs
from events.printing.fair_pack import DOCUMENTS, around
from events.prints.packing import KIND
from events.prints.selectors import comparisons
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.jobs.models import Job
from portal.jobs.services import enqueue


class PrintsRefused(DomainError):
    """There is nothing to print, or it cannot be printed so."""


def request_pack(
    *, fair_id: int, documents: Iterable[str], language: str, changed_only: bool, actor: User, at: datetime
) -> Job:
    """Have documents of a fair printed in a language of the site: all of them, or the sheets that changed.

    The same person asking for the same again, while nothing has changed since, gets the same job. NotTheirs for
    somebody who does not run the fair; PrintsRefused for no or unknown documents, a language that the site does not
    speak, or if there is nothing in them, or nothing new.
    """
    fair = Fair.objects.editable_by(actor).select_related("organizer", "region").filter(pk=fair_id).first()
    if fair is None:
        raise NotTheirs(_("Only the organizer of the fair can do this."))
    chosen = set(documents)
    if not chosen or chosen - set(DOCUMENTS):
        raise PrintsRefused(_("Choose at least one of the documents."), field="documents")
    if language not in dict(settings.LANGUAGES):
        raise PrintsRefused(_("Choose one of the languages of the site."), field="language")
    codes = [code for code in DOCUMENTS if code in chosen]
    facts, compared = comparisons(fair, language=language, viewer=actor, documents=codes)
    if not any(each.paper.sheets for each in compared):
        raise PrintsRefused(_("There is nothing in these documents yet."), field="documents")
    if changed_only and not any(each.changed or each.withdrawn for each in compared):
        raise PrintsRefused(_("Nothing has changed since the last print."), field="changed_only")
    said = [sheet.digest(around(facts)) for each in compared for sheet in each.paper.sheets]
    before = [str(each.printed_at) for each in compared]
    digest = hashlib.sha256("|".join([*codes, str(changed_only), *said, *before]).encode()).hexdigest()[:32]
    return enqueue(
        kind=KIND,
        title=(_("Prints of “%(fair)s”") % {"fair": fair.name})[:200],
        requested_by=actor,
        at=at,
        arguments={"fair_id": fair.pk, "documents": codes, "language": language, "changed_only": changed_only},
        idempotency_key=f"{fair.pk}:{actor.pk}:{language}:{digest}",
        return_url=reverse("prints:pack", args=[fair.slug]),
    )
