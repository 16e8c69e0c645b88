"""The papers of an agreement as its page shows them: by text and language, what is there and what is being made."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet

from events.agreements.models import Agreement, AgreementDocument, AgreementText, DocumentFormat, DocumentTemplate
from events.agreements.selectors import PAPERS_KIND
from portal.jobs.models import Job, JobState


@dataclass(slots=True)
class LanguagePapers:
    """Word and PDF of one text in one language; `is_up_to_date` unless the agreement has changed since."""

    code: str
    name: str
    files: list[AgreementDocument] = field(default_factory=list)
    is_up_to_date: bool = False
    job: Job | None = None

    @property
    def is_busy(self) -> bool:
        return self.job is not None and not self.job.has_ended


@dataclass(frozen=True, slots=True)
class TextPapers:
    """The papers of one text."""

    text: AgreementText
    languages: list[LanguagePapers]


def papers_of(agreement: Agreement) -> list[TextPapers]:
    """The papers of every text, latest first; four queries."""
    templates = {row.language: row for row in DocumentTemplate.objects.filter(kind=agreement.kind, is_active=True)}
    made: dict[tuple[int, str], list[AgreementDocument]] = {}
    for row in agreement.documents.order_by("-agreement_version", "-pk"):
        made.setdefault((row.text_number, row.language), []).append(row)
    jobs = {(job.arguments.get("text"), job.arguments["language"]): job for job in jobs_for_papers(agreement)}
    papers = []
    for text in agreement.texts.order_by("-number"):
        languages = []
        for code, name in settings.LANGUAGES:
            template = templates.get(code)
            files = _latest(made.get((text.number, code), []), template.pk if template else None)
            is_up_to_date = len(files) == len(DocumentFormat) and all(
                file.agreement_version == agreement.version for file in files
            )
            job = None if is_up_to_date else jobs.get((text.number, code))
            languages.append(LanguagePapers(code, str(name), files, is_up_to_date, job))
        papers.append(TextPapers(text, languages))
    return papers


def _latest(files: list[AgreementDocument], template: int | None) -> list[AgreementDocument]:
    """The latest Word file of the template in use and the latest PDF, of files latest first; Word first."""
    found: dict[str, AgreementDocument] = {}
    for file in files:
        if file.format == DocumentFormat.PDF or file.template_id == template:
            found.setdefault(file.format, file)
    return [found[format_] for format_ in DocumentFormat.values if format_ in found]


def jobs_for_papers(agreement: Agreement) -> QuerySet[Job]:
    """The jobs, of whomever, that make papers of the agreement's present version and are not done."""
    of_version = f"{agreement.pk}:{agreement.version}:"  # the beginning of rendering.key_of
    unfinished = Job.objects.filter(kind=PAPERS_KIND, idempotency_key__startswith=of_version)
    return unfinished.exclude(state=JobState.DONE).order_by("pk")
