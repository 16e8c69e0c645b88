"""The work of drafting: reads what the outcomes suggest, then stores all drafts and "done" in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from events.agreements.checks import AgreementRefused, check_draft
from events.agreements.facts import Draft
from events.agreements.models import AgreementKind
from events.agreements.notices import tell_parties
from events.agreements.proposing import draft_for_outcome
from events.agreements.selectors import outcomes_to_draft, with_both_sides
from events.agreements.writing import store_draft
from events.fairs.models import Fair
from events.meetings.models import Outcome
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun

KIND = "agreements.draft"


@job_kind(KIND)
def draft_agreements(run: JobRun) -> None:
    """Draft for one outcome (`outcome_id`, `kind`) or for all of a fair that call for it (`fair_id`).

    Drafts bear the time of the request (`at`), so that numbers are of that year however late a worker comes.
    The result counts the agreements drafted, names those of parties that cannot sign now, and has one's number.
    AgreementRefused if not one can be drafted: a job that failed is tried again when it is asked for again.
    """
    outcomes, kind = _asked_for(run)
    drafts: list[Draft] = []
    refused: list[str] = []
    for done, outcome in enumerate(outcomes):
        run.progress(gettext_noop("Reading outcomes"), done, len(outcomes))
        draft = draft_for_outcome(outcome, kind)
        try:
            check_draft(draft)
        except AgreementRefused as error:
            refused.append(str(error))
        else:
            drafts.append(draft)
    if refused and not drafts:
        raise AgreementRefused(" ".join(dict.fromkeys(refused)))
    run.progress(gettext_noop("Storing drafts"), len(outcomes), len(outcomes))
    with run.effect():
        run.result = _store(run, drafts) | {"refused": refused}


def _asked_for(run: JobRun) -> tuple[list[Outcome], str]:
    if "outcome_id" in run.arguments:
        one: QuerySet[Outcome] = Outcome.objects.filter(pk=run.arguments["outcome_id"])
        return list(with_both_sides(one)), run.arguments["kind"]
    fair = Fair.objects.get(pk=run.arguments["fair_id"])
    return list(with_both_sides(outcomes_to_draft(fair))), AgreementKind.INTENT


def _store(run: JobRun, drafts: list[Draft]) -> dict[str, int | str | None]:
    at, actor = datetime.fromisoformat(run.arguments["at"]), run.job.requested_by
    stored = [store_draft(draft, actor=actor, at=at) for draft in drafts]
    for agreement, is_new in stored:
        if is_new:
            tell_parties(agreement, event="agreement_drafted", actor=actor, at=at)
    return {"drafted": sum(is_new for _, is_new in stored), "agreement": stored[0][0].number if stored else None}
