"""The work of making papers: Word and PDF of one version of an agreement, from the same words."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from events.agreements.checks import AgreementRefused
from events.agreements.documents import paper_of
from events.agreements.models import Agreement, AgreementDocument, DocumentFormat
from events.agreements.selectors import PAPERS_KIND
from events.printing import AgreementDocument as Paper
from events.printing import as_docx, as_pdf, missing_in
from portal.jobs.registry import job_kind
from portal.jobs.running import JobRun

KIND = PAPERS_KIND


def key_of(agreement_id: int, version: int, language: str, person_id: int) -> str:
    """What makes two requests for papers the same; whose they are too, because a job is seen by its own person only."""
    return f"{agreement_id}:{version}:{language}:{person_id}"


@job_kind(KIND)
def render_documents(run: JobRun) -> None:
    """Make and store both files; those that are there already stay. The result names characters no font can show."""
    agreement_id, version = run.arguments["agreement_id"], run.arguments["version"]
    language = run.arguments["language"]
    run.progress(gettext_noop("Reading the agreement"), 0, 3)
    agreement, paper = _read(agreement_id, version, language)
    run.progress(gettext_noop("Making the PDF"), 1, 3)
    files = {DocumentFormat.PDF: as_pdf(paper)}
    run.progress(gettext_noop("Making the Word file"), 2, 3)
    files[DocumentFormat.DOCX] = as_docx(paper)
    run.result = {"missing_characters": missing_in(paper)}
    with run.effect():
        # Two people may have asked at once: the second one waits here, and finds the files of the first.
        Agreement.objects.select_for_update(no_key=True).get(pk=agreement_id)
        for format_, content in files.items():
            _keep(run, agreement, language, format_, content)


@transaction.atomic
def _read(agreement_id: int, version: int, language: str) -> tuple[Agreement, Paper]:
    """The agreement as it was asked for; whoever changes it waits, so that all is of one version."""
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement_id)
    if agreement.version != version:
        raise AgreementRefused(_("The agreement was changed meanwhile. Ask for its documents again."))
    return agreement, paper_of(agreement, language)


def _keep(run: JobRun, agreement: Agreement, language: str, format_: DocumentFormat, content: bytes) -> None:
    identity = {
        "agreement": agreement,
        "agreement_version": agreement.version,
        "language": language,
        "format": format_,
    }
    if AgreementDocument.objects.filter(**identity).exists():
        return
    document = AgreementDocument(**identity, sha256=hashlib.sha256(content).hexdigest(), size=len(content), job=run.job)
    name = f"{agreement.number}-v{agreement.version}-{language}.{format_}"
    document.file.save(name, ContentFile(content), save=False)
    document.save(force_insert=True)
