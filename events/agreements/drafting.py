"""The work of drafting: all drafts in one transaction, then Word and PDF of each, one after the other.

The drafts are what counts: they are stored together or not at all, and stay when the papers are cancelled. A worker
that dies is followed by another, which finds the drafts and makes the papers that are missing.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from events.agreements import rendering
from events.agreements.checks import check_draft
from events.agreements.facts import Draft
from events.agreements.models import Agreement, AgreementKind
from events.agreements.notices import tell_parties
from events.agreements.proposing import draft_for_outcome
from events.agreements.refusals import AgreementRefused
from events.agreements.selectors import outcomes_to_draft, with_both_sides
from events.agreements.writing import store_draft
from events.fairs.models import Fair
from events.meetings.models import Outcome
from events.printing import DocumentDataError
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun

KIND = "agreements.draft"
READING = gettext_noop("Reading outcomes")
STORING = gettext_noop("Storing drafts")


@job_kind(KIND)
def draft_agreements(run: JobRun) -> None:
    """Draft for one outcome (`outcome_id`, `kind`) or for all of a fair that call for it (`fair_id`), with papers.

    Drafts bear the time of the request (`at`), so that numbers are of that year however late a worker comes. The
    papers are in `language`. The result counts the agreements drafted and the papers made, names those of parties
    that cannot sign now, and has one's number. AgreementRefused if not one can be drafted: a job that failed is tried
    again when it is asked for again.
    """
    if "numbers" not in run.result:
        _draft(run)
    refused = _make_papers(run, run.result["numbers"])
    with run.effect():
        run.result = run.result | {"papers_refused": refused}


def _draft(run: JobRun) -> None:
    outcomes, kind = _asked_for(run)
    drafts: list[Draft] = []
    refused: list[str] = []
    for done, outcome in enumerate(outcomes):
        run.progress(READING, done, 2 * len(outcomes))
        draft = draft_for_outcome(outcome, kind)
        try:
            check_draft(draft)
        except AgreementRefused as error:
            refused.append(str(error))
        else:
            drafts.append(draft)
    if refused and not drafts:
        raise AgreementRefused(" ".join(dict.fromkeys(refused)))
    run.progress(STORING, len(outcomes), 2 * len(outcomes))
    with run.part():
        run.result = _store(run, drafts) | {"refused": refused}


def _asked_for(run: JobRun) -> tuple[list[Outcome], str]:
    if "outcome_id" in run.arguments:
        one: QuerySet[Outcome] = Outcome.objects.filter(pk=run.arguments["outcome_id"])
        return list(with_both_sides(one)), run.arguments["kind"]
    fair = Fair.objects.get(pk=run.arguments["fair_id"])
    return list(with_both_sides(outcomes_to_draft(fair))), AgreementKind.INTENT


def _store(run: JobRun, drafts: list[Draft]) -> dict[str, object]:
    at, actor = datetime.fromisoformat(run.arguments["at"]), run.job.requested_by
    stored = [store_draft(draft, actor=actor, at=at) for draft in drafts]
    for agreement, is_new in stored:
        if is_new:
            tell_parties(agreement, event="agreement_drafted", actor=actor, at=at)
    return {
        "drafted": sum(is_new for _, is_new in stored),
        "agreement": stored[0][0].number if stored else None,
        "numbers": [agreement.number for agreement, _ in stored],
    }


def _make_papers(run: JobRun, numbers: list[str]) -> list[str]:
    """Both files of every agreement, each pair in a transaction of its own; the numbers of those that cannot be."""
    language = run.arguments.get("language", settings.LANGUAGE_CODE)
    refused: list[str] = []
    keys = dict(Agreement.objects.filter(number__in=numbers).values_list("number", "pk"))
    for done, number in enumerate(numbers, len(numbers)):
        run.progress(rendering.MAKING, done, 2 * len(numbers))
        try:
            reading = rendering.read(keys[number], language=language, base_url=run.arguments.get("base_url", ""))
            if rendering.are_there(reading):
                continue
            files = rendering.print_both(reading)
        except (AgreementRefused, DocumentDataError):  # of this one; its own page says why when it is asked for
            refused.append(number)
            continue
        with run.part():
            rendering.keep(run.job, reading, files)
    return refused
