"""The brief as a paper: the work of a job, and the same for the command line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from events.agreements.documents import PRINT_LANGUAGES
from events.fairs.models import Fair
from events.printing import BriefDocument as Paper
from events.printing import Figure as PaperFigure
from events.printing import as_pdf
from events.statistics.brief import Brief, brief
from events.statistics.figures import FIGURES
from events.statistics.summary import paragraphs, percent
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun

KIND = "statistics.brief"


def paper_of(fair: Fair, figures: Brief, *, language: str, issued_on: date) -> Paper:
    """The paper of a brief in a language of the site."""
    with translation.override(language):
        return Paper(
            title=_("Brief: %(fair)s") % {"fair": fair.name},
            language=PRINT_LANGUAGES[language],
            fair=fair.name,
            start_on=fair.starts_on,
            end_on=fair.ends_on,
            host=fair.hosts or fair.organizer.legal_name,
            place=fair.venue,
            issued_on=issued_on,
            paragraphs=tuple(paragraphs(fair, figures)),
            figures=tuple(_rows(figures)),
            sample=fair.is_sample,
        )


def _rows(figures: Brief) -> list[PaperFigure]:
    notes = {"secondary_and_technician_schools": percent(figures.share_secondary_and_technician)}
    rows = [
        PaperFigure(
            label=str(each.label), value=getattr(figures, each.key), unit=str(each.unit), note=notes.get(each.key, "")
        )
        for each in FIGURES
    ]
    majors = [
        PaperFigure(
            label=_("Sought after: %(major)s") % {"major": major.name}, value=Decimal(major.people), unit=_("people")
        )
        for major in figures.top_majors
    ]
    return rows + majors


def file_name(fair: Fair) -> str:
    return f"{fair.slug}-brief.pdf"


@job_kind(KIND)
def print_brief(run: JobRun) -> None:
    """Print the brief of `fair_id` in `language` and keep it as the job's file."""
    run.progress(gettext_noop("Counting"), 0, 2)
    fair = Fair.objects.select_related("organizer").get(pk=run.arguments["fair_id"])
    figures = brief(fair)
    run.progress(gettext_noop("Making the PDF"), 1, 2)
    paper = paper_of(fair, figures, language=run.arguments["language"], issued_on=timezone.localdate())
    run.attach(file_name(fair), as_pdf(paper))
    with run.effect():
        pass  # the file is all there is to keep
