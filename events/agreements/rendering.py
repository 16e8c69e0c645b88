"""The work of making papers: Word and PDF of one text of an agreement, from the same words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from events.agreements.documents import paper_of, text_to_print
from events.agreements.models import Agreement, AgreementDocument, AgreementText, DocumentFormat, DocumentTemplate
from events.agreements.refusals import AgreementRefused
from events.agreements.selectors import PAPERS_KIND
from events.agreements.word_files import as_word, template_in_use
from events.printing import AgreementDocument as Paper
from events.printing import as_pdf, missing_in
from portal.jobs.models import Job
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun

KIND = PAPERS_KIND
MAKING = gettext_noop("Making Word and PDF")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one pair of papers is made of, all of one moment: the agreement, its text, the words, the Word template."""

    agreement: Agreement
    text: AgreementText
    paper: Paper
    language: str
    template: DocumentTemplate | None


def key_of(reading: tuple[int, int], text: int, language: str, template_id: int | None, person_id: int) -> str:
    """What makes two requests for papers the same; `reading` is the agreement and its version.

    Whose they are too, because a job is seen by its own person only.
    """
    agreement_id, version = reading
    return f"{agreement_id}:{version}:{text}:{language}:{template_id or ''}:{person_id}"


@job_kind(KIND)
def render_documents(run: JobRun) -> None:
    """Make and store both files; those that are there already stay. The result names characters no font can show."""
    asked = run.arguments
    run.progress(gettext_noop("Reading the agreement"), 0, 2)
    reading = read(
        asked["agreement_id"],
        language=asked["language"],
        text=asked.get("text"),
        base_url=asked.get("base_url", ""),
        version=asked["version"],
    )
    run.progress(MAKING, 1, 2)
    files = print_both(reading)
    run.result = {"missing_characters": missing_in(reading.paper)}
    with run.effect():
        keep(run.job, reading, files)


def print_both(reading: Reading) -> dict[DocumentFormat, bytes]:
    """Both files; the PDF beside the Word file, because Typst computes without holding up Python."""
    with ThreadPoolExecutor(1, "pdf") as beside:
        pdf = beside.submit(as_pdf, reading.paper)
        word = as_word(reading.paper, reading.template)
        return {DocumentFormat.PDF: pdf.result(), DocumentFormat.DOCX: word}


@transaction.atomic
def read(
    agreement_id: int, *, language: str, text: int | None = None, base_url: str = "", version: int | None = None
) -> Reading:
    """The agreement as it is now; whoever changes it waits, so that all is of one version.

    AgreementRefused if it is no longer of the version asked for.
    """
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement_id)
    if version is not None and agreement.version != version:
        raise AgreementRefused(_("The agreement was changed meanwhile. Ask for its documents again."))
    wanted = text_to_print(agreement, text)
    return Reading(
        agreement=agreement,
        text=wanted,
        paper=paper_of(agreement, wanted, language, base_url),
        language=language,
        template=template_in_use(agreement.kind, language),
    )


def are_there(reading: Reading) -> bool:
    """Whether both files are kept already."""
    kept = AgreementDocument.objects.filter(
        agreement=reading.agreement,
        agreement_version=reading.agreement.version,
        text_number=reading.text.number,
        language=reading.language,
    )
    return kept.values("format").distinct().count() == len(DocumentFormat)


def keep(job: Job, reading: Reading, files: Mapping[DocumentFormat, bytes]) -> None:
    """Store the files within the caller's transaction; two who made the same at once leave one set."""
    Agreement.objects.select_for_update(no_key=True).get(pk=reading.agreement.pk)  # the second one waits here
    for format_, content in files.items():
        _keep(job, reading, format_, content)


def _keep(job: Job, reading: Reading, format_: DocumentFormat, content: bytes) -> None:
    """A file with the very bytes of an earlier one is that one: nothing that it shows has changed."""
    agreement, text = reading.agreement, reading.text
    own = AgreementDocument.objects.filter(
        agreement=agreement,
        text_number=text.number,
        language=reading.language,
        format=format_,
        template=reading.template if format_ == DocumentFormat.DOCX else None,
    )
    if own.filter(agreement_version=agreement.version).exists():
        return
    digest = hashlib.sha256(content).hexdigest()
    same = own.filter(sha256=digest).order_by("-agreement_version").first()
    if same is not None:
        same.agreement_version, same.job = agreement.version, job
        same.save(update_fields=["agreement_version", "job", "updated_at"])
        return
    document = AgreementDocument(
        agreement=agreement,
        agreement_version=agreement.version,
        text_number=text.number,
        terms_hash=text.terms_hash,
        language=reading.language,
        format=format_,
        template=reading.template if format_ == DocumentFormat.DOCX else None,
        sha256=digest,
        size=len(content),
        job=job,
    )
    document.file.save(f"{digest[:32]}.{format_}", ContentFile(content), save=False)
    document.save(force_insert=True)
