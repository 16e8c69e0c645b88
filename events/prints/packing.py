"""The job that makes a pack: papers first, then what was printed is noted with "done" in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext_noop

from events.fairs.models import Fair
from events.fairs.selectors import may_read_papers
from events.printing.fair_pack import PRINT_LIST, PackFacts, Paper, around, build, merge, print_list, title_of_all
from events.prints.comparing import Comparison, compare
from events.prints.files import archive, file_name, pdf_of, workbook_of
from events.prints.gathering import facts_of
from events.prints.models import PrintedSheet
from portal.accounts.models import User
from portal.audit.services import record
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun

KIND = "prints.pack"
READING = gettext_noop("Reading the fair")
MAKING = gettext_noop("Making the papers")
BINDING = gettext_noop("Putting the pack together")


@job_kind(KIND, may_read=may_read_papers)
def print_pack(run: JobRun) -> None:
    """Make the `documents` of `fair_id` in `language`, all of them or what `changed_only` leaves, as one ZIP."""
    language, documents = run.arguments["language"], run.arguments["documents"]
    viewer = cast("User", run.job.requested_by)
    run.progress(READING, 0, len(documents) + 2)
    fair = _fair(viewer, run.arguments["fair_id"])
    facts = facts_of(fair, language=language, viewer=viewer, documents=documents)
    compared = compare(fair, facts, build(facts, documents), language=language)
    papers = _wanted(compared, changed_only=run.arguments["changed_only"])
    at = timezone.now()
    files = _files(run, facts, papers, compared, at)
    run.attach(f"{fair.slug}-prints.zip", archive(files))
    with run.effect():
        _note(run, facts, papers, compared, at)
        printed = sum(len(paper.sheets) for paper in papers)
        run.result = {"documents": [paper.code for paper in papers], "sheets": printed}
        record(verb="fair.printed", subject=fair, actor=viewer, at=at, language=language, **run.result)


def _fair(viewer: User, fair_id: int) -> Fair:
    """The fair, if whoever asked may still print it; Fair.DoesNotExist otherwise."""
    return Fair.objects.editable_by(viewer).select_related("organizer", "region").get(pk=fair_id)


def _wanted(compared: Sequence[Comparison], *, changed_only: bool) -> list[Paper]:
    papers = [each.changed_paper if changed_only else each.paper for each in compared]
    return [paper for paper in papers if paper.sheets]


def _files(
    run: JobRun, facts: PackFacts, papers: Sequence[Paper], compared: Sequence[Comparison], at: datetime
) -> list[tuple[str, bytes]]:
    """The list of what is printed, each document as PDF, all of them as one, and the lists as workbooks."""
    titles = {each.paper.code: each.paper.title for each in compared}
    void = [(titles[row.document], row.label) for each in compared for row in each.withdrawn]
    made: list[tuple[str, bytes]] = []
    for number, paper in enumerate([print_list(facts, papers, void), *papers]):
        run.progress(MAKING, number + 1, len(papers) + 2)
        made.append((file_name(number, paper.title, "pdf"), pdf_of(facts, paper, at=at)))
    run.progress(BINDING, len(papers) + 1, len(papers) + 2)
    whole = title_of_all(facts.language)
    merged = merge([content for _name, content in made], title=f"{facts.event.name}　{whole}")
    workbooks = [
        (f"excel/{file_name(number, paper.title, 'xlsx')}", workbook_of(paper.listings))
        for number, paper in enumerate(papers, start=1)
        if paper.listings and paper.code != PRINT_LIST
    ]
    return [(f"{whole}.pdf", merged), *((f"pdf/{name}", content) for name, content in made), *workbooks]


def _note(run: JobRun, facts: PackFacts, papers: Sequence[Paper], compared: Sequence[Comparison], at: datetime) -> None:
    """Remember what each sheet said, and forget those that are void; told on the list of what is printed."""
    common: dict[str, Any] = {"fair_id": run.arguments["fair_id"], "language": run.arguments["language"]}
    common |= {"job": run.job, "printed_at": at}
    said_around = around(facts)
    PrintedSheet.objects.bulk_create(
        (
            PrintedSheet(
                document=sheet.document,
                subject=sheet.subject,
                label=sheet.label[:200],
                digest=sheet.digest(said_around),
                **common,
            )
            for paper in papers
            for sheet in paper.sheets
        ),
        update_conflicts=True,
        unique_fields=["fair", "document", "subject", "language"],
        update_fields=["digest", "label", "job", "printed_at"],
        batch_size=500,
    )
    PrintedSheet.objects.filter(pk__in=[row.pk for each in compared for row in each.withdrawn]).delete()
